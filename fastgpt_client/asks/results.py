"""What a run gives out while it goes on: one result a row, and the sum of them."""

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
    """What became of one row.

    Attributes:
        id: the row's id: its own, or the hash of the row.
        row: the row as it was given.
        output: the result in its documented form (`fastgpt_client.asks.ROW_SCHEMA`), the row's own columns included.
        attempts: how many requests for an answer were sent now, 0 if none was.
        reused: whether the result was there already: from the file of an earlier run, or of an equal row.
    """

    id: str
    row: Mapping[str, Any]
    output: AskRow
    attempts: int = 0
    reused: bool = False

    @property
    def answer(self) -> str | list[str] | None:
        """The answer's text; one for each question if the row has several; None if there is none."""
        return self.output["answer"]

    @property
    def error(self) -> str | None:
        """What went wrong, the kind of error first, such as "ServerError: …"; None if nothing did."""
        return self.output["error"]

    @property
    def seconds(self) -> float | None:
        """How long it took to get the answer, None if nothing was sent for it."""
        return self.output["seconds"]


class AskSummary:
    """What has come of a run so far; the same object all along, which grows.

    Attributes:
        asked: how many rows were asked, failed ones included.
        reused: how many results were there already.
        failed: how many of the rows that were asked failed, by the kind of error.
        tokens: the tokens of the answers that say so.
        points: their points.
        stopped: why the run ended before all was asked, and how to go on; None if it did not.
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
        """How many rows failed."""
        return self.failed.total()

    @property
    def p50_seconds(self) -> float | None:
        """The seconds within which half of the answers came, None before the first."""
        return self._percentile(50)

    @property
    def p95_seconds(self) -> float | None:
        """The seconds within which 95 of 100 answers came, None before the first."""
        return self._percentile(95)

    def _percentile(self, percent: int) -> float | None:
        if not self._seconds:
            return None
        rank = -(-len(self._seconds) * percent // 100)
        return round(sorted(self._seconds)[rank - 1], 3)

    def add(self, result: AskResult) -> None:
        """Count a result.

        Args:
            result: the result that came.
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
