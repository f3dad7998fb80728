"""Options and arguments that several commands have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, cast, get_args

import typer

from fastgpt_client.exceptions import ValidationError
from fastgpt_client.types import Source

__all__ = [
    "AllPages",
    "AsJson",
    "ChatId",
    "FromDate",
    "Page",
    "PageSize",
    "Sources",
    "ToDate",
    "Yes",
    "check_sources",
]

ChatId = Annotated[str, typer.Argument(metavar="CHAT_ID", help="The chat: fastgpt-client histories lists them.")]
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


def check_sources(given: Sequence[str] | None) -> list[Source] | None:
    """Return the checked names of where chats come from, None if none is given.

    Raises:
        ValidationError: there is no such source. Servers before 4.15 would find nothing instead.
    """
    known = get_args(Source)
    for name in given or ():
        if name not in known:
            raise ValidationError(f"--source: {name!r} is none of {', '.join(known)}")
    return cast("list[Source]", list(given)) if given else None
