"""Texts and numbers for a terminal: without control characters, in local time, with readable names."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import accumulate
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

__all__ = ["count", "duration", "fit", "local_time", "node_label", "number", "one_line", "print_message", "sanitize"]

# What moves the cursor or hides what was written: controls, the marks that turn the direction of writing, and halves
# of characters, which no terminal can be sent. Formatting that emoji and scripts need (joiners) stays.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_TRANSLATED = re.compile(r"\w+:\w+(\.\w+)+\Z")


def sanitize(text: object) -> str:
    """Return a text of a server without characters that control a terminal; line ends and tabs stay."""
    return _HARMFUL.sub("\ufffd", str(text).replace("\r\n", "\n"))


def print_message(console: Console, text: object) -> None:
    """Print a message of the command or of a server; at a terminal, words are not broken at the edge."""
    console.print(Text(sanitize(text)), soft_wrap=not console.is_terminal)


def one_line(text: object) -> str:
    """Return a text of a server as one line."""
    return " ".join(sanitize(text).split())


def local_time(value: object) -> str:
    """Return a time of the wire in local time; anything else is returned unchanged."""
    if value is None:
        return ""
    try:
        return datetime.fromisoformat(str(value)).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return one_line(value)


def node_label(text: object) -> str:
    """Return the name of a node; for a translation key of the server, its last part."""
    name = one_line(text)
    return name.rpartition(".")[2].replace("_", " ") if _TRANSLATED.match(name) else name


def duration(value: float) -> str:
    """Return a readable duration."""
    if value < 60:
        return f"{value:.2f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s"


def number(value: Any) -> str:
    """Return a number with at most four decimals."""
    return f"{value:,.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def count(value: int, thing: str, things: str | None = None) -> str:
    """Return `1 chat`, `2 chats`."""
    return f"{value:,} {thing if value == 1 else things or f'{thing}s'}"


def fit(text: str, cells: int) -> str:
    """Return a line that takes at most so many cells, with an ellipsis if it was cut.

    Some characters take two cells of a terminal, some none.
    """
    if cell_len(text) <= cells:
        return text
    end = sum(width < cells for width in accumulate(map(cell_len, text)))
    return f"{text[:end].rstrip()}…"
