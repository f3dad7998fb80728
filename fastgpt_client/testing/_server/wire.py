"""The wire format: IDs, times, envelopes, event-stream blocks, chunks of an answer."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import string
from datetime import UTC, datetime
from itertools import count
from typing import Any

__all__ = ["DONE", "block", "chunk", "dump", "envelope", "iso", "nanoid", "now", "object_id", "stable_id"]

DONE = "[DONE]"
_LETTERS = string.ascii_lowercase
_ALPHABET = string.ascii_letters + string.digits
_HALF = re.compile("[\ud800-\udfff]")
_counter = count(secrets.randbelow(1 << 20))


def now() -> datetime:
    return datetime.now(UTC)


def iso(time: datetime) -> str:
    """Return a time in the server's form, with milliseconds and Z."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def object_id() -> str:
    """Return a new ID of 24 hex digits, greater than earlier ones."""
    return f"{int(now().timestamp()):08x}{0xFA4E_0A99:08x}{next(_counter) % (1 << 32):08x}"


def stable_id(*names: str) -> str:
    """Return an ID of 24 hex digits that is always the same for the same names."""
    return hashlib.sha256("\0".join(names).encode()).hexdigest()[:24]


def nanoid(size: int = 16) -> str:
    """Return a random ID of letters and digits that starts with a letter."""
    return secrets.choice(_LETTERS) + "".join(secrets.choice(_ALPHABET) for _ in range(size - 1))


def dump(data: Any) -> str:
    """Return JSON in the server's form: without spaces, unescaped except for lone surrogates."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() else _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def envelope(data: Any) -> dict[str, Any]:
    return {"code": 200, "statusText": "", "message": "", "data": data}


def block(name: str, data: str) -> list[bytes]:
    """Return the writes of one event: the server sends name and data separately."""
    body = f"data: {data}\n\n".encode()
    return [f"event: {name}\n".encode(), body] if name else [body]


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    """Return the JSON of one piece of an answer."""
    choice = {"delta": {"role": "assistant", **delta}, "index": 0, "finish_reason": finish_reason}
    return {"id": "", "object": "", "created": 0, "model": "", "choices": [choice]}
