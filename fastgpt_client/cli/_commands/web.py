"""`fastgpt-client web`: a web page for chats, started from a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from fastgpt_client import AsyncChatClient
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.serving import Host, Port, needed_packages
from fastgpt_client.cli._base.session import Session

__all__ = ["web"]


@command(program, seeded=False)
def web(
    session: Session,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    title: Annotated[str, typer.Option(metavar="TEXT", help="The title of the page.")] = "Chat",
) -> None:
    """Serve a web page for chatting with the app, until Ctrl-C.

    Everyone who can open it can ask questions, at the cost of the owner of the key.
    """
    session.check_key()
    settings = session.settings
    with needed_packages():
        from fastgpt_client.web import ChatPage, serve  # noqa: PLC0415 - only this needs the extra

        client = AsyncChatClient(
            api_key=settings.api_key, base_url=settings.base_url, app_id=session.named_app_id, completions="v2"
        )
        serve(ChatPage(client, title=title), host=host, port=port, ready=session.say, close=client.close)
