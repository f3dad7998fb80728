# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""The transport of the client's own connections, over real sockets: what httpx's does, at a fraction of the cost."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import httpx
import pytest
from httpcore import AsyncNetworkBackend, AsyncNetworkStream, ReadError, WriteError

from fastgpt_client import ValidationError
from fastgpt_client._async.transport import AsyncHTTP11Transport, AsyncResponseStream
from fastgpt_client._concurrency import run_local
from fastgpt_client._http.httpx import AsyncByteStream
from fastgpt_client._http.request import RequestBody
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


def transport(*, most: int = 10, idle: int = 10, seconds: float = 60.0) -> AsyncHTTP11Transport:
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=idle, keepalive_expiry=seconds)
    return AsyncHTTP11Transport(trusting_our_certificate, limits)


def trusting_our_certificate() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


async def opened(own: AsyncHTTP11Transport, url: str, **timeouts: float) -> httpx.Response:
    """Return a response from the transport itself: httpx's layers leave generators behind where a body is left."""
    request = httpx.Request("GET", url, extensions={"timeout": {"read": 60.0, **timeouts}})
    response = await own.handle_async_request(request)
    response.request = request
    return response


async def test_a_connection_is_used_again(server: FaultServer) -> None:
    async with httpx.AsyncClient(transport=transport()) as http:
        for _ in range(3):
            assert (await http.get(server.url)).text == "hello"
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
async def test_after_a_body_in_any_framing_the_connection_is_used_again(server: FaultServer, answer: bytes) -> None:
    server.script((sent(answer),))
    async with httpx.AsyncClient(transport=transport()) as http:
        assert [(await http.get(server.url)).text for _ in range(2)] == ["hello", "hello"]
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
async def test_a_connection_that_is_over_is_not_used_again(server: FaultServer, answer: Step) -> None:
    server.script((answer,))
    async with httpx.AsyncClient(transport=transport()) as http:
        for number in (1, 2):
            assert (await http.get(server.url)).text == "hello"
            assert server.wait_until(lambda it: not it.open_connections)
            assert server.connections == number


async def test_a_request_without_a_body_gets_its_answer(server: FaultServer) -> None:
    server.script(
        (
            sent(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
            sent(b"HTTP/1.1 204 No Content\r\n\r\n"),
            sent(b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"),
        )
    )
    async with httpx.AsyncClient(transport=transport()) as http:
        assert (await http.head(server.url)).headers["content-length"] == "5"
        assert (await http.get(server.url)).status_code == 204
        assert (await http.get(server.url)).status_code == 304
    assert server.connections == 1
    assert [request.method for request in server.requests] == ["HEAD", "GET", "GET"]


async def test_an_answer_that_switches_protocols_is_handed_on_and_ends_the_connection(server: FaultServer) -> None:
    server.script((sent(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),))
    headers = {"Connection": "upgrade", "Upgrade": "x"}
    async with httpx.AsyncClient(transport=transport()) as http:
        for number in (1, 2):
            assert (await http.get(server.url, headers=headers)).status_code == 101
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
async def test_failures_have_the_names_that_httpx_gives_them(
    server: FaultServer, script: Step, kind: type[Exception]
) -> None:
    server.script((script, sent(HELLO)))
    async with httpx.AsyncClient(transport=transport(most=1), timeout=httpx.Timeout(30, read=0.2)) as http:
        with pytest.raises(kind) as caught:
            await http.get(server.url)
        assert type(caught.value) is kind
        assert (await http.get(server.url, timeout=30)).text == "hello"  # its place was given back
    async with httpx.AsyncClient(timeout=httpx.Timeout(30, read=0.2)) as plain:
        server.script((script,))
        with pytest.raises(kind) as expected:
            await plain.get(server.url)
    assert type(expected.value) is kind


async def test_what_came_before_a_broken_frame_is_handed_out_first(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\nnonsense\r\n") + SILENCE,))
    response = await opened(transport(), server.url)
    chunks = aiter(cast("AsyncByteStream", response.stream))
    assert await anext(chunks) == b"hello"
    with pytest.raises(httpx.RemoteProtocolError):
        await anext(chunks)


async def test_the_read_timeout_can_change_while_a_body_is_read(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE,))
    response = await opened(transport(), server.url)
    chunks = aiter(cast("AsyncByteStream", response.stream))
    assert await anext(chunks) == b"hello"
    response.request.extensions["timeout"]["read"] = 0.01
    with pytest.raises(httpx.ReadTimeout):
        await anext(chunks)


async def test_a_body_that_is_left_closes_its_connection(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE, sent(HELLO)))
    own = transport(most=1)
    response = await opened(own, server.url)
    chunks = aiter(cast("AsyncByteStream", response.stream))
    assert await anext(chunks) == b"hello"
    await response.aclose()
    assert [chunk async for chunk in chunks] == []
    assert server.wait_until(lambda it: not it.open_connections)
    assert await (await opened(own, server.url)).aread() == b"hello"
    await own.aclose()


async def test_no_more_connections_are_open_than_the_limit_says(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE,))
    own = transport(most=1)
    response = await opened(own, server.url)
    with pytest.raises(httpx.PoolTimeout):
        await opened(own, server.url, pool=0.05)
    await response.aclose()


