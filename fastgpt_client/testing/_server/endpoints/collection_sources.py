"""What becomes a collection without a form: texts, links, files of an outside source; and how a text would be cut."""

from __future__ import annotations

from typing import Any

from fastgpt_client._json import as_object
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.chunks import cut
from fastgpt_client.testing._server.datasets.store import Collection
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.validation import a_list, an_id, one_of, text
from fastgpt_client.testing._server.versions import Since

from .collection_files import add, add_file, chunk_settings, created
from .dataset_lookup import begin, find_collection, find_dataset, objects

__all__ = [
    "api_collection",
    "api_collections",
    "api_file_ids",
    "api_files",
    "commercial",
    "empty",
    "link",
    "preview",
    "preview_text",
    "retrain",
    "text_file",
]


def empty(call: Call) -> str:
    """create: a collection without rows, or a folder; it keeps neither settings nor metadata."""
    begin(call, {"datasetId": an_id, "name": text, "type": one_of("folder", "virtual")})
    values = call.values
    collection = add(call, values, name=values["name"], type=values.get("type", "virtual"))
    collection.settings = {}
    return collection.id


def text_file(call: Call) -> dict[str, Any]:
    """create/text: the text becomes a file."""
    begin(call, {"datasetId": an_id, "name": text, "text": text})
    values = call.values
    find_dataset(call, values.get("datasetId"))
    if "text" not in values:
        raise ServerError(
            "The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an "
            "Array-like Object. Received undefined"
        )
    body = str(values["text"])
    if call.version < Since.TEXT_IS_A_FILE:
        made = add(call, values, name=values["name"], metadata=values.get("metadata"), text=body)
        call.context.school.parse(made)
        return created(made, len(cut(body, made.settings)))
    name = f"{values['name']}.txt"
    return created(add_file(call, values, name, body.encode(), values.get("metadata")))


def link(call: Call) -> dict[str, Any]:
    """create/link: the page is fetched when its turn comes."""
    begin(call, {"datasetId": an_id, "link": text})
    values = call.values
    selector = as_object(values.get("metadata")).get("webPageSelector", "body")
    metadata = {"webPageSelector": selector, "relatedImgId": values["link"]}
    collection = add(call, values, name=values["link"], type="link", link=values["link"], metadata=metadata)
    call.context.school.parse(collection)
    return created(collection)


def retrain(call: Call) -> dict[str, str]:
    """reTrainingCollection: all anew, under another id."""
    begin(call, {"collectionId": an_id})
    shelf = call.state.shelf
    old = find_collection(call, call.values.get("collectionId"))
    new = Collection(
        dataset_id=old.dataset_id,
        name=old.name,
        type=old.type,
        parent_id=old.parent_id,
        tags=old.tags,
        settings={**old.settings, **chunk_settings(call.values)},
        metadata=old.metadata,
        text=old.text,
        original=old.original,
        file_id=old.file_id,
        link=old.link,
        api_file=old.api_file,
    )
    shelf.forget_collections([old])
    call.context.school.parse(shelf.add_collection(new))
    return {"collectionId": new.id}


# Files of an outside source


def api_files(call: Call) -> list[dict[str, Any]]:
    """apiDataset/list: the files of a folder."""
    begin(call, {"datasetId": an_id})
    find_dataset(call, call.values.get("datasetId"))
    parent = call.values.get("parentId") or None
    hidden = {"content"}
    found = [item for item in call.state.shelf.api_files if item.get("parentId") == parent]
    return [{name: value for name, value in item.items() if name not in hidden} for item in found]


def api_file_ids(call: Call) -> list[str]:
    """listExistId"""
    begin(call, {"datasetId": an_id})
    find_dataset(call, call.values.get("datasetId"))
    every = call.state.shelf.of_dataset(call.values["datasetId"])
    return [str(item.api_file["apiFileId"]) for item in every if "apiFileId" in item.api_file]


def api_collections(call: Call) -> None:
    """apiCollectionV2: folders with all that is in them; what is there already is passed over."""
    begin(call, {"datasetId": an_id, "apiFiles": a_list})
    for item in objects(call.values["apiFiles"]):
        _take(call, item)


def api_collection(call: Call) -> Any:
    """apiCollection: one file; the older form."""
    begin(call, {"datasetId": an_id, "name": text, "apiFileId": text})
    values = call.values
    known = [item for item in call.state.shelf.api_files if item["id"] == values["apiFileId"]]
    asked = {"id": values["apiFileId"], "name": values["name"], "type": "file"}
    made = _take(call, known[0] if known else asked)
    return None if call.version >= Since.API_COLLECTIONS or made is None else created(made)


def _take(call: Call, item: dict[str, Any]) -> Collection | None:
    """Add a collection of a file, or of each file of a folder."""
    shelf, values = call.state.shelf, call.values
    if item.get("type") == "folder":
        for inner in [other for other in shelf.api_files if other.get("parentId") == item["id"]]:
            _take(call, inner)
        return None
    find_dataset(call, values.get("datasetId"))
    known = [other.api_file.get("apiFileId") for other in shelf.of_dataset(values["datasetId"])]
    if item["id"] in known:
        return None
    content = str(next((other.get("content", "") for other in shelf.api_files if other["id"] == item["id"]), ""))
    about = {"apiFileId": item["id"], "apiFileParentId": item.get("parentId")}
    collection = add(
        call,
        values,
        name=item["name"],
        type="apiFile",
        text=content,
        api_file={name: value for name, value in about.items() if value is not None},
        metadata={"relatedImgId": item["id"]},
    )
    call.context.school.parse(collection)
    return collection


def commercial(call: Call) -> None:
    """externalFileUrl: not on a community edition."""
    raise ServerError("未配置商业版链接: PRO_URL")


# Previews


def preview_text(call: Call) -> dict[str, Any]:
    """getRawTextPreviewChunks"""
    begin(call, {"datasetId": an_id, "rawText": text})
    return _preview(call, str(call.values["rawText"]))


def preview(call: Call) -> dict[str, Any]:
    """getPreviewChunks: of a link, or of a collection that is learnt anew."""
    begin(call, {"datasetId": an_id, "sourceId": text})
    values = call.values
    if values.get("type") == "link":
        found = call.state.shelf.pages.get(values["sourceId"])
        if found is None:
            raise ServerError("Can not fetch content from link")
        return _preview(call, found)
    return _preview(call, find_collection(call, values["sourceId"]).text or "")


def _preview(call: Call, text: str) -> dict[str, Any]:
    pieces = cut(text, call.values)
    return {"chunks": [{"q": piece, "a": ""} for piece in pieces[:10]], "total": len(pieces)}
