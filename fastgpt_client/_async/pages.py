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
        step: int,  # the pageSize that is sent
        newest_first: bool = False,
        cut: bool = False,
    ) -> None:
        self._request = request
        self._send = send
        self._key = key
        self._step = step
        self._newest_first = newest_first
        self._cut = cut  # whether some servers send pages of another size, without a word
        self._offset = 0
        self._over = False
        self._held_some = True  # of the page before
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
            # Not by how many came: up to 4.17.1 a page lacks what its reader may not see, and the total counts it. Two
            # pages in a row that hold nothing are the end, whatever the total says.
            self._offset += (len(items) or self._step) if self._cut else self._step
            self._over = self._offset >= total or not (items or self._held_some)
            self._held_some = bool(items)
            if self._newest_first:
                items.reverse()
            keys = [repr(self._key(item)) for item in items]  # which can be told apart, whatever the server sends
            fresh = [item for item, key in zip(items, keys, strict=True) if key not in self._known]
            self._known = {*keys}
            self._page = iter(fresh)
