"""Reads what the user types or pipes in, line by line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

from fastgpt_client.cli._base.errors import CommandError

if TYPE_CHECKING:
    from .line_editor import LineEditor

__all__ = ["LineDropped", "NotText", "Reader", "read_all", "stdin_is_terminal"]


_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"


class LineDropped(KeyboardInterrupt):
    """Ctrl-C at a prompt. The cursor is at the beginning of a line again."""


class NotText(CommandError):
    """The input is not valid text in the encoding of the terminal."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the input is not valid text ({reason}): encode it as UTF-8", 2)


def stdin_is_terminal() -> bool:
    """Return whether stdin is a terminal; False if there is no stdin."""
    # It may be None, as in a program without a console, although the annotations of sys do not say so.
    return bool(sys.stdin and sys.stdin.isatty())


def read_all() -> str:
    """Return everything that is piped in, "" if there is no stdin.

    Raises:
        NotText: it is not valid text.
    """
    if not sys.stdin:
        return ""
    return _decode(sys.stdin.buffer.read())


def _decode(content: bytes) -> str:
    encoding = sys.stdin.encoding or "utf-8"
    try:
        return content.decode(encoding).removeprefix("\ufeff").replace("\r\n", "\n")
    except UnicodeDecodeError as exc:
        raise NotText(f"byte 0x{content[exc.start]:02x} at {exc.start}, for {encoding}") from None


def _unseen() -> Callable[[], None] | None:
    """Stop the terminal from showing what is typed; return what undoes it, None if that is impossible."""
    try:
        import termios  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    now = termios.tcgetattr(terminal)
    # Outside of line mode the system also keeps long lines and Ctrl-D for the next prompt.
    now[3] &= ~(termios.ECHO | termios.ICANON)
    now[3] |= termios.NOFLSH  # Ctrl-C keeps what was typed
    now[6][termios.VMIN], now[6][termios.VTIME] = 1, 0
    termios.tcsetattr(terminal, termios.TCSADRAIN, now)
    return partial(termios.tcsetattr, terminal, termios.TCSADRAIN, before)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal of the system, and does not only look like one."""
    try:
        return stream is not None and os.isatty(stream.fileno())
    except (OSError, ValueError):  # it has no file, or is closed
        return False


class Reader:
    """Reads lines: with editing and a history at a terminal, unchanged otherwise.

    Attributes:
        interactive: whether a user types.
    """

    def __init__(self, err: Console) -> None:
        self._err = err
        self.interactive = stdin_is_terminal()
        self._editor: LineEditor | None = None
        self._shown = shown = next(filter(_is_terminal, (sys.stdout, sys.stderr)), None)
        if shown is not None and _is_terminal(sys.stdin) and not err.is_dumb_terminal:
            from .line_editor import LineEditor  # noqa: PLC0415 - only needed for people, and slow to import

            self._editor = LineEditor(shown)

    @contextmanager
    def holding(self) -> Generator[None]:
        """Keep what is typed or pasted meanwhile for the next prompt, without showing it."""
        show_again = _unseen() if self._editor is not None else None
        if show_again is None:
            yield
            return
        # A paste is marked here too, so that it stays one question.
        self._write(_PASTE_ON)
        try:
            yield
        finally:
            self._write(_PASTE_OFF)
            show_again()

    @contextmanager
    def restoring(self) -> Generator[None]:
        """Leave the block by an exception at SIGTERM and SIGHUP, so that the terminal is as it was."""
        known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        # One that is ignored, as under nohup, stays so.
        ending = [each for each in known if self._editor is not None and signal.getsignal(each) is signal.SIG_DFL]
        for each in ending:
            signal.signal(each, _leave)
        try:
            yield
        finally:
            for each in ending:
                signal.signal(each, signal.SIG_DFL)

    def _write(self, text: str) -> None:
        file = self._shown or self._err.file
        file.write(text)
        file.flush()

    def remember(self, question: str) -> None:
        """Let the arrow keys bring back a question."""
        if self._editor is not None:
            self._editor.remember(question)

    def read(self, prompt: str, *, recall: bool = False, secret: bool = False) -> str:
        """Return the next line without its line end; `recall` offers earlier questions, `secret` hides it.

        Raises:
            EOFError: the input has ended.
            LineDropped: Ctrl-C at a terminal.
            NotText: it is not valid text.
        """
        if not self.interactive:
            if not sys.stdin:
                raise EOFError
            return self._whole(_decode(sys.stdin.buffer.readline()))
        try:
            line = self._ask(prompt, recall=recall, secret=secret)
            line.encode()
        except UnicodeDecodeError as exc:
            raise NotText(f"for {exc.encoding}") from None
        except UnicodeEncodeError:
            raise NotText("some bytes are invalid") from None
        except KeyboardInterrupt:
            raise LineDropped from None
        return line

    def _ask(self, prompt: str, *, recall: bool, secret: bool) -> str:
        if self._editor is not None:
            return self._editor.read(prompt, recall=recall, secret=secret)
        try:
            if secret:
                from getpass import getpass  # noqa: PLC0415 - rarely needed

                return getpass(prompt)
            self._write(prompt)
            return self._whole(sys.stdin.readline())
        except (EOFError, KeyboardInterrupt):
            self._write("\n")  # the editor does this itself
            raise

    @staticmethod
    def _whole(line: str) -> str:
        if not line:
            raise EOFError
        return line.removesuffix("\n")
