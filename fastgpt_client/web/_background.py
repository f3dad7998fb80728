"""Tasks that outlive the call that starts them, on asyncio and trio."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

__all__ = ["BackgroundTask", "start_task"]


class BackgroundTask(Protocol):
    """A handle to cancel a task."""

    def cancel(self) -> None:
        """Cancel the task, from the event loop that runs it."""
        ...

    def cancel_from_anywhere(self) -> None:
        """Cancel the task from any thread, even after its event loop has ended."""
        ...


def start_task(function: Callable[[], Coroutine[Any, Any, None]]) -> BackgroundTask:
    """Start a function in a task, and return a handle to cancel it. The function must not raise."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return _TrioTask(function)
    return _AsyncioTask(loop, function)


# The event loop itself holds only weak references to tasks.
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
        with suppress(RuntimeError):  # the loop is closed, so all of its tasks have ended
            self._loop.call_soon_threadsafe(self._task.cancel)


class _TrioTask:
    def __init__(self, function: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._trio: Any = sys.modules["trio"]  # already loaded, since trio is running
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
