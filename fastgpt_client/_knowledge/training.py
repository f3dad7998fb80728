"""Training progress of collections: what each server version reports, and when the result is certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from fastgpt_client._json import as_object
from fastgpt_client.datasets import TrainingState
from fastgpt_client.exceptions import TrainingError
from fastgpt_client.knowledge import TrainingFailure

__all__ = ["Learning", "TrainingWatch", "explained", "poll_delay", "training_error"]

# Reads may lag behind the last write: a state counts only after it was seen twice in a row.
_LOOKS = 2
_LONGEST_WAIT = 10.0
# Tasks that wait for points are locked until this year or later.
_LOCKED_FROM = "2050"


@dataclass(frozen=True)
class Learning:
    """The observed training state of a collection.

    Attributes:
        active: number of pending tasks.
        failed: number of tasks that failed for good.
        rows: number of rows, None if unknown.
        blocked: whether its tasks are stopped.
        certain: False if the numbers do not distinguish failed from active tasks (lists before 4.15).
    """

    active: int
    failed: int = 0
    rows: int | None = None
    blocked: bool = False
    certain: bool = True

    @classmethod
    def of_item(cls, item: Mapping[str, Any]) -> Self:
        """Return the state from a collection's item in a list."""
        # Only collections made from a file must have rows: others may be empty, and get them later.
        rows = _number(item.get("dataAmount")) if item.get("type") == "file" else None
        if (active := _number(item.get("activeTrainingAmount"))) is not None:
            return cls(active, _number(item.get("finalErrorAmount")) or 0, rows)
        # Before 4.15, this includes failed tasks.
        return cls(_number(item.get("trainingAmount")) or 0, 0, rows, certain=not item.get("hasError"))

    @classmethod
    def of_state(cls, state: TrainingState) -> Self:
        """Return the state from a server's report on one collection."""
        return cls(1 if state.active is None else state.active, state.failed or 0, None, state.blocked)

    @property
    def state(self) -> Literal["ready", "working", "failed"]:
        """Whether searches find the collection."""
        if self.active and not self.blocked:
            return "working"
        return "failed" if self.failed or self.blocked or self.rows == 0 else "ready"


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class TrainingWatch:
    """Watches collections until each is learnt, or certain not to be.

    Args:
        names: the names of the collections, by ID.
        stall: seconds without any change after which a collection is considered stalled.
    """

    def __init__(self, names: Mapping[str, str], *, stall: float) -> None:
        self.working = dict(names)
        self.ready: list[str] = []
        self.failures: list[TrainingFailure] = []
        self._stall = stall
        self._last: dict[str, tuple[Learning, float]] = {}
        self._alike: dict[str, int] = {}

    def see(self, found: Mapping[str, Learning], now: float) -> None:
        """Record the states of all watched collections; a missing one no longer exists."""
        for id in list(self.working):
            learning = found.get(id)
            if learning is None:
                self._fail(id, "failed", "it no longer exists")
                continue
            last, since = self._last.get(id, (None, now))
            if learning != last:
                since = now
                self._alike[id] = 0
            self._last[id] = (learning, since)
            self._alike[id] += 1
            if self._alike[id] >= _LOOKS and learning.state != "working":
                self._end(id, learning)
            elif now - since >= self._stall:
                self._fail(id, "stalled", f"nothing has changed for {now - since:.0f} s")

    def give_up(self, deadline: float) -> None:
        """Mark all unfinished collections as late."""
        for id in list(self.working):
            self._fail(id, "late", f"it did not finish within {deadline:g} s")

    def _end(self, id: str, learning: Learning) -> None:
        if learning.state == "ready":
            del self.working[id]
            self.ready.append(id)
        elif learning.blocked:
            self._fail(id, "blocked", "its tasks are stopped: the points may be used up")
        elif learning.failed:
            self._fail(id, "failed", f"{learning.failed} of its tasks failed")
        else:
            self._fail(id, "failed", "the server made no rows from it")

    def _fail(self, id: str, kind: Literal["failed", "blocked", "stalled", "late"], message: str) -> None:
        name = self.working.pop(id)
        self.failures.append(TrainingFailure(collection_id=id, name=name, kind=kind, message=message))


def explained(failure: TrainingFailure, tasks: Iterable[object]) -> TrainingFailure:
    """Return a failure with the server's messages about its tasks; tasks that wait for points are blocked."""
    found = [as_object(task) for task in tasks]
    said = next((str(task["errorMsg"]) for task in found if task.get("errorMsg")), None)
    blocked = any(str(task.get("lockTime", ""))[:4] >= _LOCKED_FROM for task in found if task.get("lockTime"))
    return TrainingFailure(
        collection_id=failure.collection_id,
        name=failure.name,
        kind="blocked" if blocked else failure.kind,
        message=failure.message if said is None else f"{failure.message}: {said}",
    )


def training_error(failures: Sequence[TrainingFailure]) -> TrainingError:
    """Return the error that lists what was not learnt."""
    parts = [f"{failure.name}: {failure.kind}: {failure.message}" for failure in failures[:5]]
    parts += [f"{len(failures) - 5} more"] if len(failures) > 5 else []
    error = TrainingError("Not everything is learnt: " + "; ".join(parts))
    error.errors = tuple(failures)
    return error


def poll_delay(looks: int, first: float) -> float:
    """Return the seconds to wait after `looks` polls: longer each time, up to ten seconds."""
    return min(first * 1.5**looks, max(first, _LONGEST_WAIT))
