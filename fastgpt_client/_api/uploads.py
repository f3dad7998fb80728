"""How a file gets to a server: told by the shape of its answer to the presign call, without I/O.

Four generations are known: a form to FastGPT (up to 4.13), a signed form to the object store (4.14.0 to 4.14.4), a
signed PUT (4.14.5 and later), and parts of a large file (4.16.0 and later).
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from fastgpt_client._http.httpx import URL
from fastgpt_client._http.request import APIRequest, Operation, PresignedTarget
from fastgpt_client._json import as_object, is_object
from fastgpt_client.exceptions import ServerError, ValidationError

from .encoding import dump_json
from .params import is_binary

if TYPE_CHECKING:
    from fastgpt_client.types import FilePart, UploadedImagePart

__all__ = [
    "Upload",
    "UploadPlan",
    "absolute",
    "content_part",
    "form_request",
    "open_upload",
    "plan_upload",
    "post_request",
    "put_request",
]


class Upload(NamedTuple):
    """A file to send."""

    file: BinaryIO
    name: str
    begin: int  # where in the file the bytes to send begin
    size: int
    content_type: str
    owned: bool  # opened here, and so closed here


class UploadPlan(NamedTuple):
    """Where and how the bytes go; `fields` is a form's, `part_size` is 0 unless they go in parts."""

    url: URL
    key: str
    headers: dict[str, str]
    fields: dict[str, str] | None
    preview_url: str
    part_size: int
    complete_url: str
    abort_url: str


def open_upload(file: object, filename: str | None, content_type: str | None) -> Upload:
    """Return the file to send, opened; a path, bytes, or a file opened in binary mode."""
    if isinstance(file, (bytes, bytearray)):
        stream: BinaryIO = BytesIO(file)
        owned = True
    elif isinstance(file, (str, os.PathLike)):
        path = Path(os.fspath(file))
        if not path.is_file():
            raise ValidationError(f"file: there is no file {str(path)!r}")
        filename = filename or path.name
        stream, owned = path.open("rb"), True
    elif is_binary(file) and hasattr(file, "seek"):
        stream, owned = file, False  # type: ignore[assignment] # what it needs of a binary file was just checked
        named = getattr(file, "name", None)
        filename = filename or (Path(named).name if isinstance(named, str) else None)
    else:
        raise ValidationError("file must be a path, bytes, or a file opened in binary mode that can seek")
    if not filename or not filename.strip():
        raise ValidationError("filename is missing: the server tells the kind of a file by its ending")
    begin = stream.tell()
    size = stream.seek(0, os.SEEK_END) - begin
    stream.seek(begin)
    if size == 0:
        if owned:
            stream.close()
        raise ValidationError(f"{filename!r} is empty")
    kind = content_type or mimetypes.guess_type(filename)[0] or "application/octet-stream"
    return Upload(stream, filename, begin, size, kind, owned)


def plan_upload(data: object, base_url: str) -> UploadPlan:
    """Return what an answer to the presign call asks for; its URLs may be relative to the server."""
    answer = as_object(data)
    url = answer.get("url")
    if not isinstance(url, str) or not url:
        raise ServerError(f"The server offers no place to upload to: its answer has {sorted(answer)}")
    fields = answer.get("fields")
    form = {name: str(value) for name, value in fields.items()} if is_object(fields) else None
    part_size = answer.get("partSize")
    return UploadPlan(
        url=resolve(base_url, url),
        key=str(answer.get("key") or (form or {}).get("key") or ""),
        headers={name: str(value) for name, value in as_object(answer.get("headers")).items()},
        fields=form,
        preview_url=absolute(base_url, answer.get("previewUrl")),
        part_size=part_size if answer.get("uploadMode") == "multipart" and isinstance(part_size, int) else 0,
        complete_url=absolute(base_url, answer.get("completeUrl")),
        abort_url=absolute(base_url, answer.get("abortUrl")),
    )


# What takes the bytes has its credential in its address, so no address is ever named in a log.
_PUT = Operation("PUT", ("(the upload's address)",), raw=True)
_POST = Operation("POST", ("(the upload's address)",), raw=True)
_FORM = Operation("POST", ("(the upload's address)",), idempotent=False, raw=True)


def put_request(url: URL, headers: Mapping[str, str], size: int, body: Callable[[], Any]) -> APIRequest:
    """Return the request that puts bytes to an address, with the headers that were signed and no other credential."""
    # A length is needed: object stores and FastGPT's parts refuse a body in chunks.
    return APIRequest(_PUT, {}, None, presigned=PresignedTarget(url, {**headers, "Content-Length": str(size)}, body))


def form_request(plan: UploadPlan, upload: Upload) -> APIRequest:
    """Return the request that posts a signed form: its fields first, then the file."""
    return APIRequest(
        _FORM,
        {},
        None,
        form=plan.fields,
        file=(upload.name, upload.file, upload.content_type),
        presigned=PresignedTarget(plan.url, {}, None),
    )


def post_request(url: str, body: Mapping[str, object]) -> APIRequest:
    """Return the request that ends or gives up an upload in parts."""
    return APIRequest(
        _POST, {}, dump_json(body), presigned=PresignedTarget(URL(url), {"Content-Type": "application/json"}, None)
    )


def resolve(base_url: str, url: str) -> URL:
    return URL(base_url + "/").join(url)


def absolute(base_url: str, url: object) -> str:
    return str(resolve(base_url, url)) if isinstance(url, str) and url else ""


def content_part(upload: Upload, url: str, key: str) -> FilePart | UploadedImagePart:
    """Return the part of a message that shows the uploaded file to the app."""
    kind = upload.content_type.partition("/")[0]
    if kind == "image":
        image: UploadedImagePart = {"type": "image_url", "image_url": {"url": url}}
        if key:
            image["key"] = key
        return image
    part: FilePart = {"type": "file_url", "name": upload.name, "url": url}
    if key:
        part["key"] = key
    if kind == "audio":
        part["fileType"] = "audio"
    elif kind == "video":
        part["fileType"] = "video"
    return part
