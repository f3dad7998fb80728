"""What a sync is going to do, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from fastgpt_client.exceptions import TrainingError

from .training import TrainingFailure

__all__ = ["Action", "ItemOutcome", "KnowledgePlan", "KnowledgeReport", "PlannedItem", "Progress", "RowOutcome"]

Action: TypeAlias = Literal["create", "replace", "move", "delete", "unchanged", "wait", "retry", "refuse"]

# Those that send something.
_SENDING = ("create", "replace", "move")


@dataclass(frozen=True, kw_only=True)
class PlannedItem:
    """What a sync does with one path, and why.

    Attributes:
        action: "create", "replace" (its text or its settings changed), "move" (the text of another path, which goes),
            "delete" (not in the source), "unchanged", "wait" (being learnt), "retry" (its training failed), "refuse"
            (it cannot be put in).
        path: where it lies in the knowledge base, `under` included.
        reason: why.
        size: the bytes to send, 0 if nothing is sent.
        keep: the id of the collection that holds it, None if there is none yet.
        remove: the ids of the collections that go once it is learnt; of a "delete", those that go.
    """

    action: Action
    path: str
    reason: str = ""
    size: int = 0
    keep: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KnowledgePlan:
    """What a sync is going to do: a sequence of `PlannedItem`s, one a path.

    Attributes:
        items: what is done with each path, in the order of the paths.
        not_in_source: the paths that a sync has put in and that are in the source no more.
        prune_refused: why nothing is pruned though it was asked for, None if nothing speaks against it.
        told: what is worth knowing besides: equal files, collections that could not be read.
    """

    items: tuple[PlannedItem, ...]
    not_in_source: tuple[str, ...] = ()
    prune_refused: str | None = None
    told: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[PlannedItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def counts(self) -> dict[str, int]:
        """How many paths each action has."""
        return dict(Counter(item.action for item in self.items))

    @property
    def bytes_to_send(self) -> int:
        """The size of all files that are going to be sent."""
        return sum(item.size for item in self.items if item.action in _SENDING)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do: all is as it should be."""
        return all(item.action == "unchanged" and not item.remove for item in self.items)


@dataclass(frozen=True, kw_only=True)
class ItemOutcome:
    """What came of one path.

    Attributes:
        path: where it lies in the knowledge base, `under` included.
        action: what was to be done, as in `PlannedItem`.
        status: "done"; "pending", if it is not learnt yet, so that what it replaces stays; "failed"; "skipped", if it
            was not tried.
        reason: why, of one that is not done.
        collection_id: the collection that holds it, None if there is none.
        error: the error of one that failed, if there was one.
    """

    path: str
    action: Action
    status: Literal["done", "pending", "failed", "skipped"]
    reason: str = ""
    collection_id: str | None = None
    error: Exception | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class KnowledgeReport:
    """What came of a sync: a sequence of `ItemOutcome`s, one a path.

    Attributes:
        outcomes: what came of each path, in the order of the paths.
        prune_refused: why nothing was pruned though it was asked for, else None.
        told: what is worth knowing besides.
        stopped: the error that ended the run, such as a key that is unknown or points that are used up, else None.
    """

    outcomes: tuple[ItemOutcome, ...]
    prune_refused: str | None = None
    told: tuple[str, ...] = ()
    stopped: Exception | None = None

    def __iter__(self) -> Iterator[ItemOutcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def failed(self) -> list[ItemOutcome]:
        """The outcomes of what failed or was not tried."""
        return [outcome for outcome in self.outcomes if outcome.status in ("failed", "skipped")]

    @property
    def counts(self) -> dict[str, int]:
        """How many paths have each action and status, such as `{"create done": 3}`."""
        return dict(Counter(f"{outcome.action} {outcome.status}" for outcome in self.outcomes))

    @property
    def ok(self) -> bool:
        """Whether nothing failed, nothing was left out, and the pruning that was asked for was done."""
        return not self.failed and self.prune_refused is None and self.stopped is None

    def raise_for_failures(self) -> None:
        """Raise a `TrainingError` that names what failed; do nothing if all is well. What is pending is no failure."""
        if self.ok:
            return
        parts = [f"{outcome.path}: {outcome.reason}" for outcome in self.failed[:5]]
        parts += [f"{len(self.failed) - 5} more"] if len(self.failed) > 5 else []
        parts += [f"nothing was pruned: {self.prune_refused}"] if self.prune_refused else []
        parts += [f"the run ended early: {self.stopped}"] if self.stopped else []
        error = TrainingError("Not all was put in. " + "; ".join(parts))
        error.errors = tuple(
            TrainingFailure(
                collection_id=outcome.collection_id or "", name=outcome.path, kind="failed", message=outcome.reason
            )
            for outcome in self.failed
        )
        raise error from self.stopped


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a sync is, as `progress=` is told.

    Attributes:
        phase: "listing" what the server holds, "sending" files, "waiting" until they are learnt, "deleting" what they
            replace and what is not in the source.
        done: how many files, or collections, are done in this phase.
        total: how many there are in this phase, 0 if that is not known.
        bytes_done: how many bytes of files were sent in this run.
        bytes_total: how many there are to send in this run.
    """

    phase: Literal["listing", "sending", "waiting", "deleting"]
    done: int = 0
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0


@dataclass(slots=True, kw_only=True)  # frozen ones take three times as long to make
class RowOutcome:
    """What came of one pushed row.

    Attributes:
        index: its place among all rows, from 0.
        row: the row.
        status: "taken"; "dropped", if the server does not want it; "unknown", if no answer tells.
        reason: why, of one that was not taken.
    """

    index: int
    row: Any
    status: Literal["taken", "dropped", "unknown"]
    reason: str = ""
