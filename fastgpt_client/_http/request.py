"""A call on its way: what is sent, where to, and what is known of its attempts and its answer."""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, NamedTuple, Self

from fastgpt_client._concurrency import async_in_thread, monotonic
from fastgpt_client._concurrency.run_local import Place
from fastgpt_client.calls import CallAttempt
from fastgpt_client.exceptions import APITimeoutError

from .httpx import URL, AsyncByteStream, HTTPResponse, Request, SyncByteStream
from .retry import RetryBudget
from .sources import CallerError, FileSource
from .transport import interrupt
from .watch import CallWatch

__all__ = [
    "APIRequest",
    "Attempt",
    "ClientState",
    "FileSlice",
    "Operation",
    "PresignedTarget",
    "RawResponse",
    "RequestBody",
    "Timeouts",
    "WithheldURL",
]

# What has come is read even when the time is over: no step gets less.
LEAST_SECONDS = 0.001

_CHUNK = 256 * 1024  # bytes that are read of a file at a time


class Operation(NamedTuple):
    """One operation of the server. `since` is said in the error of a server that does not know or allow it."""

    method: str
    paths: tuple[str, ...]
    idempotent: bool = True
    completion: bool = False  # answered by `choices`, not in the envelope
    document: bool = False  # answered by an OpenAPI document
    raw: bool = False  # answered by bytes that are no JSON
    since: str = ""
    personal_key: bool = False  # not open to the key of an app


class WithheldURL(URL):
    """An address that is a credential: it is sent to as it is, but not shown."""

    def __str__(self) -> str:
        return str(self.copy_with(raw_path=b"/***"))

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


class PresignedTarget(NamedTuple):
    """An address outside the table of paths, which gets neither the key nor the client's own headers."""

    url: URL
    headers: dict[str, str]
    trace: Callable[[Request], object]  # makes what keeps the address out of httpx's log


class APIRequest(NamedTuple):
    """One call, described: what to send, and to which operation."""

    operation: Operation
    query: dict[str, Any]
    content: bytes | None
    stream: bool = False
    chat_id: str | None = None
    body: Callable[[], RequestBody] | None = None  # makes what is sent instead of `content`, anew for each attempt
    presigned: PresignedTarget | None = None
    visitor: bool = False  # of a share link or a team space: the key stays at home, or the call would have its rights
    appless: bool = False  # it is about an app, and names none


class RawResponse(NamedTuple):
    """A good answer that was read to its end."""

    http: HTTPResponse
    content: bytes
    json: Any
    attempts: int = 1


class Attempt:
    """The attempt at a call that is going on.

    Attributes:
        number: from 1.
        ends: when the call's deadline ends it, by the monotonic clock; None for never.
        http: the answer that is being read.
        is_late: whether the call's deadline ended it.
    """

    number: int = 1
    ends: float | None = None
    http: HTTPResponse | None = None
    is_late: bool = False

    def begin_next(self) -> None:
        self.number += 1
        self.http = None

    def watch(self, on_call: Callable[[CallAttempt], object], request: APIRequest) -> CallWatch:
        """Return what tells `on_call` of this attempt."""
        operation = f"{request.operation.method} {request.operation.paths[0]}"
        return CallWatch(on_call, operation, self.number, stream=request.stream)

    @property
    def over(self) -> bool:
        """Whether the call has no time left."""
        return self.ends is not None and self.ends - monotonic() < LEAST_SECONDS

    def late(self, deadline: float | None, *, sent: bool = True) -> APITimeoutError:
        """Return the error of a call that has no time left."""
        self.is_late = True
        message = f"The call took longer than its deadline of {deadline} s"
        return APITimeoutError(message, request_sent=sent, attempts=self.number)

    def interrupt(self) -> None:
        if self.http is not None:
            interrupt(self.http)


