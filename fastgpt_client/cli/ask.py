"""`fastgpt ask`: one question, its answer on stdout and nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from .command import command, program
from .session import Session


@command(program)
def ask(session: Session, question: Annotated[str, typer.Argument(help="What to ask.")]) -> None:
    """Ask one question; print the answer and nothing else."""
    print(session.chats.create_chat_completion([{"role": "user", "content": question}]).text)  # noqa: T201
