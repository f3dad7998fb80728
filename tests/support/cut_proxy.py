"""A proxy on the loopback that drops connections: within a completion's request, or within its answer."""

from __future__ import annotations

import contextlib
import selectors
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.support.fault_wire import Selector

_BLOCK = 64 * 1024
_PATIENCE = 5.0
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Cut:
    """Where the connection of a completion ends: after so many bytes of its request, or of its answer."""

    request: int | None = None
    answer: int | None = None
    reset: bool = False


class CutProxy:
    """Passes everything on to a server; each planned cut is for the next completion, until none is left."""

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        self._target = (target.hostname or "", target.port or 80)
        self._cuts: list[Cut] = []
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._address: tuple[str, int] = self._listener.getsockname()
        # Closing one end wakes everybody who waits on the other.
        self._wake, self._waker = socket.socketpair()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._address[1]}"

    def plan(self, *cuts: Cut) -> None:
        with self._lock:
            self._cuts = [*cuts]

    @property
    def all_done(self) -> bool:
        """Whether each planned cut met its completion."""
        with self._lock:
            return not self._cuts

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waker.close()
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._listener.close()
        self._wake.close()
        assert not any(thread.is_alive() for thread in self._threads), "the proxy left threads behind"

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name="cut-proxy", daemon=True)
        self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
        thread.start()

    def _accept(self) -> None:
        with Selector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            selector.register(self._listener, selectors.EVENT_READ)
            while all(key.fileobj is not self._wake for key, _ in selector.select()):
                client, _ = self._listener.accept()
                self._start(_Link(client, socket.create_connection(self._target), self._wake, self._next_cut).run)

    def _next_cut(self) -> Cut:
        with self._lock:
            return self._cuts.pop(0) if self._cuts else Cut()


class _Link:
    """A connection and the one behind it; one thread passes on what comes from either side."""

    def __init__(
        self, client: socket.socket, server: socket.socket, wake: socket.socket, next_cut: Callable[[], Cut]
    ) -> None:
        self._client, self._server, self._wake, self._next_cut = client, server, wake, next_cut
        self._received = b""
        self._left: int | None = None  # how many bytes of answers still pass
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self) -> None:
        with self._client, self._server, Selector() as selector, contextlib.suppress(OSError):
            for end in (self._wake, self._client, self._server):
                selector.register(end, selectors.EVENT_READ)
            go_on = True
            while go_on:
                ready = [key.fileobj for key, _ in selector.select()]
                go_on = self._wake not in ready
                if go_on and self._server in ready:
                    go_on = self._down()
                if go_on and self._client in ready:
                    go_on = self._up()

    def _down(self) -> bool:
        data = self._server.recv(_BLOCK)
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        self._client.sendall(data)
        return bool(data) and self._left != 0

    def _up(self) -> bool:
        data = self._client.recv(_BLOCK)
        self._received += data
        while request := self._next_request():
            cut = self._next_cut() if b"chat/completions" in request.split(b"\r\n", 1)[0] else Cut()
            if cut.reset:
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self._server.sendall(request[: cut.request])
            self._left = cut.answer
            if cut.request is not None or cut.answer == 0:
                return False
        return bool(data)

    def _next_request(self) -> bytes:
        """Return a request that came whole, b"" if none did yet."""
        head, mark, _ = self._received.partition(b"\r\n\r\n")
        sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        size = len(head) + len(mark) + (int(sizes[0]) if sizes else 0)
        if not mark or len(self._received) < size:
            return b""
        request, self._received = self._received[:size], self._received[size:]
        return request
