"""Encode arguments for the wire: JSON bodies and query parameters."""

from __future__ import annotations

import json
from collections import UserString
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any, cast

from fastgpt_client._json import shown
from fastgpt_client.exceptions import ValidationError

__all__ = ["dump_json", "json_text", "plain_number", "query_params"]

# How many levels of nesting an error message follows to the value that cannot be sent.
_LEVELS_NAMED = 6
_BYTES: tuple[type, ...] = (bytes, bytearray, memoryview)


def json_text(value: object) -> str:
    """Return the JSON of a value; raise `ValueError` naming the type if it cannot be encoded.

    In addition to what `json` supports, accepts any mapping or sequence, and decimal numbers that a float represents
    exactly.
    """
    return _json_bytes(value).decode()


def _json_bytes(value: object) -> bytes:
    try:
        return _encode(value).encode()
    except TypeError as exc:
        raise ValueError(str(exc)) from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("a text contains a lone surrogate") from None  # the cause shows the whole text


def dump_json(value: object, name: str = "") -> bytes:
    """Return the JSON of the arguments, or of the single argument `name`.

    Raises:
        ValidationError: a value cannot be sent; the message says where it is.
    """
    try:
        return _json_bytes(value)
    except ValueError as exc:
        where = _path_of_fault(value, name) or "the arguments"
        raise ValidationError(f"{where} cannot be sent as JSON: {exc}") from None


def query_params(params: Mapping[str, object]) -> dict[str, str]:
    """Return query parameters; values other than text are encoded as JSON, as FastGPT expects."""
    return {name: _query_text(name, value) for name, value in params.items()}


def _query_text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (str, UserString)):
        return str.__str__(value) if isinstance(value, str) else str(value)  # for an enum, its value
    return dump_json(value, name).decode()


def _plain(value: Any) -> object:
    """Convert a value that `json` does not support to one that it does."""
    kind = type(value).__name__
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, UserString):
        return str(value)
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, Sequence) and not isinstance(value, _BYTES):
        return list(cast("Sequence[object]", value))
    raise TypeError(f"a value has the unsupported type {kind}: pass {_remedy(value)}")


def plain_number(value: Decimal) -> float:
    """Return a decimal number as a float or int; raise `ValueError` if neither equals it exactly."""
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"no float equals the decimal number {shown(value)} exactly: pass a float or text")
    return int(number) if number.is_integer() else number


def _remedy(value: Any) -> str:
    if isinstance(value, (date, time)):
        return "its isoformat()"
    if isinstance(value, _BYTES):
        return "text, such as its base64"
    if isinstance(value, (set, frozenset)):
        return "a list"
    if is_dataclass(value):
        return "its dataclasses.asdict()"
    return "text, a number, a list or a dict"


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain).encode


def _path_of_fault(value: object, path: str) -> str:
    """Return the path of the value that has no JSON, such as `messages[0].content`."""
    for _ in range(_LEVELS_NAMED):
        for step, inner in _parts(value):
            if not _has_json(inner):
                path, value = path + step, inner
                break
        else:
            break
    return path.removeprefix(".")


def _parts(value: object) -> list[tuple[str, object]]:
    if isinstance(value, Mapping):
        return [(_step(key), inner) for key, inner in cast("Mapping[object, object]", value).items()]
    if isinstance(value, (list, tuple)):
        return [(f"[{index}]", inner) for index, inner in enumerate(cast("Sequence[object]", value))]
    return []


def _step(key: object) -> str:
    return f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{shown(key)}]"


def _has_json(value: object) -> bool:
    try:
        json_text(value)
    except ValueError:
        return False
    return True
