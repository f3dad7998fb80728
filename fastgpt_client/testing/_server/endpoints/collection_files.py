"""Files that become collections: documents, tables, images; and what all new collections share."""

from __future__ import annotations

import csv
import io
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.store import Collection
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.form_data import FormPart, read_json, read_parts
from fastgpt_client.testing._server.versions import Since

from .dataset_lookup import find_collection, find_dataset, texts

__all__ = [
    "add",
    "add_file",
    "check_kind",
    "chunk_settings",
    "created",
    "images",
    "insert_images",
    "local_file",
    "table",
]

_KINDS = {".txt", ".docx", ".csv", ".xlsx", ".pdf", ".md", ".html", ".pptx"}
# The settings that a collection stores.
_SETTINGS = {
    *("trainingType", "chunkTriggerType", "chunkTriggerMinSize", "chunkSettingMode", "chunkSplitMode", "chunkSize"),
    *("chunkSplitter", "indexSize", "paragraphChunkAIMode", "paragraphChunkDeep", "paragraphChunkMinSize"),
    *("dataEnhanceCollectionName", "indexPrefixTitle", "qaPrompt", "customPdfParse"),
}


def chunk_settings(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in _SETTINGS}


def add(call: Call, values: dict[str, Any], **more: Any) -> Collection:
    """Add a collection, with the fields that all of them accept."""
    find_dataset(call, values.get("datasetId"))
    collection = Collection(
        dataset_id=values["datasetId"],
        parent_id=values.get("parentId") or None,
        tags=texts(values["tags"]) if "tags" in values else None,
        settings=chunk_settings(values),
        **more,
    )
    return call.state.shelf.add_collection(collection)


def created(collection: Collection, inserted: int = 0) -> dict[str, Any]:
    return {"collectionId": collection.id, "results": {"insertLen": inserted}}


def add_file(call: Call, values: dict[str, Any], name: str, content: bytes, metadata: Any) -> Collection:
    """Add a collection for a file, and learn it."""
    if "datasetId" not in values:
        raise coded("unExistDataset")
    stem, suffix = PurePosixPath(name).stem[:40].replace(" ", "_"), PurePosixPath(name).suffix
    newer = call.version >= Since.FILE_KEYS
    key = f"dataset/{values['datasetId']}/{stem}_{wire.nanoid(6)}{suffix}" if newer else wire.object_id()
    collection = add(
        call,
        values,
        name=name,
        type="file",
        metadata=metadata,
        text=content.decode(errors="replace"),
        original=content,
        file_id=key,
    )
    call.context.school.parse(collection)
    return collection


def check_kind(call: Call, name: str) -> None:
    """Refuse a file of a type that this version does not read."""
    if call.version >= Since.FILE_TYPES_CHECKED and PurePosixPath(name).suffix.lower() not in _KINDS:
        raise coded("InvalidUploadFileType")


async def local_file(call: Call) -> dict[str, Any]:
    """create/localFile: the file in a form."""
    values, files = await _form(call)
    name, content = files[0].filename, files[0].content
    check_kind(call, name)
    metadata = values.get("metadata") or values.get("collectionMetadata")
    if call.version >= Since.FILE_TYPES_CHECKED:
        metadata = values.get("metadata")
    return created(add_file(call, values, name, content, metadata))


async def _form(call: Call) -> tuple[dict[str, Any], list[FormPart]]:
    """Return the fields and the files of a form, under the names that the server reads."""
    call.team_key()
    call.context.school.settle()
    parts = await read_parts(call.request)
    files = [_renamed(part) for name, part in parts if name == "file"]
    if not files:
        raise ServerError("File not found")
    found = dict(parts)
    return read_json(found["data"]) if "data" in found else {}, files


def _renamed(part: FormPart) -> FormPart:
    """Return a file with its name, which the server reads as Latin-1 and decodes."""
    try:
        return FormPart(part.content, unquote(part.filename.encode().decode("latin-1"), errors="strict"))
    except UnicodeError:
        raise coded("InvalidUploadFileType") from None


async def table(call: Call) -> dict[str, Any]:
    """create/backup and create/template: rows that are stored unchanged."""
    values, files = await _form(call)
    kind = call.request.path.rsplit("/", 1)[1]
    rows = list(csv.reader(io.StringIO(files[0].content.decode("utf-8-sig"))))
    header = [name.strip() for name in rows[0]] if rows else []
    if header[:2] != ["q", "a"]:
        raise ServerError("the header of the table must begin with q, a")
    collection = add(call, values, name=files[0].filename, type="file", file_id=wire.object_id())
    collection.settings = {"trainingType": kind}
    collection.original = files[0].content
    told = [{"q": row[0], "a": row[1], "indexes": [{"text": cell} for cell in row[2:] if cell]} for row in rows[1:]]
    call.context.school.learn(collection, told)
    return {}


async def images(call: Call) -> dict[str, Any]:
    """create/images"""
    values, files = await _form(call)
    collection = add(call, values, name=values.get("collectionName", ""), type="images")
    call.context.school.learn(collection, [{"image": part.content} for part in files])
    return created(collection, len(files))


async def insert_images(call: Call) -> Any:
    """insertImages: null, before 4.15 an object."""
    values, files = await _form(call)
    collection = find_collection(call, values.get("collectionId"))
    call.context.school.learn(collection, [{"image": part.content} for part in files])
    return None if call.version >= Since.TRAINING_STATUS else {}
