"""A task of its own for what outlives the call that begins it, on asyncio and on trio."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

__all__ = ["BackgroundTask", "start_task"]


class BackgroundTask(Protocol):
    """What may be done with a task from outside."""

    def cancel(self) -> None:
        """Cancel it, from where it was started."""
        ...

    def cancel_from_anywhere(self) -> None:
        """Cancel it from any thread, also when its loop has ended."""
        ...


def start_task(function: Callable[[], Coroutine[Any, Any, None]]) -> BackgroundTask:
    """Start a function that raises nothing, and return its task."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return _TrioTask(function)
    return _AsyncioTask(loop, function)


# The loop itself knows its tasks by weak references only.
_alive: set[asyncio.Task[None]] = set()


class _AsyncioTask:
    def __init__(self, loop: asyncio.AbstractEventLoop, function: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._loop = loop
        self._task = loop.create_task(function())
        _alive.add(self._task)
        self._task.add_done_callback(_alive.discard)

    def cancel(self) -> None:
        self._task.cancel()

    def cancel_from_anywhere(self) -> None:
        with suppress(RuntimeError):  # the loop is closed, and all of its tasks have ended
            self._loop.call_soon_threadsafe(self._task.cancel)


class _TrioTask:
    def __init__(self, function: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._trio: Any = sys.modules["trio"]  # who runs on it has loaded it
        self._token = self._trio.lowlevel.current_trio_token()
        self._scope = self._trio.CancelScope()

        async def scoped() -> None:
            with self._scope:
                await function()

        self._trio.lowlevel.spawn_system_task(scoped, context=contextvars.copy_context())

    def cancel(self) -> None:
        self._scope.cancel()

    def cancel_from_anywhere(self) -> None:
        with suppress(self._trio.RunFinishedError):
            self._token.run_sync_soon(self._scope.cancel)
