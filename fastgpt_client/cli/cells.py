"""Texts measured as a terminal does: some characters take two cells, some none."""

from __future__ import annotations

from itertools import accumulate

from rich.cells import cell_len

__all__ = ["fit"]


def fit(text: str, cells: int) -> str:
    """Return the beginning of a line that takes at most so many cells, with an ellipsis where it was cut."""
    if cell_len(text) <= cells:
        return text
    end = sum(width < cells for width in accumulate(map(cell_len, text)))
    return f"{text[:end].rstrip()}…"
