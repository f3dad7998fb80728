"""The command in a pseudo-terminal: for line editing, hidden input, Ctrl-C and a size that is its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from .display import Display
from .interrupts import wait_until_asleep
from .processes import COMMAND, end_group
from .until import PATIENCE

__all__ = ["END", "Terminal"]

END = "\x04"

# Makes the pseudo-terminal the one that Ctrl-C comes from, and a hangup what it usually is: under nohup it is ignored.
# Forking here, as pexpect does, is not safe beside threads.
_LAUNCHER = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """The command in a terminal of its own.

    ```python
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hello\r")
        terminal.wait_for("You said: Hello")
        terminal.wait_for_prompt()
        terminal.send(END)
        assert terminal.wait() == 0
    ```
    """

    def __init__(
        self,
        *arguments: str,
        columns: int = 80,
        rows: int = 24,
        environment: dict[str, str] | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.seen = b""
        """All that was written, with its control sequences."""
        self._before = ""  # what was seen when something was typed last
        self._master, slave = pty.openpty()
        self._display = Display(columns, rows, lambda text: os.write(self._master, text.encode()))
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        surroundings = {**os.environ, "TERM": "xterm-256color", **(environment or {})}
        for name in ("COLUMNS", "LINES"):
            surroundings.pop(name, None)
        self._process = subprocess.Popen(
            [sys.executable, "-ISc", _LAUNCHER, *command, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=surroundings,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end_group(self._process)
        os.close(self._master)

    @property
    def column(self) -> int:
        """The column of the cursor, 0 at the beginning of a line."""
        return self._display.column

    @property
    def cells(self) -> list[list[Any]]:
        """The lines cell by cell, each with its colours."""
        return self._display.cells

    @property
    def lines(self) -> list[str]:
        """The lines as they are seen, those that were scrolled away too."""
        return self._display.lines

    @property
    def text(self) -> str:
        """The lines as one text, empty ones at the end left out."""
        return self._display.text

    @property
    def modes(self) -> list[Any]:
        """How the terminal treats what is typed."""
        return termios.tcgetattr(self._master)

    def kill(self, number: signal.Signals) -> None:
        """Send the command a signal once it waits for something."""
        wait_until_asleep(self._process.pid)
        self._process.send_signal(number)

    def send(self, text: str | bytes) -> None:
        r"""Type: `\r` is the return key, `\x03` Ctrl-C, `\x04` Ctrl-D, `\x1b[A` the arrow up."""
        self._before = self.text
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    def press(self, key: str) -> None:
        """Type, as `send` does, once the command waits for something: a key, or the server.

        A Ctrl-C that comes before that may be noticed with the next key only.
        """
        wait_until_asleep(self._process.pid)
        self.send(key)

    def wait_for(self, text: str) -> str:
        """Wait until a text is on the screen or was scrolled away, and return all that is seen."""
        return self.wait_until(lambda: text in self.text, f"{text!r} to be seen")

    def wait_for_prompt(self, prompt: str = ">") -> str:
        """Wait until the last line is a prompt, with nothing behind it (a space at its end is not seen).

        What was there before the last key was typed does not count.
        """
        return self.wait_until(lambda: self._is_at(prompt), f"the prompt {prompt!r}")

    def _is_at(self, prompt: str) -> bool:
        # Not by what was written: what shows nothing may follow a prompt.
        return self.text != self._before and f"\n{self.text}".endswith(f"\n{prompt}")

    def wait_until(self, condition: Callable[[], bool], what: str) -> str:
        """Read what is written until the condition is met."""
        ends = time.monotonic() + PATIENCE
        while not condition():
            lives = self._process.poll() is None  # asked first: what it said at last is read below
            over = not self._read(0.05) and (not lives or time.monotonic() > ends)
            assert not over, f"waited for {what}, but saw:\n{self.text}"
        return self.text

    def wait(self) -> int:
        """Read on until the command ends, and return its exit code (-N for a signal)."""
        ends = time.monotonic() + PATIENCE
        while self._read(ends - time.monotonic()):
            pass
        return self._process.wait(max(0.1, ends - time.monotonic()))

    def _read(self, seconds: float) -> bool:
        """Read what is there; False if the command has closed its terminal, or the time is over."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            content = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the other end any more
            return False
        self.seen += content
        self._display.write(content)
        return bool(content)
