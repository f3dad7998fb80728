"""What is not trusted: JSON, which is parsed and asked for its shape, and values that a message shows."""

from __future__ import annotations

import json
import re
import reprlib
from collections.abc import Iterable
from typing import Any, TypeGuard

__all__ = [
    "MAX_DEPTH",
    "as_object",
    "first_object",
    "is_array",
    "is_object",
    "objects",
    "parse_json",
    "shown",
    "whole_text",
]

# How many levels JSON may have. Python's own bound differs with its version, from 1,000 levels to 100,000, and whoever
# prints, copies or searches such JSON runs into the next one. What FastGPT sends has some tens of levels.
MAX_DEPTH = 300

_CONTAINERS = frozenset({dict, list})
_TOO_DEEP = "JSON nested too deeply"
_decode = json.JSONDecoder().decode

_HALF = re.compile("[\ud800-\udfff]")

_shorten = reprlib.Repr()
_shorten.maxlevel = 3
_shorten.maxstring = _shorten.maxother = 100


def parse_json(content: bytes | str) -> Any:
    """Return the parsed JSON; raise `ValueError` for what is none, however it is broken, or is nested too deeply."""
    try:
        value = _decode(content) if isinstance(content, str) else json.loads(content)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None  # the cause is a traceback of a thousand equal lines
    if len(content) > 2 * MAX_DEPTH and _is_deep(value, content):
        raise ValueError(_TOO_DEEP)
    return value


def _is_deep(value: Any, content: bytes | str) -> bool:
    """Return whether parsed JSON has more levels than are allowed."""
    arrays = content.count("[") if isinstance(content, str) else content.count(b"[")
    objects = content.count("{") if isinstance(content, str) else content.count(b"{")
    if arrays + objects <= MAX_DEPTH:
        return False
    level: list[Any] = [[value]]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for outer in level for inner in _values(outer) if type(inner) in _CONTAINERS]
        if not level:
            return False
    return True


def _values(container: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return container if isinstance(container, list) else container.values()


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def objects(value: object) -> list[dict[str, Any]] | None:
    """Return the objects in a JSON array, None for what is no array."""
    return [item for item in value if is_object(item)] if is_array(value) else None


def as_object(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if is_object(value) else {}


def whole_text(text: str) -> str:
    """Return a text that can be encoded: halves of UTF-16 pairs are joined, and one that is alone is U+FFFD."""
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def first_object(value: object, key: str) -> dict[str, Any] | None:
    """Return the first of an object's array if that is an object too, None for anything else."""
    array = value.get(key) if is_object(value) else None
    first = array[0] if is_array(array) and array else None
    return first if is_object(first) else None


def shown(value: object) -> str:
    """Return a value for a message: its repr, cut where it is long or nested deeply, and its type if it has none."""
    try:
        return _shorten.repr(value)
    except Exception:  # whatever an object of the caller does there, it was the wrong argument
        return f"<{type(value).__name__}>"
