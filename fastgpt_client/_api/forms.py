"""The fields of a form that a run pauses for, and validation of their values."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, cast

from fastgpt_client._json import as_object, is_array, parse_json, shown
from fastgpt_client.exceptions import ValidationError

from .encoding import json_text, plain_number

__all__ = ["FormField", "form_answers", "form_fields"]


class FormField(NamedTuple):
    """A field of a form.

    `type` is as on the wire: "input", "textarea", "password", "numberInput", "select", "multipleSelect", "switch",
    "JSONEditor", "timePointSelect", "timeRangeSelect", "fileSelect", … `choices` are the values of a select. Limits
    that the app does not set are None.
    """

    key: str
    label: str
    type: str
    required: bool
    default: Any
    description: str
    choices: list[str]
    min: float | None
    max: float | None
    min_length: int | None
    max_length: int | None
    max_files: int | None
    raw: dict[str, Any]

    def check(self, value: Any) -> Any:
        """Validate a value and return what is sent for this field. Lets a program report errors field by field.

        Args:
            value: the user's input; None for the field's default.

        Returns None if nothing is sent.

        Raises:
            ValidationError: the value is invalid, or missing although the field is required.
        """
        return form_answers([self], {self.key: value}).get(self.key)


def form_fields(form: object) -> list[FormField]:
    """Return the fields of an `inputForm`."""
    return [_field(as_object(item)) for item in (form if is_array(form) else [])]


def _field(item: dict[str, Any]) -> FormField:
    listed: list[Any] = item["list"] if is_array(item.get("list")) else []
    choices = [as_object(choice).get("value", choice) for choice in listed]
    return FormField(
        key=str(item.get("key") or ""),
        label=str(item.get("label") or item.get("key") or ""),
        type=str(item.get("type") or "input"),
        required=item.get("required") is True,
        default=item.get("defaultValue"),
        description=str(item.get("description") or ""),
        choices=[choice for choice in choices if isinstance(choice, str)],
        min=_limit(item.get("min")),
        max=_limit(item.get("max")),
        min_length=_length(item.get("minLength")),
        max_length=_length(item.get("maxLength")),
        max_files=_length(item.get("maxFiles")),
        raw=item,
    )


def _limit(value: object) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _length(value: object) -> int | None:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 else None


def form_answers(fields: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values to send, with defaults; raise `ValidationError` naming an invalid field."""
    if not isinstance(values, Mapping):
        raise ValidationError(f"values must be a dict of the form's keys, not {type(values).__name__}")
    known = {field.key for field in fields}
    for key in values:
        if key not in known:
            raise ValidationError(f"{shown(key)} is not a field of this form: its fields are {sorted(known)}")
    answers: dict[str, Any] = {}
    for field in fields:
        value = values.get(field.key)
        if value is None:
            value = field.default
        if value is None or (isinstance(value, (str, list, tuple)) and not value):
            if field.required:
                raise ValidationError(f"{field.key!r} ({field.label}) is required: give it a value")
            if values.get(field.key) is not None:
                answers[field.key] = value
            continue
        answers[field.key] = _sendable(field, _CHECKS.get(field.type, _anything)(field, value))
    return answers


def _sendable(field: FormField, value: Any) -> Any:
    """Check that a value can be sent: the whole form is sent as JSON, which one invalid value would prevent."""
    try:
        json_text(value)
    except ValueError as exc:
        raise _refuse(field, f"cannot be sent as JSON: {exc}") from None
    return value


def _refuse(field: FormField, what: str) -> ValidationError:
    return ValidationError(f"{field.key!r} ({field.label}) {what}")


def _anything(field: FormField, value: Any) -> Any:
    return value


def _string(field: FormField, value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse(field, f"must be text, not {shown(value)}")
    if field.max_length is not None and len(value) > field.max_length:
        raise _refuse(field, f"has {len(value)} characters: at most {field.max_length} are allowed")
    if field.min_length is not None and len(value) < field.min_length:
        raise _refuse(field, f"has {len(value)} characters: at least {field.min_length} are required")
    return value


def _number(field: FormField, value: Any) -> float:
    # Defaults come from the app's editor, which may store numbers as text.
    if isinstance(value, str) and value == field.default:
        try:
            value = float(value)
        except ValueError:
            raise _refuse(field, f"has the default {shown(value)}, which is not a number: give it a value") from None
        if value.is_integer():
            value = int(value)
    if isinstance(value, Decimal):
        with contextlib.suppress(ValueError):  # rejected below
            value = plain_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < math.inf:
        raise _refuse(field, f"must be a number, not {shown(value)}")
    if field.min is not None and value < field.min:
        raise _refuse(field, f"must be at least {field.min}, not {shown(value)}")
    if field.max is not None and value > field.max:
        raise _refuse(field, f"must be at most {field.max}, not {shown(value)}")
    return value


def _choice(field: FormField, value: Any) -> Any:
    if field.choices and value not in field.choices:
        raise _refuse(field, f"must be one of {field.choices}, not {shown(value)}")
    return value


def _choices(field: FormField, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise _refuse(field, f"must be a list, not {shown(value)}")
    return [_choice(field, item) for item in cast("Sequence[Any]", value)]


def _switch(field: FormField, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse(field, f"must be True or False, not {shown(value)}")
    return value


def _json(field: FormField, value: Any) -> str:
    if not isinstance(value, str):
        return json_text(_sendable(field, value))
    try:
        parse_json(value)
    except ValueError:
        raise _refuse(field, "must be valid JSON text, or a value to encode as JSON") from None
    return value


def _files(field: FormField, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise _refuse(field, f"must be a list of URLs or of uploaded files, not {shown(value)}")
    files = [*cast("Sequence[Any]", value)]
    for file in files:
        if not isinstance(file, str) and not ({"url", "key"} & as_object(file).keys()):
            raise _refuse(field, f"accepts URLs, or objects with a url or a key, not {shown(file)}")
    if field.max_files is not None and len(files) > field.max_files:
        raise _refuse(field, f"has {len(files)} files: at most {field.max_files} are allowed")
    return files


_CHECKS: dict[str, Callable[[FormField, Any], Any]] = {
    "input": _string,
    "textarea": _string,
    "password": _string,
    "numberInput": _number,
    "select": _choice,
    "multipleSelect": _choices,
    "switch": _switch,
    "JSONEditor": _json,
    "fileSelect": _files,
}
