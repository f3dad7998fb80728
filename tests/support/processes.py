"""The `fastgpt-client` command as a process of its own, with pipes: for what only a process has, such as signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, Any

from .command import Ran
from .interrupts import wait_until_asleep
from .until import PATIENCE

__all__ = ["COMMAND", "Started", "end_group", "output", "pipe", "start"]

COMMAND = (sys.executable, "-W", "error", "-m", "fastgpt_client")


def end_group(process: subprocess.Popen[Any]) -> None:
    """End a process that leads a group and still runs, and with it whatever it started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def output(command: Sequence[str], **environment: str) -> Ran:
    """Run a program without input to its end; all that it writes is its output."""
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            seen, _ = process.communicate(timeout=PATIENCE)
        finally:
            end_group(process)
    return Ran(process.returncode, seen.decode(), "")


class Started:
    """A command that runs, with pipes for its streams."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self.out: IO[bytes] = process.stdout
        self.err: IO[bytes] = process.stderr

    def type(self, text: str) -> None:
        """Send input."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def interrupt(self) -> None:
        """Send what Ctrl-C sends, once it waits for something."""
        wait_until_asleep(self._process.pid)
        self._process.send_signal(signal.SIGINT)

    def end(self, content: bytes | None = None) -> Ran:
        """Send the rest of the input, and return what becomes of the command from here on."""
        out, err = self._process.communicate(content, timeout=PATIENCE)
        return Ran(self._process.returncode, out.decode(), err.decode())

    def wait(self) -> int:
        """Return the exit code when it has ended."""
        return self._process.wait(PATIENCE)


@contextmanager
def start(*arguments: str, stdin: bool = True) -> Generator[Started]:
    """Start the command, with input or without, and end it with the block if it has not ended yet."""
    streams = {"stdin": subprocess.PIPE if stdin else subprocess.DEVNULL, "stdout": subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *arguments], start_new_session=True, stderr=subprocess.PIPE, **streams) as process:
        try:
            yield Started(process)
        finally:
            end_group(process)


def pipe(*arguments: str, stdin: str = "") -> Ran:
    """Run the command with pipes to its end."""
    with start(*arguments) as started:
        return started.end(stdin.encode())
