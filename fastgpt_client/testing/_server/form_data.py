"""The parts of a multipart form."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from fastgpt_client._json import as_object, parse_json

from .errors import ServerError
from .received_request import ReceivedRequest

__all__ = ["FormPart", "read_form", "read_json", "read_parts"]


@dataclass(frozen=True)
class FormPart:
    """One part: a file if it has a file name, otherwise a field."""

    content: bytes
    filename: str = ""


async def read_form(request: ReceivedRequest) -> dict[str, FormPart]:
    """Return the parts of a form by name, {} if the request has no form. The last part of a name wins."""
    return dict(await read_parts(request))


async def read_parts(request: ReceivedRequest) -> list[tuple[str, FormPart]]:
    """Return the parts of a form with their names, in order."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return []

    if "boundary=" in kind and not request.body.rstrip(b"\r\n").endswith(b"--"):
        raise ServerError("Unexpected end of form")

    async def body() -> AsyncGenerator[bytes, None]:
        yield request.body

    try:
        form = await MultiPartParser(Headers({"content-type": kind}), body()).parse()
    except MultiPartException as exc:
        raise ServerError(exc.message) from None
    parts: list[tuple[str, FormPart]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            parts.append((name, FormPart(await value.read(), value.filename or "")))
        else:
            parts.append((name, FormPart(value.encode())))
    await form.close()
    return parts


def read_json(part: FormPart) -> dict[str, Any]:
    """Return the JSON object in a part."""
    try:
        return as_object(parse_json(part.content))
    except ValueError as exc:
        raise ServerError(f"the part is not valid JSON: {exc}") from None
