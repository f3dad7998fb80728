"""The names of httpcore that this package uses: the only place that imports it. All of them are documented."""

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import cast

import httpcore
from httpcore import (
    AsyncNetworkBackend,
    AsyncNetworkStream,
    LocalProtocolError,
    NetworkBackend,
    NetworkStream,
    ReadError,
    RemoteProtocolError,
    WriteError,
)

from . import httpx
from .request import Timeouts

__all__ = [
    "AsyncNetworkBackend",
    "AsyncNetworkStream",
    "LocalProtocolError",
    "NetworkBackend",
    "NetworkStream",
    "ReadError",
    "RemoteProtocolError",
    "WriteError",
    "as_httpx_error",
    "async_connect_tcp",
    "async_network_backend",
    "connect_tcp",
    "is_mocked",
    "network_backend",
    "take_ready",
]

# What httpx's own transport makes of httpcore's errors: the class of the same name.
_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.TimeoutException: httpx.TimeoutException,
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.NetworkError: httpx.NetworkError,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.ProtocolError: httpx.ProtocolError,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


def as_httpx_error(error: BaseException) -> httpx.TransportError | None:
    """Return httpx's error for one of httpcore's, None for any other."""
    for kind in type(error).__mro__:
        if kind in _ERRORS:
            return _ERRORS[kind](str(error))
    return None


def async_network_backend() -> AsyncNetworkBackend:
    """Return what opens connections under asyncio and trio."""
    # To type checkers it is also the class that stands for it where anyio is missing.
    return cast("AsyncNetworkBackend", httpcore.AnyIOBackend())


def network_backend() -> NetworkBackend:
    """Return what opens connections in plain scripts."""
    return httpcore.SyncBackend()


async def async_connect_tcp(
    backend: AsyncNetworkBackend, host: str, port: int, timeouts: Timeouts
) -> AsyncNetworkStream:
    """Return a new connection; what time there is for it bounds the attempts at all addresses of the host."""
    return await backend.connect_tcp(host, port, timeout=timeouts.left("connect"), socket_options=[])


def connect_tcp(backend: NetworkBackend, host: str, port: int, timeouts: Timeouts) -> NetworkStream:
    """Return a new connection; what time there is for it bounds the attempt at each address of the host.

    With a deadline, all of them together end in time, but for the look-up of the addresses, which has no bound.
    """
    addresses = [host]
    if timeouts.ends is not None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as exc:
            raise httpcore.ConnectError(str(exc)) from exc
        addresses = [*dict.fromkeys(str(address[0]) for *_, address in found)]
    for address in addresses[:-1]:
        with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
            return backend.connect_tcp(address, port, timeout=timeouts.left("connect"), socket_options=[])
    return backend.connect_tcp(addresses[-1], port, timeout=timeouts.left("connect"), socket_options=[])


def _send_methods() -> tuple[object, ...]:
    return (
        httpcore.ConnectionPool.handle_request,
        httpcore.AsyncConnectionPool.handle_async_request,
        httpx.HTTPTransport.handle_request,
        httpx.AsyncHTTPTransport.handle_async_request,
    )


_SEND_METHODS = _send_methods()


def is_mocked() -> bool:
    """Return whether a tool such as respx, pytest-httpx or vcrpy has taken the place of what httpx sends with."""
    return _send_methods() != _SEND_METHODS


def take_ready(stream: AsyncNetworkStream | NetworkStream, most: int) -> tuple[bytes, ReadError | None]:
    """Return what else of an encrypted connection is here already, and the failure that came after it, if one did.

    A read returns one record of TLS, and a server that writes an event at a time makes one of each.
    """
    connection = stream.get_extra_info("socket")
    if isinstance(connection, ssl.SSLSocket):
        connection.settimeout(0.0)  # the next read sets its own
        read: Callable[[int], bytes] = connection.recv
    else:
        read = stream.get_extra_info("ssl_object").read
    pieces: list[bytes] = []
    failure = None
    try:
        while most > 0 and (piece := read(most)):
            pieces.append(piece)
            most -= len(piece)
    except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
        pass  # nothing more is ready
    except OSError as exc:  # ssl.SSLError is one
        failure = ReadError(str(exc))
        failure.__cause__ = exc
    return b"".join(pieces), failure
