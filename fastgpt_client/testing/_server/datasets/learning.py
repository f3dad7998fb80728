"""Training: texts become rows, and rows are learnt, with the delay and the faults that a test requests."""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias, get_args

from fastgpt_client.testing._server.versions import Since, Version

from .chunks import cut
from .store import Collection, Row, Shelf, Task

__all__ = ["MODES", "School", "TrainingFault", "TrainingFaultKind"]

TrainingFaultKind: TypeAlias = Literal["fail", "stall", "block"]
MODES = ("parse", "chunk", "qa", "auto", "image", "imageParse")
NEWER_MODES = ("parse", "index", "qa", "auto", "image", "imageParse", "rebuildIndex", "rebuildSynonym")
# The number of concurrent tasks, as on the recorded server.
_AT_ONCE = 10
_MESSAGES = {"fail": "the model failed", "block": "common:code_error.team_error.ai_points_not_enough"}
_TITLE = ("<title>", "</title>")


@dataclass(eq=False, kw_only=True)
class TrainingFault:
    """A fault of training tasks, see `FakeFastGPT.training_fault`. As a context manager, it ends with the block.

    Attributes:
        kind: "fail", "stall" or "block".
        stage: the mode of the tasks that fail, None for any.
        when: a function that selects tasks by the text of the row or the name of the collection, None for all.
        left: how many tasks are still going to fail, None for all.
        hits: how many tasks have failed.
        message: the error message, "" for that of the kind.
    """

    kind: TrainingFaultKind
    stage: str | None = None
    when: Callable[[str], bool] | None = None
    left: int | None = 1
    hits: int = 0
    message: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(TrainingFaultKind):
            raise ValueError(f"training fault {self.kind!r} is not one of {', '.join(get_args(TrainingFaultKind))}")
        known = {*MODES, *NEWER_MODES}
        if self.stage is not None and self.stage not in known:
            raise ValueError(f"stage {self.stage!r} is not one of {', '.join(sorted(known))}")

    def meets(self, stage: str, text: str) -> bool:
        """Return whether the fault applies to a task.

        Args:
            stage: the mode of the task.
            text: the text of the row, or the name of the collection.
        """
        # Newer servers renamed "chunk" to "index".
        same = self.stage is None or stage == self.stage or {stage, self.stage} == {"chunk", "index"}
        return self.left != 0 and same and (self.when is None or self.when(text))

    def remove(self) -> None:
        """End the fault: no more tasks fail."""
        self.left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


