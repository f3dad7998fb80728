"""`fastgpt-client records`, `detail`, `feedback`, `suggest`: the messages of a chat."""

from __future__ import annotations

from typing import Annotated, cast

import typer
from rich.text import Text

from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.options import AllPages, AsJson, ChatId, Page, PageSize
from fastgpt_client.cli._base.paging import Paging, fetch
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import one_line
from fastgpt_client.cli._output.json_data import as_list, objects, write_json, write_list
from fastgpt_client.cli._output.render import print_nodes, print_record
from fastgpt_client.responses import Record
from fastgpt_client.tracing import trace
from fastgpt_client.types import ChatRecord

from .existing import check_chat, check_message, no_chat

__all__ = ["detail", "feedback", "records", "suggest"]

DataId = Annotated[str, typer.Argument(metavar="DATA_ID", help="The answer: see fastgpt-client records.")]

# What the web interface sends for a thumb.
_PLAIN = "yes"


@command(program)
def records(
    session: Session,
    chat_id: ChatId,
    page: Page = 1,
    page_size: PageSize = 20,
    all_pages: AllPages = False,
    as_json: AsJson = False,
) -> None:
    """Show the messages of a chat in chronological order; the first page has the newest."""
    app_id, paging = session.app_id, Paging(page, page_size, all_pages)
    data = fetch(
        session,
        paging,
        "message",
        lambda: session.chats.get_chat_records(chatId=chat_id, appId=app_id, pageNum=page, pageSize=page_size),
        lambda: (
            each.raw for each in session.chats.iter_chat_records(chatId=chat_id, appId=app_id, pageSize=page_size)
        ),
        no_chat(chat_id),
    )
    if all_pages:
        data["list"].reverse()  # servers return the newest first
    if as_json:
        write_json(session.out, data)
        return
    for number, record in enumerate(objects(data.get("list"))):
        if number:
            session.out.print()
        print_record(session.out, Record(cast("ChatRecord", record)))


@command(program)
def detail(session: Session, chat_id: ChatId, data_id: DataId, as_json: AsJson = False) -> None:
    """Show what each node did for an answer: time, tokens, points, errors."""
    nodes = session.chats.get_record_detail(chatId=chat_id, dataId=data_id, appId=session.app_id).data
    if not nodes:
        raise CommandError(f"no answer {data_id} in the chat {chat_id}: fastgpt-client records shows its messages")
    if as_json:
        write_list(session.out, nodes)
    else:
        print_nodes(session.out, trace(nodes))


@command(program)
def feedback(
    session: Session,
    chat_id: ChatId,
    data_id: DataId,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="A comment on the answer.")] = None,
    good: Annotated[bool, typer.Option("--good", help="Rate the answer as good.")] = False,
    bad: Annotated[bool, typer.Option("--bad", help="Rate the answer as bad.")] = False,
    none: Annotated[bool, typer.Option("--none", help="Remove the rating.")] = False,
) -> None:
    """Rate an answer with --good [TEXT] or --bad [TEXT], or remove the rating with --none."""
    if good + bad + none != 1:
        raise CommandError("pass one of --good, --bad and --none", 2)
    if none and text is not None:
        raise CommandError("--none takes no text", 2)
    check_message(session, chat_id, data_id)
    session.chats.send_feedback(
        chatId=chat_id,
        dataId=data_id,
        appId=session.app_id,
        userGoodFeedback=(text or _PLAIN) if good else None,
        userBadFeedback=(text or _PLAIN) if bad else None,
    )
    said = f"rated {data_id} {'good' if good else 'bad'}"
    session.say(f"removed the rating of {data_id}" if none else said)


@command(program)
def suggest(session: Session, chat_id: ChatId, as_json: AsJson = False) -> None:
    """Suggest what to ask next in a chat, one question per line. A model writes them, which costs points."""
    check_chat(session, chat_id)
    with session.waiting.until_done("waiting for the suggestions"):
        questions: object = session.chats.get_suggested_questions(chatId=chat_id, appId=session.app_id).data
    if as_json:
        write_list(session.out, as_list(questions))
        return
    for question in as_list(questions):
        session.out.print(Text(one_line(question)), soft_wrap=True)
    if not questions:
        session.say("no suggestions")
