"""The recorded servers' knowledge bases, set up on the embedded one as they were when each exchange was recorded."""

from __future__ import annotations

import json
import math
from typing import Any

from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.testing._server.datasets.store import Collection, Dataset, Index, Row, Task
from tests.support.recordings import Recording, load

# What was there when the lists were recorded; of the second set of 4.16.0 at another time.
LISTS = {
    "4.11.1": "collection-listV2--ok",
    "4.16.0": "collection-listV2--ok",
    "4.16.0-more": "collection-listV2--pushed-queued",
}
# Other models were configured there.
OTHER_MODELS = {
    "embedding": {
        **{"provider": "OpenAI", "model": "fake-embed", "name": "fake-embed", "isActive": True, "isCustom": True},
        **{"type": "embedding", "charsPointsPrice": 1, "defaultToken": 500, "maxToken": 3000, "weight": 100},
        "isDefault": True,
    },
}
# What had been deleted before.
DELETED = {
    "dataset-delete--again": "dataset",
    "dataset-detail--deleted": "dataset",
    "collection-delete--again": "collection",
    "collection-detail--deleted": "collection",
    "data-delete--again": "row",
    "data-delete--twice": "row",
}


def data_of(version: str, name: str) -> Any:
    return json.loads(load(version)[name].text)["data"]


def set_up(server: FakeFastGPT, recording: Recording) -> None:
    """Let the server have what the recorded one had."""
    version, shelf = recording.version, server.state.shelf
    for things in (shelf.datasets, shelf.collections, shelf.pages):
        things.clear()
    shelf.tasks.clear()
    shelf.api_files[:] = [
        {"id": "f1", "name": "moons.md", "type": "file", "parentId": None, "content": "Io is a moon."},
        {"id": "d1", "name": "folder", "type": "folder", "parentId": None},
        {"id": "f2", "name": "moons.md", "type": "file", "parentId": "d1", "content": "Titan is a moon."},
    ]
    more = version.endswith("-more")
    if more:
        shelf.embedding.clear()
        shelf.embedding.update(OTHER_MODELS["embedding"])
        shelf.chat_model.clear()
        shelf.chat_model.update(_model_of_more())
    shelf.pages["http://localhost/page"] = "Titan is the largest moon of Saturn."
    lists = ("dataset-list--root", "dataset-list--search") if more else ("dataset-list--post",)
    for item in reversed([item for name in lists for item in data_of(version, name)]):
        made = Dataset(name=item["name"], type=item["type"], id=item["_id"], intro=item["intro"], avatar=item["avatar"])
        shelf.add_dataset(made)
    if more:
        api = {"apiServer": {"baseUrl": "http://localhost", "authorization": "secret", "basePath": ""}}
        files = data_of(version, "dataset-create--apiDataset")
        shelf.add_dataset(Dataset(name="api files", type="apiDataset", id=files, api_server=api))
    for item in reversed(data_of(version, LISTS[version])["list"]):
        dataset = load(version)[LISTS[version]].json["datasetId"]
        _add_collection(server, dataset, item)
    _add_details(server, version)
    _add_rows(server, version)
    _as_it_was(server, recording)


def _model_of_more() -> dict[str, Any]:
    return dict(data_of("4.16.0-more", "dataset-detail--deleted")["agentModel"])


def _add_collection(server: FakeFastGPT, dataset: str, item: dict[str, Any]) -> Collection:
    kept = {"trainingType"} & item.keys()
    collection = Collection(
        dataset_id=dataset,
        id=item["_id"],
        name=item["name"],
        type=item["type"],
        tags=item.get("tags"),
        settings={name: item[name] for name in kept},
        file_id=item.get("fileId", ""),
        link=item.get("rawLink", ""),
        text="Titan is the largest moon of Saturn.",
    )
    server.state.shelf.add_collection(collection)
    if item["type"] == "file" or item.get("hasError"):
        error = "NotFound" if item.get("hasError") else ""
        for _ in range(min(1, item.get("trainingAmount", 0))):
            _add_task(server, collection, "parse", error=error)
    return collection


def _add_task(server: FakeFastGPT, collection: Collection, mode: str, **more: Any) -> None:
    times = {"begins": 0.0, "due": math.inf} | more
    task = Task(dataset_id=collection.dataset_id, collection_id=collection.id, mode=mode, **times)
    server.state.shelf.tasks.append(task)


def _add_details(server: FakeFastGPT, version: str) -> None:
    """Add what the collections that were read in full had."""
    shelf = server.state.shelf
    for name, recording in load(version).items():
        if recording.endpoint != "collection-detail" or recording.status != 200:
            continue
        data = data_of(version, name)
        collection = shelf.collections.get(data["_id"]) or _add_collection(server, data["datasetId"], data)
        settings = ("trainingType", "chunkTriggerType", "chunkSettingMode", "chunkSplitMode", "chunkSize")
        collection.settings = {name: data[name] for name in settings if name in data}
        collection.metadata = data.get("metadata")
        collection.parsed = "rawTextLength" in data
        collection.original = b"x"
        about = ("apiFileId", "apiFileParentId")
        collection.api_file = {name: data[name] for name in about if name in data}


