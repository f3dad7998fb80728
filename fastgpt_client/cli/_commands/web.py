"""`fastgpt-client web` and `fastgpt-client library serve`: what web services need, tried from a terminal."""

from __future__ import annotations

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from fastgpt_client import AsyncChatClient
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.session import Session

__all__ = ["library", "serve_library", "web"]

library = typer.Typer(name="library", help="Serve files to knowledge bases.", no_args_is_help=True)
program.add_typer(library)

Host = Annotated[str, typer.Option(help="Where it listens; 0.0.0.0 for every address of this machine.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 for a free one.")]


@command(program, seeded=False)
def web(
    session: Session,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    title: Annotated[str, typer.Option(help="What the page is called.")] = "Chat",
) -> None:
    """Serve a page that chats with the app, until Ctrl-C.

    Anybody who reaches it may ask, at the cost of the key's owner.
    """
    settings = session.settings
    with _needed_packages():
        from fastgpt_client.web import ChatPage, serve  # noqa: PLC0415 - only here the extra is needed

        client = AsyncChatClient(
            api_key=settings.api_key, base_url=settings.base_url, app_id=settings.app_id, completions="v2"
        )
        serve(ChatPage(client, title=title), host=host, port=port, ready=session.say, close=client.close)


@command(library, "serve", seeded=False)
def serve_library(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; those below it belong to it.")],
    host: Host = "127.0.0.1",
    port: Port = 8001,
    token: Annotated[str | None, typer.Option(help="What FastGPT sends; made up if left out.")] = None,
    public_url: Annotated[str | None, typer.Option(help="Where people find it, if not where FastGPT does.")] = None,
) -> None:
    """Serve a folder to a dataset of the type "API file", until Ctrl-C."""
    bearer = token or secrets.token_urlsafe(24)

    def ready(url: str) -> None:
        session.out.print(f"baseUrl        {url}\nauthorization  {bearer}", soft_wrap=True)
        session.say("Make a dataset of the type API file with these two. Ctrl-C stops it.")

    with _needed_packages():
        from fastgpt_client.web import DirectoryLibrary, FileLibraryApp, serve  # noqa: PLC0415 - as above

        app = FileLibraryApp(DirectoryLibrary(folder), authorization=bearer, public_url=public_url)
        serve(app, host=host, port=port, ready=ready)


@contextmanager
def _needed_packages() -> Generator[None]:
    """Say what is to be installed, if something is missing."""
    try:
        yield
    except ImportError as exc:
        raise CommandError(str(exc), 2) from None
