# Generated from tests/_async/test_transport.py by scripts/generate.py: edit the source, not this file.
"""The transport of the client's own connections, over real sockets: what httpx's does, at a fraction of the cost."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from httpcore import NetworkBackend, NetworkStream, ReadError, WriteError

from fastgpt_client import ValidationError
from fastgpt_client._concurrency import run_local
from fastgpt_client._http.httpx import ByteStream
from fastgpt_client._http.request import RequestBody
from fastgpt_client._sync.transport import HTTP11Transport, ResponseStream
from tests.support import web
from tests.support.fault_actions import CLOSE, SILENCE, Step, sent
from tests.support.fault_server import FaultServer

CERTIFICATE = Path(__file__).parents[1] / "cli" / "data" / "good.pem"
OTHER_CERTIFICATE = CERTIFICATE.with_name("other.pem")
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer((sent(HELLO),)) as server:
        yield server


def transport(*, most: int = 10, idle: int = 10, seconds: float = 60.0) -> HTTP11Transport:
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=idle, keepalive_expiry=seconds)
    return HTTP11Transport(trusting_our_certificate, limits)


def trusting_our_certificate() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


def opened(own: HTTP11Transport, url: str, **timeouts: float) -> httpx.Response:
    """Return a response from the transport itself: httpx's layers leave generators behind where a body is left."""
    request = httpx.Request("GET", url, extensions={"timeout": {"read": 60.0, **timeouts}})
    response = own.handle_request(request)
    response.request = request
    return response


def test_a_connection_is_used_again(server: FaultServer) -> None:
    with httpx.Client(transport=transport()) as http:
        for _ in range(3):
            assert http.get(server.url).text == "hello"
    assert server.connections == 1
    assert server.wait_until(lambda it: not it.open_connections)


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"5;a=b\r\nhello\r\n0\r\nDigest: x\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + HELLO,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nKeep-Alive: timeout=5\r\n\r\nhello",
    ],
    ids=["chunked", "trailers", "1xx before it", "keep-alive"],
)
def test_after_a_body_in_any_framing_the_connection_is_used_again(server: FaultServer, answer: bytes) -> None:
    server.script((sent(answer),))
    with httpx.Client(transport=transport()) as http:
        assert [http.get(server.url).text for _ in range(2)] == ["hello", "hello"]
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        sent(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
        sent(CHUNKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + b"5\r\nhello\r\n0\r\n\r\n"),
        sent(b"HTTP/1.0 200 OK\r\n\r\nhello") + CLOSE,
        sent(b"HTTP/1.1 200 OK\r\n\r\nhello") + CLOSE,
        sent(HELLO + b"unasked"),
        sent(CHUNKED + b"5\r\nhello\r\n0\r\n\r\nunasked"),
        sent(HELLO) + CLOSE,
    ],
    ids=[
        "close",
        "close, chunked",
        "1.0",
        "to the end",
        "unasked bytes",
        "unasked bytes, chunked",
        "closed while idle",
    ],
)
def test_a_connection_that_is_over_is_not_used_again(server: FaultServer, answer: Step) -> None:
    server.script((answer,))
    with httpx.Client(transport=transport()) as http:
        for number in (1, 2):
            assert http.get(server.url).text == "hello"
            assert server.wait_until(lambda it: not it.open_connections)
            assert server.connections == number


