# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Iterators over the pages of a list, fetched as needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, Self, TypeVar

from fastgpt_client._api.params import parse_page
from fastgpt_client._http.request import APIRequest, RawResponse

T = TypeVar("T")


class AsyncPageIterator(Generic[T]):
    """Iterates over all items of a paged list, with one page in memory at a time.

    Items that move to the next page because the list grows are yielded once. Errors of a page's request propagate;
    items already yielded are not lost.
    """

    def __init__(
        self,
        request: Callable[[int], APIRequest],
        send: Any,
        key: Callable[[Any], object],
        *,
        step: int,  # the pageSize to send
        newest_first: bool = False,
        cut: bool = False,
        make: Callable[[Any], T] | None = None,  # what an item is yielded as
    ) -> None:
        self._request = request
        self._send = send
        self._key = key
        self._step = step
        self._newest_first = newest_first
        self._cut = cut  # whether some servers silently send pages of another size
        self._make = make
        self._offset = 0
        self._over = False
        self._held_some = True  # of the previous page
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
            # Do not stop at a short page: up to 4.17.1, a page lacks the items that the reader may not see, although
            # the total counts them. Two empty pages in a row are the end, whatever the total.
            self._offset += (len(items) or self._step) if self._cut else self._step
            self._over = self._offset >= total or not (items or self._held_some)
            self._held_some = bool(items)
            if self._newest_first:
                items.reverse()
            keys = [repr(self._key(item)) for item in items]  # items that can be told apart, whatever the server sends
            fresh = [item for item, key in zip(items, keys, strict=True) if key not in self._known]
            self._known = {*keys}
            self._page = iter(fresh) if self._make is None else map(self._make, fresh)
