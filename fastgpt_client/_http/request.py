"""A call on its way: what is sent, where to, and what is known of its attempts and its answer.

The messages are built here and not by httpx's client, so that no jar's cookie comes along.
"""

from __future__ import annotations

import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache
from typing import Any, BinaryIO, NamedTuple

from fastgpt_client.exceptions import ValidationError

from .content_decoder import ACCEPT_ENCODING
from .httpx import URL, AsyncByteStream, Headers, HTTPResponse, InvalidURL, Request, SyncByteStream
from .retry import RetryBudget
from .transport import interrupt

__all__ = [
    "APIRequest",
    "Attempt",
    "ClientState",
    "Operation",
    "PresignedTarget",
    "RawResponse",
    "RequestBody",
    "build_presigned_request",
    "build_request",
    "endpoint",
    "redirected",
]


class Operation(NamedTuple):
    """One operation of the server. `since` is said in the error of a server that does not know or allow it."""

    method: str
    paths: tuple[str, ...]
    idempotent: bool = True
    completion: bool = False  # answered by `choices`, not in the envelope
    raw: bool = False  # answered by bytes that are no JSON
    since: str = ""


class PresignedTarget(NamedTuple):
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
    presigned: PresignedTarget | None = None


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


class ClientState:
    """What all views of one client share."""

    def __init__(self) -> None:
        self.closed = False
        self.paths: dict[str, str] = {}  # first path of an operation -> the one this server knows
        self.open: weakref.WeakSet[Any] = weakref.WeakSet()  # bodies of streams that are being read
        self.abandoned: list[Any] = []  # bodies whose stream was dropped unclosed
        self.retries = RetryBudget()

    def next_abandoned(self) -> Any:
        """Return a body to close, None if there is none; each goes to one thread."""
        try:
            return self.abandoned.pop()
        except IndexError:
            return None


class RequestBody(AsyncByteStream, SyncByteStream):
    """A request's body that leaves nothing behind when it is not sent whole.

    httpx's own is an async generator there: abandoned by a failed write, it makes trio warn.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.was_read = False

    def __iter__(self) -> Iterator[bytes]:
        self.was_read = True
        return iter((self._content,))

    def __aiter__(self) -> AsyncIterator[bytes]:
        self.was_read = True
        return _Once(self._content)


class _Once:
    def __init__(self, content: bytes) -> None:
        self._chunks = iter((content,))

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration


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
    message = Request(
        request.operation.method,
        url,
        headers=headers,
        content=request.content,
        data=request.form,
        files=None if request.file is None else {"file": request.file},
        extensions={"timeout": timeouts},
    )
    if request.file is None:
        message.stream = RequestBody(message.content)
    return message


def build_presigned_request(
    request: APIRequest, target: PresignedTarget, user_agent: str, timeouts: dict[str, float | None]
) -> Request:
    """Return the message to an address that carries its own credential, without the key."""
    headers = {
        "Host": target.url.netloc.decode("ascii"),
        "User-Agent": user_agent,
        "Accept-Encoding": ACCEPT_ENCODING,
        **target.headers,
    }
    return Request(
        request.operation.method,
        target.url,
        headers=headers,
        content=request.content,
        data=request.form,
        files=None if request.file is None else {"file": request.file},
        stream=None if target.body is None else target.body(),
        extensions={"timeout": timeouts},
    )


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
