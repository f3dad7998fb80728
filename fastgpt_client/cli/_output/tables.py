"""Lists in a terminal: columns that fit, ids that are never cut, one field a line where there is no room for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

__all__ = ["Column", "print_table", "widths"]

_GAP = 2
# A column that may be cut is of use as long as it has this many cells.
_LEAST = 12


class Column(NamedTuple):
    """A column. `whole` ones are copied from, ids for example: they are shown whole or not in a table."""

    title: str
    whole: bool = False
    right: bool = False


def widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int | None) -> list[int] | None:
    """Return the cells of each column, None if `room` does not do for a table; no `room` is room without end."""
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
    while sum(wanted) > room:  # the widest gives way
        index = max(range(len(wanted)), key=lambda index: wanted[index] - least[index])
        wanted[index] -= 1
    return wanted


def print_table(console: Console, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of texts that are clean already. What is no terminal gets whole lines, however long."""
    fitting = widths(columns, rows, console.width if console.is_terminal else None)
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
