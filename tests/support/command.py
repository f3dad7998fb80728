"""The `fastgpt-client` command, run in this process: what it prints, and what a terminal would show of that."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unittest.mock import patch

from .display import Display

__all__ = ["INTERRUPT", "Ran", "Stream", "run"]

INTERRUPT = "\x03"


@dataclass(frozen=True)
class Ran:
    """What became of a command.

    Attributes:
        seen: what it wrote to both streams, in its order, as a terminal receives it.
        columns: how wide that terminal is.
    """

    code: int
    out: str
    err: str
    seen: bytes = b""
    columns: int = 80

    @property
    def json(self) -> Any:
        """The JSON that is all of the output."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The JSON of each line of the output."""
        return [json.loads(line) for line in self.out.splitlines()]

    @cached_property
    def display(self) -> Display:
        """What a terminal shows of it."""
        display = Display(self.columns)
        display.write(self.seen)
        return display

    @property
    def text(self) -> str:
        """What is seen on a terminal."""
        return self.display.text

    @property
    def lines(self) -> list[str]:
        """What is seen on a terminal, line by line."""
        return self.display.lines


class _Bytes(io.BytesIO):
    """Keeps what is written, and hands it to a terminal too."""

    def __init__(self, content: bytes, terminal: bytearray | None) -> None:
        super().__init__(content)
        self._terminal = terminal

    def write(self, content: Any, /) -> int:
        if self._terminal is not None:
            self._terminal += bytes(content).replace(b"\n", b"\r\n")
        return super().write(content)


class Stream(io.TextIOWrapper):
    """A standard stream that is a terminal or not, as it is told."""

    def __init__(
        self,
        content: bytes = b"",
        *,
        tty: bool,
        encoding: str = "utf-8",
        errors: str = "strict",
        terminal: bytearray | None = None,
    ) -> None:
        super().__init__(_Bytes(content, terminal), encoding=encoding, errors=errors, newline="\n", write_through=True)
        self._tty = tty
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._tty

    def readline(self, size: int = -1, /) -> str:
        line = super().readline(size)
        if self._tty and self._terminal is not None:  # who types sees it
            self._terminal += line.replace("\n", "\r\n").encode(self.encoding, "replace")
        if INTERRUPT in line:
            raise KeyboardInterrupt
        return line

    def value(self) -> str:
        content = self.buffer.getvalue()  # type: ignore[attr-defined] # it is the BytesIO above
        return str(content.decode(self.encoding))


def run(
    *arguments: str,
    stdin: str | bytes | None = "",
    tty: bool = False,
    columns: int | None = None,
    encoding: str = "utf-8",
    called: str = "fastgpt-client",
) -> Ran:
    """Run the command here; with `tty`, or `columns` of it, all three streams say that they are a terminal.

    A line of `stdin` that has Ctrl-C in it interrupts whoever reads it; None is no input at all.
    """
    from fastgpt_client.cli import main  # noqa: PLC0415 - coverage begins before it

    content = stdin.encode() if isinstance(stdin, str) else stdin or b""
    tty = tty or columns is not None
    terminal = bytearray()
    streams = {
        "stdin": None if stdin is None else Stream(content, tty=tty, errors="surrogateescape", terminal=terminal),
        "stdout": Stream(tty=tty, encoding=encoding, terminal=terminal),
        "stderr": Stream(tty=tty, errors="backslashreplace", terminal=terminal),
    }
    size = {} if columns is None else {"COLUMNS": str(columns)}
    with patch.multiple(sys, argv=[called, *arguments], **streams), patch.dict(os.environ, size):
        try:
            main()
            code = 0
        except SystemExit as exc:
            code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    return Ran(code, streams["stdout"].value(), streams["stderr"].value(), bytes(terminal), columns or 80)
