"""The `fastgpt` command as people and programs run it: in this process, through pipes, and in a pseudo-terminal."""

from __future__ import annotations

import codecs
import fcntl
import io
import json
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
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from unittest.mock import patch

import pyte  # type: ignore[import-untyped]

COMMAND = (sys.executable, "-W", "error", "-m", "fastgpt_client.cli")
# Long enough for a machine that does much else; nothing waits so long that goes as it should.
PATIENCE = 60.0
_AGAIN = 3.0
INTERRUPT = "\x03"
END = "\x04"


@dataclass(frozen=True)
class Ran:
    """What became of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON that is all of the output."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The JSON of each line of the output."""
        return [json.loads(line) for line in self.out.splitlines()]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something outside of a command."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.01)


# --- in this process ------------------------------------------------------------------------------------------------


class Stream(io.TextIOWrapper):
    """A standard stream that is a terminal or not, as it is told."""

    def __init__(self, content: bytes = b"", *, tty: bool, encoding: str = "utf-8", errors: str = "strict") -> None:
        super().__init__(io.BytesIO(content), encoding=encoding, errors=errors, newline="\n", write_through=True)
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    def readline(self, size: int = -1, /) -> str:
        line = super().readline(size)
        if INTERRUPT in line:
            raise KeyboardInterrupt
        return line

    def value(self) -> str:
        content = self.buffer.getvalue()  # type: ignore[attr-defined] # it is the BytesIO above
        return str(content.decode(self.encoding))


def run(*arguments: str, stdin: str | bytes = "", tty: bool = False, encoding: str = "utf-8") -> Ran:
    """Run the command here; with `tty`, all three streams say that they are a terminal.

    A line of `stdin` that has Ctrl-C in it interrupts whoever reads it.
    """
    from fastgpt_client.cli import main  # noqa: PLC0415 - coverage begins before it

    content = stdin.encode() if isinstance(stdin, str) else stdin
    given, out, err = (
        Stream(content, tty=tty, errors="surrogateescape"),
        Stream(tty=tty, encoding=encoding),
        Stream(tty=tty, errors="backslashreplace"),
    )
    names = {"stdin": given, "stdout": out, "stderr": err, "argv": ["fastgpt", *arguments]}
    with patch.multiple(sys, **names):
        try:
            main()
            code = 0
        except SystemExit as exc:
            code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    return Ran(code, out.value(), err.value())


# --- through pipes --------------------------------------------------------------------------------------------------


def pipe(*arguments: str, stdin: str | bytes = "", environment: dict[str, str] | None = None) -> Ran:
    """Run the command as a process of its own, none of whose streams is a terminal."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        timeout=PATIENCE,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def start(*arguments: str, environment: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[bytes]:
    """Start the command with pipes, and return it running."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([*COMMAND, *arguments], env={**os.environ, **(environment or {})}, **streams)


# --- in a pseudo-terminal -------------------------------------------------------------------------------------------

# Makes the pseudo-terminal the one that Ctrl-C comes from. Forking here, as pexpect does, is not safe beside threads.
_LAUNCHER = "import fcntl,os,sys,termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"


class _Screen(pyte.HistoryScreen):
    """A screen that shows what is dim as what it looks like: grey. pyte itself knows no dim."""

    def select_graphic_rendition(self, *attributes: int, **options: Any) -> None:
        grey = [90 if each == 2 and 38 not in attributes else each for each in attributes]
        super().select_graphic_rendition(*grey, **options)


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
        self._screen = _Screen(columns, rows, history=10_000, ratio=1e-9)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._master, slave = pty.openpty()
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
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

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
        return "\n".join(self.lines).rstrip()

    def send(self, text: str | bytes) -> None:
        r"""Type: `\r` is the return key, `\x03` Ctrl-C, `\x04` Ctrl-D, `\x1b[A` the arrow up."""
        self._before = self.text
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    def resize(self, columns: int, rows: int = 24) -> None:
        """Make the terminal another size, as who drags its window does."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait_for(self, text: str) -> str:
        """Wait until a text is on the screen or was scrolled away, and return all that is seen."""
        return self.wait_until(lambda: text in self.text, f"{text!r} to be seen")

    def wait_for_prompt(self, prompt: str = ">") -> str:
        """Wait until the last line is a prompt, with nothing behind it (a space at its end is not seen).

        What was there before the last key was typed does not count.
        """
        return self.wait_until(lambda: self._is_at(prompt), f"the prompt {prompt!r}")

    def interrupt_prompt(self, prompt: str = ">") -> None:
        """Press Ctrl-C at a prompt until it is there anew, or another one.

        Python notices an interrupt that comes just before it waits for a key with the next key only.
        """
        for _ in range(int(PATIENCE / _AGAIN)):
            self.send(INTERRUPT)
            ends = time.monotonic() + _AGAIN
            while time.monotonic() < ends:
                if self._is_at(prompt):
                    return
                self._read(0.05)
        raise AssertionError(f"Ctrl-C brought no prompt {prompt!r}, but:\n{self.text}")

    def _is_at(self, prompt: str) -> bool:
        # Not by what was written: what shows nothing may follow a prompt.
        return self.text != self._before and f"\n{self.text}".endswith(f"\n{prompt}")

    def wait_for_bytes(self, content: str) -> None:
        """Wait until this was written, also if it was taken back at once."""
        self.wait_until(lambda: content.encode() in self.seen, f"{content!r} to be written")

    def wait_until(self, condition: Callable[[], bool], what: str) -> str:
        """Read what is written until the condition is met."""
        ends = time.monotonic() + PATIENCE
        while not condition():
            lives = self._process.poll() is None  # asked first: what it said at last is read below
            over = not self._read(0.05) and (not lives or time.monotonic() > ends)
            assert not over, f"waited for {what}, but saw:\n{self.text}"
        return self.text

    def wait(self, *, again: str = "") -> int:
        """Read on until the command ends, and return its exit code (-N for a signal).

        Args:
            again: what is typed again should that not have been noticed, see `interrupt_prompt`.
        """
        ends = time.monotonic() + PATIENCE
        while again and self._process.poll() is None and time.monotonic() < ends:
            stays = time.monotonic() + _AGAIN
            while self._process.poll() is None and time.monotonic() < stays:
                self._read(0.05)
            if self._process.poll() is None:
                self.send(again)
        while self._read(ends - time.monotonic()):
            pass
        return self._process.wait(max(0.1, ends - time.monotonic()))

    def kill(self, number: signal.Signals) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def _read(self, seconds: float) -> bool:
        """Read what is there; False if the command has closed its terminal, or the time is over."""
        if not select.select([self._master], [], [], max(0.0, seconds))[0]:
            return False
        try:
            content = os.read(self._master, 65536)
        except OSError:  # EIO: nobody has the other end any more
            return False
        self.seen += content
        # pyte forgets what follows a joiner.
        self._stream.feed(self._decode(content).replace("\N{ZERO WIDTH JOINER}", ""))
        return bool(content)
