"""Serving an application from a terminal, until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import anyio

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import ASGIApp

__all__ = ["serve"]


def serve(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    ready: Callable[[str], None],
    started: Callable[[], Coroutine[Any, Any, None]] | None = None,
    close: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve an application until Ctrl-C, to try it; who runs a service has a server and settings of his own.

    Args:
        app: the ASGI application.
        host: where it listens.
        port: 0 for a free one.
        ready: told the address, once it is had.
        started: awaited beside the serving, and cancelled when that ends.
        close: awaited at the end.

    Raises:
        ImportError: uvicorn is missing.
        OSError: the address cannot be had.
    """
    if find_spec("uvicorn") is None:
        raise ImportError("to serve, uvicorn is needed: pip install uvicorn", name="uvicorn")
    import uvicorn  # noqa: PLC0415 - only who serves needs it
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.routing import Mount  # noqa: PLC0415

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        try:
            async with anyio.create_task_group() as beside:
                if started is not None:
                    beside.start_soon(started)
                yield
                beside.cancel_scope.cancel()
        finally:
            if close is not None:
                await close()

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        ready(f"http://{f'[{host}]' if family is socket.AF_INET6 else host}:{listening.getsockname()[1]}")
        served = Starlette(routes=[Mount("/", app)], lifespan=lifespan)
        config = uvicorn.Config(served, log_config=None, ws="none", timeout_graceful_shutdown=2)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run([listening])
