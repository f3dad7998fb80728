"""What of an encrypted connection is taken without waiting: all records that are here, and the failure after them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpcore
import pytest

from fastgpt_client._http.httpcore import take_ready

CERTIFICATE = Path(__file__).parents[1] / "cli" / "data" / "good.pem"
MOST = 1 << 16


class Stream(httpcore.NetworkStream):
    def __init__(self, **info: Any) -> None:
        self._info = info

    def get_extra_info(self, info: str) -> Any:
        return self._info.get(info)


def contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE)
    return server, ssl.create_default_context(cafile=CERTIFICATE)


class InMemory:
    """A client and a server whose bytes go through memory, as those of event loops do."""

    def __init__(self) -> None:
        to_client, self._to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._to_client = to_client
        server, client = contexts()
        self._server = server.wrap_bio(self._to_server, to_client, server_side=True)
        self._client = client.wrap_bio(to_client, self._to_server, server_hostname="127.0.0.1")
        for _ in range(3):
            for side in (self._client, self._server):
                with suppress(ssl.SSLWantReadError):
                    side.do_handshake()
        self.stream = Stream(ssl_object=self._client)

    def send(self, data: bytes) -> None:
        self._server.write(data)

    def spoil(self) -> None:
        self._to_client.write(b"\x17\x03\x03\x00\x05spoil")

    def end(self) -> None:
        with suppress(ssl.SSLWantReadError):
            self._server.unwrap()

    def close(self) -> None: ...


class OverSockets(InMemory):
    """The same over blocking sockets."""

    def __init__(self) -> None:
        here, self._there = socket.socketpair()
        super().__init__()
        server, client = contexts()
        near = client.wrap_socket(here, server_hostname="127.0.0.1", do_handshake_on_connect=False)
        far = server.wrap_socket(self._there, server_side=True, do_handshake_on_connect=False)
        for side in (near, far):
            side.setblocking(False)
        for _ in range(3):
            for side in (near, far):
                with suppress(ssl.SSLWantReadError):
                    side.do_handshake()
        near.setblocking(True)
        self._near, self._far = near, far
        self.stream = Stream(socket=near, ssl_object=near)

    def send(self, data: bytes) -> None:
        self._far.send(data)

    def spoil(self) -> None:
        socket.socket.send(self._far, b"\x17\x03\x03\x00\x05spoil")

    def end(self) -> None:
        with suppress(ssl.SSLWantReadError):
            self._far.unwrap()

    def close(self) -> None:
        self._near.close()
        self._far.close()


@pytest.fixture(params=[InMemory, OverSockets], ids=["in memory", "over sockets"])
def peers(request: pytest.FixtureRequest) -> Iterator[InMemory]:
    make: Callable[[], InMemory] = request.param
    found = make()
    yield found
    found.close()


def test_nothing_is_waited_for(peers: InMemory) -> None:
    assert take_ready(peers.stream, MOST) == (b"", None)


def test_all_records_that_are_here_are_taken(peers: InMemory) -> None:
    for piece in (b"one ", b"two ", b"three"):
        peers.send(piece)
    assert take_ready(peers.stream, MOST) == (b"one two three", None)
    assert take_ready(peers.stream, MOST) == (b"", None)


def test_no_more_is_taken_than_there_is_room_for(peers: InMemory) -> None:
    for piece in (b"one ", b"two ", b"three"):
        peers.send(piece)
    assert take_ready(peers.stream, 6) == (b"one tw", None)
    assert take_ready(peers.stream, MOST) == (b"o three", None)


def test_what_came_before_a_failure_is_kept(peers: InMemory) -> None:
    peers.send(b"whole")
    peers.spoil()
    data, failure = take_ready(peers.stream, MOST)
    assert data == b"whole"
    assert isinstance(failure, httpcore.ReadError)
    assert isinstance(failure.__cause__, ssl.SSLError)


def test_the_end_is_left_to_the_next_read(peers: InMemory) -> None:
    peers.send(b"all")
    peers.end()
    assert take_ready(peers.stream, MOST) == (b"all", None)
    assert take_ready(peers.stream, MOST) == (b"", None)
