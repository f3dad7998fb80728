"""Texts of a server as a terminal may see them: no control characters, times of here, names without their keys."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

__all__ = ["clean", "count", "line", "local_time", "name_of", "number", "seconds"]

# What moves the cursor or hides what was written: controls, the marks that turn the direction of writing, and halves
# of characters, which no terminal can be sent. Formatting that emoji and scripts need (joiners) stays.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_TRANSLATED = re.compile(r"\w+:\w+(\.\w+)+\Z")


def clean(text: object) -> str:
    """Return a text of a server whose characters do nothing but show; lines and tabs stay."""
    return _HARMFUL.sub("\ufffd", str(text).replace("\r\n", "\n"))


def line(text: object) -> str:
    """Return a text of a server as one line."""
    return " ".join(clean(text).split())


def local_time(value: object) -> str:
    """Return a time of the wire as a person here reads it; what is no time is returned as it is."""
    if value is None:
        return ""
    try:
        return datetime.fromisoformat(str(value)).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return line(value)


def name_of(text: object) -> str:
    """Return a node's name; of a key of the server's translations its last word."""
    name = line(text)
    return name.rpartition(".")[2].replace("_", " ") if _TRANSLATED.match(name) else name


def seconds(value: float) -> str:
    """Return a duration as a person reads it."""
    if value < 60:
        return f"{value:.2f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def number(value: Any) -> str:
    """Return a number without the noise of its fraction."""
    return f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def count(value: int, thing: str, things: str | None = None) -> str:
    """Return `1 chat`, `2 chats`."""
    return f"{value:,} {thing if value == 1 else things or f'{thing}s'}"
