"""Collections that need no form: texts and links; and previews of splitting."""

from __future__ import annotations

from typing import Any

from fastgpt_client._json import as_object
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.chunks import cut
from fastgpt_client.testing._server.datasets.store import Collection
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.validation import an_id, one_of, text
from fastgpt_client.testing._server.versions import Since

from .collection_files import add, add_file, chunk_settings, created
from .dataset_lookup import begin, find_collection, find_dataset

__all__ = [
    "commercial",
    "empty",
    "link",
    "preview",
    "preview_text",
    "retrain",
    "text_file",
]


def empty(call: Call) -> str:
    """create: a collection without rows, or a folder; settings and metadata are ignored."""
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
    """create/link: the page is fetched by a training task."""
    begin(call, {"datasetId": an_id, "link": text})
    values = call.values
    selector = as_object(values.get("metadata")).get("webPageSelector", "body")
    metadata = {"webPageSelector": selector, "relatedImgId": values["link"]}
    collection = add(call, values, name=values["link"], type="link", link=values["link"], metadata=metadata)
    call.context.school.parse(collection)
    return created(collection)


def retrain(call: Call) -> dict[str, str]:
    """reTrainingCollection: everything is learnt again, under a new ID."""
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


def commercial(call: Call) -> None:
    """externalFileUrl: not on a community edition."""
    raise ServerError("未配置商业版链接: PRO_URL")


# Previews


def preview_text(call: Call) -> dict[str, Any]:
    """getRawTextPreviewChunks"""
    begin(call, {"datasetId": an_id, "rawText": text})
    return _preview(call, str(call.values["rawText"]))


def preview(call: Call) -> dict[str, Any]:
    """getPreviewChunks: of a link, or of a collection to be learnt again."""
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
