"""Ports on which no server answers. They count like a server does, so that a row of the fault matrix can name them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Self


class _Port:
    hits = 0
    connections = 0

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def wait_until(self, true: Callable[[Self], bool], patience: float = 0.0) -> bool:
        """Nothing ever changes here."""
        return true(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()


class ClosedPort(_Port):
    """Refuses connections. It is bound, so that nobody else can come to listen on it."""


class DeafPort(_Port):
    """Never answers a connection: its backlog is full and nobody takes from it (as Linux does it)."""

    def __init__(self) -> None:
        super().__init__()
        self._socket.listen(0)
        self._waiting = [socket.socket() for _ in range(3)]
        for waiting in self._waiting:
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(self._socket.getsockname())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for waiting in self._waiting:
            waiting.close()
        super().__exit__(kind, error, trace)
