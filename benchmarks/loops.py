"""Turn a client and a read into a measurable loop: on asyncio, uvloop, trio or without an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any

Loop = Callable[[str], int]
"""Takes the base URL and returns the sum of the results of its reads."""


def on_asyncio(
    client: Callable[[str], AbstractAsyncContextManager[Any]],
    read: Callable[[Any, str], Awaitable[int]],
    times: int = 1,
    *,
    at_once: bool = False,
    uvloop: bool = False,
) -> Loop:
    """Return a loop that opens a client and reads `times` times, sequentially or all at once."""

    async def main(url: str) -> int:
        async with client(url) as opened:
            if at_once:
                return sum(await asyncio.gather(*[read(opened, url) for _ in range(times)]))
            return sum([await read(opened, url) for _ in range(times)])

    def run(url: str) -> int:
        if not uvloop:
            return asyncio.run(main(url))
        from uvloop import new_event_loop

        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            return runner.run(main(url))

    return run


def on_trio(
    client: Callable[[str], AbstractAsyncContextManager[Any]],
    read: Callable[[Any, str], Awaitable[int]],
    times: int = 1,
) -> Loop:
    """Return such a loop on trio."""

    async def main(url: str) -> int:
        async with client(url) as opened:
            return sum([await read(opened, url) for _ in range(times)])

    def run(url: str) -> int:
        import trio

        return trio.run(main, url)

    return run


def in_thread(
    client: Callable[[str], AbstractContextManager[Any]], read: Callable[[Any, str], int], times: int = 1
) -> Loop:
    """Return such a loop without an event loop."""

    def run(url: str) -> int:
        with client(url) as opened:
            return sum([read(opened, url) for _ in range(times)])

    return run
