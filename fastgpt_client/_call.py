"""What is known of a call on its way: the request, its attempts, its answer, and what a client's views share."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple

from ._httpx import URL, HTTPResponse
from ._paths import Operation
from ._transport import interrupt

__all__ = ["APIRequest", "Answer", "Attempt", "Direct", "Shared"]


class Direct(NamedTuple):
    """An address outside the table of paths, which gets neither the key nor the client's own headers."""

    url: URL
    headers: dict[str, str]
    body: Callable[[], Any] | None  # makes the stream to send, anew for each attempt


class APIRequest(NamedTuple):
    """One call, described: what to send, and to which operation."""

    operation: Operation
    query: dict[str, Any]
    content: bytes | None
    stream: bool = False
    chat_id: str | None = None
    form: dict[str, str] | None = None
    file: tuple[str, bytes | BinaryIO, str] | None = None  # name, content, content type
    direct: Direct | None = None


class Answer(NamedTuple):
    """A good answer that was read to its end."""

    http: HTTPResponse
    content: bytes
    json: Any
    attempts: int = 1


class Attempt:
    """One attempt at a call: its number from 1, when the call's deadline ends it, and the answer being read."""

    __slots__ = ("ends", "http", "number")

    def __init__(self, number: int, ends: float | None) -> None:
        self.number = number
        self.ends = ends
        self.http: HTTPResponse | None = None

    def capped(self, timeouts: dict[str, float | None], now: float) -> dict[str, float | None]:
        """Return the timeouts, none of them longer than the call has left: a thread may be waiting them out."""
        if self.ends is None:
            return timeouts
        left = max(0.001, self.ends - now)
        return {phase: left if seconds is None else min(seconds, left) for phase, seconds in timeouts.items()}

    def next(self) -> Attempt:
        return Attempt(self.number + 1, self.ends)

    def interrupt(self) -> None:
        if self.http is not None:
            interrupt(self.http)


class Shared:
    """What all views of one client share."""

    def __init__(self) -> None:
        self.closed = False
        self.paths: dict[str, str] = {}  # first path of an operation -> the one this server knows
        self.open: weakref.WeakSet[Any] = weakref.WeakSet()  # bodies of streams that are being read
        self.abandoned: list[Any] = []  # bodies whose stream was dropped unclosed
