"""Lines that a user edits at a terminal, with prompt_toolkit. Importing it takes a moment: only a chat does."""

from __future__ import annotations

import sys
from functools import partial
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


def _nothing(event: KeyPressEvent) -> None:
    """Ctrl-Space switches input methods, and must not begin a selection."""


def _keys() -> KeyBindings:
    keys = KeyBindings()
    keys.add("escape", "enter")(_new_line)
    keys.add("escape", "c-j")(_new_line)  # Alt-Enter, typed ahead
    keys.add("c-@")(_nothing)
    return keys


class _Questions(InMemoryHistory):
    """A history of whole questions: a line of one is not added by itself."""

    def append_string(self, string: str) -> None:
        """Do nothing."""

    def add(self, question: str) -> None:
        """Add a question."""
        super().append_string(question)


class LineEditor:
    """Reads from the terminal of stdin. A paste of several lines is one text; Alt-Enter begins another line.

    Args:
        shown: where the prompts are shown: a terminal too.
    """

    def __init__(self, shown: TextIO) -> None:
        self._history = _Questions()
        # All share the keyboard, and so what is typed ahead; only the history and what was cut are their own.
        session = partial(
            PromptSession[str],
            input=create_input(sys.stdin),
            output=create_output(shown),
            key_bindings=_keys(),
            prompt_continuation=_before_line,
            enable_suspend=True,
        )
        self._questions = session(history=self._history)
        self._fields, self._secrets = session(history=DummyHistory()), session(history=DummyHistory())

    def read(self, prompt: str, *, recall: bool, secret: bool) -> str:
        """Return what is entered; with `recall` the arrow keys bring back questions, `secret` shows asterisks.

        Raises:
            EOFError: Ctrl-D at an empty line.
            KeyboardInterrupt: Ctrl-C.
        """
        session = self._secrets if secret else self._questions if recall else self._fields
        return session.prompt(prompt, is_password=secret).rstrip("\n")  # a paste may end in one

    def remember(self, question: str) -> None:
        """Let the arrow keys bring back a question."""
        self._history.add(question)
