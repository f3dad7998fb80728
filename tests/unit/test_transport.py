"""What is asked of httpx, and how its failures are told."""

from __future__ import annotations

import socket
import ssl
import threading
from types import SimpleNamespace
from typing import Any

import aiohttp
import httpcore
import httpx
import pytest
import respx
from respx.models import SideEffectError

from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.request import Attempt, RequestBody
from fastgpt_client._http.transport import (
    client_options,
    interrupt,
    is_read_error,
    is_send_error,
    map_transport_error,
    request_id,
)
from fastgpt_client.exceptions import APIConnectionError, APITimeoutError
from tests.support.until import PATIENCE


def refused() -> aiohttp.ClientConnectorError:
    where: Any = SimpleNamespace(host="fastgpt.test", port=80, ssl=True, is_ssl=False)
    return aiohttp.ClientConnectorError(where, OSError(111, "refused"))


FAILURES: list[tuple[Exception, type[APIConnectionError], bool, str]] = [
    (httpx.ConnectError("refused"), APIConnectionError, False, "Could not connect: ConnectError: refused"),
    (httpx.ConnectTimeout("slow"), APITimeoutError, False, "Timed out: ConnectTimeout: slow"),
    (httpx.PoolTimeout(""), APITimeoutError, False, "Timed out: PoolTimeout"),
    (httpx.ProxyError("407"), APIConnectionError, False, "Could not connect: ProxyError: 407"),
    (httpx.UnsupportedProtocol("ftp"), APIConnectionError, False, "Could not connect: UnsupportedProtocol: ftp"),
    (httpx.ReadTimeout("slow"), APITimeoutError, True, "Timed out: ReadTimeout: slow"),
    (httpx.WriteTimeout("slow"), APITimeoutError, True, "Timed out: WriteTimeout: slow"),
    (httpx.ReadError("reset"), APIConnectionError, True, "The connection failed: ReadError: reset"),
    (httpx.WriteError("reset"), APIConnectionError, True, "The connection failed: WriteError: reset"),
    (httpx.RemoteProtocolError("x"), APIConnectionError, True, "The connection failed: RemoteProtocolError: x"),
    (httpx.LocalProtocolError("x"), APIConnectionError, True, "The connection failed: LocalProtocolError: x"),
    (httpx.TooManyRedirects("x"), APIConnectionError, True, "The connection failed: TooManyRedirects: x"),
    (httpx.StreamClosed(), APIConnectionError, True, "The connection failed: StreamClosed: "),
    (OSError("bad file"), APIConnectionError, True, "The connection failed: OSError: bad file"),
    (TimeoutError(), APIConnectionError, True, "The connection failed: TimeoutError"),
    (ssl.SSLError("handshake"), APIConnectionError, True, "The connection failed: SSLError"),
]


@pytest.mark.parametrize(("failure", "kind", "sent", "said"), FAILURES, ids=lambda value: type(value).__name__)
def test_a_failure_says_what_it_was_and_whether_anything_was_sent(
    failure: Exception, kind: type[APIConnectionError], sent: bool, said: str
) -> None:
    error = map_transport_error(failure, RequestBody(b"{}"))
    assert type(error) is kind
    assert error.request_sent is sent
    assert error.message.startswith(said)


def test_a_body_that_was_read_may_have_been_sent_whatever_the_failure_is_called() -> None:
    """The aiohttp transport tells a cut after sending as a ConnectTimeout."""
    body = RequestBody(b"{}")
    assert b"".join(body) == b"{}"
    assert map_transport_error(httpx.ConnectTimeout("slow"), body).request_sent is True
    assert map_transport_error(httpx.ConnectError("refused")).request_sent is True


OF_AIOHTTP: list[tuple[Exception, type[Exception], type[APIConnectionError], bool, str]] = [
    (
        refused(),
        httpx.ConnectTimeout,
        APIConnectionError,
        False,
        "Could not connect: ClientConnectorError: Cannot connect",
    ),
    (aiohttp.ConnectionTimeoutError("slow"), httpx.ConnectTimeout, APITimeoutError, False, "Timed out: Conn"),
    (aiohttp.ServerDisconnectedError(), httpx.ConnectTimeout, APIConnectionError, True, "The connection failed: Serv"),
    (aiohttp.ClientOSError(104, "x"), httpx.ConnectTimeout, APIConnectionError, True, "The connection failed: Clie"),
    (aiohttp.SocketTimeoutError("slow"), httpx.ReadTimeout, APITimeoutError, True, "Timed out: SocketTimeoutError"),
    (aiohttp.ClientPayloadError("cut"), httpx.ReadError, APIConnectionError, True, "The connection failed: ClientPay"),
]


@pytest.mark.parametrize(("cause", "named", "kind", "sent", "said"), OF_AIOHTTP, ids=lambda value: type(value).__name__)
def test_what_aiohttp_says_goes_over_the_name_that_httpx_gives_it(
    cause: Exception, named: type[Exception], kind: type[APIConnectionError], sent: bool, said: str
) -> None:
    failure = named(str(cause))
    failure.__cause__ = cause
    # Its transport takes the content from the request: nothing ever reads the body.
    error = map_transport_error(failure, RequestBody(b"{}"))
    assert type(error) is kind
    assert error.request_sent is sent
    assert error.message.startswith(said)


