# Generated from _async_src/pieces.py by scripts/generate.py: edit the source, not this file.
"""Iterators over a stream's text and over its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from fastgpt_client.events import Answer

if TYPE_CHECKING:
    from .stream import ChatStream


class TextDeltas:
    """The pieces of a stream's text, see `ChatStream.text_deltas`."""

    def __init__(self, stream: ChatStream) -> None:
        self._stream = stream

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        stream = self._stream
        while True:
            for item in stream._items:
                if isinstance(item, str):
                    return item
                if isinstance(item, Answer) and item.text:
                    return item.text
            if not stream._fetch_texts():
                raise StopIteration


class Lines:
    """The lines of a stream as received, see `ChatStream.iter_lines`."""

    def __init__(self, stream: ChatStream) -> None:
        self._stream = stream

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        stream = self._stream
        while True:
            for line in stream._lines:
                return line
            if not stream._fetch_lines():
                raise StopIteration
