"""The validation of requests from 4.14.4 on, with the problems as the server's schema library reports them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from fastgpt_client._json import is_object

from .errors import invalid

__all__ = [
    "ABSENT",
    "SOURCES",
    "Check",
    "a_list",
    "an_id",
    "an_object",
    "check",
    "flag",
    "missing_target",
    "one_of",
    "text",
]

Problem: TypeAlias = "dict[str, Any]"
Check: TypeAlias = "Callable[[list[str | int], Any], list[Problem]]"

SOURCES = ("test", "online", "share", "api", "cronJob", "feishu", "official_account", "wecom", "wechat", "mcp")
ABSENT = object()
_ID = re.compile(r"[0-9a-fA-F]{24}")


def kind_of(value: Any) -> str:
    """Return JavaScript's name for the type of a value."""
    if value is ABSENT:
        return "undefined"
    if value is None:
        return "null"
    kinds: tuple[tuple[type[Any], str], ...] = ((bool, "boolean"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "number")


def wrong_type(path: list[str | int], expected: str, value: Any) -> Problem:
    message = f"Invalid input: expected {expected}, received {kind_of(value)}"
    return {"expected": expected, "code": "invalid_type", "path": path, "message": message}


def _of_type(expected: str) -> Check:
    def verify(path: list[str | int], value: Any) -> list[Problem]:
        return [] if kind_of(value) == expected else [wrong_type(path, expected, value)]

    return verify


text = _of_type("string")
flag = _of_type("boolean")
an_object = _of_type("object")
a_list = _of_type("array")


def an_id(path: list[str | int], value: Any) -> list[Problem]:
    if not isinstance(value, str):
        return [wrong_type(path, "string", value)]
    if _ID.fullmatch(value):
        return []
    pattern = f"/^{_ID.pattern}$/"
    message = f"Invalid string: must match pattern {pattern}"
    problem = {"origin": "string", "code": "invalid_format", "format": "regex", "pattern": pattern}
    return [{**problem, "path": path, "message": message}]


def one_of(*values: str) -> Check:
    def verify(path: list[str | int], value: Any) -> list[Problem]:
        if value in values:
            return []
        choices = "|".join(f'"{value}"' for value in values)
        message = f"Invalid option: expected one of {choices}"
        return [{"code": "invalid_value", "values": list(values), "path": path, "message": message}]

    return verify


def check(
    body: Any, needed: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None, **how: bool
) -> None:
    """Refuse a body that is not an object, lacks a required field, or has a field of a wrong type.

    With `null_is_absent`, a null is treated as an omitted field.
    """
    if not is_object(body):
        raise invalid(wrong_type([], "object", body))
    fields = body
    problems: list[Problem] = []
    for name, verify in (needed or {}).items():
        problems += verify([name], fields.get(name, ABSENT))
    for name, verify in (optional or {}).items():
        if name in fields and not (how.get("null_is_absent") and fields[name] is None):
            problems += verify([name], fields[name])
    if problems:
        raise invalid(*problems)


def missing_target() -> Problem:
    return {"code": "custom", "message": "appId, skillId or share auth must be provided", "path": []}
