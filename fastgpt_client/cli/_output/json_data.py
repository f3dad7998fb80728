"""JSON: from a server, in any shape, and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any, TypeGuard

from rich.console import Console

__all__ = ["as_list", "as_object", "json_text", "objects", "write_json", "write_list"]


def as_object(value: object) -> dict[str, Any]:
    """Return a JSON object unchanged, and an empty one for anything else."""
    return value if _is_object(value) else {}


def as_list(value: object) -> list[Any]:
    """Return a JSON array unchanged, and an empty one for anything else."""
    return value if _is_list(value) else []


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a JSON array, without anything else in it."""
    return [item for item in as_list(value) if _is_object(item)]


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def json_text(data: Any, file: IO[str], *, indent: int | None = None) -> str:
    """Return data as JSON, with characters escaped that the encoding of the file lacks.

    Control characters that JSON allows, but a terminal obeys, are escaped too.
    """
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    try:
        text.encode(getattr(file, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(data, indent=indent)
    return "".join(f"\\u{ord(char):04x}" if "\x7f" <= char <= "\x9f" else char for char in text)


def write_json(console: Console, data: Any, *, indent: int | None = 2) -> None:
    """Print one JSON document, or one line of them without an `indent`."""
    console.file.write(f"{json_text(data, console.file, indent=indent)}\n")
    console.file.flush()


def write_list(console: Console, items: Sequence[Any]) -> None:
    """Print a complete list, in the form of a page of a list."""
    write_json(console, {"list": items, "total": len(items)})
