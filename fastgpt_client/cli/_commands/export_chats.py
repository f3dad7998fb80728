"""`fastgpt-client export chats`: chats with their messages, as JSON lines or a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, cast

import typer

from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.dates import span
from fastgpt_client.cli._base.files import writable
from fastgpt_client.cli._base.options import FromDate, OneSource, ToDate, check_sources
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.responses import Record
from fastgpt_client.types import Source

from .sheets import check_kind, write_table

__all__ = ["export_chats", "exports"]

exports = typer.Typer(name="export", help="Export chats to a file.", no_args_is_help=True)
program.add_typer(exports)

_COLUMNS = ("chat_id", "title", "changed", "time", "role", "text", "reasoning", "error", "data_id")


@command(exports, "chats")
def export_chats(
    session: Session,
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="The file to write: .jsonl, .csv or .xlsx.")],
    start: FromDate = None,
    end: ToDate = None,
    source: OneSource = "api",
) -> None:
    """Export chats with their messages: one chat per line of JSON, or one message per row of a table."""
    target = writable(out)
    kind = check_kind(target)
    wanted: Source | None = None if source == "all" else cast("list[Source]", check_sources([source]))[0]
    begins, ends = span(start, end, None)
    app_id = session.app_id
    chats = session.chats.iter_chat_histories(
        appId=app_id, source=wanted, startUpdateTime=begins, endUpdateTime=ends, pageSize=50
    )
    found = [_chat(session, app_id, cast("dict[str, Any]", chat)) for chat in chats]
    messages = [message for chat in found for message in chat["messages"]]
    if kind == ".jsonl":
        write_table(target, found, ())
    else:
        write_table(target, _rows(found), _COLUMNS)
    session.say(f"wrote {count(len(found), 'chat')} with {count(len(messages), 'message')} to {target}")


def _chat(session: Session, app_id: str, chat: dict[str, Any]) -> dict[str, Any]:
    """Return a chat with its messages, oldest first."""
    chat_id = str(chat.get("chatId") or "")
    records = [*session.chats.iter_chat_records(chatId=chat_id, appId=app_id, pageSize=50)]
    return {
        "chat_id": chat_id,
        "title": chat.get("customTitle") or chat.get("title") or "",
        "changed": chat.get("updateTime"),
        "messages": [_message(record) for record in reversed(records)],
    }


def _message(record: Record) -> dict[str, Any]:
    return {
        "time": record.raw.get("time"),
        "role": record.role,
        "text": record.text,
        "reasoning": record.reasoning or None,
        "error": record.error,
        "data_id": record.data_id,
    }


def _rows(chats: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for chat in chats:
        about = {name: chat[name] for name in ("chat_id", "title", "changed")}
        yield from ({**about, **message} for message in chat["messages"])
