"""Convert requests from httpx to httpx2, and responses and errors back.

httpx2 is never imported: a client that was passed in has already imported it, and it uses httpx's names.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol, cast

from . import httpx
from .httpx import HTTPResponse, Request, RequestError

__all__ = [
    "AsyncHTTPX2Client",
    "HTTPX2Client",
    "as_httpx2_request",
    "as_httpx_error",
    "as_httpx_response",
    "is_about",
    "is_httpx2",
]

_PACKAGE = "httpx2"
# Headers of encodings that httpx2 has already decoded in a body read by an event hook.
_UNDONE = {b"content-encoding", b"content-length", b"transfer-encoding"}


class _Client(Protocol):
    @property
    def headers(self) -> Any: ...

    @property
    def is_closed(self) -> bool: ...

    def send(self, request: Any, *, stream: bool = ..., auth: Any = ..., follow_redirects: Any = ...) -> Any: ...


class HTTPX2Client(_Client, Protocol):
    """The interface of `httpx2.Client`."""

    def close(self) -> None: ...


class AsyncHTTPX2Client(_Client, Protocol):
    """The interface of `httpx2.AsyncClient`."""

    async def aclose(self) -> None: ...


def is_httpx2(client: object, name: str) -> bool:
    """Return whether `client` is an instance of httpx2's class `name` or of a subclass."""
    return any(kind.__name__ == name and _package(kind) == _PACKAGE for kind in type(client).__mro__)


def _package(kind: type) -> str:
    return kind.__module__.partition(".")[0]


def as_httpx2_request(request: Request) -> Any:
    """Return the request as an httpx2 request; its URL is shown like the original's."""
    httpx2: Any = sys.modules[_PACKAGE]

    class Body(httpx2.AsyncByteStream, httpx2.SyncByteStream):  # type: ignore[misc] # its bases are known at run time
        def __iter__(self) -> Iterator[bytes]:
            return iter(cast("httpx.SyncByteStream", request.stream))

        def __aiter__(self) -> AsyncIterator[bytes]:
            return aiter(cast("httpx.AsyncByteStream", request.stream))

    class Address(httpx2.URL):  # type: ignore[misc] # its base is known at run time
        def __str__(self) -> str:
            return str(request.url)

        def __repr__(self) -> str:
            return repr(request.url)

    url = request.url
    address = Address(scheme=url.scheme, host=url.host, port=url.port, raw_path=url.raw_path)
    same = httpx2.Request(
        request.method, address, headers=request.headers.raw, stream=Body(), extensions=request.extensions
    )
    same.url = address  # the constructor converts it to a plain URL
    return same


def as_httpx_error(exc: Exception, request: Request) -> Exception:
    """Return the httpx error for an httpx2 connection error; return any other error unchanged."""
    for kind in type(exc).__mro__:
        same = vars(httpx).get(kind.__name__) if _package(kind) == _PACKAGE else None
        if isinstance(same, type) and issubclass(same, RequestError):
            return same(str(exc), request=request)
    return exc


def is_about(exc: Any, sent: object) -> bool:
    """Return whether an error belongs to the request that was sent, not to one sent by an event hook."""
    try:
        return exc.request is sent
    except (AttributeError, RuntimeError):  # it has no request
        return False


def as_httpx_response(
    response: Any, request: Request, stream: httpx.AsyncByteStream | httpx.SyncByteStream
) -> HTTPResponse:
    """Return the response as an httpx response with the body `stream`, unless an event hook has already read it."""
    headers: list[tuple[bytes, bytes]] = response.headers.raw
    extensions: dict[str, Any] = dict(response.extensions)
    status: int = response.status_code
    content = _content(response) if response.is_stream_consumed else None
    if content is not None:
        headers = [(name, value) for name, value in headers if name.lower() not in _UNDONE]
        return HTTPResponse(status, headers=headers, content=content, extensions=extensions, request=request)
    same = HTTPResponse(status, headers=headers, stream=stream, extensions=extensions, request=request)
    same.is_stream_consumed = response.is_stream_consumed
    return same


def _content(response: Any) -> bytes | None:
    httpx2: Any = sys.modules[_PACKAGE]
    try:
        return cast("bytes", response.content)
    except httpx2.ResponseNotRead:  # a hook consumed the stream without storing it
        return None
