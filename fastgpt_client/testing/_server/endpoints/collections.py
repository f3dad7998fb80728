"""The collections of knowledge bases: listed, read, changed, deleted."""

from __future__ import annotations

import csv
import io
from typing import Any

from starlette.responses import Response

from fastgpt_client._json import as_object
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.store import Collection
from fastgpt_client.testing._server.errors import coded, invalid
from fastgpt_client.testing._server.validation import an_id, check, text
from fastgpt_client.testing._server.versions import Since

from .api_files import sync_api_file, where_to_read
from .dataset_lookup import begin, find_collection, find_dataset, missing, page_of, texts, validated

__all__ = ["delete", "detail", "export", "listing", "old_list", "original", "read", "scroll", "sync", "update"]


def _matching(call: Call, *, everywhere: bool) -> list[Collection]:
    """Return the collections of a list, last changed first."""
    values = call.values
    find_dataset(call, values.get("datasetId"))
    found = call.state.shelf.of_dataset(values["datasetId"])
    search = str(values.get("searchText") or "").lower()
    if not (search and everywhere):
        found = [collection for collection in found if collection.parent_id == (values.get("parentId") or None)]
    found = [collection for collection in found if search in collection.name.lower()]
    if values.get("selectFolder"):
        found = [collection for collection in found if collection.type == "folder"]
    # Tags are stored by name here, and searching for a name finds nothing.
    return [] if values.get("filterTags") else found


def listing(call: Call) -> dict[str, Any]:
    """listV2"""
    now = begin(call, {"datasetId": an_id}, {"searchText": text})
    everywhere = call.version >= Since.NAMES_FOUND_IN_ALL_FOLDERS
    found = _matching(call, everywhere=everywhere)
    page = page_of(call, 100 if call.version >= Since.PAGES_OF_100_COLLECTIONS else 30)
    forms = call.context.forms
    items = [forms.collection_item(item, now) for item in found[page.offset : page.offset + page.size]]
    if call.values.get("simple"):
        items = [{**item, "dataAmount": 0, "trainingAmount": 0} for item in items]
    return {"list": items, "total": len(found)}


def scroll(call: Call) -> dict[str, Any]:
    """scrollList: searches only in the folder."""
    now = begin(call, {"datasetId": an_id})
    found = _matching(call, everywhere=False)
    page = page_of(call, 30)
    shown = found[page.offset : page.offset + page.size]
    return {
        "list": [call.context.forms.collection_item(item, now, kind="scrollList") for item in shown],
        "total": len(found),
    }


def old_list(call: Call) -> dict[str, Any]:
    """list: by page number."""
    now = begin(call, {"datasetId": an_id})
    found = _matching(call, everywhere=False)
    size = int(call.values.get("pageSize") or 10)
    number = int(call.values.get("pageNum") or 1)
    shown = found[(number - 1) * size : number * size]
    return {
        "pageNum": number,
        "pageSize": size,
        "data": [call.context.forms.collection_item(item, now, kind="list") for item in shown],
        "total": len(found),
    }


def detail(call: Call) -> dict[str, Any]:
    now = begin(call, {"id": an_id})
    return call.context.forms.collection(find_collection(call, call.values.get("id")), now)


def update(call: Call) -> None:
    """update: metadata is left unchanged."""
    begin(call)
    values = call.values
    if "id" in values:
        collection = find_collection(call, values["id"])
    else:
        named = (values.get("datasetId"), values.get("externalFileId"))
        every = call.state.shelf.collections.values()
        found = (item for item in every if (item.dataset_id, item.api_file.get("externalFileId")) == named)
        collection = next(found, None) or find_collection(call, "unknown")
    if values.get("name"):
        collection.name = values["name"]
    if "parentId" in values:
        collection.parent_id = values["parentId"] or None
    if "tags" in values:
        collection.tags = texts(values["tags"])
    if "forbid" in values:
        for item in call.state.shelf.below(collection):
            item.forbid = values["forbid"]
    call.state.shelf.touch(collection)


def delete(call: Call) -> None:
    """delete: where the IDs are read from depends on the version."""
    query, body = call.request.query, call.request.json
    if validated(call):
        check(body if body is not None else "", None, None)
    call.team_key()
    call.context.school.settle()
    ids = texts(as_object(body).get("collectionIds"))
    by_body = call.version >= Since.DELETE_COLLECTIONS_BY_BODY
    by_query = not by_body or call.version >= Since.DELETE_COLLECTION_BY_EITHER
    wanted = [query["id"]] if by_query and query.get("id") else ids if by_body else []
    if not wanted:
        raise missing(call)
    shelf = call.state.shelf
    for id in wanted:
        shelf.forget_collections(shelf.below(find_collection(call, id)))


async def sync(call: Call) -> str:
    """sync: a link or file that has changed is learnt again, under a new ID."""
    begin(call, {"collectionId": an_id})
    shelf = call.state.shelf
    collection = find_collection(call, call.values.get("collectionId"))
    if collection.type not in ("link", "apiFile"):
        raise coded("notSupportSync")
    if collection.type == "apiFile":
        return await sync_api_file(call, collection)
    page = shelf.pages.get(collection.link)
    if page is None:
        return "failed"
    if collection.text is not None and page.endswith(collection.text):
        return "sameRaw"
    shelf.forget_collections([collection])
    renewed = Collection(
        dataset_id=collection.dataset_id,
        name=collection.link,
        type="link",
        parent_id=collection.parent_id,
        tags=collection.tags,
        settings=collection.settings,
        metadata=collection.metadata,
        link=collection.link,
    )
    call.context.school.parse(shelf.add_collection(renewed))
    return "success"


async def read(call: Call) -> dict[str, str]:
    """read: the URL of the original."""
    begin(call, {"collectionId": an_id})
    collection = find_collection(call, call.values.get("collectionId"))
    value = await where_to_read(call, collection) if collection.type == "apiFile" else collection.link
    if collection.file_id:
        value = f"http://{call.header('host')}/api/system/file/collection/{collection.id}"
    return {"type": "url", "value": value}


def original(call: Call) -> Response:
    """The URL that `read` returns; it needs no key."""
    found = call.state.shelf.collections.get(call.request.path.rsplit("/", 1)[1])
    if found is None:
        raise coded("unAuthFile")
    return Response(found.original, 200, media_type="application/octet-stream")


def export(call: Call) -> Response:
    """export: the rows as a table."""
    begin(call, {"collectionId": an_id})
    collection = find_collection(call, call.values.get("collectionId"))
    if validated(call) and set(call.values) - {"collectionId"}:
        raise invalid({"code": "unrecognized_keys", "path": [], "message": "Unrecognized keys"})
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    newer = call.version >= Since.RESPONSES_CHECKED
    writer.writerow(("q", "a") if newer else ("index", "content"))
    writer.writerows((row.q, row.a) for row in sorted(collection.rows.values(), key=lambda row: row.chunk_index))
    body = "\ufeff" + table.getvalue()
    return Response(body.encode(), 200, media_type="text/csv; charset=utf-8")