class School:
    """Trains the knowledge bases of a server. Nothing runs in the background: reading the state does what is due."""

    def __init__(
        self, shelf: Shelf, version: Version, delay: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.shelf, self.version, self.delay, self.clock = shelf, version, delay, clock
        self.faults: list[TrainingFault] = []
        self._free = [0.0] * _AT_ONCE

    @property
    def learnt(self) -> str:
        """The status of a learnt row."""
        return "indexed" if self._rows_first else ""

    @property
    def modes(self) -> tuple[str, ...]:
        return NEWER_MODES if self._rows_first else MODES

    @property
    def _rows_first(self) -> bool:
        return self.version >= Since.ROWS_BEFORE_INDEXES

    def settle(self) -> float:
        """Do everything that is due, and return the current time."""
        with self.shelf.lock:
            now = self.clock()
            while due := [task for task in self.shelf.tasks if task.due <= now and not task.failed]:
                for task in sorted(due, key=lambda task: task.due):
                    self._do(task)
            return now

    def counts(self, tasks: Sequence[Task], now: float) -> dict[str, dict[str, int]]:
        """Return how many tasks are queued, active and failed, by mode."""
        found = {kind: dict.fromkeys(self.modes, 0) for kind in ("queuedCounts", "trainingCounts", "errorCounts")}
        for task in [task for task in tasks if task.mode in self.modes]:
            kind = "errorCounts" if task.failed else "queuedCounts" if now < task.begins else "trainingCounts"
            found[kind][task.mode] += 1
        return found

    def parse(self, collection: Collection, failure: str = "") -> None:
        """Enqueue splitting a collection's text and learning its pieces; `failure` is why it has no text."""
        task = self._enqueue(collection, "parse", self.clock())
        task.error = failure or task.error

    def learn(self, collection: Collection, rows: Sequence[Mapping[str, Any]], bill_id: str = "") -> None:
        """Enqueue learning rows that were pushed into a collection."""
        mode = str(collection.settings.get("trainingType", "chunk"))
        for row in rows:
            image = row.get("image")
            self._teach(collection, "image" if image else "qa" if mode == "qa" else "chunk", row, self.clock(), bill_id)

    def retry(self, tasks: Sequence[Task]) -> None:
        """Retry failed tasks."""
        for task in tasks:
            task.error, task.blocked = "", False
            row = self.shelf.collections[task.collection_id].rows.get(task.row_id)
            if row is not None:
                row.status, row.error = "indexing", ""
            task.begins, task.due = self._times(self.clock())
            self._meet(task, task.q or self.shelf.collections[task.collection_id].name)

    def rebuild(self, collections: Sequence[Collection]) -> None:
        """Enqueue recomputing the vectors of all rows."""
        for collection in collections:
            for row in collection.rows.values():
                task = self._enqueue(collection, "rebuildIndex", self.clock(), row_id=row.id)
                if self._rows_first:
                    row.status = "rebuildIndexFailed" if task.failed else "rebuildIndexPending"

    def _teach(self, collection: Collection, mode: str, row: Mapping[str, Any], now: float, bill_id: str = "") -> None:
        task = self._enqueue(
            collection,
            "index" if mode == "chunk" and self._rows_first else mode,
            now,
            q=str(row.get("q") or ""),
            a=str(row.get("a") or ""),
            chunk_index=int(row.get("chunkIndex") or 0),
            indexes=[dict(index) for index in row.get("indexes") or ()],
            metadata=row.get("metadata"),
            image=row.get("image"),
            bill_id=bill_id,
        )
        if self._rows_first:
            made = self._row(collection, task)
            made.status, task.row_id = "error" if task.failed else "indexing", made.id
            made.error = task.error

    def _enqueue(self, collection: Collection, mode: str, now: float, **more: Any) -> Task:
        begins, due = self._times(now)
        task = Task(
            dataset_id=collection.dataset_id, collection_id=collection.id, mode=mode, begins=begins, due=due, **more
        )
        self.shelf.tasks.append(task)
        self._meet(task, task.q or collection.name)
        return task

    def _times(self, now: float) -> tuple[float, float]:
        begins = max(now, heapq.heappop(self._free))
        heapq.heappush(self._free, begins + self.delay)
        return begins, begins + self.delay

    def _meet(self, task: Task, text: str) -> None:
        """Make a task fail if a fault applies. An embedding that fails because of its text is retried forever."""
        fault = next((fault for fault in self.faults if fault.meets(task.mode, text)), None)
        if fault is None:
            if "EMBFAIL" in task.q:
                task.due = math.inf
            return
        fault.hits += 1
        fault.left = None if fault.left is None else fault.left - 1
        if fault.kind == "stall":
            task.due = math.inf
        else:
            task.error = fault.message or _MESSAGES[fault.kind]
            task.blocked = fault.kind == "block"

    def _do(self, task: Task) -> None:
        collection = self.shelf.collections[task.collection_id]
        if task.mode == "parse":
            if not self._parse(collection, task):
                return
        elif task.mode == "rebuildIndex":
            collection.rows[task.row_id].status = self.learnt
        else:
            row = collection.rows[task.row_id] if task.row_id else self._row(collection, task)
            row.status = self.learnt
        self.shelf.tasks.remove(task)
        if not self.shelf.tasks_of(collection.id):
            self.shelf.touch(collection)

    def _parse(self, collection: Collection, task: Task) -> bool:
        if collection.type == "link":
            page = self.shelf.pages.get(collection.link)
            if page is None:
                task.error = "Can not fetch content from link"
                return False
            collection.text = page
            if _TITLE[0] in page:
                collection.name, _, collection.text = page.partition(_TITLE[0])[2].partition(_TITLE[1])
        elif collection.type == "apiFile" and collection.text is None:  # a retry does not read it again
            task.error = "The file could not be read"
            return False
        collection.parsed = True
        mode = str(collection.settings.get("trainingType", "chunk"))
        for place, piece in enumerate(cut(collection.text or "", collection.settings)):
            self._teach(collection, "qa" if mode == "qa" else "chunk", {"q": piece, "chunkIndex": place}, task.due)
        return True

    def _row(self, collection: Collection, task: Task) -> Row:
        q, a = task.q, task.a
        if task.mode == "qa" and not a:
            q, a = f"What is said of {q.split('.')[0][:40].strip()}?", q
        row = Row(q, a, task.chunk_index, metadata=task.metadata, image=task.image)
        self.shelf.set_indexes(row, task.indexes)
        collection.rows[row.id] = row
        return row
