"""Tables for a terminal: columns that fit, IDs and dates that are never cut, and one field a line without room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

__all__ = ["Column", "print_table", "widths"]

_GAP = 2
# The fewest cells that a column is cut to.
_LEAST = 12


class Column(NamedTuple):
    """A column.

    Attributes:
        whole: never cut, as IDs and dates must not be.
        right: aligned to the right.
        extra: omitted first if there is no room.
    """

    title: str
    whole: bool = False
    right: bool = False
    extra: bool = False


def widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int | None) -> list[int] | None:
    """Return the cells of each column, None if they do not fit into `room`; None for `room` means no limit."""
    wanted = [
        max(cell_len(text) for text in (column.title, *(row[index] for row in rows)))
        for index, column in enumerate(columns)
    ]
    if room is None:
        return wanted
    room -= _GAP * (len(columns) - 1)
    least = [width if column.whole else min(width, _LEAST) for column, width in zip(columns, wanted, strict=True)]
    if sum(least) > room:
        return None
    while sum(wanted) > room:  # an extra column gives way first, then the widest
        spare = [width - fewest for width, fewest in zip(wanted, least, strict=True)]
        index = max(range(len(wanted)), key=lambda index: (spare[index] > 0 and columns[index].extra, spare[index]))
        wanted[index] -= 1
    return wanted


def print_table(console: Console, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of texts, which are sanitized already. Without a terminal lines are whole, however long."""
    room = console.width if console.is_terminal else None
    fitting = widths(columns, rows, room)
    while fitting is None and any(column.extra for column in columns):
        omitted = max(index for index, column in enumerate(columns) if column.extra)
        columns = [column for index, column in enumerate(columns) if index != omitted]
        rows = [[text for index, text in enumerate(row) if index != omitted] for row in rows]
        fitting = widths(columns, rows, room)
    if fitting is None:
        _print_fields(console, columns, rows)
        return
    _print_row(console, columns, [column.title for column in columns], fitting, "bold")
    for row in rows:
        _print_row(console, columns, row, fitting, "")


def _print_row(
    console: Console, columns: Sequence[Column], row: Sequence[str], fitting: Sequence[int], style: str
) -> None:
    line = Text(style=style)
    for column, text, width in zip(columns, row, fitting, strict=True):
        cell = Text(text)
        if column.right:
            cell.pad_left(width - cell.cell_len)
        cell.truncate(width, overflow="ellipsis", pad=True)
        line.append_text(cell).append(" " * _GAP)
    line.rstrip()
    console.print(line, soft_wrap=True)


def _print_fields(console: Console, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    for number, row in enumerate(rows):
        if number:
            console.print()
        for column, text in zip(columns, row, strict=True):
            if text:
                console.print(Text.assemble((f"{column.title}: ", "bold"), text), soft_wrap=True)
