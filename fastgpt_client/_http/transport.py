"""What this package asks of httpx, and how httpx's failures are told: one place for both flavours."""

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
# Whose word is taken for it: httpcore's by its own names (httpcore2 is that of httpx2), and respx's, a mock; of aiohttp
# these two errors. By httpx's name nearly all of aiohttp's are a ConnectTimeout.
_TRUSTED = ("httpcore", "httpcore2", "respx")
_NOT_SENT_BY_AIOHTTP = {"ClientConnectorError", "ConnectionTimeoutError"}


def client_options() -> dict[str, Any]:
    """Return the arguments for an httpx client of our own, beside its transport."""
    # A cookie could change who is calling, and 4.17 refuses a key that comes with one: none is kept.
    return {"cookies": CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))}


def is_send_error(exc: Exception, request: Request) -> bool:
    """Return whether an exception of httpx's `send` tells that sending `request` failed, or receiving its head.

    What it runs of the caller's, such as event hooks, raises errors of its own, which may be httpx's too: only those
    of the connection bear the request that was sent. httpx's transport for aiohttp hands some of aiohttp's errors on
    as they are.
    """
    if isinstance(exc, RequestError):
        try:
            return exc.request is request
        except RuntimeError:  # it bears none
            return False
    # `InvalidURL` is raised for an address that the server redirects to.
    return isinstance(exc, (ConnectionError, ssl.SSLError, socket.gaierror, InvalidURL)) or _is_of_aiohttp(exc)


def is_read_error(exc: Exception) -> bool:
    """Return whether an exception of an answer's body tells that receiving it failed."""
    return isinstance(exc, (RequestError, StreamError, OSError)) or _is_of_aiohttp(exc)


def _is_of_aiohttp(exc: BaseException | None) -> bool:
    return any(kind.__module__.startswith("aiohttp.") for kind in type(exc).__mro__)


def map_transport_error(exc: Exception, body: object = None) -> APIConnectionError:
    """Return our error for a failure of the transport.

    A request surely did not start if its connection failed before anything read its `body`. The kind of the error is
    not enough: transports that stand on another library call a cut after sending by the same name, and may read no
    body through ours. So what the failure came from must be known too; a mock's comes from nothing.
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
    """Return whether what a failure came from is known to happen before anything is sent only."""
    if origin is None:
        return True
    if _is_of_aiohttp(origin):
        return any(kind.__name__ in _NOT_SENT_BY_AIOHTTP for kind in type(origin).__mro__)
    return type(origin).__module__.partition(".")[0] in _TRUSTED


def request_id(headers: Headers) -> str | None:
    """Return the id that the server gave the request, 4.14.7 and later."""
    value = headers.get("x-request-id")
    return None if value is None else str(value)


def interrupt(http: HTTPResponse) -> None:
    """End a read that blocks another thread: it then meets the end of its connection.

    Not on HTTP/2, where other requests share it.
    """
    # If it is closed it was read to its end just now: its connection may serve another call already.
    if not http.is_closed and http.http_version != "HTTP/2":
        shut_down(http.extensions.get("network_stream"))


def shut_down(stream: Any) -> None:
    """Shut a connection down at the socket, from any thread or event loop; `stream` is what httpcore calls one."""
    connection = None if stream is None else stream.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if isinstance(connection, socket.socket):
            # Not the method of ssl.SSLSocket, which also drops the TLS state that the other thread is using.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        elif connection is not None:  # what asyncio, uvloop and trio hand out in its place; uvloop's has no shutdown
            with socket.fromfd(connection.fileno(), connection.family, connection.type) as same:
                same.shutdown(socket.SHUT_RDWR)
