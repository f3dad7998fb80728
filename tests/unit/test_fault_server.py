"""The fault server itself: a test that leans on it is worth no more than it is."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import pytest

from tests._async.test_faults import text_of_line
from tests.support.fault_actions import Action, Close, Drip, Endless, Pause, Read, Reset, Send, SendLater, Stall
from tests.support.fault_server import ClosedPort, DeafPort, FaultServer
from tests.support.faults import COMPLETION, HEARTBEAT, STREAM, TEXT, WHOLE, bare, bomb, send


@contextmanager
def connected(server: FaultServer | ClosedPort | DeafPort, timeout: float = 60.0) -> Iterator[socket.socket]:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        yield connection


def ask(server: FaultServer, body: str = "{}") -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)) as client:
        return ask_on(client, body)


def ask_on(client: http.client.HTTPConnection, body: str = "{}") -> tuple[int, bytes]:
    client.request("POST", "/api/v2/chat/completions?a=b", body, {"Content-Type": "application/json"})
    response = client.getresponse()
    return response.status, response.read()


def everything(connection: socket.socket) -> bytes:
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_each_request_gets_its_step_and_the_last_step_repeats() -> None:
    with FaultServer([bare(503), bare(429), COMPLETION]) as server:
        assert [ask(server)[0] for _ in range(4)] == [503, 429, 200, 200]
        assert server.hits == 4


def test_a_step_can_be_made_from_its_request() -> None:
    with FaultServer([lambda request: send(request.body)]) as server:
        assert ask(server, '{"a": 1}') == (200, b'{"a": 1}')


def test_a_new_script_starts_with_its_first_step() -> None:
    with FaultServer([bare(503), COMPLETION]) as server:
        assert ask(server)[0] == 503
        server.script([bare(429), COMPLETION])
        assert [ask(server)[0] for _ in range(2)] == [429, 200]


def test_a_request_is_kept_as_it_came() -> None:
    with FaultServer([COMPLETION]) as server:
        ask(server, '{"stream": false}')
        (request,) = server.requests
        assert (request.method, request.path) == ("POST", "/api/v2/chat/completions")
        assert request.target.endswith("?a=b")
        assert request.headers["content-type"] == "application/json"
        assert request.json() == {"stream": False}


def test_a_request_without_its_whole_body_is_no_hit() -> None:
    with FaultServer([COMPLETION]) as server:
        with connected(server) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n123")
        assert server.wait_until(lambda it: it.connections == 1 and it.open_connections == 0)
        assert server.hits == 0


def test_a_body_in_chunks_is_refused_and_not_misread() -> None:
    failures: list[str] = []
    original, threading.excepthook = threading.excepthook, lambda args: failures.append(args.exc_type.__name__)
    try:
        with FaultServer([COMPLETION]) as server, connected(server) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            assert everything(connection) == b""
    finally:
        threading.excepthook = original
    assert failures == ["NotImplementedError"]


def test_a_connection_serves_many_requests() -> None:
    with (
        FaultServer([COMPLETION]) as server,
        closing(http.client.HTTPConnection(server.url.removeprefix("http://"))) as client,
    ):
        assert [ask_on(client)[0] for _ in range(3)] == [200] * 3
        assert (server.hits, server.connections, server.open_connections) == (3, 1, 1)
        assert [request.connection for request in server.requests] == [1, 1, 1]


def test_two_hundred_connections_at_once_are_all_served() -> None:
    with FaultServer([(Pause(0.2), *COMPLETION)]) as server, ThreadPoolExecutor(200) as pool:
        assert list(pool.map(lambda _: ask(server)[0], range(200))) == [200] * 200
        assert (server.hits, server.connections) == (200, 200)


def test_close_ends_in_order() -> None:
    with FaultServer([(Send(b"HTTP/1.1 200"), Close())]) as server, connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert everything(connection) == b"HTTP/1.1 200"


def test_reset_breaks_the_connection() -> None:
    with FaultServer([(Send(b"HTTP/1.1 200"), Reset())]) as server, connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            everything(connection)


def test_a_connection_can_be_closed_before_its_request_is_read() -> None:
    with FaultServer([COMPLETION], on_connect=(Close(),)) as server, connected(server) as connection:
        assert everything(connection) == b""
        assert (server.hits, server.connections) == (0, 1)


def test_a_connection_can_be_reset_in_its_request() -> None:
    with FaultServer([COMPLETION], on_connect=(Read(3), Reset())) as server, connected(server) as connection:
        connection.sendall(b"GET")
        with pytest.raises(ConnectionResetError):
            everything(connection)
        assert (server.hits, server.connections) == (0, 1)


def test_drip_sends_every_byte_with_time_between() -> None:
    with FaultServer([(Drip(b"abcde", 0.02), Close())]) as server, connected(server) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        start = time.monotonic()
        assert everything(connection) == b"abcde"
        assert time.monotonic() - start >= 0.08


def test_answers_can_be_made_when_they_are_sent() -> None:
    times = iter([b"one", b"two"])
    with FaultServer([(SendLater(lambda: next(times)), Close())]) as server:
        with connected(server) as first:
            first.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert everything(first) == b"one"
        with connected(server) as second:
            second.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert everything(second) == b"two"


@pytest.mark.parametrize(
    "action",
    [Stall(), Pause(60), Drip(b"a" * 9, 60), Endless(b"a" * 65536), Endless(b"a", 60)],
    ids=lambda it: repr(it)[:20],
)
def test_stopping_does_not_wait_for_what_is_under_way(action: Action) -> None:
    with ExitStack() as stack:
        with FaultServer([(action,)]) as server:
            connection = stack.enter_context(connected(server))
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert server.wait_until(lambda it: it.hits == 1)
            start = time.monotonic()
        assert time.monotonic() - start < 30
        assert [thread for thread in threading.enumerate() if "fault" in thread.name] == []


def test_a_stall_ends_when_the_client_leaves() -> None:
    with FaultServer([(Stall(),)]) as server:
        with connected(server) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert server.wait_until(lambda it: it.hits == 1)
            assert server.open_connections == 1
        assert server.wait_until(lambda it: it.open_connections == 0)


def test_a_request_sent_ahead_does_not_end_a_pause() -> None:
    with FaultServer([(Pause(0.1), *COMPLETION)]) as server, connected(server) as connection:
        start = time.monotonic()
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n" * 2)
        assert server.wait_until(lambda it: it.hits == 2)
        assert time.monotonic() - start >= 0.1


def test_wait_until_tells_when_nothing_came() -> None:
    with FaultServer([COMPLETION]) as server:
        assert not server.wait_until(lambda it: it.hits > 0, patience=0.01)


def test_a_closed_port_refuses() -> None:
    with ClosedPort() as port, pytest.raises(ConnectionRefusedError), connected(port):
        pass


def test_a_deaf_port_never_answers() -> None:
    with DeafPort() as port, pytest.raises(TimeoutError), connected(port, 0.1):
        pass


def test_a_stream_is_told_in_chunks_with_an_end() -> None:
    with FaultServer([STREAM]) as server:
        assert ask(server) == (200, WHOLE)


def test_raw_lines_give_the_text() -> None:
    lines = (HEARTBEAT + WHOLE).decode().split("\n")
    assert "".join(map(text_of_line, lines)) == TEXT


def test_a_bomb_is_small_before_and_valid_json_after() -> None:
    packed = bomb(4, b'{"data":"', b'"}')
    assert len(packed) < 8192
    assert len(json.loads(gzip.decompress(packed))["data"]) == 4 << 20


def test_the_claimed_length_can_be_wrong() -> None:
    with FaultServer([(*send("{}", length=10), Close())]) as server, pytest.raises(http.client.IncompleteRead):
        ask(server)
