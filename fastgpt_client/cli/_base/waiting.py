"""What a slow call waits for, on a line of the terminal that goes away again."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock, Timer

from rich.console import Console

from fastgpt_client.cli._output.status_line import StatusLine

__all__ = ["Waiting"]

_DELAY = 1.0  # a call that is answered earlier shows nothing


class Waiting:
    """A line that appears if something takes long."""

    def __init__(self, console: Console) -> None:
        self._line = StatusLine(console)
        self._lock = Lock()
        self._timer: Timer | None = None

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
        if self._line.live:
            self._timer = Timer(_DELAY, self._show, [text])
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """Remove the line; it may be called before anything is printed, and again."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._line.erase()

    def pause(self) -> None:
        """Remove the line for a message, if it is shown."""
        with self._lock:
            self._line.erase()

    def _show(self, text: str) -> None:
        with self._lock:
            if self._timer is not None:
                self._line.show(text)
