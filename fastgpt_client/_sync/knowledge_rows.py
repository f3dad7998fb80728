# Generated from _async_src/knowledge_rows.py by scripts/generate.py: edit the source, not this file.
"""Pushes rows into a collection, with an outcome for each."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any, Self

from fastgpt_client._knowledge.rows import row_problem
from fastgpt_client.datasets import PushResult
from fastgpt_client.exceptions import APIConnectionError, BadRequestError, ServerError
from fastgpt_client.knowledge import RowOutcome

from .knowledge_calls import KnowledgeCalls
from .knowledge_folders import find_or_make

_BATCH = 200


class RowPusher:
    """The outcomes of rows, in order. Rows are read and pushed while iterating.

    Rows that no server accepts are reported without being sent. If a server rejects a request because of one of its
    rows, the request is split in two until that row is found.
    """

    def __init__(self, calls: KnowledgeCalls, rows: Iterable[Any], collection: str) -> None:
        self._calls = calls
        self._rows = enumerate(rows)
        self._collection = collection
        self._id: str | None = None
        self._outcomes: dict[int, RowOutcome] = {}
        self._ready: deque[RowOutcome] = deque()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RowOutcome:
        while not self._ready:
            batch = [*islice(self._rows, _BATCH)]
            if not batch:
                raise StopIteration
            self._push(batch)
        return self._ready.popleft()

    def _push(self, batch: list[tuple[int, Any]]) -> None:
        """Push rows, and record the outcome of each."""
        self._outcomes = {}
        good: list[tuple[int, Any]] = []
        for index, row in batch:
            problem = row_problem(row)
            if problem is None:
                good.append((index, row))
            else:
                self._outcomes[index] = self._dropped(index, row, problem)
        parts = [good] if good else []
        while parts:
            left = self._push_part(parts.pop())
            middle = (len(left) + 1) // 2
            parts += [part for part in (left[middle:], left[:middle]) if part]
        self._ready += [self._outcomes[index] for index, _ in batch]

    def _push_part(self, part: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
        """Push rows in one request; if the server rejects it and there are several rows, return them."""
        if self._id is None:
            self._id = find_or_make(self._calls, None, self._collection, "virtual")
        id, rows = self._id, [row for _, row in part]
        try:
            result = self._calls.paced(lambda: self._calls.client.push_data(collectionId=id, data=rows))
        except (APIConnectionError, ServerError, BadRequestError) as exc:
            result = exc.pushed or PushResult()
            rest = part[result.sent :]
            if isinstance(exc, BadRequestError) and len(rest) > 1:
                self._take(part[: result.sent], result)
                return rest
            for index, row in rest:  # rejected if the error is about this row, unknown otherwise
                self._outcomes[index] = (
                    self._dropped(index, row, str(exc))
                    if isinstance(exc, BadRequestError)
                    else RowOutcome(index=index, row=row, status="unknown", reason=str(exc))
                )
        self._take(part[: result.sent], result)
        return []

    def _take(self, part: list[tuple[int, Any]], result: PushResult) -> None:
        self._outcomes.update((index, RowOutcome(index=index, row=row, status="accepted")) for index, row in part)
        for one in result.dropped:
            index, row = part[one.index]
            self._outcomes[index] = self._dropped(index, row, one.reason)

    @staticmethod
    def _dropped(index: int, row: object, reason: str | None) -> RowOutcome:
        return RowOutcome(index=index, row=row, status="dropped", reason=reason or "")
