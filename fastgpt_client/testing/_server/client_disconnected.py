"""Waiting for the client to disconnect."""

from __future__ import annotations

from starlette.types import Receive

__all__ = ["client_disconnected"]


async def client_disconnected(receive: Receive) -> None:
    """Return once the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        continue
