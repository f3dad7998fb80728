"""Record the results of a sync while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

from fastgpt_client._concurrency.locks import ThreadLock
from fastgpt_client.exceptions import FastGPTError
from fastgpt_client.knowledge import ItemOutcome, KnowledgePlan, KnowledgeReport, PlannedItem, Progress, TrainingFailure

__all__ = ["ProgressHook", "RunLog"]

Phase: TypeAlias = Literal["listing", "sending", "waiting", "deleting"]
Status: TypeAlias = Literal["done", "pending", "failed", "skipped"]
ProgressHook: TypeAlias = Callable[[Progress], object]


class RunLog:
    """Records the result of each item and reports to `progress`, one call at a time."""

    def __init__(self, progress: ProgressHook | None) -> None:
        self._progress = progress
        self._plan = KnowledgePlan(items=())
        self._errors: dict[str, Exception] = {}
        self._made: dict[str, str] = {}
        self._unlearnt: dict[str, TrainingFailure] = {}
        self._gone: set[str] = set()
        self._prune_refused: str | None = None
        self._phase: Phase = "listing"
        self._done = self._total = self._bytes = 0
        self._lock = ThreadLock()

    def begin(self, plan: KnowledgePlan) -> None:
        """Set the plan."""
        self._plan = plan

    def enter(self, phase: Phase, total: int) -> None:
        """Report the start of a phase with `total` items."""
        self._phase, self._total = phase, total
        self.reach(0)

    def reach(self, done: int) -> None:
        """Report how many items of the phase are done."""
        self._done = done
        if self._progress is not None:
            self._progress(
                Progress(
                    phase=self._phase,
                    done=done,
                    total=self._total,
                    bytes_done=self._bytes,
                    bytes_total=self._plan.bytes_to_send,
                )
            )

    def one_more(self) -> None:
        """Report that one more item is done."""
        with self._lock:
            self.reach(self._done + 1)

    def sent(self, item: PlannedItem, id: str) -> None:
        """Record that a collection was created."""
        with self._lock:
            self._made[item.path] = id
            self._bytes += item.size
            self.reach(self._done + 1)

    def failed(self, item: PlannedItem, error: Exception) -> None:
        """Record that an item failed."""
        with self._lock:
            self._errors[item.path] = error
            self.reach(self._done + 1)

    def deleted(self, item: PlannedItem) -> None:
        """Record that an item's old collections were deleted."""
        with self._lock:
            self._gone.update(item.remove)
            self.reach(self._done + 1)

    def to_wait_for(self, items: Iterable[PlannedItem]) -> dict[str, str]:
        """Return the paths of the collections to wait for, by ID: those created, and those of `items`."""
        waiting = {str(item.keep): item.path for item in items if item.path not in self._errors}
        return waiting | {id: path for path, id in self._made.items()}

    def unlearnt(self, failures: Iterable[TrainingFailure]) -> None:
        """Record the collections that were not learnt."""
        self._unlearnt.update({failure.name: failure for failure in failures})

    def may_prune(self, plan: KnowledgePlan) -> bool:
        """Return whether collections missing from the source may be deleted; `plan` is what is left after sending."""
        learnt = {item.path for item in plan if item.action == "unchanged"}
        failed = [*self._errors, *(path for path in self._unlearnt if path not in learnt)]
        self._prune_refused = plan.prune_refused or (f"{failed[0]} failed" if failed else None)
        return self._prune_refused is None

    def report(self, plan: KnowledgePlan, stopped: FastGPTError | None) -> KnowledgeReport:
        """Return the report; `plan` is what was left at the end."""
        left = {item.path: item for item in plan if item.action != "refuse"}
        items = [*self._plan, *(item for path, item in left.items() if path not in {one.path for one in self._plan})]
        return KnowledgeReport(
            outcomes=tuple(
                self._outcome(item, left.get(item.path, item), stopped)
                for item in sorted(items, key=lambda item: item.path)
            ),
            prune_refused=self._prune_refused if any(item.action == "delete" for item in plan) else None,
            notes=plan.notes,
            stopped=stopped,
        )

    def _outcome(self, item: PlannedItem, left: PlannedItem, stopped: FastGPTError | None) -> ItemOutcome:
        status, reason = self._judged(item, left, stopped)
        return ItemOutcome(
            path=item.path,
            action=item.action,
            status=status,
            reason=reason,
            collection_id=left.keep or self._made.get(item.path),
            error=self._errors.get(item.path),
        )

    def _judged(self, item: PlannedItem, left: PlannedItem, stopped: FastGPTError | None) -> tuple[Status, str]:
        error, failure = self._errors.get(item.path), self._unlearnt.get(item.path)
        if item.action == "refuse":
            return "failed", item.reason
        if error is not None:
            return "failed", str(error) or type(error).__name__
        if left.action in ("unchanged", "delete") and self._gone.issuperset(left.remove):
            return "done", ""
        if stopped is not None and item.path not in self._made:
            return "skipped", "the run ended early"
        if left.action == "delete":
            return "skipped", f"nothing is pruned: {self._prune_refused}"
        if failure is not None:
            return "failed", f"{failure.kind}: {failure.message}"
        if left.action == "retry" and item.path in self._made:
            return "failed", left.reason
        return "pending", "it is not learnt yet"
