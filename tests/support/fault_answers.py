"""The bytes of answers, right and wrong, as steps and parts of steps for the fault server."""

from __future__ import annotations

import functools
import gzip
import json
import zlib
from collections.abc import Sequence
from http.client import responses
from typing import Any

from tests.support.fault_actions import Send, Step

Headers = Sequence[tuple[str, str]]

TEXT = "Hello"
HISTORIES: dict[str, Any] = {"list": [], "total": 0}
GZIP: Headers = (("Content-Encoding", "gzip"),)


def head(status: int = 200, headers: Headers = ()) -> bytes:
    """Status line and headers, and the empty line after them."""
    lines = [f"HTTP/1.1 {status} {responses.get(status, 'Odd')}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def reply(
    body: bytes | str,
    status: int = 200,
    *,
    content_type: str | None = "application/json",
    headers: Headers = (),
    length: int | None = None,
) -> bytes:
    """A whole answer. `length` is the length it claims, if that is not the true one."""
    data = body.encode() if isinstance(body, str) else body
    types = () if content_type is None else (("Content-Type", content_type),)
    size = ("Content-Length", str(len(data) if length is None else length))
    return head(status, (*types, size, *headers)) + data


def send(body: bytes | str, status: int = 200, **how: Any) -> Step:
    """`reply` as a step."""
    return (Send(reply(body, status, **how)),)


def page(status: int = 200, headers: Headers = ()) -> Step:
    """The HTML page of a proxy, or of Next.js for a path it does not know."""
    html = f"<!DOCTYPE html><html><head><title>{status}</title></head><body>page of a proxy</body></html>"
    return send(html, status, content_type="text/html; charset=utf-8", headers=headers)


def plain(status: int, headers: Headers = ()) -> Step:
    """An error without an envelope: its body is a word of a proxy."""
    return send("upstream trouble", status, content_type="text/plain", headers=headers)


def bare(status: int, headers: Headers = ()) -> Step:
    """An error without any body."""
    return send(b"", status, content_type=None, headers=headers)


def redirect(status: int, location: str | None) -> Step:
    return bare(status, () if location is None else [("Location", location)])


def envelope(
    code: int, text: str = "error", message: str = "trouble", *, status: int = 200, headers: Headers = (), **more: Any
) -> Step:
    """An error as FastGPT tells it."""
    body = {"code": code, "statusText": text, "message": message, "data": None, **more}
    return send(json.dumps(body), status, headers=headers)


def completion_json(text: str = TEXT) -> str:
    return json.dumps(
        {
            "id": "c1",
            "model": "",
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 1},
            "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop", "index": 0}],
        }
    )


def histories_json(data: Any = HISTORIES) -> str:
    return json.dumps({"code": 200, "statusText": "", "message": "", "data": data})


COMPLETION: Step = send(completion_json())
COMPLETION_BODY = completion_json().encode()
ENVELOPE_BODY = histories_json().encode()


def compressed(body: bytes | str) -> bytes:
    return gzip.compress(body.encode() if isinstance(body, str) else body, mtime=0)


@functools.cache
def bomb(megabytes: int, start: bytes, end: bytes) -> bytes:
    """A text of so many MiB between `start` and `end`, about a thousandth of that when compressed."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    parts = [packer.compress(start)]
    block = b"a" * (1 << 20)
    parts += [packer.compress(block) for _ in range(megabytes)]
    return b"".join([*parts, packer.compress(end), packer.flush()])
