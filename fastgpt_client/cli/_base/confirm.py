"""Asks before something is deleted."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.text import Text

from fastgpt_client.cli._output.formatting import sanitize

from .errors import CommandError
from .session import Session

__all__ = ["confirm"]


def confirm(session: Session, question: Callable[[], str], *, yes: bool) -> None:
    """Return if the user agrees, or passed `--yes`; the question is only composed if it is asked.

    Raises:
        CommandError: the user does not agree, or there is no terminal to ask at.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError("cannot ask for confirmation without a terminal: add --yes", 2)
    session.err.print(Text(f"{sanitize(question())} [y/N] "), end="", soft_wrap=True)
    reply = sys.stdin.readline()
    if not reply:
        session.err.print()
    if reply.strip().lower() not in ("y", "yes"):
        raise CommandError("nothing was deleted")
