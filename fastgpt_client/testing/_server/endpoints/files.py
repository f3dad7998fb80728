"""Files for a chat: where each version has them uploaded, and where they are found then."""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from starlette.responses import Response

from fastgpt_client._json import as_object
from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.form_data import read_form, read_json
from fastgpt_client.testing._server.validation import a_list, check, text
from fastgpt_client.testing._server.versions import Since

from .dataset_lookup import find_dataset

__all__ = [
    "STORE",
    "download",
    "download_url",
    "part_done",
    "place_for",
    "presign",
    "store",
    "upload",
    "upload_form",
]

# The path of the object store of 4.14.0 to 4.14.4, which is separate from the server.
STORE = "/chat-files"
_MAX_SIZE = 1000 * 1024 * 1024
_LARGE = 32 * 1024 * 1024
_PART = 8 * 1024 * 1024
_KINDS = {
    *(".txt", ".md", ".pdf", ".docx", ".pptx", ".xlsx", ".csv", ".html"),
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3", ".wav", ".mp4"),
}


def _url(call: Call, kind: str, key: str) -> str:
    return f"http://{call.header('host')}/api/system/file/{kind}/{key.encode().hex()}"


def presign(call: Call) -> Any:
    """presignChatFilePostUrl: where to upload a file."""
    call.check({"filename": text, "chatId": text})
    app = call.app()
    values = call.values
    name = PurePosixPath(values["filename"])
    if not app.takes_files and call.version >= Since.UPLOADS_BY_SETTING:
        raise coded("FileUploadDisabled")
    if name.suffix.lower() not in _KINDS:
        raise coded("InvalidUploadFileType")
    place = f"chat/app/{app.id}/{call.state.member_id}/{values['chatId']}"
    return place_for(call, f"{place}/{name.stem}_{wire.nanoid(6)}{name.suffix}", values.get("contentType"))


def place_for(call: Call, key: str, content_type: str | None = None) -> dict[str, Any]:
    """Return where to upload a file in this version; it is stored under the key."""
    name, size = call.values["filename"], call.values.get("size", 0)
    call.state.files[key] = (name, None)
    kind = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if call.version < Since.PRESIGN_BY_PUT:
        fields = {"key": key, "Content-Type": kind, "policy": wire.nanoid(40)}
        return {"url": f"http://{call.header('host')}{STORE}", "fields": fields, "maxSize": _MAX_SIZE}
    data: dict[str, Any] = {"url": _url(call, "u", key), "key": key, "headers": {"content-type": kind}}
    data["maxSize"] = _MAX_SIZE
    if call.version >= Since.CHATS_NEED_A_TARGET:
        data["previewUrl"] = _url(call, "d", key)
    if call.version < Since.UPLOAD_IN_PARTS:
        return data
    if size < _LARGE:
        return {**data, "uploadMode": "single"}
    ends = {"completeUrl": _url(call, "complete", key), "abortUrl": _url(call, "abort", key)}
    return {**data, **ends, "uploadMode": "multipart", "partSize": _PART, "concurrency": 3, "maxRetry": 3}


def _key_of(call: Call) -> str:
    try:
        key = bytes.fromhex(call.request.path.rsplit("/", 1)[1]).decode()
    except ValueError:
        key = ""
    if key not in call.state.files:
        raise coded("unAuthFile")
    return key


def _keep(call: Call, key: str, body: bytes | None) -> None:
    call.state.files[key] = (call.state.files[key][0], body)


def upload(call: Call) -> Any:
    """The upload URL from presign: accepts the content or a part of it, without a key."""
    if call.request.method != "PUT":
        raise ServerError("Method not allowed", code=405, http=405)
    key = _key_of(call)
    number = call.request.query.get("partNumber")
    if number is None:
        _keep(call, key, call.request.body)
        return {"success": True}
    call.state.parts.setdefault(key, {})[int(number)] = call.request.body
    return {"etag": f'"{number}-{len(call.request.body)}"'}


def part_done(call: Call) -> Any:
    """Complete or abort an upload in parts."""
    key = _key_of(call)
    parts = call.state.parts.pop(key, {})
    if "/abort/" in call.request.path:
        return {"success": True}
    check(call.params, {"parts": a_list})
    numbers = [as_object(part).get("partNumber") for part in call.values["parts"]]
    if numbers != sorted(parts):
        raise ServerError("parts are missing")
    _keep(call, key, b"".join(parts[number] for number in sorted(parts)))
    return {"key": key}


async def store(call: Call) -> Any:
    """The object store, which accepts a signed form."""
    parts = await read_form(call.request)
    key = parts["key"].content.decode() if "key" in parts else ""
    if key not in call.state.files:
        return Response(b"<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
    _keep(call, key, parts["file"].content)
    return Response(b"", 204)


async def upload_form(call: Call) -> Any:
    """common/file/upload, before 4.14.3: the file in a form, sent to the server itself."""
    call.key()
    parts = await read_form(call.request)
    if "file" not in parts:
        raise ServerError("file not found")
    name = parts["file"].filename
    about = read_json(parts["data"]) if "data" in parts else {}
    for_dataset = "bucketName" in parts and parts["bucketName"].content == b"dataset"
    if for_dataset:
        find_dataset(call, about.get("datasetId"))
    else:
        call.find_app(str(about.get("appId")))
    id = wire.object_id()
    key = id if for_dataset else f"chat/{wire.nanoid()}/{name}"
    call.state.files[key] = (unquote(name), parts["file"].content)
    return {"fileId": id, "previewUrl": _url(call, "d", key)}


def download_url(call: Call) -> Any:
    """presignChatFileGetUrl"""
    call.check({"key": text, "chatId": text} if call.version >= Since.CHATS_NEED_A_TARGET else {"key": text})
    call.app()
    return _url(call, "d", call.values["key"])


def download(call: Call) -> Any:
    """The URL of an uploaded file."""
    name, body = call.state.files[_key_of(call)]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    content_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return Response(body, 200, {"Content-Type": content_type, "Cache-Control": "public, max-age=31536000"})
