"""Words that are not broken at the edge of a terminal, although their text arrives piece by piece."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

__all__ = ["WordWrap"]

_TAB = 8
_JOINER = "\u200d"
# What does not begin a line, and what does not end one: Chinese breaks between any other two characters.
_CLOSING = frozenset("，。！？；：、）」』】》〉〕｝”’…—～·％℃,.!?;:)]}%")
_OPENING = frozenset("（「『【《〈〔｛“‘([{￥$")


class WordWrap:
    """Breaks the lines of one text between words.

    A word is written as it arrives. Where it turns out not to fit, it is taken back and written in the next line.
    """

    def __init__(self) -> None:
        self._column = 0
        self._word = ""  # what was written of the last word
        self._start = 0  # the column that it begins in

    def reset(self) -> None:
        """Begin a new line."""
        self._column, self._word, self._start = 0, "", 0

    def feed(self, text: str, width: int) -> Iterator[str]:
        """Yield what to write for the next piece of the text; what begins with a carriage return moves the cursor."""
        written = ""
        for char in text:
            if char == "\n":
                self.reset()
                written += char
                continue
            if char in " \t":
                # A space behind a full line is its line break.
                written += char if self._space(char, width) else ""
                continue
            cells = cell_len(char)
            if self._word and _may_break(self._word[-1], char, cells):
                self._word = ""
            if not self._word:
                self._start = self._column
            while cells and self._column + cells > width and self._column:
                if self._word and self._start:
                    yield written
                    yield f"\r\x1b[{self._start}C\x1b[K"
                    written, self._column = f"\n{self._word}", cell_len(self._word)
                else:
                    written += "\n"
                    self._column, self._word = 0, ""
                self._start = 0
            written += char
            self._column += cells
            self._word += char
        yield written

    def _space(self, char: str, width: int) -> bool:
        """Take note of a space or a tab; return False if the line has no room for it."""
        self._word = ""
        cells = _TAB - self._column % _TAB if char == "\t" else 1
        fits = self._column + cells <= width
        self._column = self._column + cells if fits else width
        return fits


def _may_break(before: str, char: str, cells: int) -> bool:
    if not cells or before == _JOINER or char in _CLOSING or before in _OPENING:
        return False
    return cells == 2 or cell_len(before) == 2 or (before in _CLOSING and not before.isascii())
