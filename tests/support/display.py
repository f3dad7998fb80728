"""What a terminal shows of what is written to it."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import pyte  # type: ignore[import-untyped]

__all__ = ["Display"]


class _Screen(pyte.HistoryScreen):
    """A screen that shows what is dim as what it looks like: grey. pyte itself knows no dim.

    Args:
        reply: called with what the terminal answers, such as where its cursor is.
    """

    def __init__(self, columns: int, rows: int, reply: Callable[[str], object]) -> None:
        super().__init__(columns, rows, history=10_000, ratio=1e-9)
        self._reply = reply

    def write_process_input(self, data: str) -> None:
        self._reply(data)

    def select_graphic_rendition(self, *attributes: int, **options: Any) -> None:
        grey = [90 if each == 2 and 38 not in attributes else each for each in attributes]
        super().select_graphic_rendition(*grey, **options)


class Display:
    """A terminal's screen and what was scrolled off it; `reply` is called with what it answers to the command."""

    def __init__(self, columns: int = 80, rows: int = 24, reply: Callable[[str], object] = str) -> None:
        self._screen = _Screen(columns, rows, reply)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text: str | None = None  # rendered anew only after something was written

    def write(self, content: bytes) -> None:
        """Show what a terminal receives."""
        # pyte forgets what follows a joiner.
        self._stream.feed(self._decode(content).replace("\N{ZERO WIDTH JOINER}", ""))
        self._text = None

    @property
    def column(self) -> int:
        """The column of the cursor, 0 at the beginning of a line."""
        return int(self._screen.cursor.x)

    @property
    def cells(self) -> list[list[pyte.screens.Char]]:
        """The lines cell by cell, each with its colours."""
        shown = (self._screen.buffer[row] for row in range(self._screen.lines))
        return [[row[column] for column in range(self._screen.columns)] for row in (*self._screen.history.top, *shown)]

    @property
    def lines(self) -> list[str]:
        """The lines as they are seen, those that were scrolled away too."""
        return ["".join(cell.data for cell in row).rstrip() for row in self.cells]

    @property
    def text(self) -> str:
        """The lines as one text, empty ones at the end left out."""
        if self._text is None:
            self._text = "\n".join(self.lines).rstrip()
        return self._text
