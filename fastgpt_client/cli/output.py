"""What the commands about chats and apps have in common: JSON, pages, dates, and asking before deleting."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, Annotated, Any, NamedTuple, cast, get_args

import typer
from rich.console import Console
from rich.text import Text

from fastgpt_client._json import as_object, is_array, is_object
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.responses import DataResponse
from fastgpt_client.types import Source

from .failures import CommandError
from .session import Session
from .texts import clean, count

__all__ = [
    "AllPages",
    "AsJson",
    "FromDate",
    "Page",
    "PageSize",
    "Paging",
    "Sources",
    "ToDate",
    "Yes",
    "confirm",
    "fetch",
    "items_of",
    "json_text",
    "objects",
    "say",
    "sources",
    "span",
    "write_json",
]

AsJson = Annotated[bool, typer.Option("--json", help="Print the JSON of the server, for programs.")]
Page = Annotated[int, typer.Option("--page", min=1, metavar="N", help="Which page.")]
PageSize = Annotated[int, typer.Option("--page-size", min=1, metavar="N", help="How many there are on a page.")]
AllPages = Annotated[bool, typer.Option("--all", help="All pages.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
FromDate = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="The first day.")]
ToDate = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="The last day.")]
Sources = Annotated[
    list[str] | None, typer.Option("--source", metavar="SOURCE", help="Only chats from here: api, share, online, …")
]


def say(session: Session, text: str) -> None:
    """Print a message, which is no result."""
    session.err.print(Text(clean(text)), soft_wrap=True)


def write_json(console: Console, data: Any) -> None:
    """Print one JSON document."""
    console.file.write(f"{json_text(data, console.file, indent=2)}\n")
    console.file.flush()


def json_text(data: Any, file: IO[str], *, indent: int | None = None) -> str:
    """Return data as JSON; what the file's encoding has no character for is escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    try:
        text.encode(getattr(file, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(data, indent=indent)
    return text


# --- pages ----------------------------------------------------------------------------------------------------------


class Paging(NamedTuple):
    """Which part of a list is wanted."""

    page: int
    size: int
    all: bool


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; what else a server puts there is passed over."""
    return [item for item in value if is_object(item)] if is_array(value) else []


def items_of(data: object) -> tuple[list[Any], int]:
    """Return what is on a page, and how many there are on all; old servers send a plain list."""
    items = data if is_array(data) else as_object(data).get("list")
    found = items if is_array(items) else []
    total = as_object(data).get("total")
    return found, total if isinstance(total, int) else len(found)


def fetch(
    session: Session,
    paging: Paging,
    thing: str,
    one: Callable[[], DataResponse[Any]],
    every: Callable[[], Iterable[Any]],
) -> dict[str, Any]:
    """Return a page, or all of them as one, and say where in the list it is."""
    if paging.all:
        items = list(every())
        say(session, count(len(items), thing) if items else f"no {thing}s")
        return {"list": items, "total": len(items)}
    data: object = one().data
    items, total = items_of(data)
    pages = -(-total // paging.size)
    if items:
        say(session, f"page {paging.page} of {max(pages, paging.page)}, {count(max(total, len(items)), thing)}")
    elif total:
        say(session, f"there is no page {paging.page}: {count(total, thing)} on {count(pages, 'page')}")
    else:
        say(session, f"no {thing}s")
    return data if is_object(data) else {"list": items, "total": total}


# --- arguments ------------------------------------------------------------------------------------------------------


def span(start: str | None, end: str | None, days: int | None) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last moment of the days that are asked for, in the time of here.

    Args:
        days: how many days up to the last one are meant if no first one is given; None for all there are.

    Raises:
        ValidationError: a day is none, or the first one comes after the last one.
    """
    last = _day("--to", end) if end else date.today()
    first = _day("--from", start) if start else None
    if first is None and days is not None:
        first = last - timedelta(days=days - 1)
    if first is not None and first > last:
        raise ValidationError(f"--from: {first} is after {last}, the last day")
    begins = None if first is None else datetime.combine(first, time.min)
    return begins, datetime.combine(last, time.max) if end or days is not None else None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError(f"{name}: {text!r} is no day: write it as {date.today()}") from None


def sources(given: Sequence[str] | None) -> list[Source] | None:
    """Return the checked names of where chats come from, None if none is given.

    Raises:
        ValidationError: there is no such source. Servers before 4.15 would find nothing instead.
    """
    known = get_args(Source)
    for name in given or ():
        if name not in known:
            raise ValidationError(f"--source: {name!r} is none of {', '.join(known)}")
    return cast("list[Source]", list(given)) if given else None


def confirm(session: Session, question: Callable[[], str], *, yes: bool) -> None:
    """Return if the user wants it, or has said so by `--yes`; the question is put together only if it is asked.

    Raises:
        CommandError: the user does not want it, or there is nobody to ask.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise CommandError("it asks before it deletes, and this is no terminal: add --yes", 2)
    session.err.print(Text(f"{clean(question())} [y/N] "), end="", soft_wrap=True)
    reply = sys.stdin.readline()
    if not reply:
        session.err.print()
    if reply.strip().lower() not in ("y", "yes"):
        raise CommandError("nothing was deleted")
