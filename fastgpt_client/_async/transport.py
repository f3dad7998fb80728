# Generated from _async_src/transport.py by scripts/generate.py: edit the source, not this file.
"""The transport for a client's own connections: HTTP/1.1, decoding chunked bodies one read at a time."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from functools import partial
from math import inf
from typing import cast

from fastgpt_client._concurrency import async_run_shielded, monotonic
from fastgpt_client._concurrency.locks import AsyncOpenSet, AsyncSlots
from fastgpt_client._concurrency.run_local import AsyncPlace
from fastgpt_client._http.http11 import Exchange, ResponseHead
from fastgpt_client._http.httpcore import (
    AsyncNetworkStream,
    ReadError,
    WriteError,
    as_httpx_error,
    async_connect_tcp,
    async_network_backend,
    take_ready,
)
from fastgpt_client._http.httpx import (
    AsyncBaseTransport,
    AsyncByteStream,
    ConnectError,
    HTTPResponse,
    Limits,
    PoolTimeout,
    Request,
)
from fastgpt_client._http.request import Timeouts
from fastgpt_client._http.transport import shut_down
from fastgpt_client.exceptions import ValidationError

_READ_SIZE = _WRITE_SIZE = 64 * 1024

Origin = tuple[str, str, int]


class AsyncHTTP11Transport(AsyncBaseTransport):
    """Sends requests over connections of its own; belongs to one event loop of one process.

    Timeouts are looked up in the request's `extensions["timeout"]` at each step, so that they can be changed while a
    response is read. Those of this package's clients also contain the deadline (`Timeouts`).

    Args:
        ssl_context: function that returns the SSL context for https.
        limits: maximum number of open and of idle connections, and how many seconds an idle one is kept.
    """

    def __init__(self, ssl_context: Callable[[], ssl.SSLContext], limits: Limits) -> None:
        self._ssl_context = ssl_context
        self._max_open = limits.max_connections or 1
        self._max_idle = limits.max_keepalive_connections or 0
        self._idle_seconds = limits.keepalive_expiry or 0.0
        self._backend = async_network_backend()
        self._slots = AsyncSlots(self._max_open)
        self._open: AsyncOpenSet[AsyncConnection] = AsyncOpenSet()
        self._idle: dict[Origin, list[AsyncConnection]] = {}  # the most recently used one is last
        self._closed = False

    async def handle_async_request(self, request: Request) -> HTTPResponse:
        """Return the response to a request, with its body unread.

        Raises:
            httpx.TransportError: the request could not be sent, or the head of its response could not be read.
        """
        timeouts = _timeouts_of(request)
        try:
            await self._slots.acquire(timeouts.left("pool"))
        except TimeoutError:
            # Without its cause, which adds nothing: no byte was sent.
            raise PoolTimeout("all connections are in use", request=request) from None
        connection: AsyncConnection | None = None
        try:
            connection = await self._take(request, timeouts)
            if trace := request.extensions.get("trace"):  # the one extension of httpcore that is needed
                await trace("http11.send_request_headers.started", {"request": request})
            head = await connection.send(request, timeouts)
        except BaseException as exc:
            await self.release(connection)
            error = as_httpx_error(exc)
            if error is None:
                raise
            raise error from exc
        return HTTPResponse(
            head.status,
            headers=head.headers,
            stream=AsyncResponseStream(self, connection, timeouts),
            extensions={
                "http_version": head.http_version,
                "reason_phrase": head.reason,
                "network_stream": connection.stream,
            },
        )

    # --- connections ------------------------------------------------------------------------------------------------

    async def _take(self, request: Request, timeouts: Timeouts) -> AsyncConnection:
        """Return an idle connection to the request's origin, or a new one."""
        url = request.url
        origin = (url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80))
        await self._close_expired()
        idle = self._idle.setdefault(origin, [])
        if (connection := _pop(idle)) is not None:
            # Readable while idle: the server has closed it, or sent unsolicited bytes.
            if not connection.stream.get_extra_info("is_readable"):
                return connection
            await self._close(connection)
        if len(self._open) >= self._max_open:  # at least one of them is idle, which the slots guarantee
            for others in self._idle.values():
                if (connection := _pop(others, 0)) is not None:
                    await self._close(connection)
                    break
        connection = AsyncConnection(origin, await self._connect(request, origin, timeouts))
        self._open.add(connection)
        if self._closed:
            await self._close(connection)
            raise ConnectError("the client was closed during the request")
        return connection

    async def _connect(self, request: Request, origin: Origin, timeouts: Timeouts) -> AsyncNetworkStream:
        scheme, host, port = origin
        stream = await async_connect_tcp(self._backend, host, port, timeouts)
        if scheme != "https":
            return stream
        try:
            context = self._ssl_context()
            context.set_alpn_protocols(["http/1.1"])
            name = str(request.extensions.get("sni_hostname", host))
            return await stream.start_tls(context, server_hostname=name, timeout=timeouts.left("connect"))
        except BaseException:
            await async_run_shielded(stream.aclose)
            raise

    async def release(self, connection: AsyncConnection | None) -> None:
        """Free a request's slot, and keep its connection if another request can use it."""
        self._slots.release()
        if connection is None:
            return
        if connection.exchange.is_reusable and sum(map(len, self._idle.values())) < self._max_idle:
            connection.idle_since = monotonic()
            self._idle.setdefault(connection.origin, []).append(connection)
        else:
            await self._close(connection)

    def drop(self, connection: AsyncConnection) -> None:
        """Free a request's slot, and shut down its connection; the next request closes it."""
        self._slots.release()
        shut_down(connection.stream)
        connection.idle_since = -inf
        self._idle.setdefault(connection.origin, []).insert(0, connection)

    async def _close_expired(self) -> None:
        oldest = monotonic() - self._idle_seconds
        for idle in [*self._idle.values()]:
            while idle and idle[0].idle_since < oldest and (connection := _pop(idle, 0)) is not None:
                await self._close(connection)

    async def _close(self, connection: AsyncConnection) -> None:
        self._open.discard(connection)
        # Another thread may be reading: closing its socket alone would not wake it.
        shut_down(connection.stream)
        await async_run_shielded(connection.stream.aclose)

    async def aclose(self) -> None:
        """Close all connections. Requests in progress fail because their connection ends."""
        self._closed = True
        connections = [*self._open]
        self._idle = {}
        for connection in connections:
            await self._close(connection)

    def shut_down(self) -> None:
        """Shut down the connections from outside their event loop."""
        for connection in [*self._open]:
            shut_down(connection.stream)


