"""The plan of a sync, and the report of what it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from fastgpt_client.exceptions import TrainingError

from .training import TrainingFailure

__all__ = ["Action", "ItemOutcome", "KnowledgePlan", "KnowledgeReport", "PlannedItem", "Progress", "RowOutcome"]

Action: TypeAlias = Literal["create", "replace", "move", "delete", "unchanged", "wait", "retry", "refuse"]

# The actions that upload a file.
_SENDING = ("create", "replace", "move")


@dataclass(frozen=True, kw_only=True)
class PlannedItem:
    """What a sync will do with one path, and why.

    Attributes:
        action: "create"; "replace" (the text or the settings changed); "move" (the same text was at another path, which
            is removed); "delete" (not in the source); "unchanged"; "wait" (being learnt); "retry" (training failed);
            "refuse" (cannot be added).
        path: the path in the knowledge base, including `under`.
        reason: why this action is taken.
        size: how many bytes are sent, 0 if none.
        keep: the ID of the existing collection, None if there is none yet.
        remove: the IDs of the collections to delete, once the new one is learnt; for "delete", those to delete.
    """

    action: Action
    path: str
    reason: str = ""
    size: int = 0
    keep: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class KnowledgePlan:
    """What a sync will do. Iterating over it gives one `PlannedItem` per path.

    Attributes:
        items: what is done with each path, sorted by path.
        not_in_source: paths added by an earlier sync that are no longer in the source.
        prune_refused: why nothing is pruned although it was requested, None otherwise.
        notes: further notes, such as identical files or collections that could not be read.
    """

    items: tuple[PlannedItem, ...]
    not_in_source: tuple[str, ...] = ()
    prune_refused: str | None = None
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[PlannedItem]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def counts(self) -> dict[str, int]:
        """The number of paths per action."""
        return dict(Counter(item.action for item in self.items))

    @property
    def bytes_to_send(self) -> int:
        """The total size of the files to send, in bytes."""
        return sum(item.size for item in self.items if item.action in _SENDING)

    @property
    def is_empty(self) -> bool:
        """Whether the knowledge base is up to date, so that there is nothing to do."""
        return all(item.action == "unchanged" and not item.remove for item in self.items)


@dataclass(frozen=True, kw_only=True)
class ItemOutcome:
    """The outcome for one path.

    Attributes:
        path: the path in the knowledge base, including `under`.
        action: the planned action, as in `PlannedItem`.
        status: "done"; "pending" (not learnt yet, so the version it replaces is kept); "failed"; "skipped" (not tried).
        reason: why it is not done, "" otherwise.
        collection_id: the ID of its collection, None if it has none.
        error: the exception, if one was raised.
    """

    path: str
    action: Action
    status: Literal["done", "pending", "failed", "skipped"]
    reason: str = ""
    collection_id: str | None = None
    error: Exception | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class KnowledgeReport:
    """What a sync did. Iterating over it gives one `ItemOutcome` per path.

    Attributes:
        outcomes: the outcome for each path, sorted by path.
        prune_refused: why nothing was pruned although it was requested, None otherwise.
        notes: further notes, as in `KnowledgePlan`.
        stopped: the error that ended the sync early, such as an unknown key or used-up points; None otherwise.
    """

    outcomes: tuple[ItemOutcome, ...]
    prune_refused: str | None = None
    notes: tuple[str, ...] = ()
    stopped: Exception | None = None

    def __iter__(self) -> Iterator[ItemOutcome]:
        return iter(self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    @property
    def failed(self) -> list[ItemOutcome]:
        """The outcomes of the paths that failed or were skipped."""
        return [outcome for outcome in self.outcomes if outcome.status in ("failed", "skipped")]

    @property
    def counts(self) -> dict[str, int]:
        """The number of paths per action and status, such as `{"create done": 3}`."""
        return dict(Counter(f"{outcome.action} {outcome.status}" for outcome in self.outcomes))

    @property
    def ok(self) -> bool:
        """Whether no path failed or was skipped, the sync did not end early, and requested pruning was done."""
        return not self.failed and self.prune_refused is None and self.stopped is None

    def raise_for_failures(self) -> None:
        """Raise an error that lists the failures, or do nothing if `ok`. Pending paths are not failures.

        Raises:
            TrainingError: not `ok`; `errors` has the paths that failed or were skipped.
        """
        if self.ok:
            return
        parts = [f"{outcome.path}: {outcome.reason}" for outcome in self.failed[:5]]
        parts += [f"{len(self.failed) - 5} more"] if len(self.failed) > 5 else []
        parts += [f"nothing was pruned: {self.prune_refused}"] if self.prune_refused else []
        parts += [f"the run ended early: {self.stopped}"] if self.stopped else []
        error = TrainingError("The sync is incomplete. " + "; ".join(parts))
        error.errors = tuple(
            TrainingFailure(
                collection_id=outcome.collection_id or "", name=outcome.path, kind="failed", message=outcome.reason
            )
            for outcome in self.failed
        )
        raise error from self.stopped


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a sync has got, as passed to `progress=`.

    Attributes:
        phase: "listing" the collections on the server, "sending" files, "waiting" until they are learnt, or "deleting"
            what was replaced or is not in the source.
        done: how many files or collections of this phase are done.
        total: how many this phase has, 0 if unknown.
        bytes_done: how many bytes of files this sync has sent.
        bytes_total: how many bytes of files this sync will send.
    """

    phase: Literal["listing", "sending", "waiting", "deleting"]
    done: int = 0
    total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0


@dataclass(slots=True, kw_only=True)  # frozen would take three times as long to create
class RowOutcome:
    """The outcome for one pushed row.

    Attributes:
        index: its index among all rows, from 0.
        row: the row as passed in.
        status: "accepted"; "dropped" (the server refused it); "unknown" (no response confirms it).
        reason: why it was not accepted, "" otherwise.
    """

    index: int
    row: Any
    status: Literal["accepted", "dropped", "unknown"]
    reason: str = ""
