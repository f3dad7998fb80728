"""What this package asks of httpx, and how httpx's failures are told: one place for both flavours."""

from __future__ import annotations

import contextlib
import socket
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

from fastgpt_client.exceptions import APIConnectionError, APITimeoutError

from .httpx import (
    ConnectError,
    ConnectTimeout,
    Headers,
    HTTPError,
    HTTPResponse,
    InvalidURL,
    PoolTimeout,
    ProxyError,
    StreamError,
    TimeoutException,
    UnsupportedProtocol,
)

__all__ = ["client_options", "interrupt", "is_transport_error", "map_transport_error", "request_id", "shut_down"]

_NOT_SENT_BY_AIOHTTP = {"ClientConnectorError", "ConnectionTimeoutError"}
_NOT_SENT = (ConnectError, ConnectTimeout, PoolTimeout, ProxyError, UnsupportedProtocol)


def client_options() -> dict[str, Any]:
    """Return the arguments for an httpx client of our own, beside its transport."""
    # A cookie could change who is calling, and 4.17 refuses a key that comes with one: none is kept.
    return {"cookies": CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))}


def is_transport_error(exc: Exception) -> bool:
    """Return whether an exception tells that sending or receiving failed.

    httpx's transport for aiohttp hands some of aiohttp's own errors on as they are.
    """
    return isinstance(exc, (HTTPError, InvalidURL, StreamError, OSError)) or _is_of_aiohttp(exc)


def _is_of_aiohttp(exc: BaseException | None) -> bool:
    return any(kind.__module__.startswith("aiohttp.") for kind in type(exc).__mro__)


def map_transport_error(exc: Exception, body: object = None) -> APIConnectionError:
    """Return our error for a failure of the transport.

    A request surely did not start if its connection failed before anything read its `body`. The kind of the error is
    not enough: other transports than httpx's own tell a cut after sending by the same name.
    """
    sent = not isinstance(exc, _NOT_SENT) or getattr(body, "was_read", True)
    late = isinstance(exc, TimeoutException)
    cause: BaseException = exc
    if exc.__cause__ is not None and _is_of_aiohttp(exc.__cause__):
        # By httpx's name nearly all of them are a ConnectTimeout, and its transport reads no body through ours.
        cause = exc.__cause__
        sent = sent or not {kind.__name__ for kind in type(cause).__mro__} & _NOT_SENT_BY_AIOHTTP
        late = isinstance(cause, TimeoutError)
    kind = APITimeoutError if late else APIConnectionError
    what = "The connection failed" if sent else "No connection"
    if late:
        what = "Timed out"
    return kind(f"{what}: {type(cause).__name__}{': ' if str(exc) else ''}{exc}", request_sent=sent)


def request_id(headers: Headers) -> str | None:
    """Return the id that the server gave the request, 4.14.7 and later."""
    value = headers.get("x-request-id")
    return None if value is None else str(value)


def interrupt(http: HTTPResponse) -> None:
    """End a read that blocks another thread: it then meets the end of its connection."""
    if not http.is_closed:  # else it was read to its end just now: its connection may serve another call already
        shut_down(http.extensions.get("network_stream"))


def shut_down(stream: Any) -> None:
    """Shut a connection down at the socket, from any thread or event loop; `stream` is what httpcore calls one."""
    connection = None if stream is None else stream.get_extra_info("socket")
    with contextlib.suppress(OSError):
        if isinstance(connection, socket.socket):
            # Not the method of ssl.SSLSocket, which also drops the TLS state that the other thread is using.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
        elif connection is not None:  # what asyncio and trio hand out in its place
            connection.shutdown(socket.SHUT_RDWR)
