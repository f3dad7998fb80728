"""The end of a connection that the caller closes."""

from __future__ import annotations

from starlette.types import Receive

__all__ = ["client_disconnected"]


async def client_disconnected(receive: Receive) -> None:
    """Return when the caller has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        continue
