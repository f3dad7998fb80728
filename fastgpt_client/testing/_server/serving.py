"""Serves the application on a socket, from a background thread that cleans up everything when it is stopped."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from .http_protocol import Protocol

__all__ = ["ServerThread"]

_BACKLOG = 2048
_PATIENCE = 60.0
# Iterations of the event loop: for the accepting task, the transport, and the protocol.
_STEPS_TO_CONNECT = 3
# Longer than any test, so that a connection that a client keeps for its next request is never closed.
_KEEP_ALIVE = 3600


class _Server(uvicorn.Server):
    """uvicorn's server, stopped by an event instead of a flag that is polled."""

    def __init__(
        self,
        config: uvicorn.Config,
        ready: threading.Event,
        end_runs: Callable[[], Awaitable[None]],
        end_questions: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self.ready, self.end_runs, self.end_questions = ready, end_runs, end_questions
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        self.ready.set()
        ticking = asyncio.ensure_future(super().main_loop())
        await self.stopping.wait()
        ticking.cancel()
        await self._stop_accepting()
        # Close all connections at once, even in the middle of a response: uvicorn would wait for them.
        while self.server_state.connections or self.server_state.tasks:
            self.end_questions()
            for connection in list(self.server_state.connections):
                transport: asyncio.Transport = getattr(connection, "transport")  # noqa: B009 - of every protocol class
                transport.abort()
            await asyncio.sleep(0)
        # Only now, so that no client takes the end of a run for its answer.
        await self.end_runs()

    async def _stop_accepting(self) -> None:
        """Stop accepting, and let accepted sockets become connections: otherwise asyncio would leave them open."""
        for listening in self.servers:
            for sock in listening.sockets:
                with suppress(NotImplementedError):  # Windows has no readers, and accepts in one step
                    asyncio.get_running_loop().remove_reader(sock.fileno())
        for _ in range(_STEPS_TO_CONNECT):
            await asyncio.sleep(0)


class ServerThread:
    """Serves an application until it is stopped.

    On stopping, `end_questions` cancels requests to other servers that connections wait for, and `end_runs` the runs
    that no connection waits for.
    """

    def __init__(
        self,
        app: ASGIApp,
        end_runs: Callable[[], Awaitable[None]],
        end_questions: Callable[[], None],
        host: str,
        port: int,
    ) -> None:
        self._app, self._end_runs, self._end_questions = app, end_runs, end_questions
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Name the protocol: otherwise asyncio does not disable Nagle's algorithm.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((host, port))
        except OSError as exc:
            self._socket.close()
            running = "; is a server already running there?" if exc.errno == errno.EADDRINUSE else ""
            raise OSError(exc.errno, f"cannot listen on {host}:{port}: {exc.strerror}{running}") from None
        self.host, self.port = host, int(self._socket.getsockname()[1])
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fake-fastgpt", daemon=True)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        self._thread.start()
        if not self._ready.wait(_PATIENCE):
            raise RuntimeError("the embedded FastGPT did not start")

    def stop(self) -> None:
        """Close all connections, end all runs, and wait for the thread."""
        self._loop.call_soon_threadsafe(self._server.stopping.set)
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            raise RuntimeError("the embedded FastGPT did not stop")

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        config = uvicorn.Config(
            self._app,
            http=Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE,
            server_header=False,
        )
        self._server = _Server(config, self._ready, self._end_runs, self._end_questions)
        await self._server.serve([self._socket])
        self._socket.close()