class AsyncConnection:
    """One connection, with its current or last request.

    Attributes:
        idle_since: time at which it became idle, on the monotonic clock.
    """

    def __init__(self, origin: Origin, stream: AsyncNetworkStream) -> None:
        self.origin = origin
        self.encrypted: bool = origin[0] == "https"
        self.stream = stream
        self.idle_since = 0.0
        self.exchange = Exchange(b"")

    async def send(self, request: Request, timeouts: Timeouts) -> ResponseHead:
        """Send a request, and return the head of its response."""
        exchange = self.exchange = Exchange(request.method.encode("ascii"))
        unsent = exchange.send_head(request.url.raw_path, request.headers.raw)
        try:
            async for chunk in cast("AsyncByteStream", request.stream):
                await self._write(unsent + exchange.send_body(chunk), timeouts)
                unsent = b""
            if unsent := unsent + exchange.send_end():
                await self._write(unsent, timeouts)
        except WriteError:
            pass  # a server may respond before it has read everything: its response gives the reason
        while True:
            head = exchange.receive_head(await self.stream.read(_READ_SIZE, timeouts.left("read")))
            if head is not None:
                return head

    async def _write(self, data: bytes, timeouts: Timeouts) -> None:
        # In pieces: a peer that reads slowly would keep extending the timeout of one large write.
        for begin in range(0, len(data), _WRITE_SIZE):
            await self.stream.write(data[begin : begin + _WRITE_SIZE], timeouts.left("write"))


class AsyncResponseStream(AsyncByteStream):
    """The body of a response, read from its connection, which is released at the end."""

    def __init__(self, transport: AsyncHTTP11Transport, connection: AsyncConnection, timeouts: Timeouts) -> None:
        self._transport = transport
        self._connection: AsyncConnection | None = connection  # None once it is released
        self._exchange = connection.exchange
        self._timeouts = timeouts
        self._failure: ReadError | None = None  # what is known to follow the bytes read so far
        self._place: AsyncPlace = AsyncPlace()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        connection = self._connection
        if connection is None:
            raise StopAsyncIteration
        if not self._place.is_here():
            raise ValidationError("this stream was opened in another event loop or process: read it there")
        exchange = self._exchange
        try:
            payload = exchange.receive_body(None)
            while not payload and not exchange.finished:
                if self._failure is not None:
                    raise self._failure
                data = await connection.stream.read(_READ_SIZE, self._timeouts.left("read"))
                if connection.encrypted:
                    more, self._failure = take_ready(connection.stream, _READ_SIZE)
                    data += more
                payload = exchange.receive_body(data)
        except BaseException as exc:
            await self.aclose()
            error = as_httpx_error(exc)
            if error is None:
                raise
            raise error from exc
        if payload:
            return payload
        await self.aclose()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Release the connection: reused if the body was read to its end, closed otherwise."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._place.is_here():
            await self._transport.release(connection)
        else:  # it belongs to another loop, which has to close it; or to the parent of a fork, which continues to read
            self._place.run_there(partial(self._transport.drop, connection))


def _timeouts_of(request: Request) -> Timeouts:
    """Return the timeouts of a request, and record in them that this transport enforces them."""
    timeouts = request.extensions.get("timeout", {})
    if not isinstance(timeouts, Timeouts):  # of a request not made by this package
        timeouts = request.extensions["timeout"] = Timeouts(timeouts)
    timeouts.kept = True
    return timeouts


def _pop(connections: list[AsyncConnection], index: int = -1) -> AsyncConnection | None:
    """Take a connection out of the pool, so that no other thread has it."""
    try:
        return connections.pop(index)
    except IndexError:
        return None
