"""Bars in a terminal: values over days, with both axes labelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fastgpt_client.cli._output.formatting import number

from .metrics import grouped

__all__ = ["bars"]

_BLOCKS = " ▁▂▃▄▅▆▇█"
_AXES = ("┤", "│", "┼", "─")
_ASCII_AXES = ("+", "|", "+", "-")
_WIDEST = 7
_HEIGHT = 5
_YEAR = 360
_LABEL = len("11-22")


def bars(
    days: Sequence[date], values: Sequence[float], width: int, *, ascii_only: bool = False
) -> tuple[list[str], int]:
    """Return the lines of a chart, and the number of days per bar.

    Args:
        width: the width of a line in cells.
        ascii_only: whether to use ASCII characters only.
    """
    room = width - max(len("9.99"), len(_label(sum(values)))) - 3  # no label is longer
    shown, size = grouped(values, max(1, room))
    top = max(shown) or 1.0
    each = max(1, min(_WIDEST, room // len(shown)))
    tick, side, corner, floor = _ASCII_AXES if ascii_only else _AXES
    labels = {0: _label(top), _HEIGHT // 2: _label(top / 2)}
    margin = max(map(len, labels.values()))
    lines: list[str] = []
    for row in range(_HEIGHT):
        cells = "".join(_cell(value / top, _HEIGHT - row - 1, each, ascii_only) for value in shown)
        lines.append(f"{labels.get(row, ''):>{margin}} {tick if row in labels else side}{cells}".rstrip())
    lines.append(f"{'0':>{margin}} {corner}{floor * (each * len(shown))}")
    lines.append(" " * (margin + 2) + _dates([days[index * size] for index in range(len(shown))], each))
    return lines, size


def _cell(share: float, row: int, each: int, ascii_only: bool) -> str:
    """Return the part of a row that a bar fills, counted from below; any value above 0 is visible."""
    eighths = round(share * _HEIGHT * 8)
    if share > 0:
        eighths = max(1, eighths)
    filled = min(8, max(0, eighths - row * 8))
    block = ("#" if filled >= (1 if row == 0 else 4) else " ") if ascii_only else _BLOCKS[filled]
    return block * max(1, each - 1) + " " * (each > 1)


def _label(value: float) -> str:
    return number(round(value, 2)) if value < 10 else number(round(value))


def _dates(days: Sequence[date], each: int) -> str:
    """Return a line of dates, each at the beginning of its bar, as many as fit."""
    form = "%y-%m" if (days[-1] - days[0]).days > _YEAR else "%m-%d"
    text = ""
    for index, day in enumerate(days):
        start = index * each
        fits = start > len(text) and len(days) * each - start >= _LABEL
        if not text or fits:
            text = f"{text:<{start}}{day.strftime(form)}"
    return text
