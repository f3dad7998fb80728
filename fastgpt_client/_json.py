"""JSON that is not trusted: parsing that fails in one way, and tests of its shape that type checkers understand."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

__all__ = ["as_object", "is_array", "is_object", "parse_json"]


def parse_json(content: bytes | str) -> Any:
    """Return the parsed JSON; raise `ValueError` for anything that is none, however it is broken."""
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None  # the cause is a traceback of a thousand equal lines


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def as_object(value: object) -> dict[str, Any]:
    """Return `value` if it is a JSON object, else an empty one."""
    return value if is_object(value) else {}
