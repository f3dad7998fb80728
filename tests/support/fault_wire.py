"""One accepted connection of the fault server: bytes in, bytes out, and waits that end when the server stops."""

from __future__ import annotations

import contextlib
import json
import selectors
import socket
import ssl
import struct
import time
from dataclasses import dataclass
from typing import Any

# poll() needs no file descriptor of its own and has no limit of 1024; Windows has select() only.
Selector: type[selectors.BaseSelector] = getattr(selectors, "PollSelector", selectors.SelectSelector)

_RECEIVE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A request that arrived whole."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    """The number of the connection it came on; the first is 1."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def json(self) -> Any:
        return json.loads(self.body)


class Gone(Exception):
    """The connection is over: the client left, the server stops, or an action closed it."""


class Wire:
    """What an action sees of a connection."""

    def __init__(self, connection: socket.socket, wake: socket.socket) -> None:
        self._connection = connection
        self._wake = wake
        self._received = b""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        try:
            self._connection = context.wrap_socket(self._connection, server_side=True)
        except OSError as exc:
            raise Gone from exc

    def read_until(self, mark: bytes) -> bytes:
        """The bytes up to and with `mark`; what follows stays for the next read."""
        while mark not in self._received:
            self._receive()
        data, found, self._received = self._received.partition(mark)
        return data + found

    def read_exactly(self, count: int) -> bytes:
        while len(self._received) < count:
            self._receive()
        data, self._received = self._received[:count], self._received[count:]
        return data

    def send(self, data: bytes) -> None:
        try:
            self._connection.sendall(data)
        except OSError as exc:
            raise Gone from exc

    def wait(self, seconds: float) -> None:
        """Let time pass, but end at once if the client leaves or the server stops."""
        end = time.monotonic() + seconds
        with Selector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            selector.register(self._connection, selectors.EVENT_READ)
            while (left := end - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if key.fileobj is self._wake:
                        raise Gone
                    self._receive()  # the next request is there already

    def close(self) -> None:
        """End the connection in order: TLS's own end, and FIN."""
        with contextlib.suppress(OSError, ValueError):  # by `abort`, which takes the encryption away, just now
            if isinstance(self._connection, ssl.SSLSocket):
                self._connection.settimeout(0)  # the client's own end is not waited for
                with contextlib.suppress(ssl.SSLWantReadError):
                    self._connection.unwrap()
            self._connection.shutdown(socket.SHUT_WR)
        self._connection.close()
        raise Gone

    def reset(self) -> None:
        """Drop the connection: RST. Bytes on their way may be lost, as in life."""
        with contextlib.suppress(OSError):
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()
        raise Gone

    def abort(self) -> None:
        """Wake whoever reads or writes here. For another thread than the connection's own."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        self._connection.close()

    def _receive(self) -> None:
        try:
            data = self._connection.recv(_RECEIVE_BYTES)
        except OSError as exc:
            raise Gone from exc
        if not data:
            raise Gone
        self._received += data


def read_request(wire: Wire, connection: int) -> Request:
    start, *lines = wire.read_until(b"\r\n\r\n").decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = start.split(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if "transfer-encoding" in headers:
        raise NotImplementedError("the client under test sends its bodies with their length")
    body = wire.read_exactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body, connection)
