# Generated from _async_src/pages.py by scripts/generate.py: edit the source, not this file.
"""Iterators over the pages of a list, fetched as they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, Self, TypeVar

from fastgpt_client._api.params import parse_page
from fastgpt_client._http.request import APIRequest, RawResponse

T = TypeVar("T")


class AsyncPageIterator(Generic[T]):
    """Iterates over all items of a paged list, one page in memory at a time.

    Items that move from one page to the next while the list grows are handed out once. What reads a page raises
    what its call raises; items handed out before stay handed out.
    """

    def __init__(
        self,
        request: Callable[[int], APIRequest],
        send: Any,
        key: Callable[[Any], object],
        *,
        newest_first: bool = False,
    ) -> None:
        self._request = request
        self._send = send
        self._key = key
        self._newest_first = newest_first
        self._offset = 0
        self._over = False
        self._page: Iterator[T] = iter(())
        self._known: set[object] = set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while True:
            for item in self._page:
                return item
            if self._over:
                raise StopAsyncIteration
            answer: RawResponse = await self._send(self._request(self._offset))
            items, total = parse_page(answer.json)
            self._offset += len(items)
            self._over = not items or self._offset >= total
            if self._newest_first:
                items.reverse()
            keys = [repr(self._key(item)) for item in items]  # which can be told apart, whatever the server sends
            fresh = [item for item, key in zip(items, keys, strict=True) if key not in self._known]
            self._known = {*keys}
            self._page = iter(fresh)
