"""The only module that imports httpcore. All names used are documented."""

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

# httpx's own transport maps httpcore's errors to its classes of the same name.
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
    """Return the httpx error for an httpcore error, None for any other."""
    for kind in type(error).__mro__:
        if kind in _ERRORS:
            return _ERRORS[kind](str(error))
    return None


def async_network_backend() -> AsyncNetworkBackend:
    """Return the network backend for asyncio and trio."""
    # Type checkers also see the placeholder class for a missing anyio.
    return cast("AsyncNetworkBackend", httpcore.AnyIOBackend())


def network_backend() -> NetworkBackend:
    """Return the synchronous network backend."""
    return httpcore.SyncBackend()


async def async_connect_tcp(
    backend: AsyncNetworkBackend, host: str, port: int, timeouts: Timeouts
) -> AsyncNetworkStream:
    """Open a connection; the connect timeout covers the attempts at all addresses of the host."""
    return await backend.connect_tcp(host, port, timeout=timeouts.left("connect"), socket_options=[])


def connect_tcp(backend: NetworkBackend, host: str, port: int, timeouts: Timeouts) -> NetworkStream:
    """Open a connection; the connect timeout applies to each address of the host.

    A deadline covers all of them together, except for the DNS lookup, which has no time limit.
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
    """Return whether a tool such as respx, pytest-httpx or vcrpy has patched httpx's transports."""
    return _send_methods() != _SEND_METHODS


def take_ready(stream: AsyncNetworkStream | NetworkStream, most: int) -> tuple[bytes, ReadError | None]:
    """Return what has already arrived on an encrypted connection, and the failure after it, if any.

    A read returns a single TLS record, and a server that writes event by event sends one record for each.
    """
    connection = stream.get_extra_info("socket")
    if isinstance(connection, ssl.SSLSocket):
        connection.settimeout(0.0)  # the next read sets its own timeout
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
    except OSError as exc:  # includes ssl.SSLError
        failure = ReadError(str(exc))
        failure.__cause__ = exc
    return b"".join(pieces), failure
