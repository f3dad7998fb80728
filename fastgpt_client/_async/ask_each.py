# Generated from _async_src/ask_each.py by scripts/generate.py: edit the source, not this file.
"""Asks many questions concurrently, each exactly once, and resumes interrupted runs."""

from __future__ import annotations

from collections import deque
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from fastgpt_client._ask.identity import fingerprint
from fastgpt_client._ask.journal import Journal
from fastgpt_client._ask.output import clash
from fastgpt_client._ask.settings import AskBounds, AskSettings, AskUnit, AsyncRows, Row
from fastgpt_client._concurrency.locks import AsyncCrew, async_next_item, open_items
from fastgpt_client._http.pace import Pace
from fastgpt_client.asks.results import AskResult, AskSummary
from fastgpt_client.exceptions import QuotaExceededError, RateLimitError, ValidationError

from .ask_line import AsyncAskLine
from .ask_talk import AsyncAskTalk
from .sender import AsyncSender

if TYPE_CHECKING:
    from fastgpt_client._ask.settings import Reply

    from .calls import AsyncChatCalls

# With `ordered`, this many times `concurrency` results may wait for an earlier one.
_HELD = 8
_END: Row = {}


class _Place(NamedTuple):
    """A row that is being asked: its position, and the equal rows that wait for its result."""

    number: int
    unit: AskUnit
    twins: list[tuple[int, Row]]


