"""Lines that a user edits at a terminal, with prompt_toolkit. Importing it takes a moment: only a chat does."""

from __future__ import annotations

import sys
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.history import DummyHistory, InMemoryHistory
from prompt_toolkit.input import create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import create_output

__all__ = ["LineEditor"]


def _before_line(width: int, line: int, wraps: int) -> str:
    """Return what stands before each line but the first; before the rest of a long line stands nothing."""
    return "" if wraps else ". "


def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.newline(copy_margin=False)


class LineEditor:
    """Reads from the terminal of stdin. A paste of several lines is one text; Alt-Enter begins another line.

    Args:
        shown: where the prompts are shown: a terminal too.
    """

    def __init__(self, shown: TextIO) -> None:
        keyboard, screen = create_input(sys.stdin), create_output(shown)
        keys = KeyBindings()
        keys.add("escape", "enter")(_new_line)
        keys.add("escape", "c-j")(_new_line)  # Alt-Enter, typed ahead
        # Both share the keyboard, and so what is typed ahead.
        self._remembered: PromptSession[str] = PromptSession(
            history=InMemoryHistory(),
            input=keyboard,
            output=screen,
            key_bindings=keys,
            prompt_continuation=_before_line,
            enable_suspend=True,
        )
        self._forgotten: PromptSession[str] = PromptSession(
            history=DummyHistory(), input=keyboard, output=screen, enable_suspend=True
        )

    def read(self, prompt: str, *, remember: bool, secret: bool) -> str:
        """Return what is entered; `remember` lets the arrow keys bring it back, `secret` shows asterisks.

        Raises:
            EOFError: Ctrl-D at an empty line.
            KeyboardInterrupt: Ctrl-C.
        """
        session = self._remembered if remember else self._forgotten
        return session.prompt(prompt, is_password=secret)
