"""Asking before something is deleted."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.text import Text

from fastgpt_client.cli._output.formatting import sanitize

from .errors import CommandError
from .session import Session

__all__ = ["confirm"]


def confirm(session: Session, question: Callable[[], str], *, yes: bool) -> None:
    """Return if the user wants it, or has said so by `--yes`; the question is put together only if it is asked.

    Raises:
        CommandError: the user does not want it, or there is nobody to ask.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError("it asks before it deletes, and this is no terminal: add --yes", 2)
    session.err.print(Text(f"{sanitize(question())} [y/N] "), end="", soft_wrap=True)
    reply = sys.stdin.readline()
    if not reply:
        session.err.print()
    if reply.strip().lower() not in ("y", "yes"):
        raise CommandError("nothing was deleted")
