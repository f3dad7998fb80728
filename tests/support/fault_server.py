"""A server on the loopback that does what a script says and counts what it got, and ports on which none answers."""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import ClassVar, Self

from tests.support.fault_actions import Script, Step
from tests.support.fault_wire import Gone, Request, Selector, Wire, read_request

_BACKLOG = 512
_PATIENCE = 30.0  # for what takes a moment, on the busiest machine


@dataclass(eq=False)
class FaultServer:
    """Answers the n-th request by the n-th step of the script; the last step serves all that come after.

    After a step the connection is kept for the next request, unless the step closed it. `on_connect` is done on each
    new connection before the first request is read.
    """

    tls: ClassVar[ssl.SSLContext | None] = None
    """What all fault servers speak TLS with; None for plain HTTP."""

    steps: Script = ()
    on_connect: Step = ()
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._served = 0
        self._open: dict[threading.Thread, Wire] = {}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        # Closing one end wakes everybody who waits on the other.
        self._wake, self._waker = socket.socketpair()
        self._acceptor = threading.Thread(target=self._accept, name="fault-server")

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def hits(self) -> int:
        """How many requests arrived whole, head and body."""
        with self._changed:
            return len(self.requests)

    @property
    def open_connections(self) -> int:
        with self._changed:
            return len(self._open)

    def script(self, steps: Script) -> None:
        """Start a new script with the next request."""
        with self._changed:
            self.steps, self._served = steps, 0

    def wait_until(self, true: Callable[[FaultServer], bool], patience: float = _PATIENCE) -> bool:
        """Whether the condition came true in time. What a client did may reach the server a little later."""
        with self._changed:
            return self._changed.wait_for(lambda: true(self), patience)

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waker.close()
        self._acceptor.join(_PATIENCE)
        with self._changed:
            threads = dict(self._open)
        for wire in threads.values():
            wire.abort()
        for thread in threads:
            thread.join(_PATIENCE)
        self._listener.close()
        self._wake.close()
        alive = [thread for thread in (self._acceptor, *threads) if thread.is_alive()]
        assert not alive, f"the fault server left threads behind: {alive}"

    def _accept(self) -> None:
        with Selector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            selector.register(self._listener, selectors.EVENT_READ)
            while all(key.fileobj is not self._wake for key, _ in selector.select()):
                wire = Wire(self._listener.accept()[0], self._wake)
                with self._changed:
                    self.connections += 1
                    thread = threading.Thread(
                        target=self._serve, args=(wire, self.connections), name="fault-connection"
                    )
                    self._open[thread] = wire
                    self._changed.notify_all()
                thread.start()

    def _serve(self, wire: Wire, number: int) -> None:
        try:
            if self.tls is not None:
                wire.encrypt(self.tls)
            for action in self.on_connect:
                action.run(wire)
            while True:
                for action in self._next_step(read_request(wire, number)):
                    action.run(wire)
        except Gone:
            pass
        finally:
            wire.release()
            with self._changed:
                del self._open[threading.current_thread()]
                self._changed.notify_all()

    def _next_step(self, request: Request) -> Step:
        with self._changed:
            self.requests.append(request)
            step = self.steps[min(self._served, len(self.steps) - 1)]
            self._served += 1
            self._changed.notify_all()
        return step(request) if callable(step) else step


class _Port:
    """It counts like a server does."""

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
