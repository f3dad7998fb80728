"""Passing an answer's stream on to a browser: bytes of an event stream, for any framework."""

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
        # `no-transform`: a proxy that compresses waits until it has enough.
        "Cache-Control": "no-store, no-transform",
        "X-Accel-Buffering": "no",
        "X-Content-Type-Options": "nosniff",
    }
)
"""The headers of a relayed stream: its type, and that nobody on the way keeps or gathers it."""

# So much may wait for a browser that reads slowly; then nothing more is read of the answer.
_ROOM = 65536
# Ending a run takes the server up to five seconds.
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
    """Return the bytes of an event stream that passes an answer on to a browser.

    ```python
    conversation = client.conversation(chatId=chat_id)
    return StreamingResponse(relay(conversation.stream(question)), headers=RELAY_HEADERS)
    ```

    Send it in answer to a POST that the page makes with `fetch`: an `EventSource` would ask again by itself.

    Each event has the name and the form that it has on FastGPT's wire, a form only what is asked. `[DONE]` comes last,
    or one event `error` in its place. When the browser leaves, the answer is not read on: a run of v1 ends with its
    connection, a run of v2 is stopped if the stream is a conversation's; for others pass `on_left`.

    Args:
        stream: an open stream, or the call that opens it, not awaited: then its failure is told to the browser too, and
            heartbeats are sent while it takes its time.
        events: names of the events that the browser gets; what nodes did (`flowNodeStatus`, `flowNodeResponse`,
            `flowResponses`, `toolCall`, …) may tell more than visitors should know. `citations`, an event of ours,
            tells the ids and names of what the nodes found, and nothing else of them.
        heartbeat: seconds of silence after which a comment is sent; it keeps proxies from closing the connection, and
            shows that the browser has left.
        max_seconds: how long the answer may take in all; then it is left, and the browser is told. None for any time.
        on_left: awaited when the answer was left before its end, such as
            `lambda: client.stop_chat(chatId=chat_id)`.
        describe: the words for a visitor of an error, in your language; it must not hand on what is not his business.

    Raises:
        ValidationError: an event is unknown, or a number of seconds is not above 0.
    """
    seconds: dict[str, object] = {"heartbeat": heartbeat, "max_seconds": max_seconds}
    for name, value in seconds.items():
        if value is not None and not (isinstance(value, (int, float)) and value > 0):
            raise ValidationError(f"{name} must be a number of seconds above 0, not {shown(value)}")
    return EventRelay(_Pump(stream, EventEncoder(events), max_seconds, on_left, describe), heartbeat)


class EventRelay:
    """The bytes of a relayed answer, made by `relay`: iterated once, in `async for` or by a framework.

    It is an ASGI application too, which sends the whole response.
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
        """Leave the answer, if it is not over: its run ends on the server; safe to call twice."""
        if not self._pump.over:
            self._pump.leave(self._task.cancel)
            await async_run_shielded(self._pump.ended.wait, _LEAVING_SECONDS)
        self._pump.parts.clear()

    def __del__(self) -> None:
        if not self._pump.over:
            self._pump.leave(self._task.cancel_from_anywhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, until its end or until the browser leaves."""
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
                except Exception as error:  # raised below: out of here it would come in a group
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
            except OSError:  # some servers tell so that the browser has left
                return
        await send({"type": "http.response.body", "body": b""})


class _Pump:
    """Reads an answer ahead of the browser, as far as there is room, in a task of its own.

    The read can so go on while a heartbeat is sent, and it can be left wherever the browser is.

    Attributes:
        parts: what waits for the browser.
        came: set when something waits, or nothing more will come.
        over: whether the answer was let go, and nothing more will come.
        ended: set with it.
        failure: what is no error of ours: it is raised where the bytes are taken.
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
        """Return all that waits, and make room."""
        data = b"".join(self.parts)
        self.parts.clear()
        self._size = 0
        self.came = anyio.Event()
        self._room.set()
        return data

    def leave(self, cancel: Callable[[], None]) -> None:
        """Let the answer go; a task that has not begun yet would be cancelled before it could close anything."""
        self._left = True
        if self._begun:
            cancel()

    async def run(self) -> None:
        """Read the answer to its end; raise nothing."""
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
                stream.close()  # it was not begun: nobody is to be told that it never was
            elif not isinstance(stream, Awaitable):
                await stream.close()
            if left and self._on_left is not None:
                await self._on_left()
        except Exception as error:  # nobody is left to be told
            _LOG.warning("a relayed answer that was left could not be ended: %s", error, exc_info=_unless_ours(error))


def _unless_ours(error: Exception) -> Exception | None:
    return None if isinstance(error, FastGPTError) else error
