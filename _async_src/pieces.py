# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Iterators over a stream's text and over its lines."""

from __future__ import annotations

from typing import Self

from fastgpt_client.events import Answer

from .reader import AsyncStreamReader


class AsyncTextDeltas:
    """The pieces of a stream's text; see `AsyncChatStream.text_deltas`."""

    def __init__(self, reader: AsyncStreamReader) -> None:
        self._reader = reader

    def __aiter__(self) -> Self:
        self._reader.check_unread()
        return self

    async def __anext__(self) -> str:
        reader = self._reader
        while True:
            for item in reader.items:
                text = item[0] if isinstance(item, tuple) else item.text if isinstance(item, Answer) else ""
                if text:
                    return text
            if not await reader.fetch("texts"):
                raise StopAsyncIteration


class AsyncLines:
    """The raw lines of a stream; see `AsyncChatStream.aiter_lines`."""

    def __init__(self, reader: AsyncStreamReader) -> None:
        self._reader = reader

    def __aiter__(self) -> Self:
        self._reader.check_unread()
        return self

    async def __anext__(self) -> str:
        reader = self._reader
        while True:
            for line in reader.lines:
                return line
            if not await reader.fetch("lines"):
                raise StopAsyncIteration
