"""Untrusted data: parse JSON and check its shape, and show values in messages."""

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

# Maximum nesting depth of JSON. Python's own limit varies by version, from 1,000 to 100,000 levels, and printing,
# copying or searching such JSON hits the next limit. FastGPT sends a few tens of levels.
MAX_DEPTH = 300

_CONTAINERS = frozenset({dict, list})
_TOO_DEEP = "JSON nested too deeply"
_decode = json.JSONDecoder().decode

_HALF = re.compile("[\ud800-\udfff]")

_shorten = reprlib.Repr()
_shorten.maxlevel = 3
_shorten.maxstring = _shorten.maxother = 100


def parse_json(content: bytes | str) -> Any:
    """Return the parsed JSON; raise `ValueError` if it is invalid or nested too deeply."""
    try:
        value = _decode(content) if isinstance(content, str) else json.loads(content)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None  # the traceback has a thousand identical lines
    if len(content) > 2 * MAX_DEPTH and _is_deep(value, content):
        raise ValueError(_TOO_DEEP)
    return value


def _is_deep(value: Any, content: bytes | str) -> bool:
    """Return whether parsed JSON has more than `MAX_DEPTH` levels."""
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
    """Return the objects in a JSON array, None if `value` is not an array."""
    return [item for item in value if is_object(item)] if is_array(value) else None


def as_object(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, otherwise an empty one."""
    return value if is_object(value) else {}


def whole_text(text: str) -> str:
    """Return the text in a form that can be encoded: surrogate pairs are joined, lone surrogates become U+FFFD."""
    if _HALF.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def first_object(value: object, key: str) -> dict[str, Any] | None:
    """Return the first item of the array `value[key]` if it is an object, otherwise None."""
    array = value.get(key) if is_object(value) else None
    first = array[0] if is_array(array) and array else None
    return first if is_object(first) else None


def shown(value: object) -> str:
    """Return a value's repr for a message, shortened if long or deeply nested; its type if the repr fails."""
    try:
        return _shorten.repr(value)
    except Exception:  # the caller's object may raise anything; it is an invalid argument in any case
        return f"<{type(value).__name__}>"
