"""Datasets: creating, listing, changing, moving and deleting them."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.store import Dataset
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.validation import ABSENT, a_list, an_id, an_object, one_of, text
from fastgpt_client.testing._server.versions import Since

from .dataset_lookup import begin, find_dataset, page_of, texts, validated

__all__ = [
    "batch_delete",
    "batch_move",
    "create",
    "create_folder",
    "create_usage",
    "delete",
    "detail",
    "listing",
    "page",
    "permission",
    "update",
]

_TYPES = ("folder", "dataset", "websiteDataset", "externalFile", "apiDataset", "feishu", "yuque", "dingtalk")
_MOST = 100


def create(call: Call) -> str:
    """create: a dataset, or a folder."""
    values = call.values
    needed = {"type": one_of(*_TYPES), "name": text, "intro": text}
    if call.version < Since.DATASETS_V2:
        needed["avatar"] = text
    begin(call, {"name": text, **needed})
    if "name" not in values:
        raise ServerError("datasets validation failed: name: Path `name` is required.")
    kind = values.get("type", "dataset")
    if kind not in _TYPES:
        said = f"type: `{kind}` is not a valid enum value for path `type`."
        raise ServerError(f"datasets validation failed: {said}")
    made = Dataset(
        name=values["name"],
        type=kind,
        intro=values.get("intro", ""),
        avatar=values.get("avatar", "/icon/logo.svg"),
        parent_id=values.get("parentId") or None,
        api_server=values.get("apiDatasetServer"),
    )
    return call.state.shelf.add_dataset(made).id


def create_folder(call: Call) -> dict[str, Any]:
    """folder/create: the response does not contain its ID."""
    begin(call, {"name": text, "intro": text})
    values = call.values
    made = Dataset(
        name=values["name"], type="folder", intro=values.get("intro", ""), parent_id=values.get("parentId") or None
    )
    call.state.shelf.add_dataset(made)
    return {}


def _matching(call: Call) -> list[Dataset]:
    """Return the datasets of a list, last changed first."""
    values = call.values
    shelf = call.state.shelf
    found = [dataset for dataset in list(shelf.datasets.values()) if dataset.delete_time is None]
    search = str(values.get("searchKey") or "").lower()
    if search:
        found = [dataset for dataset in found if search in f"{dataset.name}\n{dataset.intro}".lower()]
    elif "parentId" in values:
        found = [dataset for dataset in found if dataset.parent_id == (values["parentId"] or None)]
    kind = values.get("type")
    if not search and kind:
        found = [dataset for dataset in found if dataset.type in (texts(kind) or [str(kind)])]
    return sorted(found, key=lambda dataset: -dataset.order)


def listing(call: Call) -> list[dict[str, Any]]:
    """list: those of a folder, of all folders, or those that match a search."""
    begin(call, None, {"searchKey": text})
    return [call.context.forms.dataset_item(dataset) for dataset in _matching(call)]


def page(call: Call) -> dict[str, Any]:
    """listV2"""
    begin(call)
    found = _matching(call)
    if call.values.get("tmbIds") == []:
        found = []
    part = page_of(call, _MOST)
    shown = [
        {**call.context.forms.dataset_item(dataset), "createTime": wire.iso(dataset.create_time)}
        for dataset in found[part.offset : part.offset + part.size]
    ]
    return {"list": shown, "total": len(found)}


def detail(call: Call) -> dict[str, Any]:
    begin(call, {"id": an_id})
    return call.context.forms.dataset(find_dataset(call, call.values.get("id")))


def update(call: Call) -> None:
    """update: with a key from 4.15 on. An empty name is ignored."""
    if call.version < Since.DATASET_UPDATE_BY_KEY:
        raise coded("unAuthorization")
    begin(call, {"id": an_id})
    values = call.values
    dataset = find_dataset(call, values["id"])
    if "parentId" in values:
        if dataset.parent_id is None or not values["parentId"]:
            raise coded("unAuthorization")  # moving to or from the root is not allowed with a key
        dataset.parent_id = values["parentId"]
    for name in ("name", "avatar"):
        if values.get(name):
            setattr(dataset, name, values[name])
    if "intro" in values:
        dataset.intro = values["intro"]
    if "websiteConfig" in values:
        dataset.website = values["websiteConfig"]
    if "apiDatasetServer" in values:
        dataset.api_server = values["apiDatasetServer"]
    call.state.shelf.touch(dataset)


def delete(call: Call) -> None:
    """delete: including its content. From 4.14.4 on it is only marked at first, and still found by its ID."""
    begin(call, {"id": an_id})
    _delete(call, find_dataset(call, call.values.get("id")))


def _delete(call: Call, dataset: Dataset) -> list[str]:
    shelf = call.state.shelf
    gone = shelf.datasets_below(dataset)
    for item in gone:
        shelf.forget_collections(shelf.of_dataset(item.id))
        if call.version >= Since.SOFT_DELETED_DATASETS:
            item.delete_time = item.delete_time or wire.now()
        else:
            shelf.datasets.pop(item.id, None)
    return [item.id for item in gone]


def batch_delete(call: Call) -> dict[str, list[str]]:
    """batch/delete"""
    begin(call, {"ids": a_list})
    known = [id for id in texts(call.values["ids"]) if id in call.state.shelf.datasets]
    affected = [below for id in known for below in _delete(call, call.state.shelf.datasets[id])]
    return _batch(call, known, affected)


def batch_move(call: Call) -> dict[str, list[str]]:
    """batch/move: also to the root."""
    begin(call, {"ids": a_list})
    parent = call.values.get("parentId", ABSENT)
    if parent:
        find_dataset(call, parent)
    known = [id for id in texts(call.values["ids"]) if id in call.state.shelf.datasets and id != parent]
    for id in known:
        call.state.shelf.datasets[id].parent_id = parent or None
    return _batch(call, known, known)


def _batch(call: Call, done: list[str], affected: list[str]) -> dict[str, list[str]]:
    failed = [id for id in texts(call.values["ids"]) if id not in done]
    return {"successIds": done, "failedIds": failed, "affectedIds": affected}


def permission(call: Call) -> dict[str, Any]:
    """getPermission"""
    begin(call, {"id": an_id})
    found = call.state.shelf.datasets.get(str(call.values.get("id")))
    may = found is not None
    return {"datasetName": found.name if found else "", "permission": {"hasWritePer": may, "hasReadPer": may}}


def create_usage(call: Call) -> str:
    """createTrainingUsage: a bill."""
    begin(call, {"datasetId": an_id} if validated(call) else None, {"name": text, "extra": an_object})
    find_dataset(call, call.values.get("datasetId"))
    return wire.object_id()
