"""Files that are uploaded to knowledge bases before they become collections."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from fastgpt_client._json import as_object
from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.store import Dataset
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.validation import a_list, an_id, an_object, text
from fastgpt_client.testing._server.versions import Since

from .collection_files import add_file, check_kind, created
from .dataset_lookup import begin, find_dataset, objects
from .files import place_for

__all__ = ["create_with_files", "file_id", "presign", "presign_image", "presign_temporary"]

_IMAGES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg"}


def _place(call: Call, folder: str) -> dict[str, Any]:
    name = PurePosixPath(call.values["filename"])
    return place_for(call, f"{folder}/{name.stem}_{wire.nanoid(6)}{name.suffix}")


def presign(call: Call) -> dict[str, Any]:
    """presignDatasetFilePostUrl"""
    begin(call, {"datasetId": an_id, "filename": text})
    dataset = find_dataset(call, call.values.get("datasetId"))
    check_kind(call, call.values["filename"])
    return _place(call, f"dataset/{dataset.id}")


def presign_image(call: Call) -> dict[str, Any]:
    """presignSearchTestImage: a search refers to the image by its key."""
    begin(call, {"datasetId": an_id, "filename": text})
    find_dataset(call, call.values.get("datasetId"))
    if PurePosixPath(call.values["filename"]).suffix.lower() not in _IMAGES:
        raise coded("InvalidUploadFileType")
    return _place(call, f"temp/{call.state.team_id}")


def presign_temporary(call: Call) -> dict[str, Any]:
    """presignTempFilePostUrl"""
    begin(call, {"filename": text})
    return _place(call, f"temp/{call.state.team_id}")


def file_id(call: Call) -> dict[str, Any]:
    """create/fileId: from an uploaded file; its metadata is stored."""
    begin(call, {"datasetId": an_id, "fileId": text})
    values = call.values
    find_dataset(call, values.get("datasetId"))
    name, content = _uploaded(call, str(values.get("fileId")), "dataset/")
    return created(add_file(call, values, name, content, values.get("metadata")))


def _uploaded(call: Call, key: str, folder: str) -> tuple[str, bytes]:
    """Return the name and the content of an uploaded file."""
    if call.version >= Since.FILE_KEYS and not key.startswith(folder):
        known = folder == "dataset/"
        raise ServerError("Invalid dataset file key" if known else "Only temp files are supported")
    name, content = call.state.files.get(key, ("", None))
    if content is None:
        raise coded("fileNotFound", http=404 if call.version >= Since.OWN_HTTP_STATUS else None)
    return name, content


def create_with_files(call: Call) -> dict[str, Any]:
    """createWithFiles: a dataset from temporary files."""
    begin(call, {"datasetParams": an_object, "files": a_list})
    params = as_object(call.values["datasetParams"])
    found = [_uploaded(call, str(file.get("fileId")), "temp/") for file in objects(call.values["files"])]
    names = [str(file.get("name")) for file in objects(call.values["files"])]
    made = Dataset(name=str(params["name"]), avatar=str(params.get("avatar") or ""), parent_id=params.get("parentId"))
    call.state.shelf.add_dataset(made)
    for name, (_, content) in zip(names, found, strict=True):
        add_file(call, {"datasetId": made.id}, name, content, None)
    return {"datasetId": made.id, "name": made.name, "avatar": made.avatar, "vectorModel": {"model": made.vector_model}}