async def test_an_idle_connection_makes_way_for_one_to_another_server(server: FaultServer) -> None:
    with FaultServer((sent(HELLO),)) as other:
        async with httpx.AsyncClient(transport=transport(most=1)) as http:
            for _ in range(2):
                assert (await http.get(server.url)).text == "hello"
                assert (await http.get(other.url)).text == "hello"
    assert (server.connections, other.connections) == (2, 2)


async def test_idle_connections_are_closed_in_time(server: FaultServer) -> None:
    server.script((sent(HELLO),))
    async with httpx.AsyncClient(transport=transport(seconds=0.0)) as http:
        for number in (1, 2, 3):
            await http.get(server.url)
            assert server.connections == number
    async with httpx.AsyncClient(transport=transport(idle=0)) as http:
        await http.get(server.url)
        assert server.wait_until(lambda it: not it.open_connections)


async def test_a_refused_connection_is_a_connect_error() -> None:
    async with httpx.AsyncClient(transport=transport()) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get("http://127.0.0.1:9")


class AsyncRefusingStream(AsyncNetworkStream):
    """A connection whose server answers before it has read the request, and reads no more of it."""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        raise WriteError("broken pipe")

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"

    async def aclose(self) -> None:
        """There is nothing to close."""

    def get_extra_info(self, info: str) -> None:
        """Say nothing."""


class AsyncRefusingBackend(AsyncNetworkBackend):
    async def connect_tcp(self, host: str, port: int, *args: object, **named: object) -> AsyncRefusingStream:
        return AsyncRefusingStream()


async def test_a_server_that_answers_early_is_heard() -> None:
    own = transport()
    own._backend = AsyncRefusingBackend()
    for _ in range(2):
        assert (await own.handle_async_request(post("http://fastgpt.test", b"long"))).status_code == 413


def post(url: str, content: bytes, *, length: int | None = None) -> httpx.Request:
    headers = {"Host": "fastgpt.test", "Content-Length": str(len(content) if length is None else length)}
    return httpx.Request("POST", url, headers=headers, stream=RequestBody(content))


async def test_what_is_no_request_is_refused_before_it_is_sent(server: FaultServer) -> None:
    own = transport(most=1)
    bad_header = httpx.Request("GET", server.url, headers={"X": "a\r\nb"})
    too_long = post(server.url, b"too long", length=1)
    for request in (bad_header, too_long):
        with pytest.raises(httpx.LocalProtocolError):
            await own.handle_async_request(request)
    assert await (await opened(own, server.url)).aread() == b"hello"
    await own.aclose()


