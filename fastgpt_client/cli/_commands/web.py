"""`fastgpt-client web`: a page that chats, tried from a terminal."""

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
    title: Annotated[str, typer.Option(help="What the page is called.")] = "Chat",
) -> None:
    """Serve a page that chats with the app, until Ctrl-C.

    Anybody who reaches it may ask, at the cost of the key's owner.
    """
    settings = session.settings
    with needed_packages():
        from fastgpt_client.web import ChatPage, serve  # noqa: PLC0415 - only here the extra is needed

        client = AsyncChatClient(
            api_key=settings.api_key, base_url=settings.base_url, app_id=session.named_app_id, completions="v2"
        )
        serve(ChatPage(client, title=title), host=host, port=port, ready=session.say, close=client.close)
