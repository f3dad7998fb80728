"""Files of an external source: a library that the user serves, or what a test put into `shelf.api_files`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastgpt_client._json import as_object, is_array
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.context import ServerContext
from fastgpt_client.testing._server.datasets.store import Collection, Dataset
from fastgpt_client.testing._server.errors import ServerError
from fastgpt_client.testing._server.user_server import UserServer, UserServerError
from fastgpt_client.testing._server.validation import a_list, an_id, text
from fastgpt_client.testing._server.versions import Since

from .collection_files import add, created
from .dataset_lookup import begin, find_dataset, objects

__all__ = ["api_collection", "api_collections", "api_file_ids", "api_files", "sync_api_file", "where_to_read"]

_TIMEOUT = 60.0


class Library:
    """A library of files that a user serves, called like FastGPT does."""

    def __init__(self, settings: Mapping[str, Any], context: ServerContext) -> None:
        self._server = UserServer(
            str(settings["baseUrl"]), authorization=str(settings.get("authorization") or ""), timeout=_TIMEOUT
        )
        self._root = str(settings.get("basePath") or "")
        self._context = context

    async def _ask(
        self, method: str, path: str, *, json: Mapping[str, Any] | None = None, id: str | None = None
    ) -> Any:
        try:
            answer = await self._context.ask(self._server.ask(method, f"/v1/file/{path}", json=json, id=id))
        except UserServerError as error:
            raise ServerError(str(error)) from None
        if answer.get("success") is not True:
            raise ServerError(str(answer.get("message") or "Request failed"))
        return answer.get("data")

    async def list(self, parent: object, search: object = None) -> list[dict[str, Any]]:
        """Return the files of a folder. Default: the configured one."""
        asked = {"searchKey": search, "parentId": self._root or None if parent is None else parent}
        found = await self._ask(
            "POST", "list", json={name: value for name, value in asked.items() if value is not None}
        )
        if not is_array(found):
            raise ServerError("Invalid file list format")
        return [self._item(as_object(item)) for item in found]

    def _item(self, item: dict[str, Any]) -> dict[str, Any]:
        needed = ["id", "name", "type"]
        if self._context.version >= Since.RESPONSES_CHECKED:
            needed += ["updateTime", "createTime"]
        if not all(item.get(name) for name in needed):
            raise ServerError("Invalid file data format")
        return {"hasChild": item["type"] == "folder", **item}

    async def content(self, id: str) -> tuple[str, str]:
        """Return the title ("" if the response has none) and the text of a file."""
        found = as_object(await self._ask("GET", "content", id=id))
        title = str(found.get("title") or "")
        if found.get("content"):
            return title, str(found["content"])
        if not found.get("previewUrl"):
            raise ServerError("Invalid content type: content or previewUrl is required")
        try:
            return title, await self._context.ask(self._server.download(str(found["previewUrl"])))
        except UserServerError as error:
            raise ServerError(str(error)) from None

    async def read(self, id: str) -> str:
        """Return the URL of a file for a browser."""
        url = as_object(await self._ask("GET", "read", id=id)).get("url")
        if not url or not isinstance(url, str):
            raise ServerError("Invalid response url")
        return url

    async def detail(self, id: str) -> dict[str, Any]:
        """Return the item of a file."""
        found = as_object(await self._ask("GET", "detail", id=id))
        if not found:
            raise ServerError("File not found")
        return self._item(found)


def _library(call: Call, dataset: Dataset) -> Library | None:
    """Return the library of a dataset, or None if a test has put files into the server."""
    settings = as_object(as_object(dataset.api_server).get("apiServer"))
    return Library(settings, call.context) if settings.get("baseUrl") and not call.state.shelf.api_files else None


async def api_files(call: Call) -> list[dict[str, Any]]:
    """apiDataset/list: the files of a folder."""
    begin(call, {"datasetId": an_id})
    library = _library(call, find_dataset(call, call.values.get("datasetId")))
    if library is not None:
        return await library.list(call.values.get("parentId"), call.values.get("searchKey"))
    parent = call.values.get("parentId") or None
    found = [item for item in call.state.shelf.api_files if item.get("parentId") == parent]
    return [{name: value for name, value in item.items() if name != "content"} for item in found]


def api_file_ids(call: Call) -> list[str]:
    """listExistId"""
    begin(call, {"datasetId": an_id})
    find_dataset(call, call.values.get("datasetId"))
    return _ids(call)


def _ids(call: Call) -> list[str]:
    every = call.state.shelf.of_dataset(call.values["datasetId"])
    return [str(item.api_file["apiFileId"]) for item in every if "apiFileId" in item.api_file]


async def api_collections(call: Call) -> None:
    """apiCollectionV2: files and whole folders; existing files are skipped."""
    begin(call, {"datasetId": an_id, "apiFiles": a_list})
    library = _library(call, find_dataset(call, call.values.get("datasetId")))
    for item in objects(call.values["apiFiles"]):
        await _take(call, item, library)


async def api_collection(call: Call) -> Any:
    """apiCollection: one file; the older form."""
    begin(call, {"datasetId": an_id, "name": text, "apiFileId": text})
    values = call.values
    library = _library(call, find_dataset(call, values.get("datasetId")))
    item = {"id": values["apiFileId"], "name": values["name"], "type": "file"}
    if library is not None:
        if call.version >= Since.API_COLLECTIONS:
            item = await library.detail(values["apiFileId"])
    else:
        item = next((known for known in call.state.shelf.api_files if known["id"] == values["apiFileId"]), item)
    made = await _take(call, item, library)
    return None if call.version >= Since.API_COLLECTIONS or made is None else created(made)


async def _take(call: Call, item: dict[str, Any], library: Library | None) -> Collection | None:
    """Add a collection for a file, or for each file of a folder."""
    if item.get("type") == "folder":
        inside = [other for other in call.state.shelf.api_files if other.get("parentId") == item["id"]]
        for inner in inside if library is None else await library.list(item["id"]):
            await _take(call, inner, library)
        return None
    if item["id"] in _ids(call):
        return None
    about = {"apiFileId": item["id"], "apiFileParentId": item.get("parentId")}
    collection = add(
        call,
        call.values,
        name=item["name"],
        type="apiFile",
        api_file={name: value for name, value in about.items() if value is not None},
        metadata={"relatedImgId": item["id"]},
    )
    if library is None:
        scripted = (other.get("content", "") for other in call.state.shelf.api_files if other["id"] == item["id"])
        collection.text = str(next(scripted, ""))
        call.context.school.parse(collection)
    else:
        await _read(call, collection, library)
    return collection


async def _read(call: Call, collection: Collection, library: Library) -> None:
    """Learn the content of a collection's file. A real server fetches it later, after its response."""
    failure = ""
    try:
        title, collection.text = await library.content(collection.source_id)
        if title and call.version >= Since.API_FILE_TITLES:
            collection.name = title
    except ServerError as error:
        failure = error.message
    call.context.school.parse(collection, failure)


async def sync_api_file(call: Call, collection: Collection) -> str:
    """collection/sync of a file: read again and, if it has changed, learnt again under a new ID."""
    library = _library(call, find_dataset(call, collection.dataset_id))
    if library is None:
        return "failed"
    title, content = await library.content(collection.source_id)
    if content == collection.text:
        return "sameRaw"
    shelf = call.state.shelf
    shelf.forget_collections([collection])
    renewed = Collection(
        dataset_id=collection.dataset_id,
        name=title or collection.name,
        type="apiFile",
        parent_id=collection.parent_id,
        tags=collection.tags,
        settings=collection.settings,
        metadata=collection.metadata,
        api_file=collection.api_file,
        text=content,
    )
    call.context.school.parse(shelf.add_collection(renewed))
    return "success"


async def where_to_read(call: Call, collection: Collection) -> str:
    """Return the URL where users read the file of a collection; "" without a library."""
    library = _library(call, find_dataset(call, collection.dataset_id))
    return "" if library is None else await library.read(collection.source_id)
