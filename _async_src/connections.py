# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The connections of a client: they belong to one process and one event loop, and are direct or go through a proxy."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastgpt_client._concurrency.run_local import AsyncRunLocal
from fastgpt_client._http.connections import ConnectionSettings, abandon, can_send
from fastgpt_client._http.httpx import (
    URL,
    AsyncBaseTransport,
    AsyncClient,
    AsyncHTTPTransport,
    HTTPResponse,
    Request,
)
from fastgpt_client._http.httpx2 import AsyncHTTPX2Client, is_httpx2
from fastgpt_client._http.logging import log_transport
from fastgpt_client._http.transport import client_options
from fastgpt_client.exceptions import ValidationError


class AsyncConnections(AsyncBaseTransport):
    """Sends each request with the transport for the running event loop and the request's proxy.

    After a fork, and in another event loop, it opens new connections; those of the parent process are neither used nor
    closed.
    """

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._closed = False
        self._transports: dict[tuple[str | None, bool], AsyncRunLocal[AsyncBaseTransport]] = {}

    async def handle_async_request(self, request: Request) -> HTTPResponse:
        """Return the response to a request, with its body unread."""
        if self._closed:  # closed meanwhile, by another thread or task
            raise ValidationError("this client is closed: create a new one")
        way = self._way(request.url)
        transports = self._transports.get(way)
        if transports is None:
            new = AsyncRunLocal(partial(self._make, *way), _async_close, abandon)
            transports = self._transports.setdefault(way, new)
        transport = transports.get()
        if self._closed:  # closed just now, possibly without closing this transport
            await transports.close()
            raise ValidationError("this client is closed: create a new one")
        return await transport.handle_async_request(request)

    def keep_time(self, url: URL) -> bool:
        """Return whether the transport for an address enforces deadlines itself (see `Timeouts`)."""
        return self._way(url)[1]

    def _way(self, url: URL) -> tuple[str | None, bool]:
        """Return the proxy for an address, and whether this package's transport is used."""
        proxy = self._settings.proxies.find(url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))
        return proxy, self._settings.own and proxy is None and can_send()

    def _make(self, proxy: str | None, own: bool) -> AsyncBaseTransport:
        settings = self._settings
        log_transport(own=own, proxy=proxy is not None)
        if own:
            from .transport import AsyncHTTP11Transport  # noqa: PLC0415 - imported on first use

            return AsyncHTTP11Transport(settings.ssl_context, settings.limits)
        return AsyncHTTPTransport(verify=settings.ssl_context(), limits=settings.limits, proxy=proxy)

    async def aclose(self) -> None:
        """Close the connections of this event loop, and shut down those of other loops."""
        self._closed = True
        for transports in [*self._transports.values()]:
            await transports.close()


async def _async_close(transport: AsyncBaseTransport) -> None:
    await transport.aclose()


def async_sending_client(given: AsyncClient | AsyncHTTPX2Client | None, own: AsyncConnections) -> AsyncClient:
    """Return the httpx client to send with: the given one, a wrapper for an httpx2 client, or our own.

    Raises:
        ValidationError: the given client belongs to neither package, or is of the other flavour (blocking or not).
    """
    if isinstance(given, AsyncClient):
        return given
    options: dict[str, Any] = {"transport": own, **client_options()}
    if given is not None:
        if not is_httpx2(given, AsyncClient.__name__):
            wanted, got = AsyncClient.__name__, type(given).__name__
            raise ValidationError(f"http_client must be an httpx.{wanted} or the same class of httpx2, not {got}")
        from .httpx2 import AsyncHTTPX2Transport  # noqa: PLC0415 - rarely used

        options |= {"transport": AsyncHTTPX2Transport(given), "headers": given.headers.raw}
    return AsyncClient(**options)
