"""Options that `chat` and `ask` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["ChatId", "Files", "System", "Variables"]

ChatId = Annotated[str | None, typer.Option(help="Go on with this chat.", metavar="ID")]
Variables = Annotated[
    list[str] | None,
    typer.Option("--var", help="A variable of the app; VALUE is JSON, or else text. May be repeated.", metavar="K=V"),
]
Files = Annotated[
    list[str] | None, typer.Option("--file", help="Show this file to the app. May be repeated.", metavar="PATH")
]
System = Annotated[str | None, typer.Option(help="What the model is told ahead of each question.", metavar="TEXT")]
