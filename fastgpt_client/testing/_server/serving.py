"""The server on a socket: a thread of its own, ready when it says so, gone without a trace when it is stopped."""

from __future__ import annotations

import asyncio
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
# Of the loop: the task of what was accepted, its transport, its protocol.
_STEPS_TO_CONNECT = 3
# Longer than any test: a connection that a client keeps for its next request is not closed under its hands.
_KEEP_ALIVE = 3600


class _Server(uvicorn.Server):
    """uvicorn's server, told to stop by an event instead of a flag that it looks at now and then."""

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
        # All connections are closed at once, those in the middle of an answer too: uvicorn would wait for them.
        while self.server_state.connections or self.server_state.tasks:
            self.end_questions()
            for connection in list(self.server_state.connections):
                transport: asyncio.Transport = getattr(connection, "transport")  # noqa: B009 - of every protocol class
                transport.abort()
            await asyncio.sleep(0)
        # Only now: nobody is left to take the end of a run for its answer.
        await self.end_runs()

    async def _stop_accepting(self) -> None:
        """Accept nothing more, and let what was accepted become connections: asyncio leaves it open once it closes."""
        for listening in self.servers:
            for sock in listening.sockets:
                with suppress(NotImplementedError):  # Windows has no readers, and no step between the two
                    asyncio.get_running_loop().remove_reader(sock.fileno())
        for _ in range(_STEPS_TO_CONNECT):
            await asyncio.sleep(0)


class ServerThread:
    """Serves an application until it is stopped.

    Then `end_questions` ends what it asks of others for a connection, and `end_runs` what no connection waits for.
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
        # The protocol is named: only then asyncio sends small writes without a delay.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
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
        """Close every connection, end every run, and wait for the thread."""
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