def test_a_request_without_a_body_gets_its_answer(server: FaultServer) -> None:
    server.script(
        (
            sent(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            sent(b"HTTP/1.1 204 No Content\r\n\r\n"),
            sent(b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
        )
    )
    with httpx.Client(transport=transport()) as http:
        assert http.head(server.url).headers["content-length"] == "5"
        assert http.get(server.url).status_code == 204
        assert http.get(server.url).status_code == 304
    assert server.connections == 1
    assert [request.method for request in server.requests] == ["HEAD", "GET", "GET"]


def test_an_answer_that_switches_protocols_is_handed_on_and_ends_the_connection(server: FaultServer) -> None:
    server.script((sent(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),))
    headers = {"Connection": "upgrade", "Upgrade": "x"}
    with httpx.Client(transport=transport()) as http:
        for number in (1, 2):
            assert http.get(server.url, headers=headers).status_code == 101
            assert server.connections == number


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (CLOSE, httpx.RemoteProtocolError),
        (sent(b"nonsense\r\n\r\n"), httpx.RemoteProtocolError),
        (sent(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello") + CLOSE, httpx.RemoteProtocolError),
        (sent(CHUNKED + b"9\r\nhello") + CLOSE, httpx.RemoteProtocolError),
        (sent(CHUNKED + b"nonsense\r\n"), httpx.RemoteProtocolError),
        (SILENCE, httpx.ReadTimeout),
        (sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE, httpx.ReadTimeout),
    ],
    ids=["closed", "nonsense", "short body", "cut chunk", "bad chunk", "silence", "silent body"],
)
def test_failures_have_the_names_that_httpx_gives_them(
    server: FaultServer, script: Step, kind: type[Exception]
) -> None:
    server.script((script, sent(HELLO)))
    with httpx.Client(transport=transport(most=1), timeout=httpx.Timeout(30, read=0.2)) as http:
        with pytest.raises(kind) as caught:
            http.get(server.url)
        assert type(caught.value) is kind
        assert http.get(server.url, timeout=30).text == "hello"  # its place was given back
    with httpx.Client(timeout=httpx.Timeout(30, read=0.2)) as plain:
        server.script((script,))
        with pytest.raises(kind) as expected:
            plain.get(server.url)
    assert type(expected.value) is kind


def test_what_came_before_a_broken_frame_is_handed_out_first(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\nnonsense\r\n") + SILENCE,))
    response = opened(transport(), server.url)
    chunks = iter(cast("ByteStream", response.stream))
    assert next(chunks) == b"hello"
    with pytest.raises(httpx.RemoteProtocolError):
        next(chunks)


def test_the_read_timeout_can_change_while_a_body_is_read(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE,))
    response = opened(transport(), server.url)
    chunks = iter(cast("ByteStream", response.stream))
    assert next(chunks) == b"hello"
    response.request.extensions["timeout"]["read"] = 0.01
    with pytest.raises(httpx.ReadTimeout):
        next(chunks)


def test_a_body_that_is_left_closes_its_connection(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE, sent(HELLO)))
    own = transport(most=1)
    response = opened(own, server.url)
    chunks = iter(cast("ByteStream", response.stream))
    assert next(chunks) == b"hello"
    response.close()
    assert [chunk for chunk in chunks] == []
    assert server.wait_until(lambda it: not it.open_connections)
    assert opened(own, server.url).read() == b"hello"
    own.close()


def test_no_more_connections_are_open_than_the_limit_says(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE,))
    own = transport(most=1)
    response = opened(own, server.url)
    with pytest.raises(httpx.PoolTimeout):
        opened(own, server.url, pool=0.05)
    response.close()


def test_an_idle_connection_makes_way_for_one_to_another_server(server: FaultServer) -> None:
    with FaultServer((sent(HELLO),)) as other:
        with httpx.Client(transport=transport(most=1)) as http:
            for _ in range(2):
                assert http.get(server.url).text == "hello"
                assert http.get(other.url).text == "hello"
    assert (server.connections, other.connections) == (2, 2)


def test_idle_connections_are_closed_in_time(server: FaultServer) -> None:
    server.script((sent(HELLO),))
    with httpx.Client(transport=transport(seconds=0.0)) as http:
        for number in (1, 2, 3):
            http.get(server.url)
            assert server.connections == number
    with httpx.Client(transport=transport(idle=0)) as http:
        http.get(server.url)
        assert server.wait_until(lambda it: not it.open_connections)


def test_a_refused_connection_is_a_connect_error() -> None:
    with httpx.Client(transport=transport()) as http:
        with pytest.raises(httpx.ConnectError):
            http.get("http://127.0.0.1:9")


class RefusingStream(NetworkStream):
    """A connection whose server answers before it has read the request, and reads no more of it."""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        raise WriteError("broken pipe")

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"

    def close(self) -> None:
        """There is nothing to close."""

    def get_extra_info(self, info: str) -> None:
        """Say nothing."""


class RefusingBackend(NetworkBackend):
    def connect_tcp(self, host: str, port: int, *args: object, **named: object) -> RefusingStream:
        return RefusingStream()


def test_a_server_that_answers_early_is_heard() -> None:
    own = transport()
    own._backend = RefusingBackend()
    for _ in range(2):
        assert own.handle_request(post("http://fastgpt.test", b"long")).status_code == 413


