"""A call in progress: what is sent and where, and the state of its attempts."""

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

# Minimum time for a step, so that data already received is still read after the deadline.
LEAST_SECONDS = 0.001

_CHUNK = 256 * 1024  # bytes read from a file at a time


class Operation(NamedTuple):
    """An operation of the server. `since` is the hint if a server does not support or allow it."""

    method: str
    paths: tuple[str, ...]
    idempotent: bool = True
    completion: bool = False  # the response has `choices` instead of the envelope
    document: bool = False  # the response is an OpenAPI document
    raw: bool = False  # the response is not JSON
    since: str = ""
    personal_key: bool = False  # not available with an app key


class WithheldURL(URL):
    """A URL that is a credential: used unchanged for sending, but redacted when shown."""

    def __str__(self) -> str:
        return str(self.copy_with(raw_path=b"/***"))

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


class PresignedTarget(NamedTuple):
    """A URL outside the table of endpoints; it is sent neither the key nor the client's own headers."""

    url: URL
    headers: dict[str, str]
    trace: Callable[[Request], object]  # creates the hook that keeps the URL out of httpx's log


class APIRequest(NamedTuple):
    """Describes a call: what to send, and to which operation."""

    operation: Operation
    query: dict[str, Any]
    content: bytes | None
    stream: bool = False
    chat_id: str | None = None
    body: Callable[[], RequestBody] | None = None  # creates a body for each attempt, used instead of `content`
    presigned: PresignedTarget | None = None
    visitor: bool = False  # of a share link or team space: not sent with the key, which would grant its rights
    appless: bool = False  # takes an app, but does not name one


class RawResponse(NamedTuple):
    """A successful response that was read completely."""

    http: HTTPResponse
    content: bytes
    json: Any
    attempts: int = 1


class Attempt:
    """The current attempt at a call.

    Attributes:
        number: counted from 1.
        ends: the call's deadline by the monotonic clock, None if it has none.
        http: the response being read.
        is_late: whether the call's deadline ended the attempt.
    """

    number: int = 1
    ends: float | None = None
    http: HTTPResponse | None = None
    is_late: bool = False

    def begin_next(self) -> None:
        self.number += 1
        self.http = None

    def watch(self, on_call: Callable[[CallAttempt], object], request: APIRequest) -> CallWatch:
        """Return the object that reports this attempt to `on_call`."""
        operation = f"{request.operation.method} {request.operation.paths[0]}"
        return CallWatch(on_call, operation, self.number, stream=request.stream)

    @property
    def over(self) -> bool:
        """Whether the call's deadline has passed."""
        return self.ends is not None and self.ends - monotonic() < LEAST_SECONDS

    def late(self, deadline: float | None, *, sent: bool = True) -> APITimeoutError:
        """Return the error for a call that exceeded its deadline."""
        self.is_late = True
        message = f"The call took longer than its deadline of {deadline} s"
        return APITimeoutError(message, request_sent=sent, attempts=self.number)

    def interrupt(self) -> None:
        if self.http is not None:
            interrupt(self.http)


class Timeouts(dict[str, float | None]):
    """The timeouts of a request by phase, in seconds.

    Attributes:
        ends: when every phase ends at the latest, by the monotonic clock; may change while the response is read.
        kept: whether the transport enforces `ends`; otherwise its caller must.
    """

    ends: float | None = None
    kept: bool = False

    def left(self, phase: str) -> float | None:
        """Return how many seconds the next step of a phase may take, None for no limit."""
        bound = self.get(phase)
        if self.ends is None:
            return bound
        left = max(LEAST_SECONDS, self.ends - monotonic())
        return left if bound is None else min(bound, left)

    def shorten(self) -> None:
        """Limit every phase to the time left."""
        for phase in self:
            self[phase] = self.left(phase)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.ends is not None and self.ends - monotonic() < LEAST_SECONDS


class ClientState:
    """State shared by all views of a client."""

    def __init__(self) -> None:
        self.closed = False
        self.paths: dict[str, str] = {}  # first path of an operation -> the path this server supports
        self.open: weakref.WeakSet[Any] = weakref.WeakSet()  # bodies of open streams
        self.abandoned: list[Any] = []  # bodies of streams dropped without closing
        self.retries: RetryBudget = RetryBudget()
        self.refuses_copies: bool | None = None  # whether the server refuses a duplicate completion; None if unknown
        self.home: Place | None = None  # where, and in which process, an http_client= was first used
        self.process: int | None = None
        self.multiplexed: bool = False  # whether requests share a connection, as with HTTP/2

    def next_abandoned(self) -> Any:
        """Return the next body to close, None if there are none left; each is returned to only one thread."""
        try:
            return self.abandoned.pop()
        except IndexError:
            return None


class FileSlice(NamedTuple):
    """A part of a body that is read from a file: `size` bytes, starting at `begin`."""

    source: FileSource
    begin: int
    size: int

    def read(self) -> bytes:
        return self.source.read(self.begin, min(_CHUNK, self.size))


class RequestBody(AsyncByteStream, SyncByteStream):
    """A request body: a sequence of bytes and file slices.

    It needs no cleanup if it is not fully sent. httpx's own is an async generator: if a failed write abandons it, trio
    warns.
    """

    def __init__(
        self, *parts: bytes | FileSlice, content_type: str | None = None, report: Callable[[int], None] | None = None
    ) -> None:
        self.parts = parts
        self.content_type = content_type
        self.report = report  # called with the number of file bytes sent so far
        self.was_read = False
        self.failure: CallerError | None = None  # error raised by the caller's file or `report` while sending

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
    """One pass over a body. Async iteration reads files in a thread so as not to block other tasks."""

    def __init__(self, body: RequestBody) -> None:
        self._body = body
        self._parts = iter(body.parts)
        self._slice: FileSlice | None = None  # the rest of the current file
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
