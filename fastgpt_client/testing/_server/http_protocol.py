"""The protocol class of the server, which gives each request its connection, so that faults can cut it."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from .fault_injection import TRANSPORT

__all__ = ["Protocol"]


class Protocol(H11Protocol):
    """uvicorn's HTTP/1.1, without its access log."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # same as the base class
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["extensions"] = {**scope.get("extensions", {}), TRANSPORT: transport}
            await inner(scope, receive, send)

        self.app = app
