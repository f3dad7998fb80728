"""How a server wants a file to be uploaded, detected from the shape of its response, not its version.

There are four protocols: a form to FastGPT (up to 4.13), a signed form to the object store (4.14.0 to 4.14.4), a
signed PUT (4.14.5 and later), and a multipart upload for large files (4.16.0 and later).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from fastgpt_client._http.httpx import URL, InvalidURL
from fastgpt_client._json import as_object, is_object
from fastgpt_client.exceptions import ServerError

__all__ = ["UploadPlan", "file_key", "plan_upload", "read_address"]

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Headers that the client sets itself; the server's values are ignored.
_OWN_HEADERS = {"connection", "content-length", "host", "transfer-encoding"}
_MAX_PARTS = 10_000  # the server's own limit
# Real servers ask for parts of 8 MiB. Many small parts would mean as many requests.
_FEW_PARTS = 100
_SMALL_PART = 64 * 1024


class UploadPlan(NamedTuple):
    """Where and how to upload; `fields` are those of a form, `part_size` is 0 unless uploading in parts."""

    url: URL
    key: str
    headers: dict[str, str]
    fields: dict[str, str] | None
    preview_url: str
    part_size: int
    complete_url: URL | None
    abort_url: URL | None


def plan_upload(data: object, base_url: str, size: int) -> UploadPlan:
    """Return the plan in a response to the presign call; its addresses may be relative to the server.

    Raises:
        ServerError: the plan cannot be carried out.
    """
    answer = as_object(data)
    url = _address(base_url, answer, "url")
    if url is None:
        raise ServerError(f"The server's response has no upload address: its fields are {sorted(answer)}")
    fields = answer.get("fields")
    form = {name: str(value) for name, value in fields.items()} if is_object(fields) else None
    key = answer.get("key") or as_object(fields).get("key")
    preview_url = _address(base_url, answer, "previewUrl")
    if preview_url is None and not (isinstance(key, str) and key):
        raise ServerError(
            "The server's response does not say where the file will be: it has neither previewUrl nor key"
        )
    in_parts = answer.get("uploadMode") == "multipart"
    complete_url = _address(base_url, answer, "completeUrl") if in_parts else None
    if in_parts and complete_url is None:
        raise ServerError("The server asks for parts, but its response has no completeUrl")
    return UploadPlan(
        url=url,
        key=key if isinstance(key, str) else "",
        headers=_headers(answer.get("headers")),
        fields=form,
        preview_url="" if preview_url is None else str(preview_url),
        part_size=_part_size(answer.get("partSize"), size) if in_parts else 0,
        complete_url=complete_url,
        abort_url=_address(base_url, answer, "abortUrl"),
    )


def read_address(base_url: str, answer: Mapping[str, Any], field: str) -> str:
    """Return the URL from which the app reads an uploaded file."""
    url = _address(base_url, answer, field)
    if url is None:
        raise ServerError("The server's response does not say where the uploaded file is")
    return str(url)


def file_key(answer: Mapping[str, Any], field: str) -> str:
    """Return the key that identifies an uploaded file in other calls."""
    key = answer.get(field)
    if not isinstance(key, str) or not key:
        raise ServerError("The server's response has no key for the uploaded file")
    return key


def _address(base_url: str, answer: Mapping[str, Any], field: str) -> URL | None:
    """Return the URL in a field of a response, None if missing."""
    value = answer.get(field)
    if value is None or value == "":
        return None
    unusable = ServerError(f"The server's response has no usable address in {field}")  # not shown: it is a credential
    if not isinstance(value, str):
        raise unusable
    try:
        url = URL(base_url + "/").join(value)
        labels = url.raw_host.rstrip(b".").split(b".")
    except (InvalidURL, UnicodeError):
        raise unusable from None
    if url.scheme not in ("http", "https") or not all(0 < len(label) < 64 for label in labels):
        raise unusable
    if url.port is not None and url.port > 65535:
        raise unusable
    return url


def _headers(value: object) -> dict[str, str]:
    """Return the signed headers, which must be sent unchanged."""
    headers: dict[str, str] = {}
    for name, given in as_object(value).items():
        text = str(given)
        if not _HEADER_NAME.fullmatch(name) or not text.isascii() or not text.isprintable():
            raise ServerError(f"The server asks for a header that cannot be sent: {name!r}")
        if name.lower() not in _OWN_HEADERS:
            headers[name] = text
    return headers


def _part_size(value: object, size: int) -> int:
    part_size = int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(part_size, bool) or not isinstance(part_size, int) or part_size <= 0:
        raise ServerError(f"The server asks for parts of {value!r} bytes")
    count = -(-size // part_size)
    if count > _MAX_PARTS or (count > _FEW_PARTS and part_size < _SMALL_PART):
        raise ServerError(f"The server asks for {count} parts of {part_size} bytes each")
    return part_size
