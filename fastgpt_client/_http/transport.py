"""What this package asks of httpx, and how httpx's failures are told: one place for both flavours."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
from functools import lru_cache
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
    Limits,
    PoolTimeout,
    ProxyError,
    StreamError,
    TimeoutException,
    UnsupportedProtocol,
    create_ssl_context,
)

__all__ = ["client_options", "interrupt", "is_transport_error", "map_transport_error", "request_id"]

_NOT_SENT_BY_AIOHTTP = {"ClientConnectorError", "ConnectionTimeoutError"}
_NOT_SENT = (ConnectError, ConnectTimeout, PoolTimeout, ProxyError, UnsupportedProtocol)


def client_options() -> dict[str, Any]:
    """Return the arguments for an httpx client of our own."""
    return {
        "verify": _ssl_context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")),
        # Room for a web service's calls at once. FastGPT's server closes an idle connection after 5 s: ours goes
        # first, so that no request is sent into a connection that is being closed.
        "limits": Limits(max_connections=1000, max_keepalive_connections=200, keepalive_expiry=4.0),
        # A cookie could change who is calling, and 4.17 refuses a key that comes with one: none is kept.
        "cookies": CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
    }


@lru_cache(maxsize=4)
def _ssl_context(cert_file: str | None, cert_dir: str | None) -> ssl.SSLContext:
    """Return httpx's own context, loaded once for all clients: loading the certificates takes most of making one."""
    del cert_file, cert_dir  # httpx reads both from the environment: they only tell contexts apart here
    return create_ssl_context()


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
    error = kind(f"{what}: {type(cause).__name__}{': ' if str(exc) else ''}{exc}")
    error.request_sent = sent
    return error


def request_id(headers: Headers) -> str | None:
    """Return the id that the server gave the request, 4.14.7 and later."""
    value = headers.get("x-request-id")
    return None if value is None else str(value)


def interrupt(http: HTTPResponse) -> None:
    """End a read that blocks another thread: it then meets the end of its connection."""
    if http.is_closed:
        return  # it was read to its end just now: its connection may serve another call already
    stream = http.extensions.get("network_stream")
    connection = None if stream is None else stream.get_extra_info("socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            # Not the method of ssl.SSLSocket, which also drops the TLS state that the other thread is using.
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
