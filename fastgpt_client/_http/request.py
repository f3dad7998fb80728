"""A call on its way: what is sent, where to, and what is known of its attempts and its answer.

The messages are built here and not by httpx's client, so that no jar's cookie comes along.
"""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, Self

from fastgpt_client._concurrency import async_in_thread
from fastgpt_client.exceptions import ValidationError

from .content_decoder import ACCEPT_ENCODING
from .httpx import URL, AsyncByteStream, Headers, HTTPResponse, InvalidURL, Request, SyncByteStream
from .retry import RetryBudget
from .sources import CallerError, FileSource
from .transport import interrupt

__all__ = [
    "APIRequest",
    "Attempt",
    "ClientState",
    "FileSlice",
    "Operation",
    "PresignedTarget",
    "RawResponse",
    "RequestBody",
    "WithheldURL",
    "build_presigned_request",
    "build_request",
    "endpoint",
    "redirected",
]

_CHUNK = 256 * 1024  # bytes that are read of a file at a time


class Operation(NamedTuple):
    """One operation of the server. `since` is said in the error of a server that does not know or allow it."""

    method: str
    paths: tuple[str, ...]
    idempotent: bool = True
    completion: bool = False  # answered by `choices`, not in the envelope
    raw: bool = False  # answered by bytes that are no JSON
    since: str = ""


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
    """One attempt at a call: its number from 1, when the call's deadline ends it, and the answer being read."""

    __slots__ = ("ends", "http", "number")

    def __init__(self, number: int, ends: float | None) -> None:
        self.number: int = number
        self.ends: float | None = ends
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


class ClientState:
    """What all views of one client share."""

    def __init__(self) -> None:
        self.closed = False
        self.paths: dict[str, str] = {}  # first path of an operation -> the one this server knows
        self.open: weakref.WeakSet[Any] = weakref.WeakSet()  # bodies of streams that are being read
        self.abandoned: list[Any] = []  # bodies whose stream was dropped unclosed
        self.retries: RetryBudget = RetryBudget()

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


@lru_cache(maxsize=256)
def endpoint(base_url: str, path: str) -> URL:
    return URL(base_url + path)


def build_request(request: APIRequest, url: URL, headers: Headers, timeouts: dict[str, float | None]) -> Request:
    """Return the message of a call to the server."""
    headers["Accept"] = "text/event-stream, application/json" if request.stream else "application/json"
    if request.content is not None:
        headers["Content-Type"] = "application/json"
    try:
        url = url.copy_merge_params(request.query) if request.query else url
    except (InvalidURL, UnicodeError):
        raise ValidationError("the query cannot be sent: an argument is too long, or not text") from None
    if request.body is not None:
        return _with_body(request.operation.method, url, headers, request.body(), timeouts)
    message = Request(
        request.operation.method, url, headers=headers, content=request.content, extensions={"timeout": timeouts}
    )
    message.stream = RequestBody(message.content)
    return message


def build_presigned_request(
    request: APIRequest, target: PresignedTarget, user_agent: str, timeouts: dict[str, float | None]
) -> Request:
    """Return the message to an address that carries its own credential, without the key."""
    headers = Headers({"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING})
    headers.update(target.headers)
    body = RequestBody() if request.body is None else request.body()
    message = _with_body(request.operation.method, target.url, headers, body, timeouts)
    message.extensions["trace"] = target.trace(message)
    return message


def _with_body(
    method: str, url: URL, headers: Headers, body: RequestBody, timeouts: dict[str, float | None]
) -> Request:
    # httpx adds neither of these to a stream. A length is needed: object stores refuse a body in chunks.
    headers["Host"] = url.netloc.decode("ascii")
    headers["Content-Length"] = str(body.size)
    if body.content_type is not None:
        headers["Content-Type"] = body.content_type
    return Request(method, url, headers=headers, stream=body, extensions={"timeout": timeouts})


def redirected(http: HTTPResponse) -> Request | None:
    """Return the request that follows a redirect within the server's own origin, None to follow none."""
    follow = http.status_code in (307, 308) or (http.status_code in (301, 302) and http.request.method == "GET")
    location = http.headers.get("location")
    if not follow or not location:
        return None
    old = http.request
    url = old.url.join(location)  # httpx has read it before, and told of one that is no URL
    if (url.scheme, url.host, url.port) != (old.url.scheme, old.url.host, old.url.port) or url.userinfo:
        return None
    headers = old.headers.copy()
    headers["Host"] = url.netloc.decode("ascii")
    message = Request(old.method, url, headers=headers, content=old.content, extensions=old.extensions)
    message.stream = RequestBody(old.content)
    return message
