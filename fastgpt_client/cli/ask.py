"""`fastgpt ask`: one question, its answer on stdout and nothing else."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from .command import command, program
from .failures import CommandError
from .opening import chat_client, check_files, parse_variables, with_files
from .pauses import describe
from .reader import read_all, stdin_is_terminal
from .session import Session
from .texts import clean

if TYPE_CHECKING:
    from fastgpt_client import ChatStream
    from fastgpt_client.interactive import InteractiveNode

ChatId = Annotated[str | None, typer.Option(help="Go on with this chat.", metavar="ID")]
Variables = Annotated[
    list[str] | None,
    typer.Option("--var", help="A variable of the app; VALUE is JSON, or else text. May be repeated.", metavar="K=V"),
]
Files = Annotated[
    list[str] | None, typer.Option("--file", help="Show this file to the app. May be repeated.", metavar="PATH")
]
System = Annotated[str | None, typer.Option(help="What the model is told ahead of each question.", metavar="TEXT")]


@command(program, seeded=False)
def ask(
    session: Session,
    question: Annotated[str | None, typer.Argument(help="What to ask; left out, it is read from stdin.")] = None,
    chat_id: ChatId = None,
    var: Variables = None,
    file: Files = None,
    system: System = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    events: Annotated[bool, typer.Option("--events", help="Print each event as a line of JSON.")] = False,
) -> None:
    """Ask one question; print the answer and nothing else.

    What is piped in is the question, or is put after it.
    """
    if as_json and events:
        raise CommandError("--json and --events: which of them?", 2)
    text = _question(question)
    variables = parse_variables(var or ())
    check_files(file or ())
    if session.demo and chat_id is not None:
        session.seed()
    client = chat_client(session, system)
    conversation = client.conversation(chatId=chat_id, variables=variables)
    content = with_files(client, text, file or (), conversation.chat_id, session.settings.app_id)
    if as_json:
        answer = conversation.ask(content)
        _write(session, f"{_json(session, answer.json(), indent=2)}\n")
    else:
        with conversation.stream(content) as stream:
            (_print_events if events else _print_text)(session, stream)
            answer = stream.final()
    if answer.interactive is not None:
        _tell_of_pause(session, answer.interactive, conversation.chat_id)
    answer.raise_for_status()  # what came of a run that failed in part is printed, but it did fail


def _question(argument: str | None) -> str:
    """Return what to ask: the argument, what is piped in, or both."""
    piped = "" if stdin_is_terminal() else read_all().strip()
    given = (argument or "").strip()
    try:
        given.encode()
    except UnicodeEncodeError:
        raise CommandError("the question is not text: send it as UTF-8", 2) from None
    text = "\n\n".join(part for part in (given, piped) if part)
    if not text:
        raise CommandError("there is nothing to ask: fastgpt ask QUESTION, or pipe one in", 2)
    return text


def _print_text(session: Session, stream: ChatStream) -> None:
    ended = True
    shown = clean if session.out.is_terminal else str
    try:
        for piece in stream.text_deltas():
            _write(session, shown(piece))
            ended = piece.endswith("\n")
    finally:
        if not ended:
            _write(session, "\n")


def _print_events(session: Session, stream: ChatStream) -> None:
    for event in stream:
        _write(session, f"{_json(session, {'event': event.event, 'data': event.raw})}\n")


def _write(session: Session, text: str) -> None:
    session.out.file.write(text)
    session.out.file.flush()


def _json(session: Session, value: Any, indent: int | None = None) -> str:
    """Return JSON that can be written: what the encoding has no bytes for is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(session.out.encoding)
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    # A terminal does not get to see what it would obey; JSON has another way to write it.
    return "".join(f"\\u{ord(char):04x}" if "\x7f" <= char <= "\x9f" else char for char in text)


def _tell_of_pause(session: Session, node: InteractiveNode, chat_id: str) -> None:
    for line in describe(node):
        session.err.print(Text(clean(line)), soft_wrap=True)
    if not session.demo:
        command = shlex.join(["fastgpt", "chat", "--chat-id", chat_id, *session.again])
        session.err.print(Text(f"The run waits for an answer: {command}"), soft_wrap=True)
