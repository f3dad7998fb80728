"""`fastgpt-client histories`, `rename`, `pin`, `delete`, `clear`: the chats of an app."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.confirm import confirm
from fastgpt_client.cli._base.dates import span
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.options import (
    AllPages,
    AsJson,
    ChatId,
    FromDate,
    OneSource,
    Page,
    PageSize,
    ToDate,
    Yes,
    check_sources,
)
from fastgpt_client.cli._base.paging import Paging, fetch
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, local_time, one_line, sanitize
from fastgpt_client.cli._output.json_data import objects, write_json
from fastgpt_client.cli._output.tables import Column, print_table
from fastgpt_client.exceptions import FastGPTError
from fastgpt_client.types import Source

from .existing import check_chat, check_message, has_messages, no_chat

__all__ = ["clear", "delete", "histories", "pin", "rename"]

_COLUMNS = (Column("chat", whole=True), Column("title"), Column("changed", whole=True), Column("state"))
_STATES = {0: "generating", 2: "failed"}


@command(program)
def histories(
    session: Session,
    page: Page = 1,
    page_size: PageSize = 20,
    all_pages: AllPages = False,
    source: OneSource = "api",
    start: FromDate = None,
    end: ToDate = None,
    as_json: AsJson = False,
) -> None:
    """List the chats of the owner of the key: pinned ones, then the most recently changed."""
    wanted: Source | None = None if source == "all" else cast("list[Source]", check_sources([source]))[0]
    begins, ends = span(start, end, None)
    app_id, paging = session.app_id, Paging(page, page_size, all_pages)
    data = fetch(
        session,
        paging,
        "chat",
        lambda: session.chats.get_chat_histories(
            appId=app_id,
            source=wanted,
            pageNum=page,
            pageSize=page_size,
            startUpdateTime=begins,
            endUpdateTime=ends,
        ),
        lambda: session.chats.iter_chat_histories(
            appId=app_id, source=wanted, pageSize=page_size, startUpdateTime=begins, endUpdateTime=ends
        ),
    )
    if as_json:
        write_json(session.out, data)
    elif rows := [_row(chat) for chat in objects(data.get("list"))]:
        print_table(session.out, _COLUMNS, rows)


def _row(chat: dict[str, Any]) -> list[str]:
    states = ["pinned"] if chat.get("top") else []
    status = chat.get("chatGenerateStatus")
    if status in _STATES:
        states.append(_STATES[status])
    if chat.get("hasBeenRead") is False:
        states.append("unread")
    title = chat.get("customTitle") or chat.get("title") or ""
    return [sanitize(chat.get("chatId", "")), one_line(title), local_time(chat.get("updateTime")), ", ".join(states)]


@command(program)
def rename(
    session: Session, chat_id: ChatId, title: Annotated[str, typer.Argument(metavar="TITLE", help="The new title.")]
) -> None:
    """Rename a chat; it also becomes the most recently changed."""
    check_chat(session, chat_id)
    session.chats.update_chat_history(chatId=chat_id, appId=session.app_id, customTitle=title)
    session.say(f"renamed {chat_id} to {title}")


@command(program)
def pin(
    session: Session,
    chat_id: ChatId,
    off: Annotated[bool, typer.Option("--off", help="Unpin the chat.")] = False,
) -> None:
    """Pin a chat to the top of the list; it also becomes the most recently changed."""
    check_chat(session, chat_id)
    session.chats.update_chat_history(chatId=chat_id, appId=session.app_id, top=not off)
    session.say(f"{'unpinned' if off else 'pinned'} {chat_id}")


@command(program)
def delete(
    session: Session,
    chat_ids: Annotated[list[str], typer.Argument(metavar="CHAT_ID", help="The chats: see fastgpt-client histories.")],
    record: Annotated[str | None, typer.Option(metavar="DATA_ID", help="Delete only this message of the chat.")] = None,
    yes: Yes = False,
) -> None:
    """Delete chats, or one message with --record, after a confirmation.

    Do not use the ID of a deleted chat again: servers 4.14.4 and later never show such a chat. In 4.15 and later, a
    question and its answer share one ID, and are deleted together.
    """
    app_id = session.app_id
    if record is not None:
        if len(chat_ids) > 1:
            raise CommandError("--record: name one chat only, that of the message", 2)
        confirm(session, lambda: f"Delete the message {record} of the chat {chat_ids[0]}?", yes=yes)
        check_message(session, chat_ids[0], record)
        session.chats.delete_chat_record(chatId=chat_ids[0], contentId=record, appId=app_id)
        session.say(f"deleted the message {record}")
        return
    confirm(session, lambda: f"Delete {count(len(chat_ids), 'chat')}: {', '.join(chat_ids)}?", yes=yes)
    missing: list[str] = []
    for chat_id in chat_ids:
        exists = has_messages(session, chat_id)
        session.chats.delete_chat_history(chatId=chat_id, appId=app_id)  # it may exist without messages
        if exists:
            session.say(f"deleted {chat_id}")
        else:
            missing.append(chat_id)
    if missing:
        raise CommandError(no_chat(*missing))


@command(program)
def clear(session: Session, yes: Yes = False) -> None:
    """Delete all of the app's chats that were started with an API key, by anybody in the team; it asks first."""
    app_id = session.app_id

    def question() -> str:
        return f"Delete all chats with {_named(session, app_id)} that anybody in the team started with an API key?"

    confirm(session, question, yes=yes)
    session.chats.clear_chat_histories(appId=app_id)
    session.say("deleted all of the app's chats that were started with an API key")


def _named(session: Session, app_id: str) -> str:
    """Return the ID of an app, with its name if the server returns it."""
    try:
        return f"{one_line(session.apps.get_app_info(appId=app_id).data.get('name') or '')} ({app_id})"
    except FastGPTError:
        return app_id
