"""Reading what is sent to an application, within bounds, and calling what its user wrote."""

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
    """A request that is not taken, with the HTTP status that says so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


async def read_json(request: Request, *, limit: int, seconds: float) -> Any:
    """Return the JSON of a request.

    Raises:
        RefusedError: it is larger than `limit` bytes, no JSON, or did not come in time.
    """
    with anyio.move_on_after(seconds):
        body = await _read(request, limit)
        try:
            return parse_json(body)
        except ValueError:
            raise RefusedError(400, "the body is no JSON") from None
    raise RefusedError(408, f"the body did not come within {seconds} seconds")


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
    except ClientDisconnect:  # nobody will read the answer
        raise RefusedError(400, "the body was cut off") from None
    return b"".join(parts)


async def call(function: Callable[..., T | Awaitable[T]], *arguments: object) -> T:
    """Return what a function returns that is async, or that blocks: then it has a thread of its own."""
    if iscoroutinefunction(function):
        return cast("T", await function(*arguments))
    # In a tuple: trio takes a thread that returns a coroutine for a mistake.
    [found] = await to_thread.run_sync(lambda: (function(*arguments),), abandon_on_cancel=True)
    return cast("T", await found if isawaitable(found) else found)
