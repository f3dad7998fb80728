"""The fields of a form: their hints, and how the text of the user is parsed."""

from __future__ import annotations

import json
from typing import Any

from fastgpt_client.cli._output.formatting import number
from fastgpt_client.cli._output.json_data import as_list
from fastgpt_client.interactive import FormField

__all__ = ["NoValue", "hint", "parse", "shown_default"]

_YES = ("y", "yes", "true", "on", "1")
_NO = ("n", "no", "false", "off", "0")
_KINDS = {
    "numberInput": "a number",
    "select": "one of them",
    "multipleSelect": "any of them, separated by commas",
    "switch": "y or n",
    "JSONEditor": "JSON",
    "fileSelect": "files or URLs, separated by commas",
    "timePointSelect": "a time",
    "timeRangeSelect": "two times, separated by a comma",
}


class NoValue(Exception):
    """The text is not a value of the field."""


def hint(field: FormField) -> str:
    """Return the hint for a field, in brackets; "" without one."""
    parts = [_KINDS[field.type]] if field.type in _KINDS else []
    parts += _span(field.min, field.max, "")
    parts += _span(field.min_length, field.max_length, " characters")
    if field.max_files is not None:
        parts.append(f"at most {field.max_files}")
    if field.required:
        parts.append("required")
    return f" ({', '.join(parts)})" if parts else ""


def _span(least: float | None, most: float | None, unit: str) -> list[str]:
    if least is not None and most is not None:
        return [f"{number(least)} to {number(most)}{unit}"]
    if least is not None:
        return [f"at least {number(least)}{unit}"]
    return [f"at most {number(most)}{unit}"] if most is not None else []


def shown_default(field: FormField) -> str:
    """Return the default of a field, in square brackets; "" without one."""
    value = field.default
    if value is None or value in ("", []):
        return ""
    if field.type == "password":
        return " [unchanged]"
    if isinstance(value, bool):
        return f" [{'y' if value else 'n'}]"
    texts = [item for item in as_list(value) if isinstance(item, str)]
    if texts and texts == value:
        value = ", ".join(texts)
    return f" [{value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}]"


def parse(field: FormField, text: str) -> Any:
    """Parse a text, and return its value, None if it is empty; choices and files are parsed elsewhere.

    Raises:
        NoValue: the text is not a value of the field.
    """
    if field.type not in ("input", "textarea", "password"):
        text = text.strip()
    if not text:
        return None
    match field.type:
        case "numberInput":
            return _number(field, text)
        case "switch":
            if text.lower() in _YES or text.lower() in _NO:
                return text.lower() in _YES
            raise NoValue(f"{field.label}: answer y or n, not {text!r}")
        case "timeRangeSelect":
            return [part.strip() for part in text.split(",")]
        case _:
            return text


def _number(field: FormField, text: str) -> float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    raise NoValue(f"{field.label}: {text!r} is not a number")
