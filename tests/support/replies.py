"""Answers of FastGPT for the fake server: envelopes, pages, completions, and streams of events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.support.fake_server import Piece, Reply
from tests.support.faults import DONE, HEL, LO, STOP

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
EVENTS = {"Content-Type": "text/event-stream;charset=utf-8"}

NOT_FOUND_PAGE = b"<!DOCTYPE html><html><body>404: This page could not be found.</body></html>"


def dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def as_json(value: Any, status: int = 200, **headers: str) -> Reply:
    return Reply((dump(value),), status, {**JSON, **headers})


def envelope(data: Any = None, **headers: str) -> Reply:
    """A good answer."""
    return as_json({"code": 200, "statusText": "", "message": "", "data": data}, **headers)


def refusal(
    code: int = 500, status_text: str = "error", message: str = "trouble", *, status: int = 500, **more: Any
) -> Reply:
    """An error as FastGPT tells it."""
    return as_json({"code": code, "statusText": status_text, "message": message, "data": None, **more}, status)


def page(status: int = 404, body: bytes = NOT_FOUND_PAGE) -> Reply:
    return Reply((body,), status, HTML)


def plain(status: int, text: bytes = b"upstream trouble", **headers: str) -> Reply:
    return Reply((text,), status, {"Content-Type": "text/plain", **headers})


def message(content: Any = "Hello", **more: Any) -> dict[str, Any]:
    """The JSON of a completion; `content` may be anything, `more` goes beside `choices`."""
    choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop", "index": 0}
    return {"id": "", "model": "", "usage": {"prompt_tokens": 1}, "choices": [choice], **more}


def completion(content: Any = "Hello", **more: Any) -> Reply:
    return as_json(message(content, **more))


def events(*pieces: Piece, headers: Mapping[str, str] | None = None) -> Reply:
    """A stream that says what it is."""
    return Reply(pieces, 200, {**EVENTS, **(headers or {})})


def undeclared(*pieces: Piece) -> Reply:
    """A stream without a Content-Type, as errors before the run come."""
    return Reply(pieces, 200, {})


def whole() -> Reply:
    """The stream of "Hello"."""
    return events(HEL, LO, STOP, DONE)
