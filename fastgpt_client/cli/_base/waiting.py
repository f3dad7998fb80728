"""What a slow call waits for, on a line of the terminal that goes away again."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock, Timer

from rich.console import Console
from rich.text import Text

from fastgpt_client.cli._output.formatting import fit, one_line

__all__ = ["Waiting"]

_ERASE = "\r\x1b[2K"
_DELAY = 1.0  # a call that is answered earlier shows nothing


class Waiting:
    """A line that appears if something takes long."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._moves = console.is_terminal and not console.is_dumb_terminal and not console.legacy_windows
        self._lock = Lock()
        self._timer: Timer | None = None
        self._shown = False

    @contextmanager
    def until_done(self, text: str) -> Generator[None]:
        """Show a text while the block runs."""
        self.begin(text)
        try:
            yield
        finally:
            self.end()

    def begin(self, text: str) -> None:
        """Show a text soon, until `end`."""
        if self._moves:
            self._timer = Timer(_DELAY, self._show, [text])
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """Remove the line; it may be called before anything is printed, and again."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._erase()

    def pause(self) -> None:
        """Remove the line for a message, if it is shown."""
        with self._lock:
            self._erase()

    def _show(self, text: str) -> None:
        with self._lock:
            if self._timer is not None:
                line = fit(f"· {one_line(text)}…", max(1, self._console.width - 1))
                self._console.print(Text(line, "dim"), end="", soft_wrap=True)
                self._shown = True

    def _erase(self) -> None:
        if self._shown:
            self._console.file.write(_ERASE)
            self._console.file.flush()
            self._shown = False
