"""Options that `chat` and `ask` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["ChatId", "Files", "System", "Variables"]

ChatId = Annotated[str | None, typer.Option(help="Continue this chat.", metavar="ID")]
Variables = Annotated[
    list[str] | None,
    typer.Option("--var", help="Set a variable of the app; V is parsed if it is JSON. May be repeated.", metavar="K=V"),
]
Files = Annotated[
    list[str] | None, typer.Option("--file", help="Send this file with the question. May be repeated.", metavar="PATH")
]
System = Annotated[
    str | None, typer.Option(help="Instructions for the model, sent with each question.", metavar="TEXT")
]
