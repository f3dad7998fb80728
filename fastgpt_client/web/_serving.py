"""Serves an application from a terminal until Ctrl-C."""

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
    """Serve an application until Ctrl-C, to try it out. In production, run it in an ASGI server of your choice.

    ```python
    def main() -> None:
        serve(ChatPage(client), host="127.0.0.1", port=8000, ready=print, close=client.close)
    ```

    Args:
        app: the ASGI application.
        host: the address to listen on, such as "127.0.0.1" or "::1".
        port: the port to listen on; 0 picks a free one.
        ready: called with the URL once the port is open.
        started: awaited while the application is served, and cancelled when serving ends. Default: none.
        close: awaited at the end, such as the client's `close`. Default: none.

    Raises:
        ImportError: uvicorn is not installed.
        OSError: the address is not available.
    """
    if find_spec("uvicorn") is None:
        raise ImportError("serving needs uvicorn: pip install uvicorn", name="uvicorn")
    import uvicorn  # noqa: PLC0415 - optional
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
