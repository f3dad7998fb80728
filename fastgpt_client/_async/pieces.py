# Generated from _async_src/pieces.py by scripts/generate.py: edit the source, not this file.
"""Iterators over a stream's text and over its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from fastgpt_client.events import Answer

if TYPE_CHECKING:
    from .stream import AsyncChatStream


class AsyncTextDeltas:
    """The pieces of a stream's text, see `AsyncChatStream.text_deltas`."""

    def __init__(self, stream: AsyncChatStream) -> None:
        self._stream = stream

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        stream = self._stream
        while True:
            for item in stream._items:
                if isinstance(item, str):
                    return item
                if isinstance(item, Answer) and item.text:
                    return item.text
            if not await stream._fetch_texts():
                raise StopAsyncIteration


class AsyncLines:
    """The lines of a stream as received, see `AsyncChatStream.aiter_lines`."""

    def __init__(self, stream: AsyncChatStream) -> None:
        self._stream = stream

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        stream = self._stream
        while True:
            for line in stream._lines:
                return line
            if not await stream._fetch_lines():
                raise StopAsyncIteration
