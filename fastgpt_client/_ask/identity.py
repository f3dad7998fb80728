"""Derive IDs from rows, so that a row sent again is recognized as the same question."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast

from fastgpt_client._json import is_array

__all__ = ["chat_id", "fingerprint", "item_id", "json_line", "row_id"]

# A letter and 23 digits, the format of the IDs that FastGPT's own pages generate.
_DIGITS = 23


def chat_id(run: str, id: str, attempt: int) -> str:
    """Return the chat ID of a row, derived only from the run, the row's ID and the attempt."""
    return _name("chat", run, id, attempt)


def item_id(run: str, id: str, attempt: int, question: int, reply: int) -> str:
    """Return the ID of an answer in that chat; questions count from 0, replies to their pauses from 1."""
    return _name("item", run, id, attempt, question, reply)


def _name(*parts: str | int) -> str:
    text = json.dumps(["fastgpt-client", *parts])
    return f"a{sha256(text.encode()).hexdigest()[:_DIGITS]}"


def row_id(row: Mapping[str, Any], given: object) -> str:
    """Return a row's ID as text: the given one, or a hash of the whole row if that is empty."""
    if isinstance(given, float) and given.is_integer():
        given = int(given)  # spreadsheets store integers as floats
    text = "" if given is None else str(given).strip()
    if text:
        return text
    whole = json.dumps(_plain(row), sort_keys=True)
    return sha256(whole.encode()).hexdigest()[: _DIGITS + 1]


def fingerprint(question: object) -> int:
    """Return a hash that identifies a question."""
    return int.from_bytes(sha256(json.dumps(_plain(question)).encode()).digest()[:8])


def json_line(value: Mapping[str, Any]) -> bytes:
    """Return a line of JSON with its line end; unsupported values are written as text, NaN as null."""
    text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")  # lone surrogates become JSON escapes


def _plain(value: object) -> object:
    """Convert a value to plain JSON types."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in cast("Mapping[object, object]", value).items()}
    if is_array(value) or isinstance(value, tuple):
        return [_plain(inner) for inner in cast("list[object]", value)]
    return str(value)
