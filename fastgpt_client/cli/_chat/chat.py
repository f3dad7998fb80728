"""`fastgpt-client chat`: a conversation at the terminal."""

from __future__ import annotations

import typer
from rich.text import Text

from fastgpt_client import Conversation
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.pairs import parse_pairs
from fastgpt_client.cli._base.session import Session

from .chat_setup import check_files
from .options import ChatId, Files, System, Variables
from .repl import ChatRepl


@command(program, seeded=False)
def chat(
    session: Session, chat_id: ChatId = None, var: Variables = None, file: Files = None, system: System = None
) -> None:
    """Chat with an app: watch it work, answer its questions.

    Ctrl-C stops an answer, Ctrl-D leaves, /help lists the commands of the chat itself. Each line that is piped in is
    a question.
    """
    variables = parse_pairs("--var", var or ())
    check_files(file or ())
    if session.server is not None:
        from fastgpt_client.cli._base.demo import apps_line  # noqa: PLC0415 - only a demo needs it

        session.err.print(Text(apps_line(session.server), "dim"), soft_wrap=not session.err.is_terminal)
        if chat_id is not None:
            session.seed()
    client = session.chats
    ids = iter([chat_id])  # /new begins a chat with a new ID

    def begin() -> Conversation:
        return client.conversation(chatId=next(ids, None), variables=variables, system=system or None)

    talk = ChatRepl(session, client, begin, files=file or ())
    with talk.reader.restoring():
        talk.open(goes_on=chat_id is not None)
        talk.go_on()
        talk.leave()
    if talk.failed and not talk.reader.interactive:
        raise typer.Exit(1)