async def test_ipv6(server: FaultServer) -> None:
    del server
    with web.serve(lambda _: web.Reply(200, b"hello", {}), host="::1") as url:
        async with httpx.AsyncClient(transport=transport()) as http:
            assert (await http.get(url)).text == "hello"


async def test_tls() -> None:
    with web.serve(lambda _: web.Reply(200, b"hello", {}), certificate=CERTIFICATE) as url:
        async with httpx.AsyncClient(transport=transport()) as http:
            for _ in range(2):
                assert (await http.get(url)).text == "hello"


async def test_a_certificate_that_is_not_trusted_is_a_connect_error_and_gives_the_place_back() -> None:
    with web.serve(lambda _: web.Reply(200, b"hello", {}), certificate=OTHER_CERTIFICATE) as url:
        async with httpx.AsyncClient(transport=transport(most=1)) as http:
            for _ in range(2):
                with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                    await http.get(url)


async def test_a_transport_that_was_closed_while_it_connects_sends_nothing(server: FaultServer) -> None:
    own = transport()
    await own.aclose()
    with pytest.raises(httpx.ConnectError, match="closed during the request"):
        await opened(own, server.url)
    assert server.wait_until(lambda it: not it.open_connections)
    assert not server.requests


async def test_connections_can_be_ended_from_outside(server: FaultServer) -> None:
    server.script((sent(CHUNKED + b"5\r\nhello\r\n") + SILENCE,))
    own = transport()
    response = await opened(own, server.url)
    chunks = aiter(cast("AsyncByteStream", response.stream))
    assert await anext(chunks) == b"hello"
    own.shut_down()
    with pytest.raises(httpx.TransportError):
        await anext(chunks)
    assert server.wait_until(lambda it: not it.open_connections)


async def test_what_is_left_in_another_loop_gives_its_place_back_and_is_closed_by_the_next_request(
    server: FaultServer,
) -> None:
    own = transport(most=1)
    left = await opened(own, server.url)
    connection = cast("AsyncResponseStream", left.stream)._connection
    assert connection is not None
    own.drop(connection)
    assert server.wait_until(lambda it: not it.open_connections)
    async with httpx.AsyncClient(transport=own) as http:
        assert (await http.get(server.url)).text == "hello"
    assert not own._open


async def test_a_child_process_leaves_its_parents_body_alone(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = transport()
    response = await opened(own, server.url)
    held = cast("AsyncResponseStream", response.stream)._connection  # as the parent does
    with monkeypatch.context() as patch:
        patch.setattr(run_local.os, "getpid", lambda: 1)
        with pytest.raises(ValidationError, match="opened in another event loop or process"):
            await response.aread()
        await response.aclose()
    assert held is not None
    assert server.open_connections == 1
    await own.aclose()


async def test_a_place_that_was_given_counts_where_nothing_idle_can_be_closed(server: FaultServer) -> None:
    own = transport()
    own._max_open = 0
    async with httpx.AsyncClient(transport=own) as http:
        assert (await http.get(server.url)).text == "hello"


async def test_a_body_without_a_byte_is_sent(server: FaultServer) -> None:
    own = transport()
    request = httpx.Request("POST", server.url, headers={"Host": "h", "Content-Length": "0"}, stream=RequestBody())
    response = await own.handle_async_request(request)
    assert response.status_code == 200
    await own.aclose()
    assert server.requests[0].body == b""


async def test_a_failure_that_is_known_comes_after_what_was_read() -> None:
    half = sent(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello") + SILENCE
    with FaultServer([half]) as slow:
        own = transport()
        response = await opened(own, slow.url)
        body = cast("AsyncResponseStream", response.stream)
        assert await body.__anext__() == b"hello"
        body._failure = ReadError("a broken record")
        with pytest.raises(httpx.ReadError, match="a broken record"):
            await body.__anext__()
        assert slow.wait_until(lambda it: not it.open_connections)
        await own.aclose()
