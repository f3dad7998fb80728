"""Lists in pages: one page or all of them, and the position in the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from fastgpt_client.cli._output.formatting import count
from fastgpt_client.cli._output.json_data import as_list, as_object
from fastgpt_client.responses import DataResponse

from .errors import CommandError
from .session import Session

__all__ = ["Paging", "fetch", "items_of"]


class Paging(NamedTuple):
    """Which part of a list to show."""

    page: int
    size: int
    all: bool


def items_of(data: object) -> tuple[list[Any], int]:
    """Return the items of a page, and the number of all; old servers send a plain list."""
    items = as_list(data) or as_list(as_object(data).get("list"))
    total = as_object(data).get("total")
    return items, total if isinstance(total, int) else len(items)


def fetch(
    session: Session,
    paging: Paging,
    thing: str,
    one: Callable[[], DataResponse[Any]],
    every: Callable[[], Iterable[Any]],
    none: str | None = None,
) -> dict[str, Any]:
    """Return a page, or all of them as one, and print its position in the list.

    Raises:
        CommandError: `none` is given and the list is empty; with that text.
    """
    if paging.all:
        with session.waiting.until_done(f"waiting for {session.settings.base_url}"):
            items = list(every())
        session.say(count(len(items), thing) if items else _nothing(thing, none))
        return {"list": items, "total": len(items)}
    with session.waiting.until_done(f"waiting for {session.settings.base_url}"):
        data: object = one().data
    items, total = items_of(data)
    pages = -(-total // paging.size)
    if items:
        session.say(f"page {paging.page} of {max(pages, paging.page)}, {count(max(total, len(items)), thing)}")
    elif total:
        session.say(f"no page {paging.page}: the list has {count(total, thing)} on {count(pages, 'page')}")
    else:
        session.say(_nothing(thing, none))
    return {"list": items, "total": total}


def _nothing(thing: str, none: str | None) -> str:
    if none is not None:
        raise CommandError(none)
    return f"no {thing}s"
