"""Who is who in a run: the ids that follow from a row, so that the same row sent again is the same question."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, cast

from fastgpt_client._json import is_array

__all__ = ["chat_id", "fingerprint", "item_id", "json_line", "row_id"]

# A first letter and 23 digits: the form of the ids that FastGPT's own pages make.
_DIGITS = 23


def chat_id(run: str, id: str, attempt: int) -> str:
    """Return the chat of a row: of the run, the row's id and the attempt, and of nothing else."""
    return _name("chat", run, id, attempt)


def item_id(run: str, id: str, attempt: int, question: int, reply: int) -> str:
    """Return the id of an answer in that chat: to a question, from 0, or to a reply to its pauses, from 1."""
    return _name("item", run, id, attempt, question, reply)


def _name(*parts: str | int) -> str:
    text = json.dumps(["fastgpt-client", *parts])
    return f"a{sha256(text.encode()).hexdigest()[:_DIGITS]}"


def row_id(row: Mapping[str, Any], given: object) -> str:
    """Return a row's id as text: what was given, or where that is nothing the hash of the whole row."""
    if isinstance(given, float) and given.is_integer():
        given = int(given)  # as spreadsheets write numbers
    text = "" if given is None else str(given).strip()
    if text:
        return text
    whole = json.dumps(_plain(row), sort_keys=True)
    return sha256(whole.encode()).hexdigest()[: _DIGITS + 1]


def fingerprint(question: object) -> int:
    """Return a number that tells questions apart."""
    return int.from_bytes(sha256(json.dumps(_plain(question)).encode()).digest()[:8])


def json_line(value: Mapping[str, Any]) -> bytes:
    """Return a line of JSON, with its end; what JSON has no form for is written as text, and NaN as null."""
    text = json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")  # half a character is written as JSON's own escape


def _plain(value: object) -> object:
    """Return a value as JSON holds it."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in cast("Mapping[object, object]", value).items()}
    if is_array(value) or isinstance(value, tuple):
        return [_plain(inner) for inner in cast("list[object]", value)]
    return str(value)