class Timeouts(dict[str, float | None]):
    """The timeouts of one request by phase, in seconds.

    Attributes:
        ends: when each phase ends at the latest, by the monotonic clock; it may change while the answer is read.
        kept: whether what sends the request keeps `ends`; else the time has to be bounded around it.
    """

    ends: float | None = None
    kept: bool = False

    def left(self, phase: str) -> float | None:
        """Return how many seconds the next step of a phase may take, None for any number."""
        bound = self.get(phase)
        if self.ends is None:
            return bound
        left = max(LEAST_SECONDS, self.ends - monotonic())
        return left if bound is None else min(bound, left)

    def shorten(self) -> None:
        """Let no phase take longer than there is time."""
        for phase in self:
            self[phase] = self.left(phase)

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return self.ends is not None and self.ends - monotonic() < LEAST_SECONDS


class ClientState:
    """What all views of one client share."""

    def __init__(self) -> None:
        self.closed = False
        self.paths: dict[str, str] = {}  # first path of an operation -> the one this server knows
        self.open: weakref.WeakSet[Any] = weakref.WeakSet()  # bodies of streams that are being read
        self.abandoned: list[Any] = []  # bodies whose stream was dropped unclosed
        self.retries: RetryBudget = RetryBudget()
        self.refuses_copies: bool | None = None  # whether the server refuses a second copy of a completion, once told
        self.home: Place | None = None  # where a client that was passed in was first used, and by which process
        self.process: int | None = None
        self.multiplexed: bool = False  # whether several requests share a connection, as with HTTP/2

    def next_abandoned(self) -> Any:
        """Return a body to close, None if there is none; each goes to one thread."""
        try:
            return self.abandoned.pop()
        except IndexError:
            return None


class FileSlice(NamedTuple):
    """A part of a body that is read from a file: `size` bytes from `begin` on."""

    source: FileSource
    begin: int
    size: int

    def read(self) -> bytes:
        return self.source.read(self.begin, min(_CHUNK, self.size))


class RequestBody(AsyncByteStream, SyncByteStream):
    """A request's body: bytes and slices of files, one after the other.

    It leaves nothing behind when it is not sent whole. httpx's own is an async generator there: abandoned by a failed
    write, it makes trio warn.
    """

    def __init__(
        self, *parts: bytes | FileSlice, content_type: str | None = None, report: Callable[[int], None] | None = None
    ) -> None:
        self.parts = parts
        self.content_type = content_type
        self.report = report  # called with the bytes of files that were sent so far
        self.was_read = False
        self.failure: CallerError | None = None  # what the caller's file or `report` raised while it was sent

    @property
    def size(self) -> int:
        return sum(part.size if isinstance(part, FileSlice) else len(part) for part in self.parts)

    def __iter__(self) -> Iterator[bytes]:
        self.was_read = True
        return _Chunks(self)

    def __aiter__(self) -> AsyncIterator[bytes]:
        self.was_read = True
        return _Chunks(self)


class _Chunks:
    """One pass over a body. Files are read in a thread where other tasks would wait otherwise."""

    def __init__(self, body: RequestBody) -> None:
        self._body = body
        self._parts = iter(body.parts)
        self._slice: FileSlice | None = None  # what is still to be read of the file that is being sent
        self._sent = 0
        self._reported = 0

    def __iter__(self) -> Self:
        return self

    def __aiter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            part = self._next_part()
            if isinstance(part, FileSlice):
                part = self._taken(part, part.read())
        except Exception as error:
            raise self._failure(error) from None
        if part is None:
            raise StopIteration
        return part

    async def __anext__(self) -> bytes:
        try:
            part = self._next_part()
            if isinstance(part, FileSlice):
                chunk = part.read() if part.source.in_memory else await async_in_thread(part.read)
                part = self._taken(part, chunk)
        except Exception as error:
            raise self._failure(error) from None
        if part is None:
            raise StopAsyncIteration
        return part

    def _next_part(self) -> bytes | FileSlice | None:
        if self._body.report is not None and self._sent > self._reported:
            self._reported = self._sent
            self._body.report(self._sent)
        return self._slice or next(self._parts, None)

    def _taken(self, part: FileSlice, chunk: bytes) -> bytes:
        self._sent += len(chunk)
        left = part.size - len(chunk)
        self._slice = FileSlice(part.source, part.begin + len(chunk), left) if left else None
        return chunk

    def _failure(self, error: Exception) -> CallerError:
        self._body.failure = CallerError(error)
        return self._body.failure
