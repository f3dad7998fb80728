"""A run as an event stream: which events a client receives, how they are named, and how the stream ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope, Send

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.client_disconnected import client_disconnected
from fastgpt_client.testing._server.versions import Since, Version

from .run import Run

__all__ = ["STREAM_HEADERS", "EventStream", "StreamFormat"]

STREAM_HEADERS = {
    "Content-Type": "text/event-stream;charset=utf-8",
    "Access-Control-Allow-Origin": "*",
    "X-Accel-Buffering": "no",
    "Cache-Control": "no-cache, no-transform",
}
_PLAIN = ("answer", "fastAnswer")
_STATUS = ("flowNodeStatus", "toolCall", "toolParams", "toolResponse")
_HEARTBEAT = wire.chunk({"content": ""})


@dataclass(frozen=True)
class StreamFormat:
    """What a client of `api` ("v1" or "v2") receives of a run."""

    version: Version
    api: str
    detail: bool
    nodes: bool = True
    """Whether the client may see the node responses, which visitors of share links may not."""
    status: bool = True
    """Whether the client may see the running nodes and the tool calls."""

    def event(self, name: str, data: Any) -> list[bytes]:
        """Return the writes of an event; [] if the client does not receive it."""
        if name == "error" or name in _PLAIN:
            shown = name if self.detail or name == "error" else ""
        elif self._is_seen(name):
            shown = name
        else:
            return []
        return wire.block(shown, data if isinstance(data, str) else wire.dump(data))

    def _is_seen(self, name: str) -> bool:
        if name == "flowNodeResponse":
            return self.detail and self.nodes and self.api != "v1"
        return self.detail and (self.status or name not in _STATUS)

    def end(self, run: Run) -> list[bytes]:
        """Return the writes that end the stream of a completed run."""
        done = [self.event("answer", wire.DONE)]
        if self.api == "v1" and self.detail:
            nodes = self.event("flowResponses", run.nodes if self.nodes else [])
            done.insert(0 if self.version >= Since.DONE_COMES_LAST else 1, nodes)
        stop = self.event("answer", wire.chunk({"content": None}, "stop"))
        return [write for event in (stop, *done) for write in event]


class EventStream:
    """The response of a streamed completion. `leave` is called if the client disconnects before the end."""

    def __init__(
        self, run: Run, format: StreamFormat, headers: dict[str, str], heartbeat: float, leave: Callable[[], None]
    ) -> None:
        self.run, self.format, self.headers = run, format, headers
        self.heartbeat, self.leave = heartbeat, leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {**STREAM_HEADERS, **self.headers}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        leaving = asyncio.create_task(client_disconnected(receive))
        stayed = False
        try:
            await send({"type": "http.response.start", "status": 200, "headers": raw})
            stayed = await self._follow(send, leaving)
            if stayed:
                await send({"type": "http.response.body", "body": b""})
        finally:
            if not stayed:
                self.leave()
            leaving.cancel()
            with suppress(asyncio.CancelledError):
                await leaving

    async def _follow(self, send: Send, leaving: asyncio.Task[None]) -> bool:
        """Send events as they occur; return whether the client stayed connected to the end."""
        reader = self.run.subscribe()
        leaving.add_done_callback(lambda _: reader.set())
        sent = 0
        try:
            while True:
                reader.clear()
                while sent < len(self.run.log) and not leaving.done():
                    name, data = self.run.log[sent]
                    sent += 1
                    await self._send(send, self.format.event(name, data))
                if leaving.done():
                    return False
                if self.run.finished:
                    break
                try:
                    await asyncio.wait_for(reader.wait(), self.heartbeat)
                except TimeoutError:
                    await self._send(send, self.format.event("answer", _HEARTBEAT))
            if not self.run.crashed:
                await self._send(send, self.format.end(self.run))
            return True
        finally:
            self.run.unsubscribe(reader)

    async def _send(self, send: Send, writes: list[bytes]) -> None:
        for body in writes:
            await send({"type": "http.response.body", "body": body, "more_body": True})
