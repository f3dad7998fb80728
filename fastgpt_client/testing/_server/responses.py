"""Responses that are not streams: JSON (compressed if that pays off), texts, pages."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from . import wire

__all__ = ["JSON", "NOT_FOUND", "json_reply", "page", "plain", "raw"]

JSON = "application/json; charset=utf-8"
_WORTH_ZIPPING = 1024
NOT_FOUND = '<!DOCTYPE html><html lang="en"><head><title>404: This page could not be found</title></head></html>'


def raw(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response without a content type."""
    return Response(body, status, headers)


def json_reply(
    data: Any, status: int = 200, headers: Mapping[str, str] | None = None, *, zipped: bool = False
) -> Response:
    """Return a JSON response, compressed if it is long and `zipped` allows it."""
    body = wire.dump(data).encode()
    more = {"Content-Type": JSON, "Vary": "Accept-Encoding", **(headers or {})}
    if zipped and len(body) > _WORTH_ZIPPING:
        body, more = gzip.compress(body, 1), {**more, "Content-Encoding": "gzip"}
    return Response(body, status, more)


def plain(text: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return a text without a content type, like the errors of the server's framework."""
    return raw(text.encode(), status, headers)


def page(html: str, status: int) -> Response:
    return Response(html, status, {"Content-Type": "text/html; charset=utf-8"})