ORIGINS: list[tuple[BaseException | None, bool]] = [
    (None, True),  # a mock's
    (httpcore.ConnectError("refused"), True),
    (SideEffectError(respx.route(), origin=httpx.ConnectError("mocked")), True),
    (type("ConnectError", (Exception,), {"__module__": "httpcore2"})("httpx2's"), True),
    (type("MaxRetryError", (Exception,), {"__module__": "urllib3.exceptions"})("cut after sending"), False),
    (type("ConnectError", (Exception,), {"__module__": "httpcorelike"})("another's"), False),
    (ConnectionResetError(104, "reset"), False),
    (TimeoutError("slow"), False),
]


@pytest.mark.parametrize("named", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError])
@pytest.mark.parametrize(("origin", "believed"), ORIGINS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("explicit", [True, False])
def test_who_says_that_nothing_was_sent_must_be_known(
    named: type[Exception], origin: BaseException | None, believed: bool, explicit: bool
) -> None:
    failure = named("refused")
    if explicit:
        failure.__cause__ = origin
    else:
        failure.__context__ = origin
    assert map_transport_error(failure, RequestBody(b"{}")).request_sent is not believed


def test_what_is_raised_in_place_of_another_failure_stands_for_itself() -> None:
    failure = httpx.PoolTimeout("all connections are in use")
    failure.__context__ = TimeoutError()
    failure.__suppress_context__ = True
    assert not map_transport_error(failure, RequestBody(b"{}")).request_sent


def test_what_its_transport_hands_on_as_it_is_is_a_failure_of_the_transport_too() -> None:
    answer = aiohttp.ClientPayloadError("400, message='Invalid header token'")
    assert is_read_error(answer)
    assert is_send_error(answer, REQUEST)
    assert str(map_transport_error(answer)).startswith("The connection failed: ClientPayloadError: 400")
    assert not is_read_error(ValueError("somebody else's"))
    assert not is_send_error(ValueError("somebody else's"), REQUEST)


REQUEST = httpx.Request("GET", "http://fastgpt.test/")
OF_SENDING: list[tuple[Exception, bool]] = [
    (httpx.ConnectError("refused", request=REQUEST), True),
    (httpx.ConnectError("another call's", request=httpx.Request("GET", "http://fastgpt.test/")), False),
    (httpx.ConnectError("without a request"), False),
    (ConnectionResetError("reset"), True),
    (ssl.SSLError("handshake"), True),
    (socket.gaierror(8, "no such host"), True),
    (FileNotFoundError("a log's"), False),
    (TimeoutError("a queue's"), False),
    (httpx.InvalidURL("of a redirect"), True),
    (httpx.StreamConsumed(), False),
]


@pytest.mark.parametrize(("error", "ours"), OF_SENDING, ids=lambda value: type(value).__name__)
def test_what_is_raised_while_a_request_is_sent_is_of_its_connection_or_of_the_caller(
    error: Exception, ours: bool
) -> None:
    assert is_send_error(error, REQUEST) is ours


def test_no_cookie_is_kept() -> None:
    with httpx.Client(**client_options(), transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        response = httpx.Response(
            200, headers={"Set-Cookie": "a=b; Path=/"}, request=httpx.Request("GET", "http://fastgpt.test/")
        )
        client.cookies.extract_cookies(response)
        assert not client.cookies


@pytest.mark.parametrize(("headers", "value"), [({"X-Request-Id": "r1"}, "r1"), ({}, None), ({"x-request-id": ""}, "")])
def test_the_id_of_a_request_is_that_of_the_header(headers: dict[str, str], value: str | None) -> None:
    assert request_id(Headers(headers)) == value


class NetworkStream:
    """What httpcore tells of a connection."""

    def __init__(self, connection: object) -> None:
        self.connection = connection

    def get_extra_info(self, name: str) -> object:
        assert name == "socket"
        return self.connection


def answer_over(connection: object) -> httpx.Response:
    return httpx.Response(200, stream=RequestBody(b"unread"), extensions={"network_stream": NetworkStream(connection)})


def test_a_read_that_blocks_is_ended() -> None:
    ours, theirs = socket.socketpair()
    got: list[bytes] = []
    with ours, theirs:
        thread = threading.Thread(target=lambda: got.append(ours.recv(1)))
        thread.start()
        interrupt(answer_over(ours))
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert got == [b""]


def test_a_connection_that_is_gone_needs_no_end() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    interrupt(answer_over(ours))
    assert ours.fileno() == -1


def test_a_connection_without_a_socket_is_left_alone() -> None:
    interrupt(answer_over(None))
    interrupt(httpx.Response(200))


def test_an_attempt_is_interrupted_where_it_reads() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        attempt = Attempt()
        attempt.interrupt()
        assert ours.send(b"x") == 1
        attempt.http = answer_over(ours)
        attempt.interrupt()
        with pytest.raises(BrokenPipeError):
            ours.send(b"x")


def test_attempts_are_counted_and_share_a_deadline() -> None:
    attempt = Attempt()
    attempt.ends, attempt.http = 99.0, httpx.Response(503)
    attempt.begin_next()
    assert (attempt.number, attempt.ends, attempt.http) == (2, 99.0, None)


def test_a_connection_that_other_requests_share_is_not_cut() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        http = answer_over(ours)
        http.extensions["http_version"] = b"HTTP/2"
        interrupt(http)
        assert ours.send(b"x") == 1


def test_an_answer_that_has_just_ended_is_not_interrupted() -> None:
    """Its connection is back in the pool, and may serve another call."""

    class Connection:
        def get_extra_info(self, name: str) -> socket.socket:
            raise AssertionError("the connection was looked for")

    http = httpx.Response(200, content=b"", extensions={"network_stream": Connection()})
    assert http.is_closed
    interrupt(http)