class AsyncAskRun:
    """The results of many questions, as they arrive. Created by `AsyncChatClient.ask_each`; used once, in a `with`.

    Attributes:
        summary: counts and costs so far, updated with each result.
    """

    def __init__(
        self,
        client: AsyncChatCalls,
        sender: AsyncSender,
        rows: AsyncRows,
        settings: AskSettings,
        params: dict[str, Any],
        reply: Reply | None,
        bounds: AskBounds,
    ) -> None:
        self.summary: AskSummary = AskSummary()
        self._rows = open_items(rows)
        self._settings = settings
        self._bounds = bounds
        pace = Pace(60.0 / bounds.per_minute if bounds.per_minute else 0.0)
        self._line = AsyncAskLine(client, sender, params, reply, pace, lambda: not self._stopped)
        self._crew = AsyncCrew[tuple[str, AskResult | None]]()
        self._journal: Journal | None = None
        self._seen: dict[int, int] = {}  # what was asked under an ID, when there is no file to look it up in
        self._places: dict[str, _Place] = {}
        self._ready: deque[AskResult] = deque()
        self._held: dict[int, AskResult | None] = {}  # results that wait for an earlier one
        self._next_number = self._next_given = 0
        self._exhausted = self._stopped = self._open = False

    # --- the block --------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        if self._open or self._exhausted:
            raise ValidationError("a run can be used only once: call ask_each again")
        if self._bounds.to is not None:
            self._journal = Journal(self._bounds.to, self._settings.run)
        self._open = True
        await self._crew.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open, self._exhausted = False, True
        self._stopped = True
        try:
            await self._crew.close()
        finally:
            if self._journal is not None:
                self._journal.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AskResult:
        if not self._open:
            raise ValidationError("use ask_each as a context manager: with client.ask_each(…) as run")
        await self._fill()
        while not self._ready:
            if not self._places:
                raise StopAsyncIteration
            id, found = await self._crew.take()
            self._settle(id, found)
            await self._fill()  # before the result is yielded: the consumer may take its time
        result = self._ready.popleft()
        self._count(result)
        return result

    def stop(self, why: str = "stopped") -> None:
        """Stop asking new questions. Questions already sent are awaited, and their results are still returned.

        Args:
            why: reason for `summary.stopped`, which also says how to resume.
        """
        if not self._stopped:
            self._stopped = True
            rest = (
                "the same call goes on from there"
                if self._journal is not None
                else "give to= a file to be able to go on"
            )
            self.summary.stopped = f"{why}; {rest}"

    # --- rows in ----------------------------------------------------------------------------------------------------

    async def _fill(self) -> None:
        """Start as many rows as may be asked concurrently."""
        most = self._bounds.concurrency
        while not (self._exhausted or self._stopped):
            if len(self._places) >= most or len(self._ready) >= most or len(self._held) >= _HELD * most:
                return
            row = await async_next_item(self._rows, _END)
            if row is _END:
                self._exhausted = True
                return
            self._begin(row)

    def _begin(self, row: Row) -> None:
        """Start a row: ask it, or find its result."""
        unit = self._settings.unit(row)
        number = self._next_number
        self._next_number += 1
        place = self._places.get(unit.id)
        if place is not None:
            if place.unit.fingerprint == unit.fingerprint:
                place.twins.append((number, row))
            else:
                self._clash(number, unit)
            return
        known = self._known(unit)
        if isinstance(known, AskUnit):
            self._places[unit.id] = _Place(number, known, [])
            self._crew.start(partial(self._ask, known, self._line.next_start()))
        elif known is None:
            self._clash(number, unit)
        else:
            self._give(number, known)

    def _clash(self, number: int, unit: AskUnit) -> None:
        """Yield an error for a row whose ID belongs to another question."""
        output = clash(unit)
        if self._journal is not None:
            self._journal.write(output)
        self._give(number, AskResult(unit.id, unit.row, output))

    def _known(self, unit: AskUnit) -> AskUnit | AskResult | None:
        """Return the known result, or the row as it has to be asked; None if its ID belongs to another question."""
        journal = self._journal
        if journal is None:
            key = fingerprint(unit.id)
            if key not in self._seen:
                self._seen[key] = unit.fingerprint
                return unit
            return unit._replace(begun=True) if self._seen[key] == unit.fingerprint else None
        row, attempt, begun = journal.find(unit.id)
        if row is not None and row["question"] != unit.question:
            return None
        if row is None or (row["error"] is not None and (begun or self._bounds.retry_failed)):
            return unit._replace(attempt=attempt, begun=begun)
        return AskResult(unit.id, unit.row, row, reused=True)

    async def _ask(self, unit: AskUnit, wait: float) -> tuple[str, AskResult | None]:
        """Return the result of a row; None if it was not asked, in which case the row counts as never started."""
        await self._line.wait(wait)
        if self._stopped:
            return unit.id, None
        if self._journal is not None:
            self._journal.begin(unit.id, unit.attempt)
        talk = AsyncAskTalk(self._line, unit)
        try:
            result = await talk.run()
        except (QuotaExceededError, RateLimitError) as error:
            if self._journal is not None and not talk.turns and not unit.begun:
                self._journal.forget(unit.id, unit.attempt)
            if isinstance(error, QuotaExceededError):
                self.stop(f"{type(error).__name__}: {error}")
            return unit.id, None
        if self._journal is not None:
            self._journal.write(result.output)
        return unit.id, result

    # --- results out ------------------------------------------------------------------------------------------------

    def _settle(self, id: str, result: AskResult | None) -> None:
        """Store the result of a row, for the row itself and for its duplicates."""
        place = self._places.pop(id)
        self._give(place.number, result)
        for number, row in place.twins:
            twin = None if result is None else AskResult(id, row, result.output, reused=True)
            self._give(number, twin)

    def _give(self, number: int, result: AskResult | None) -> None:
        """Release a result: at once, or after the ones before it."""
        if not self._bounds.ordered:
            self._ready.extend([] if result is None else [result])
            return
        self._held[number] = result
        while self._next_given in self._held:
            given = self._held.pop(self._next_given)
            self._next_given += 1
            self._ready.extend([] if given is None else [given])

    def _count(self, result: AskResult) -> None:
        """Count a yielded result, and end the run if a limit is reached."""
        summary, bounds = self.summary, self._bounds
        summary.add(result)
        if bounds.max_failures is not None and summary.failures >= bounds.max_failures:
            self.stop(f"{summary.failures} rows failed, as many as max_failures allows")
        if bounds.max_points is not None and summary.points >= bounds.max_points:
            self.stop(f"{summary.points:g} points were used, of {bounds.max_points:g} that max_points allows")
        if bounds.progress is not None:
            bounds.progress(summary)
