"""Forwards the stream of an answer to a browser, as the bytes of an event stream for any framework."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

import anyio

from fastgpt_client._concurrency import async_run_shielded
from fastgpt_client._json import shown
from fastgpt_client.exceptions import APITimeoutError, FastGPTError, ValidationError

from ._background import start_task
from ._relay_events import DONE, HEARTBEAT, EventEncoder, describe_error, encode_error

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from fastgpt_client import AsyncChatStream

__all__ = ["RELAY_HEADERS", "EventRelay", "relay"]

_LOG = logging.getLogger("fastgpt_client.web")

RELAY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Type": "text/event-stream; charset=utf-8",
        # `no-transform`: a compressing proxy would buffer the events.
        "Cache-Control": "no-store, no-transform",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
    }
)
"""The headers of a relayed stream: its content type, and directives against caching and buffering."""

# How many bytes may wait for a slow browser before reading from the server pauses.
_ROOM = 65536
# The server takes up to five seconds to end a run.
_LEAVING_SECONDS = 8.0


def relay(
    stream: AsyncChatStream | Awaitable[AsyncChatStream],
    *,
    events: Iterable[str] = ("answer", "fastAnswer", "interactive"),
    heartbeat: float = 15.0,
    max_seconds: float | None = None,
    on_left: Callable[[], Awaitable[object]] | None = None,
    describe: Callable[[FastGPTError], str] = describe_error,
) -> EventRelay:
    """Return an answer as the bytes of an event stream, to send to a browser.

    ```python
    conversation = client.conversation(chatId=chat_id)
    return StreamingResponse(relay(conversation.stream(question)), headers=RELAY_HEADERS)
    ```

    Send it as the response to a POST that the page makes with `fetch`; an `EventSource` would repeat the question when
    it reconnects.

    Events have the names and form of FastGPT's wire, except that `interactive` has only what is asked. The stream ends
    with `[DONE]`, or with one `error` event instead. When the browser disconnects, the answer is abandoned: a v1 run
    ends with its connection, and a v2 run is stopped if the stream belongs to a conversation. Otherwise pass `on_left`.

    Args:
        stream: an open stream, or the call that opens one, not awaited. With the call, its failure is sent to the
            browser, too, and heartbeats are sent while it is waiting.
        events: the names of the events to forward. Those about nodes (`flowNodeStatus`, `flowNodeResponse`,
            `flowResponses`, `toolCall`, …) may reveal more than visitors should know. The additional event `citations`
            has only the IDs and source names of the rows that were found.
        heartbeat: the silence, in seconds, after which a comment is sent. It keeps proxies from closing the connection,
            and detects that the browser has disconnected.
        max_seconds: the maximum duration of the answer, in seconds; then it is abandoned, and the browser receives an
            error. Default: no limit.
        on_left: awaited when the answer is abandoned before its end, such as
            `lambda: client.stop_chat(chatId=chat_id)`. Default: nothing is called.
        describe: returns the message that a visitor sees for an error. It must not reveal internals. Default: a
            message in English.

    Raises:
        ValidationError: an event is unknown, or a number of seconds is not positive.
    """
    seconds: dict[str, object] = {"heartbeat": heartbeat, "max_seconds": max_seconds}
    for name, value in seconds.items():
        if value is not None and not (isinstance(value, (int, float)) and value > 0):
            raise ValidationError(f"{name} must be a positive number of seconds, not {shown(value)}")
    return EventRelay(_Pump(stream, EventEncoder(events), max_seconds, on_left, describe), heartbeat)


class EventRelay:
    """The bytes of a relayed answer, created by `relay`. Iterate over it once, with `async for` or by a framework.

    It is also an ASGI application, which sends the whole response.
    """

    def __init__(self, pump: _Pump, heartbeat: float) -> None:
        self._pump = pump
        self._heartbeat = heartbeat
        self._task = start_task(pump.run)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        pump = self._pump
        try:
            while not pump.parts and not pump.over:
                with anyio.move_on_after(self._heartbeat) as silence:
                    await pump.came.wait()
                if silence.cancelled_caught and not pump.parts and not pump.over:
                    return HEARTBEAT
        except BaseException:
            await self.aclose()
            raise
        if pump.parts:
            return pump.take()
        if pump.failure is not None:
            failure, pump.failure = pump.failure, None
            raise failure
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Abandon the answer unless it is complete, ending its run on the server. Safe to call repeatedly."""
        if not self._pump.over:
            self._pump.leave(self._task.cancel)
            await async_run_shielded(self._pump.ended.wait, _LEAVING_SECONDS)
        self._pump.parts.clear()

    def __del__(self) -> None:
        if not self._pump.over:
            self._pump.leave(self._task.cancel_from_anywhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response until it ends or the browser disconnects."""
        failure: Exception | None = None
        try:
            async with anyio.create_task_group() as tasks:

                async def watch() -> None:
                    while (await receive())["type"] != "http.disconnect":
                        continue
                    tasks.cancel_scope.cancel()

                tasks.start_soon(watch)
                try:
                    await self._send(send)
                except Exception as error:  # raised below: here it would be wrapped in an exception group
                    failure = error
                tasks.cancel_scope.cancel()
        finally:
            await self.aclose()
        if failure is not None:
            raise failure

    async def _send(self, send: Send) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in RELAY_HEADERS.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for data in self:
            try:
                await send({"type": "http.response.body", "body": data, "more_body": True})
            except OSError:  # some servers report a disconnected browser this way
                return
        await send({"type": "http.response.body", "body": b""})


class _Pump:
    """Reads an answer into a bounded buffer, in a separate task.

    This way reading continues while a heartbeat is sent, and can be cancelled at any point.

    Attributes:
        parts: the data that waits for the browser.
        came: set when data is waiting, or no more will come.
        over: whether the answer was closed, and no more data will come.
        ended: set together with `over`.
        failure: an exception that is not a `FastGPTError`; it is raised to whoever reads the bytes.
    """

    def __init__(
        self,
        stream: AsyncChatStream | Awaitable[AsyncChatStream],
        encoder: EventEncoder,
        max_seconds: float | None,
        on_left: Callable[[], Awaitable[object]] | None,
        describe: Callable[[FastGPTError], str],
    ) -> None:
        self.parts: list[bytes] = []
        self.came: anyio.Event = anyio.Event()
        self.over: bool = False
        self.ended: anyio.Event = anyio.Event()
        self.failure: Exception | None = None
        self._stream = stream
        self._encoder = encoder
        self._max_seconds = max_seconds
        self._on_left = on_left
        self._describe = describe
        self._size = 0
        self._room: anyio.Event = anyio.Event()
        self._begun = self._left = False

    def take(self) -> bytes:
        """Return all waiting data, and make room for more."""
        data = b"".join(self.parts)
        self.parts.clear()
        self._size = 0
        self.came = anyio.Event()
        self._room.set()
        return data

    def leave(self, cancel: Callable[[], None]) -> None:
        """Abandon the answer. A task that has not started is not cancelled: it could not close the stream."""
        self._left = True
        if self._begun:
            cancel()

    async def run(self) -> None:
        """Read the answer to its end. Never raises."""
        self._begun = True
        left = True
        try:
            if not self._left:
                with anyio.move_on_after(self._max_seconds):
                    await self._read()
                    left = False
                if left:
                    self._put(encode_error(APITimeoutError(), self._describe))
        except Exception as error:
            left = False
            if isinstance(error, FastGPTError):
                _LOG.warning("a relayed answer failed: %s", error)
            else:
                self.failure = error
            self._put(encode_error(error, self._describe))
        finally:
            try:
                await async_run_shielded(partial(self._let_go, left=left), _LEAVING_SECONDS)
            finally:
                self.over = True
                self.came.set()
                self.ended.set()

    async def _read(self) -> None:
        stream = self._stream
        if isinstance(stream, Awaitable):
            stream = self._stream = await stream
        encode = self._encoder.encode
        async for event in stream:
            data = encode(event)
            if data:
                self._put(data)
                if self._size > _ROOM:
                    self._room = anyio.Event()
                    await self._room.wait()
        self._put(DONE)

    def _put(self, data: bytes) -> None:
        self.parts.append(data)
        self._size += len(data)
        self.came.set()

    async def _let_go(self, *, left: bool) -> None:
        stream = self._stream
        try:
            if isinstance(stream, Coroutine):
                stream.close()  # never started: avoids the warning that it was never awaited
            elif not isinstance(stream, Awaitable):
                await stream.close()
            if left and self._on_left is not None:
                await self._on_left()
        except Exception as error:  # the browser is gone, so only log it
            _LOG.warning("an abandoned answer could not be ended: %s", error, exc_info=_unless_ours(error))


def _unless_ours(error: Exception) -> Exception | None:
    return None if isinstance(error, FastGPTError) else error
