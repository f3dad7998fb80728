"""`fastgpt-client ask`: one question, and only its answer on stdout."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.pairs import parse_pairs
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import sanitize
from fastgpt_client.cli._output.json_data import write_json

from .chat_setup import check_files, with_files
from .options import ChatId, Files, System, Variables
from .pauses import describe
from .reader import read_all, stdin_is_terminal

if TYPE_CHECKING:
    from fastgpt_client import ChatStream
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.types import ChatMessage


@command(program, seeded=False)
def ask(
    session: Session,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION", help="The question; read from stdin if omitted.")
    ] = None,
    chat_id: ChatId = None,
    var: Variables = None,
    file: Files = None,
    system: System = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Print each event as a line of JSON.")] = False,
) -> None:
    """Ask one question; print only the answer.

    Text that is piped in is the question, or is appended to it.
    """
    if as_json and events:
        raise CommandError("--json and --events exclude each other", 2)
    text = _question(" ".join(words or ()))
    variables = parse_pairs("--var", var or ())
    check_files(file or ())
    if session.demo and chat_id is not None:
        session.seed()
    client = session.chats
    conversation = client.conversation(chatId=chat_id, variables=variables, system=system or None)
    content = with_files(client, text, file or (), conversation.chat_id, session.named_app_id)
    # In a chat that waits for its user, the question is the answer.
    waits = chat_id is not None and session.named_app_id is not None and conversation.pending() is not None
    message: ChatMessage = {"role": "user", "content": content}
    session.waiting.begin("waiting for the answer")
    if as_json:
        answer = conversation.reply(message) if waits else conversation.ask(content)
        session.waiting.end()
        write_json(session.out, answer.json())
    else:
        with conversation.reply_stream(message) if waits else conversation.stream(content) as stream:
            (_print_events if events else _print_text)(session, stream)
            answer = stream.final()
        session.waiting.end()
    if answer.interactive is not None:
        _tell_of_pause(session, answer.interactive, conversation.chat_id)
    answer.raise_for_status()  # the output of a run that failed in part is printed, and the failure reported


def _question(given: str) -> str:
    """Return the question: the arguments, the text that is piped in, or both."""
    piped = "" if stdin_is_terminal() else read_all().strip()
    given = given.strip()
    try:
        given.encode()
    except UnicodeEncodeError:
        raise CommandError("the question is not valid text: encode it as UTF-8", 2) from None
    text = "\n\n".join(part for part in (given, piped) if part)
    if not text:
        raise CommandError("no question: run fastgpt-client ask QUESTION, or pipe one in", 2)
    return text


def _print_text(session: Session, stream: ChatStream) -> None:
    ended = True
    shown = sanitize if session.out.is_terminal else str
    try:
        for piece in stream.text_deltas():
            session.waiting.end()
            _write(session, shown(piece))
            ended = piece.endswith("\n")
    finally:
        if not ended:
            _write(session, "\n")


def _print_events(session: Session, stream: ChatStream) -> None:
    for event in stream:
        session.waiting.end()
        write_json(session.out, {"event": event.event, "data": event.raw}, indent=None)


def _write(session: Session, text: str) -> None:
    session.out.file.write(text)
    session.out.file.flush()


def _tell_of_pause(session: Session, node: InteractiveNode, chat_id: str) -> None:
    for text in describe(node):
        session.err.print(Text(sanitize(text)), soft_wrap=True)
    if not session.demo:
        command = shlex.join(["fastgpt-client", "chat", "--chat-id", chat_id, *session.again])
        session.err.print(Text(f"The run waits for an answer. Continue with: {command}"), soft_wrap=True)
