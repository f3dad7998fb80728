"""A request as received, and as shown to tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope

from fastgpt_client._json import parse_json

__all__ = ["BodyCut", "BodyTooLarge", "NotJson", "ReceivedRequest", "read_body", "receive_request"]

HIDDEN = "***"


class NotJson(Exception):
    """The body is declared as JSON but is not JSON."""


class BodyCut(Exception):
    """The client disconnected before the end of the body."""


class BodyTooLarge(Exception):
    """The body is larger than the server accepts."""


@dataclass(frozen=True)
class ReceivedRequest:
    """A request that the server received, with its API key redacted.

    Attributes:
        method: the HTTP method.
        path: the path of the URL.
        query: the parameters of the URL.
        headers: the headers; names are in lower case.
        body: the body as received.
        json: the parsed body, None if it is not JSON.
        key: whose API key was sent: "team", the name of an app, "unknown", or "" if there was none.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)
    json: Any
    key: str


async def read_body(receive: Receive, limit: int) -> bytes:
    """Return the complete body."""
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCut
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        # Read the rest anyway: closing in the middle of an upload would be a different fault.
        if size > limit:
            parts.clear()
        more = message.get("more_body", False)
    if size > limit:
        raise BodyTooLarge
    return b"".join(parts)


def parse_body(content_type: str, body: bytes) -> Any:
    """Return the body as passed to a handler: parsed JSON or a form, otherwise text."""
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
    """Return the request as shown to tests."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if "authorization" in headers:
        scheme, space, _ = headers["authorization"].partition(" ")
        headers["authorization"] = f"{scheme} {HIDDEN}" if space else HIDDEN
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if "apiKey" in query:
        query["apiKey"] = HIDDEN
    shown = parsed if headers.get("content-type", "").startswith("application/json") and body else None
    return ReceivedRequest(scope["method"], scope["path"], query, headers, body, shown, key)
