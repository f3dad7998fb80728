"""Upload files, without I/O: validation, the requests, and the message part that shows a file to an app."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from fastgpt_client._http.httpx import URL, Request
from fastgpt_client._http.multipart import multipart_body
from fastgpt_client._http.request import APIRequest, FileSlice, Operation, PresignedTarget, RequestBody
from fastgpt_client._http.sources import FileSource
from fastgpt_client.exceptions import ValidationError

from .content_types import guess_content_type
from .encoding import dump_json
from .params import drop_none, names_visitor
from .upload_plan import UploadPlan

if TYPE_CHECKING:
    from fastgpt_client.types import FilePart, UploadedImagePart

__all__ = [
    "NamedFile",
    "Report",
    "check_name_and_type",
    "content_part",
    "form_request",
    "name_file",
    "part_requests",
    "post_request",
    "put_request",
    "signed_form_request",
]

Report = Callable[[int], None]  # called with the number of bytes sent so far
Trace = Callable[[Request], object]

# The upload's address is a credential, so logs never contain it.
_PUT = Operation("PUT", ("(the upload's address)",), raw=True)
_POST = Operation("POST", ("(the upload's address)",), raw=True)
_FORM = Operation("POST", ("(the upload's address)",), idempotent=False, raw=True)

_CONTENT_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+( *;[ -~]*)?")


class NamedFile(NamedTuple):
    """A file to send, with its name and content type."""

    source: FileSource
    name: str
    content_type: str


def check_name_and_type(filename: object, content_type: object = None) -> None:
    """Raise `ValidationError` for an invalid file name or content type."""
    if filename is not None:
        if not isinstance(filename, str) or not filename.strip():
            raise ValidationError(f"filename must be a non-empty str, not {filename!r}")
        try:
            filename.encode("utf-8")
        except UnicodeError:
            raise ValidationError(f"filename contains a lone surrogate and cannot be sent: {filename!r}") from None
    if content_type is not None and not (isinstance(content_type, str) and _CONTENT_TYPE.fullmatch(content_type)):
        raise ValidationError(f"content_type must look like 'application/pdf', not {content_type!r}")


def name_file(
    source: FileSource, filename: str | None, content_type: str | None, default_name: str | None = None
) -> NamedFile:
    """Return a file with its name and content type; taken from the file if not given."""
    name = filename or source.name or default_name
    if name is None:
        raise ValidationError("filename is missing: the server determines the type of a file by its extension")
    if source.size <= 0:
        raise ValidationError(
            f"file: {name!r} is empty or already at its end: call file.seek(0) to go back to the start"
        )
    return NamedFile(source, name, content_type or guess_content_type(name) or "application/octet-stream")


def form_request(
    operation: Operation,
    fields: Mapping[str, str | Mapping[str, Any]],
    files: Sequence[NamedFile],
    report: Report | None = None,
) -> APIRequest:
    """Return the request that sends a form with files to FastGPT itself; objects are sent as JSON."""
    form = {name: value if isinstance(value, str) else _ascii_json(value) for name, value in fields.items()}
    # FastGPT reads the name as Latin-1 and URL-decodes it.
    parts = [(file.source, quote(file.name), file.content_type) for file in files]
    body = partial(multipart_body, form, parts, report=report)
    visitor = any(names_visitor(value) for value in fields.values() if not isinstance(value, str))
    return APIRequest(operation, {}, None, body=body, visitor=visitor)


def _ascii_json(value: Mapping[str, Any]) -> str:
    """Return ASCII-only JSON, independent of the encoding in which a form is read."""
    return json.dumps(json.loads(dump_json(drop_none(value))))


def signed_form_request(
    plan: UploadPlan, fields: Mapping[str, str], file: NamedFile, report: Report | None, trace: Trace
) -> APIRequest:
    """Return the request that posts a signed form to an object store."""
    body = partial(multipart_body, fields, [(file.source, file.name, file.content_type)], report=report)
    return APIRequest(_FORM, {}, None, body=body, presigned=PresignedTarget(plan.url, {}, trace))


def put_request(plan: UploadPlan, file: NamedFile, report: Report | None, trace: Trace) -> APIRequest:
    """Return the request that PUTs the bytes to a signed URL, with the signed headers."""
    body = partial(RequestBody, FileSlice(file.source, 0, file.source.size), report=report)
    return APIRequest(_PUT, {}, None, body=body, presigned=PresignedTarget(plan.url, plan.headers, trace))


def part_requests(plan: UploadPlan, file: NamedFile, report: Report | None, trace: Trace) -> list[APIRequest]:
    """Return the requests that PUT the bytes part by part; the reported bytes add up across parts."""
    requests: list[APIRequest] = []
    for number, begin in enumerate(range(0, file.source.size, plan.part_size), 1):
        part = FileSlice(file.source, begin, min(plan.part_size, file.source.size - begin))
        of_part = None if report is None else partial(_report_from, report, begin)
        body = partial(RequestBody, part, report=of_part)
        url = plan.url.copy_merge_params({"partNumber": str(number)})
        requests.append(APIRequest(_PUT, {}, None, body=body, presigned=PresignedTarget(url, plan.headers, trace)))
    return requests


def _report_from(report: Report, begin: int, sent: int) -> None:
    report(begin + sent)


def post_request(url: URL, body: Mapping[str, object], trace: Trace) -> APIRequest:
    """Return the request that completes or aborts an upload in parts."""
    make = partial(RequestBody, dump_json(body), content_type="application/json")
    return APIRequest(_POST, {}, None, body=make, presigned=PresignedTarget(url, {}, trace))


def content_part(file: NamedFile, url: str, key: str) -> FilePart | UploadedImagePart:
    """Return the part of a message that shows the uploaded file to the app."""
    kind = file.content_type.partition("/")[0]
    if kind == "image":
        image: UploadedImagePart = {"type": "image_url", "image_url": {"url": url}}
        if key:
            image["key"] = key
        return image
    part: FilePart = {"type": "file_url", "name": file.name, "url": url}
    if key:
        part["key"] = key
    if kind == "audio":
        part["fileType"] = "audio"
    elif kind == "video":
        part["fileType"] = "video"
    return part
