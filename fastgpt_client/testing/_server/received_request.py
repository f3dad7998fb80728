"""A request as it came, and as a test may look at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from fastgpt_client._json import parse_json

__all__ = ["BodyCut", "BodyTooLarge", "NotJson", "ReceivedRequest", "read_body", "receive_request"]

HIDDEN = "***"


class NotJson(Exception):
    """The body says that it is JSON, and is not."""


class BodyCut(Exception):
    """The caller left before the body had ended."""


class BodyTooLarge(Exception):
    """The body is larger than the server takes."""


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that the server got. Header names are in lower case; the API key is left out."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)
    json: Any
    """The parsed body, None if it was no JSON."""
    key: str
    """The name of the key that it came with: "team", an app's name, "unknown", or "" without one."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the whole body; nothing is done with a part of it."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCut
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        # The rest is read all the same: a server that closes in the middle of an upload is another story.
        if size > limit:
            parts.clear()
        more = message.get("more_body", False)
    if size > limit:
        raise BodyTooLarge
    return b"".join(parts)


def parse_body(content_type: str, body: bytes) -> Any:
    """Return the body as a handler gets it: an object, or a text where it is not said to be JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        if not body:
            return {}
        try:
            return parse_json(body)
        except ValueError as exc:
            raise NotJson from exc
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    return body.decode(errors="replace") if kind.startswith("text/") or not kind else ""


def receive_request(scope: Scope, body: bytes, parsed: Any, key: str) -> ReceivedRequest:
    """Return what a test may look at."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if "authorization" in headers:
        scheme, space, _ = headers["authorization"].partition(" ")
        headers["authorization"] = f"{scheme} {HIDDEN}" if space else HIDDEN
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if "apiKey" in query:
        query["apiKey"] = HIDDEN
    shown = parsed if headers.get("content-type", "").startswith("application/json") and body else None
    return ReceivedRequest(scope["method"], scope["path"], query, headers, body, shown, key)
