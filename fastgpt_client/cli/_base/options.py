"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast, get_args

import typer

from fastgpt_client.exceptions import ValidationError
from fastgpt_client.types import Source

from .completion import one_of

__all__ = [
    "AllPages",
    "AsJson",
    "ChatId",
    "FromDate",
    "OneSource",
    "Page",
    "PageSize",
    "Sources",
    "ToDate",
    "Yes",
    "check_sources",
]

ChatId = Annotated[str, typer.Argument(metavar="CHAT_ID", help="The chat: see fastgpt-client histories.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, with the keys of the server.")]
Page = Annotated[int, typer.Option("--page", min=1, metavar="N", help="The page to show.")]
PageSize = Annotated[int, typer.Option("--page-size", min=1, metavar="N", help="The number of items on a page.")]
AllPages = Annotated[bool, typer.Option("--all", help="Show all pages.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")]
FromDate = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="The first day.")]
ToDate = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="The last day.")]
Sources = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="SOURCE",
        help="Only chats from this source: api, share, online, … May be repeated.",
        autocompletion=one_of(get_args(Source)),
    ),
]
OneSource = Annotated[
    str,
    typer.Option(
        "--source",
        metavar="SOURCE",
        help="The source of the chats: api, share, online, …, or all.",
        autocompletion=one_of(("all", *get_args(Source))),
    ),
]


def check_sources(given: Sequence[str] | None) -> list[Source] | None:
    """Return the names of sources of chats, checked; None if none is given.

    Raises:
        ValidationError: a source is unknown. Servers before 4.15 would find nothing instead.
    """
    known = get_args(Source)
    for name in given or ():
        if name not in known:
            raise ValidationError(f"--source: {name!r} is not one of {', '.join(known)}")
    return cast("list[Source]", list(given)) if given else None