def post(url: str, content: bytes, *, length: int | None = None) -> httpx.Request:
    headers = {"Host": "fastgpt.test", "Content-Length": str(len(content) if length is None else length)}
    return httpx.Request("POST", url, headers=headers, stream=RequestBody(content))


def test_what_is_no_request_is_refused_before_it_is_sent(server: FaultServer) -> None:
    own = transport(most=1)
    bad_header = httpx.Request("GET", server.url, headers={"X": "a\r\nb"})
    too_long = post(server.url, b"too long", length=1)
    for request in (bad_header, too_long):
        with pytest.raises(httpx.LocalProtocolError):
            own.handle_request(request)
    assert opened(own, server.url).read() == b"hello"
    own.close()


def test_ipv6(server: FaultServer) -> None:
    del server
    with web.serve(lambda _: web.Reply(200, b"hello", {}), host="::1") as url:
        with httpx.Client(transport=transport()) as http:
            assert http.get(url).text == "hello"


def test_tls() -> None:
    with web.serve(lambda _: web.Reply(200, b"hello", {}), certificate=CERTIFICATE) as url:
        with httpx.Client(transport=transport()) as http:
            for _ in range(2):
                assert http.get(url).text == "hello"


def test_a_certificate_that_is_not_trusted_is_a_connect_error_and_gives_the_place_back() -> None:
    with web.serve(lambda _: web.Reply(200, b"hello", {}), certificate=OTHER_CERTIFICATE) as url:
        with httpx.Client(transport=transport(most=1)) as http:
            for _ in range(2):
                with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                    http.get(url)


def test_a_transport_that_was_closed_while_it_connects_sends_nothing(server: FaultServer) -> None:
    own = transport()
    own.close()
    with pytest.raises(httpx.ConnectError, match="closed during the request"):
        opened(own, server.url)
    assert server.wait_until(lambda it: not it.open_connections)
    assert not server.requests


def test_connections_can_be_ended_from_outside(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE,))
    own = transport()
    response = opened(own, server.url)
    chunks = iter(cast("ByteStream", response.stream))
    assert next(chunks) == b"hello"
    own.shut_down()
    with pytest.raises(httpx.TransportError):
        next(chunks)
    assert server.wait_until(lambda it: not it.open_connections)


def test_what_is_left_in_another_loop_gives_its_place_back_and_is_closed_by_the_next_request(
    server: FaultServer,
) -> None:
    own = transport(most=1)
    left = opened(own, server.url)
    connection = cast("ResponseStream", left.stream)._connection
    assert connection is not None
    own.drop(connection)
    assert server.wait_until(lambda it: not it.open_connections)
    with httpx.Client(transport=own) as http:
        assert http.get(server.url).text == "hello"
    assert not own._open


def test_a_child_process_leaves_its_parents_body_alone(server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    own = transport()
    response = opened(own, server.url)
    held = cast("ResponseStream", response.stream)._connection  # as the parent does
    with monkeypatch.context() as patch:
        patch.setattr(run_local.os, "getpid", lambda: 1)
        with pytest.raises(ValidationError, match="opened in another event loop or process"):
            response.read()
        response.close()
    assert held is not None
    assert server.open_connections == 1
    own.close()


def test_a_place_that_was_given_counts_where_nothing_idle_can_be_closed(server: FaultServer) -> None:
    own = transport()
    own._max_open = 0
    with httpx.Client(transport=own) as http:
        assert http.get(server.url).text == "hello"


def test_a_body_without_a_byte_is_sent(server: FaultServer) -> None:
    own = transport()
    request = httpx.Request("POST", server.url, headers={"Host": "h", "Content-Length": "0"}, stream=RequestBody())
    response = own.handle_request(request)
    assert response.status_code == 200
    own.close()
    assert server.requests[0].body == b""


def test_a_failure_that_is_known_comes_after_what_was_read() -> None:
    half = sent(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello") + SILENCE
    with FaultServer([half]) as slow:
        own = transport()
        response = opened(own, slow.url)
        body = cast("ResponseStream", response.stream)
        assert body.__next__() == b"hello"
        body._failure = ReadError("a broken record")
        with pytest.raises(httpx.ReadError, match="a broken record"):
            body.__next__()
        assert slow.wait_until(lambda it: not it.open_connections)
        own.close()
