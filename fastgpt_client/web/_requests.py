"""Bounded reading of request bodies, and calling functions of the user."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from inspect import isawaitable, iscoroutinefunction
from typing import Any, TypeVar, cast

import anyio
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request

from fastgpt_client._json import parse_json

__all__ = ["RefusedError", "call", "read_json"]

T = TypeVar("T")


class RefusedError(Exception):
    """A request that is refused, with the HTTP status of the response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


async def read_json(request: Request, *, limit: int, seconds: float) -> Any:
    """Return the JSON of a request.

    Raises:
        RefusedError: it is larger than `limit` bytes, is not JSON, or did not arrive in time.
    """
    with anyio.move_on_after(seconds):
        body = await _read(request, limit)
        try:
            return parse_json(body)
        except ValueError:
            raise RefusedError(400, "the body is not JSON") from None
    raise RefusedError(408, f"the body did not arrive within {seconds} seconds")


async def _read(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        async with aclosing(request.stream()) as stream:
            async for part in stream:
                size += len(part)
                if size > limit:
                    raise RefusedError(413, f"the body is larger than {limit} bytes")
                parts.append(part)
    except ClientDisconnect:  # the response is never read
        raise RefusedError(400, "the body was cut off") from None
    return b"".join(parts)


async def call(function: Callable[..., T | Awaitable[T]], *arguments: object) -> T:
    """Call an async function, or a blocking one in a worker thread, and return its result."""
    if iscoroutinefunction(function):
        return cast("T", await function(*arguments))
    # In a tuple, because trio refuses a thread that returns a coroutine.
    [found] = await to_thread.run_sync(lambda: (function(*arguments),), abandon_on_cancel=True)
    return cast("T", await found if isawaitable(found) else found)
