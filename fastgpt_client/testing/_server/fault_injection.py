"""Applies faults to the connection: responses that are cut, stall, or trickle."""

from __future__ import annotations

import asyncio
import socket
import struct
from abc import ABC, abstractmethod
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from .client_disconnected import client_disconnected
from .faults import Fault

__all__ = ["TRANSPORT", "ConnectionCut", "inject_faults"]

TRANSPORT = "fastgpt_client.testing.transport"
# With a linger time of zero, closing the socket sends a reset.
_NO_LINGER = struct.pack("ii", 1, 0)


class ConnectionCut(Exception):
    """A fault closed the connection."""


class FaultySend(ABC):
    """Sends a response with a fault."""

    def __init__(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        self.fault, self.scope, self.receive, self.send = fault, scope, receive, send
        self.events = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self.head(message)
        else:
            await self.body(message)

    async def head(self, message: Message) -> None:
        await self.send(message)

    @abstractmethod
    async def body(self, message: Message) -> None:
        """Send the next piece of the body."""

    async def close(self) -> None:
        """Close the connection in the middle of the response, either cleanly or by a reset."""
        transport: asyncio.Transport | None = self.scope.get("extensions", {}).get(TRANSPORT)
        if transport is None:
            raise ConnectionResetError("the fault cut the connection")
        if self.fault.reset:
            connection: Any = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            transport.abort()
        else:
            transport.close()
        await client_disconnected(self.receive)
        raise ConnectionCut

    def half(self, message: Message) -> Message:
        body = message["body"]
        return {**message, "body": body[: len(body) // 2], "more_body": True}

    def is_event(self, message: Message) -> bool:
        return bytes(message.get("body", b"")).startswith(b"data:")


class CutBeforeHeaders(FaultySend):
    async def head(self, message: Message) -> None:
        await self.body(message)

    async def body(self, message: Message) -> None:
        await self.close()


class CutInJson(FaultySend):
    async def body(self, message: Message) -> None:
        await self.send(self.half(message))
        await self.close()


class CutInEvent(FaultySend):
    async def body(self, message: Message) -> None:
        if self.is_event(message):
            self.events += 1
        if self.events > self.fault.after:
            await self.send(self.half(message))
            await self.close()
        await self.send(message)


class CutBeforeDone(FaultySend):
    async def body(self, message: Message) -> None:
        if message.get("body") == b"data: [DONE]\n\n":
            await self.close()
        await self.send(message)


class Stalled(FaultySend):
    """Sends nothing for a time, after some events or before the headers."""

    stalled = streams = False

    async def head(self, message: Message) -> None:
        self.streams = any(value.startswith(b"text/event-stream") for _, value in message["headers"])
        if self.fault.kind == "stall_before_headers":
            await self.stall()
        await self.send(message)

    async def body(self, message: Message) -> None:
        if self.is_event(message):
            self.events += 1
        # A response that is not a stream stalls before its body.
        if self.fault.kind == "stall" and (self.events > self.fault.after or not self.streams):
            await self.stall()
        await self.send(message)

    async def stall(self) -> None:
        if self.stalled:
            return
        self.stalled = True
        try:
            await asyncio.wait_for(client_disconnected(self.receive), self.fault.span)
        except TimeoutError:
            return
        raise ConnectionCut


class Dripping(FaultySend):
    """Sends byte by byte, for the kind `slow` with a pause after each."""

    async def body(self, message: Message) -> None:
        slow = self.fault.kind == "slow"
        body = message.get("body", b"")
        for start in range(len(body)):
            await self.send({**message, "body": body[start : start + 1], "more_body": True})
            if slow:
                await asyncio.sleep(self.fault.span)
        await self.send({**message, "body": b""})


_KINDS: dict[str, type[FaultySend]] = {
    "cut_before_headers": CutBeforeHeaders,
    "cut_in_json": CutInJson,
    "cut_in_event": CutInEvent,
    "cut_before_done": CutBeforeDone,
    "stall": Stalled,
    "stall_before_headers": Stalled,
    "slow": Dripping,
    "bytewise": Dripping,
}


def inject_faults(faults: list[Fault], scope: Scope, receive: Receive, send: Send) -> Send:
    """Return a `send` that applies the faults."""
    for fault in faults:
        if fault.kind in _KINDS:
            send = _KINDS[fault.kind](fault, scope, receive, send)
    return send
