"""`fastgpt chat`: a conversation at the terminal."""

from __future__ import annotations

import typer
from rich.text import Text

from .ask import ChatId, Files, System, Variables
from .command import command, program
from .opening import chat_client, check_files, parse_variables
from .session import Session
from .talk import Talk


@command(program, seeded=False)
def chat(
    session: Session, chat_id: ChatId = None, var: Variables = None, file: Files = None, system: System = None
) -> None:
    """Talk with an app: see what it does, answer what it asks.

    Ctrl-C stops an answer, Ctrl-D leaves. What is piped in is asked line by line.
    """
    variables = parse_variables(var or ())
    check_files(file or ())
    if session.server is not None:
        from .demo import apps_line  # noqa: PLC0415 - only a demo needs it

        session.err.print(Text(apps_line(session.server), "dim"), soft_wrap=not session.err.is_terminal)
        if chat_id is not None:
            session.seed()
    client = chat_client(session, system)
    conversation = client.conversation(chatId=chat_id, variables=variables)
    talk = Talk(session, client, conversation, files=file or ())
    talk.open(goes_on=chat_id is not None)
    talk.go_on()
    talk.leave()
    if talk.failed and not talk.reader.interactive:
        raise typer.Exit(1)
