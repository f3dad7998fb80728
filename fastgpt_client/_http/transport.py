"""Common handling of httpx transports: options, failures and interruption, for the sync and async clients."""

from __future__ import annotations

import contextlib
import socket
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

from fastgpt_client.exceptions import APIConnectionError, APITimeoutError

from .httpx import (
    ConnectError,
    ConnectTimeout,
    Headers,
    HTTPResponse,
    InvalidURL,
    PoolTimeout,
    ProxyError,
    Request,
    RequestError,
    StreamError,
    TimeoutException,
    UnsupportedProtocol,
)

__all__ = [
    "client_options",
    "interrupt",
    "is_read_error",
    "is_send_error",
    "map_transport_error",
    "request_id",
    "shut_down",
]

_NOT_SENT = (ConnectError, ConnectTimeout, PoolTimeout, ProxyError, UnsupportedProtocol)
# Libraries whose errors reliably mean that nothing was sent: httpcore, httpcore2 (of httpx2) and the mock respx; of
# aiohttp only these two errors, because httpx reports nearly all of aiohttp's as ConnectTimeout.
_TRUSTED = ("httpcore", "httpcore2", "respx")
_NOT_SENT_BY_AIOHTTP = {"ClientConnectorError", "ConnectionTimeoutError"}


def client_options() -> dict[str, Any]:
    """Return the arguments for our own httpx client, except for the transport."""
    # Keep no cookies: one could change the caller's identity, and 4.17 refuses a key that is sent with one.
    return {"cookies": CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))}


def is_send_error(exc: Exception, request: Request) -> bool:
    """Return whether an exception from httpx's `send` means that sending `request` or receiving the head failed.

    Event hooks of the caller may raise httpx errors too, but only connection errors refer to the request that was sent.
    httpx's transport for aiohttp passes on some of aiohttp's errors unchanged.
    """
    if isinstance(exc, RequestError):
        try:
            return exc.request is request
        except RuntimeError:  # it has no request
            return False
    # `InvalidURL` is raised for redirects to an invalid URL.
    return isinstance(exc, (ConnectionError, ssl.SSLError, socket.gaierror, InvalidURL)) or _is_of_aiohttp(exc)


def is_read_error(exc: Exception) -> bool:
    """Return whether an exception means that receiving a response body failed."""
    return isinstance(exc, (RequestError, StreamError, OSError)) or _is_of_aiohttp(exc)


def _is_of_aiohttp(exc: BaseException | None) -> bool:
    return any(kind.__module__.startswith("aiohttp.") for kind in type(exc).__mro__)


def map_transport_error(exc: Exception, body: object = None) -> APIConnectionError:
    """Return our exception for a transport failure.

    A request is known not to have started if its connection failed before its `body` was read. The error class is not
    enough: transports based on other libraries use the same one for a cut after sending, and may not read the body
    through ours. So the original cause must be known too; a mock's error has none.
    """
    origin = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    sent = getattr(body, "was_read", True) or not isinstance(exc, _NOT_SENT) or not _is_believed(origin)
    late = isinstance(exc, TimeoutException)
    cause: BaseException = exc
    if origin is not None and _is_of_aiohttp(origin):
        cause = origin
        late = isinstance(cause, TimeoutError)
    kind = APITimeoutError if late else APIConnectionError
    what = "The connection failed" if sent else "Could not connect"
    if late:
        what = "Timed out"
    return kind(f"{what}: {type(cause).__name__}{': ' if str(exc) else ''}{exc}", request_sent=sent)


def _is_believed(origin: BaseException | None) -> bool:
    """Return whether the cause of a failure is known to occur only before anything is sent."""
    if origin is None:
        return True
    if _is_of_aiohttp(origin):
        return any(kind.__name__ in _NOT_SENT_BY_AIOHTTP for kind in type(origin).__mro__)
    return type(origin).__module__.partition(".")[0] in _TRUSTED


def request_id(headers: Headers) -> str | None:
    """Return the server's ID of the request (4.14.7 and later)."""
    value = headers.get("x-request-id")
    return None if value is None else str(value)


def interrupt(http: HTTPResponse) -> None:
    """Interrupt a blocking read in another thread by shutting down its connection.

    Does nothing on HTTP/2, where other requests share the connection.
    """
    # A closed response was fully read just now: its connection may already serve another call.
    if not http.is_closed and http.http_version != "HTTP/2":
        shut_down(http.extensions.get("network_stream"))


def shut_down(stream: Any) -> None:
    """Shut down the socket of a connection, from any thread or event loop; `stream` is httpcore's network stream."""
    connection = None if stream is None else stream.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if isinstance(connection, socket.socket):
            # Not ssl.SSLSocket's method: it also drops the TLS state, which the other thread is using.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        elif connection is not None:  # the substitutes of asyncio, uvloop and trio; uvloop's has no shutdown
            with socket.fromfd(connection.fileno(), connection.family, connection.type) as same:
                same.shutdown(socket.SHUT_RDWR)
