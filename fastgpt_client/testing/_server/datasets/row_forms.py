"""The JSON of rows and training tasks in each version."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Since

from .forms import Forms
from .retrieval import Found
from .store import Collection, Row, Task

__all__ = ["RowForms"]


class RowForms(Forms):
    """The JSON of one server's rows and training tasks."""

    # Training

    def training_detail(self, collection: Collection, now: float) -> dict[str, Any]:
        """Return the tasks of a collection, counted by mode."""
        tasks = [task for task in self.shelf.tasks_of(collection.id) if not self._hidden(task)]
        counts = self.school.counts(tasks, now)
        if self.version < Since.TRAINING_STATUS:
            # All pending tasks of the collection, and those ahead of them on the whole server.
            open_tasks = [task for task in tasks if not task.failed]
            counts["trainingCounts"] = {
                mode: sum(task.mode == mode for task in open_tasks) for mode in self.school.modes
            }
            others = [task for task in self.shelf.tasks if not task.failed and task not in tasks]
            counts["queuedCounts"] = {mode: sum(task.mode == mode for task in others) for mode in self.school.modes}
        settings = self.settings(collection)
        names = ("customPdfParse", "imageIndex", "autoIndexes")
        learnt = sum(row.learnt for row in collection.rows.values())
        return {
            **({"trainingType": settings["trainingType"]} if "trainingType" in settings else {}),
            "advancedTraining": {name: bool(settings.get(name)) for name in names},
            **counts,
            "trainedCount": learnt,
        }

    def task(self, task: Task) -> dict[str, Any]:
        """Return a failed task."""
        locked = "2050-01-01T00:00:00.000Z" if task.blocked else wire.iso(wire.now())
        return {
            "_id": task.id,
            **self.owner,
            "datasetId": task.dataset_id,
            "collectionId": task.collection_id,
            "expireAt": wire.iso(wire.now()),
            "lockTime": locked,
            "mode": task.mode,
            "q": task.q,
            "a": task.a,
            "chunkIndex": task.chunk_index,
            "weight": 0,
            "indexes": task.indexes,
            "retryCount": 0,
            "errorMsg": task.error,
            "billId": task.bill_id or task.id,
        }

    # Rows

    def row_item(self, collection: Collection, row: Row, *, deprecated: bool = False) -> dict[str, Any]:
        """Return a row in a list."""
        item: dict[str, Any] = {
            "_id": row.id,
            "datasetId": collection.dataset_id,
            "collectionId": collection.id,
            "q": row.q,
            "a": row.a,
            "chunkIndex": row.chunk_index,
        }
        if self.version < Since.RESPONSES_CHECKED and not deprecated:
            item["teamId"] = self.owner["teamId"]
        if row.image is not None:
            item |= {"imageId": row.id, "imageSize": len(row.image)}
        if row.status:
            item["indexStatus"] = row.status
        return item | ({"indexErrorMsg": row.error} if row.error else {})

    def row(self, collection: Collection, row: Row) -> dict[str, Any]:
        """Return a row with all details."""
        indexes: list[dict[str, Any]] = [
            {"type": index.type, "dataId": index.data_id, "text": index.text} for index in row.indexes
        ]
        if self.version < Since.RESPONSES_CHECKED:
            indexes = [{**index, "_id": wire.stable_id(row.id, index["dataId"])} for index in indexes]
        data = {
            "id": row.id,
            "teamId": self.owner["teamId"],
            "datasetId": collection.dataset_id,
            "collectionId": collection.id,
            "q": row.q,
            "a": row.a,
            "chunkIndex": row.chunk_index,
            "indexes": indexes,
            "updateTime": wire.iso(row.update_time),
            "sourceName": collection.name,
            "isOwner": True,
        }
        if collection.source_id:
            data["sourceId"] = collection.source_id
        if row.image is not None:
            data["imageId"] = row.id
        return data | ({"metadata": row.metadata} if row.metadata is not None else {})

    def found(self, found: Found) -> dict[str, Any]:
        """Return a row that a search found."""
        item: dict[str, Any] = {
            "id": found.row.id,
            "updateTime": wire.iso(found.row.update_time),
            "q": found.row.q,
            "a": found.row.a,
            "chunkIndex": found.row.chunk_index,
            "datasetId": found.collection.dataset_id,
            "collectionId": found.collection.id,
            "sourceName": found.collection.name,
            "score": found.score,
        }
        if found.collection.source_id:
            item["sourceId"] = found.collection.source_id
        return item
