"""The state of training, and its failures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.store import Task
from fastgpt_client.testing._server.errors import ServerError, invalid
from fastgpt_client.testing._server.validation import an_id, text
from fastgpt_client.testing._server.versions import Since

from .dataset_lookup import begin, find_collection, find_dataset, page_of

__all__ = ["data", "dataset_errors", "delete", "detail", "errors", "has_error", "queue", "rebuild", "retry"]

_BUSY = "数据集正在训练或者重建中，请稍后再试"
_SAME_MODEL = "vectorModel 不合法"


def detail(call: Call) -> dict[str, Any]:
    """trainingDetail"""
    now = begin(call, {"collectionId": an_id})
    return call.context.forms.training_detail(find_collection(call, call.values.get("collectionId")), now)


def _open(call: Call, dataset_id: str) -> list[Task]:
    """Return the queued tasks of a dataset, excluding those that failed permanently."""
    return [task for task in call.state.shelf.tasks if task.dataset_id == dataset_id and not task.failed]


def queue(call: Call) -> dict[str, Any]:
    """getDatasetTrainingQueue: counts, or from 4.17.2 on only whether there are tasks."""
    begin(call, {"datasetId": an_id})
    dataset = find_dataset(call, call.values.get("datasetId"))
    tasks = _open(call, dataset.id)
    if call.version >= Since.ROWS_BEFORE_INDEXES:
        return {"hasTrainingTask": bool(tasks)}
    rebuilding = sum(task.mode == "rebuildIndex" for task in tasks)
    return {"rebuildingCount": rebuilding, "trainingCount": len(tasks) - rebuilding}


def _failed(tasks: Sequence[Task]) -> list[Task]:
    return [task for task in tasks if task.failed]


def errors(call: Call) -> dict[str, Any]:
    """getTrainingError"""
    begin(call, {"collectionId": an_id})
    collection = find_collection(call, call.values.get("collectionId"))
    failed = _failed(call.state.shelf.tasks_of(collection.id))
    page = page_of(call, 100)
    shown = failed[page.offset : page.offset + page.size]
    return {"list": [call.context.forms.task(task) for task in shown], "total": len(failed)}


def dataset_errors(call: Call) -> dict[str, Any]:
    """getDatasetTrainingError: by collection."""
    begin(call, {"datasetId": an_id})
    values = call.values
    dataset = find_dataset(call, values.get("datasetId"))
    wanted = values.get("collectionId")
    groups: list[dict[str, Any]] = []
    first, size = int(values.get("itemOffset") or 0), min(int(values.get("itemPageSize") or 5), 20)
    for collection in call.state.shelf.of_dataset(dataset.id):
        failed = _failed(call.state.shelf.tasks_of(collection.id))
        if not failed or wanted not in (None, collection.id):
            continue
        about = {"_id": collection.id, "collectionId": collection.id, "name": collection.name, "type": collection.type}
        about |= {"sourceName": collection.name}
        if collection.source_id:
            about["sourceId"] = collection.source_id
        items = [call.context.forms.task(task) for task in failed[first : first + size]]
        more = len(failed) > first + size
        groups.append({"collection": about, "items": items, "errorCount": len(failed), "hasMoreItems": more})
    page = page_of(call, 20)
    return {"list": groups[page.offset : page.offset + page.size], "total": len(groups)}


def has_error(call: Call) -> dict[str, bool]:
    """hasDatasetTrainingError"""
    begin(call, {"datasetId": an_id})
    dataset = find_dataset(call, call.values.get("datasetId"))
    return {"hasError": any(task.failed for task in call.state.shelf.tasks if task.dataset_id == dataset.id)}


def data(call: Call) -> dict[str, Any] | None:
    """getTrainingDataDetail"""
    begin(call, {"collectionId": an_id, "dataId": an_id})
    collection = find_collection(call, call.values.get("collectionId"))
    found = (task for task in call.state.shelf.tasks_of(collection.id) if task.id == call.values.get("dataId"))
    task = next(found, None)
    if task is None:
        return None
    told = {"_id": task.id, "datasetId": task.dataset_id, "collectionId": task.collection_id, "mode": task.mode}
    return {**told, "q": task.q, "a": task.a}


def retry(call: Call) -> None:
    """updateTrainingData: up to 4.14 both dataset and collection are needed, later either one."""
    begin(call)
    values = call.values
    dataset_id, collection_id, task_id = (values.get(name) for name in ("datasetId", "collectionId", "dataId"))
    newer = call.version >= Since.TRAINING_STATUS
    if newer and dataset_id and collection_id and not task_id:
        raise invalid({"code": "custom", "path": [], "message": "collectionId and datasetId exclude each other"})
    # An older server filters by both: without one of them it silently finds nothing.
    tasks = [
        task
        for task in _failed(call.state.shelf.tasks)
        if (not task_id or task.id == task_id)
        and (task.dataset_id == dataset_id or (newer and not dataset_id))
        and (task.collection_id == collection_id or (newer and not collection_id))
    ]
    if newer and task_id and not tasks:
        raise ServerError("data not found")
    for task in tasks if task_id else ():
        task.q, task.a = str(values.get("q") or task.q), str(values.get("a") or task.a)
    call.context.school.retry(tasks)


def delete(call: Call) -> None:
    """deleteTrainingData: from 4.17.2 on the row remains, marked as failed."""
    begin(call, {"collectionId": an_id, "dataId": an_id})
    collection = find_collection(call, call.values.get("collectionId"))
    for task in [task for task in call.state.shelf.tasks_of(collection.id) if task.id == call.values.get("dataId")]:
        call.state.shelf.tasks.remove(task)
        if task.row_id:
            row = collection.rows[task.row_id]
            row.status, row.error = "error", "Training task deleted"


def rebuild(call: Call) -> None:
    """rebuildEmbedding: refused during training, and for the current model."""
    newer = call.version >= Since.TRIMMED_MODELS
    name = "vectorModelId" if newer else "vectorModel"
    begin(call, {"datasetId": an_id, name: text})
    dataset = find_dataset(call, call.values.get("datasetId"))
    if _open(call, dataset.id):
        raise ServerError(_BUSY)
    if call.values.get(name) == dataset.vector_model:
        raise ServerError(_SAME_MODEL)
    dataset.vector_model = str(call.values.get(name))
    call.context.school.rebuild(call.state.shelf.of_dataset(dataset.id))
