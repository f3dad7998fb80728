"""A line at a terminal that goes away again: what runs, or what is waited for."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from .formatting import fit, one_line

__all__ = ["StatusLine", "moves"]

_ERASE = "\r\x1b[2K"


def moves(console: Console) -> bool:
    """Return whether a console is a terminal whose cursor can be moved."""
    return console.is_terminal and not console.is_dumb_terminal and not console.legacy_windows


class StatusLine:
    """One line that replaces the one before. Whoever prints anything else erases it first.

    Attributes:
        live: whether there is such a line; otherwise nothing is shown.
    """

    def __init__(self, console: Console) -> None:
        self.live = moves(console)
        self._console = console
        self._shown = False

    def show(self, text: str) -> None:
        """Show a text in place of the last one."""
        if self.live:
            self.erase()
            line = fit(f"· {one_line(text)}…", max(1, self._console.width - 1))
            self._console.print(Text(line, "dim"), end="", soft_wrap=True)
            self._shown = True

    def erase(self) -> None:
        """Remove the line, if it is shown."""
        if self._shown:
            self._console.file.write(_ERASE)
            self._console.file.flush()
            self._shown = False
