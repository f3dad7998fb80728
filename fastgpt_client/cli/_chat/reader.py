"""What the user types or pipes in, line by line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial

from rich.console import Console

from fastgpt_client.cli._base.errors import CommandError

__all__ = ["NotText", "Reader", "read_all", "stdin_is_terminal"]


_PASTE_ON, _PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"


class NotText(CommandError):
    """What came in is no text in the encoding of the terminal."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the input is not text ({reason}): send it as UTF-8", 2)


def stdin_is_terminal() -> bool:
    """Return whether somebody sits at the other end; not if there is no input at all."""
    # The annotations of sys do not tell that it may be None, as in a program without a console.
    return bool(sys.stdin and sys.stdin.isatty())


def read_all() -> str:
    """Return all that is piped in, "" if there is no input.

    Raises:
        NotText: it is not text.
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
    """Stop the terminal from showing what is typed; return what undoes that, None if it cannot be done."""
    try:
        import termios  # noqa: PLC0415 - Windows has none
    except ImportError:
        return None
    try:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        now = termios.tcgetattr(terminal)
        # Without lines of its own the system keeps a paste of any length, and Ctrl-D, for the next prompt.
        now[3] &= ~(termios.ECHO | termios.ICANON)
        now[6][termios.VMIN], now[6][termios.VTIME] = 1, 0
        termios.tcsetattr(terminal, termios.TCSADRAIN, now)
    except (OSError, termios.error):
        return None
    return partial(termios.tcsetattr, terminal, termios.TCSADRAIN, before)


class Reader:
    """Reads lines: with editing and a history at a terminal, else as they are.

    Attributes:
        interactive: whether somebody types.
    """

    def __init__(self, err: Console) -> None:
        self._err = err
        self.interactive = stdin_is_terminal()
        # Only then Python itself has the line edited, and shows the prompt where it belongs.
        self._edits = self.interactive and sys.stdout.isatty()
        if self._edits:
            with suppress(ImportError):  # Windows has its own
                import readline  # noqa: PLC0415 - it looks at the terminal when it is imported

                readline.set_auto_history(False)
                readline.parse_and_bind("set enable-bracketed-paste on")  # a paste of several lines is one question

    @contextmanager
    def holding(self) -> Generator[None]:
        """Keep what is typed or pasted meanwhile for the next prompt, and off the screen."""
        show_again = _unseen() if self._edits else None
        if show_again is None:
            yield
            return
        # A paste keeps its marks: it is one question then, too.
        self._write(_PASTE_ON)
        try:
            yield
        finally:
            self._write(_PASTE_OFF)
            show_again()

    def _write(self, text: str) -> None:
        self._err.file.write(text)
        self._err.file.flush()

    def read(self, prompt: str, *, remember: bool = False, secret: bool = False) -> str:
        """Return the next line without its end; `remember` puts it into the history, `secret` hides it.

        Raises:
            EOFError: there is none.
            NotText: it is not text.
        """
        if not self.interactive:
            if not sys.stdin:
                raise EOFError
            return self._whole(_decode(sys.stdin.buffer.readline()))
        try:
            line = self._ask(prompt, secret=secret)
            line.encode()
        except UnicodeDecodeError as exc:
            raise NotText(f"for {exc.encoding}") from None
        except UnicodeEncodeError:
            raise NotText("some bytes of it are none") from None
        if remember and line.strip() and "readline" in sys.modules:
            sys.modules["readline"].add_history(line)
        return line

    def _ask(self, prompt: str, *, secret: bool) -> str:
        if secret:
            from getpass import getpass  # noqa: PLC0415 - seldom needed

            return getpass(prompt)
        if self._edits:
            return input(prompt)
        self._write(prompt)
        return self._whole(sys.stdin.readline())

    @staticmethod
    def _whole(line: str) -> str:
        if not line:
            raise EOFError
        return line.removesuffix("\n")
