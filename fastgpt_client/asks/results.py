"""What a run of `ask_each` yields while it is under way: one result per row, and a running summary."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rows import AskRow

__all__ = ["AskResult", "AskSummary"]


@dataclass(frozen=True, slots=True)
class AskResult:
    """The result for one row.

    Attributes:
        id: the row's own ID, or the hash of the row.
        row: the row as passed in.
        output: the result in its documented form (`fastgpt_client.asks.ROW_SCHEMA`), including the row's own columns.
        attempts: how many requests this run sent to get the answer, 0 if none.
        reused: whether the result already existed: in the file of an earlier run, or for an equal row.
    """

    id: str
    row: Mapping[str, Any]
    output: AskRow
    attempts: int = 0
    reused: bool = False

    @property
    def answer(self) -> str | list[str] | None:
        """The answer's text, or a list of one per question if the row has several; None if there is no answer."""
        return self.output["answer"]

    @property
    def error(self) -> str | None:
        """What went wrong, starting with the kind of error, such as "ServerError: …"; None if nothing did."""
        return self.output["error"]

    @property
    def seconds(self) -> float | None:
        """How long the answer took, in seconds; None if no request was sent for it."""
        return self.output["seconds"]


class AskSummary:
    """What a run has done so far. The run updates this one object as it proceeds; `str()` gives a one-line summary.

    Attributes:
        asked: how many rows were asked, including failed ones.
        reused: how many results already existed.
        failed: how many of the asked rows failed, by kind of error.
        tokens: the total tokens of the answers that report them.
        points: the total points of the answers that report them.
        stopped: why the run ended early, and how to resume it; None if it did not end early.
    """

    def __init__(self) -> None:
        self.asked: int = 0
        self.reused: int = 0
        self.failed: Counter[str] = Counter()
        self.tokens: int = 0
        self.points: float = 0.0
        self.stopped: str | None = None
        self._seconds = array("f")

    @property
    def failures(self) -> int:
        """The number of rows that failed, of all kinds of errors."""
        return self.failed.total()

    @property
    def p50_seconds(self) -> float | None:
        """The median time to an answer, in seconds; None before the first answer."""
        return self._percentile(50)

    @property
    def p95_seconds(self) -> float | None:
        """The 95th percentile of the time to an answer, in seconds; None before the first answer."""
        return self._percentile(95)

    def _percentile(self, percent: int) -> float | None:
        if not self._seconds:
            return None
        rank = -(-len(self._seconds) * percent // 100)
        return round(sorted(self._seconds)[rank - 1], 3)

    def add(self, result: AskResult) -> None:
        """Add a result to the summary.

        Args:
            result: the result of a row.
        """
        if result.reused:
            self.reused += 1
            return
        output = result.output
        self.asked += 1
        if output["error"] is not None:
            self.failed[output["error"].partition(":")[0]] += 1
        elif output["seconds"] is not None:
            self._seconds.append(output["seconds"])
        self.tokens += sum((output["usage"] or {}).values())
        self.points += output["points"] or 0.0

    def __str__(self) -> str:
        parts = [f"{self.asked} asked", f"{self.reused} reused", f"{self.failures} failed"]
        if self.failed:
            parts[-1] += f" ({', '.join(f'{kind} {number}' for kind, number in self.failed.most_common())})"
        parts.append(f"{self.tokens} tokens, {self.points:g} points")
        if self._seconds:
            parts.append(f"half within {self.p50_seconds:g} s, 95 % within {self.p95_seconds:g} s")
        return "; ".join([*parts, *([self.stopped] if self.stopped else [])])