def _add_rows(server: FakeFastGPT, version: str) -> None:
    shelf = server.state.shelf
    for name, recording in load(version).items():
        if recording.endpoint == "data-v2-list":
            for item in reversed(data_of(version, name)["list"]):
                collection = shelf.collections[item["collectionId"]]
                row = Row(item["q"], item["a"], id=item["_id"])
                shelf.set_indexes(row, [])
                collection.rows.setdefault(row.id, row)
    for name, recording in load(version).items():
        if recording.endpoint == "data-detail" and recording.status == 200:
            data = data_of(version, name)
            indexes = [Index(index["text"], index["dataId"], index["type"]) for index in data["indexes"]]
            row = Row(data["q"], data["a"], id=data["id"], metadata=data.get("metadata"), indexes=indexes)
            shelf.collections[data["collectionId"]].rows[row.id] = row


def _as_it_was(server: FakeFastGPT, recording: Recording) -> None:
    """Add what was so at the time of one exchange alone."""
    shelf, name = server.state.shelf, recording.name
    wanted = recording.query.get("id") or (recording.json or {}).get("collectionId", "")
    if "names" in name or "localFile--name" in name:
        shelf.add_dataset(Dataset(name="names", id="6b0770cae19b465e8b669cf0"))
    if name == "dataset-list--root":
        shelf.datasets = {id: item for id, item in shelf.datasets.items() if item.type == "folder"}
    if name in ("dataset-getPermission--ok", "dataset-detail--deleted"):
        dataset = shelf.datasets[recording.query["id"]]
        dataset.name, dataset.intro = "solar system", "renamed"
    if "pushed-queued" in name or name in ("training-queue--queued", "training-queue--done"):
        collection = next(item for item in shelf.collections.values() if item.name.startswith("pushed"))
        for number in range(180 if "pushed" in name else 1):
            _add_task(server, collection, "chunk", begins=0.0 if number < 10 else math.inf)
    if name in ("collection-detail--with-errors", "collection-listV2--search"):
        collection = next(item for item in shelf.collections.values() if item.name.startswith("pushed"))
        _add_task(server, collection, "chunk")
        if name == "collection-detail--with-errors":
            collection.forbid = False
    if "dead-link" in name or recording.endpoint in (
        "training-getDatasetTrainingError",
        "training-hasDatasetTrainingError",
    ):
        about = recording.json or recording.query
        link = {"_id": about.get("collectionId", "6b076f8ae19b465e8b664e57"), "name": "http://localhost/none"}
        dataset = load("4.16.0-more")["collection-listV2--search"].json["datasetId"]
        collection = _add_collection(server, dataset, {**link, "type": "link", "rawLink": "http://localhost/none"})
        collection.settings = {"trainingType": "chunk"}
        shelf.tasks.clear()
        _add_task(server, collection, "parse", error="Can not fetch content from link")
    if name == "data-index--update":
        _row_with(server, recording.json["dataId"], "435")
    if name == "data-index--delete":
        _row_with(server, recording.json["dataId"], "436")
    if name in ("data-insertData--ok", "data-insertData--twice", "data-insertData--embedding-fails"):
        collection = shelf.collections[recording.json["collectionId"]]
        collection.rows.clear()
        if name.endswith("twice"):
            row = Row(recording.json["q"], recording.json["a"])
            collection.rows[row.id] = row
    if recording.endpoint == "collection-delete" and recording.status == 200:
        for id in [recording.query["id"]] if "id" in recording.query else recording.json["collectionIds"]:
            if id not in shelf.collections:
                shelf.add_collection(Collection(dataset_id=next(iter(shelf.datasets)), id=id, name="x"))
    if recording.endpoint == "collection-detail" and recording.status == 200:
        about = data_of(recording.version, name)
        dataset = shelf.datasets[about["datasetId"]]
        dataset.name, dataset.intro = about["dataset"]["name"], about["dataset"]["intro"]
        shelf.collections[about["_id"]].name = about["name"]
    if recording.endpoint in ("searchTest", "data-list", "data-v2-list") and recording.status == 200:
        _rows_of(server, data_of(recording.version, name)["list"])
    _delete(server, recording, str(wanted))


def _rows_of(server: FakeFastGPT, items: list[dict[str, Any]]) -> None:
    """Let the server have the rows that were found or listed, and no others."""
    shelf = server.state.shelf
    for collection in shelf.collections.values():
        collection.rows.clear()
        collection.forbid = None
    for item in reversed(items):
        collection = shelf.collections[item["collectionId"]]
        collection.name = item.get("sourceName", collection.name)
        collection.file_id = item.get("sourceId", "") if collection.type == "file" else ""
        row = Row(item["q"], item.get("a", ""), id=item.get("_id") or item["id"])
        extra = ["volcano moon"] if row.q.startswith("Io has") else []
        shelf.set_indexes(row, [{"text": text} for text in extra])
        collection.rows[row.id] = row


def _row_with(server: FakeFastGPT, row_id: str, index_id: str) -> None:
    found = server.state.shelf.row(row_id)
    assert found is not None
    found[1].indexes.append(Index("x", index_id))


def _delete(server: FakeFastGPT, recording: Recording, wanted: str) -> None:
    """Delete what had been deleted."""
    shelf, kind = server.state.shelf, DELETED.get(recording.name)
    if kind == "dataset" and recording.version == "4.11.1":
        shelf.datasets.pop(wanted, None)
    elif kind == "dataset":
        if wanted not in shelf.datasets:
            shelf.add_dataset(Dataset(name="solar system", id=wanted, intro="renamed"))
        shelf.datasets[wanted].delete_time = shelf.datasets[wanted].update_time
    elif kind == "collection":
        shelf.collections.pop(wanted, None)
    elif kind == "row" and (found := shelf.row(wanted)) is not None:
        del found[0].rows[wanted]
