"""What one task or thread holds while others wait: turns and places, each pair side by side."""

from __future__ import annotations

import sys
import threading
import weakref
from typing import Any

import anyio

from ._concurrency import TimeExpired, async_run_with_timeout, asyncio_task

__all__ = ["AsyncSlots", "AsyncTurnLock", "Slots", "ThreadLock", "TurnLock"]

ThreadLock = threading.Lock


def _current_task() -> Any:
    return asyncio_task() or sys.modules["trio"].lowlevel.current_task()


def _nothing() -> None:
    """There is nothing to cut while a task waits."""


class AsyncTurnLock:
    """One turn at a time: who comes second waits. Unlike a lock's, a turn may be ended by another task."""

    def __init__(self) -> None:
        self._free = anyio.Semaphore(1)
        # The task itself, not its id: that is used again.
        self._holder: weakref.ref[Any] | None = None

    async def acquire(self, seconds: float | None = None) -> None:
        """Wait for the turn; raise `TimeExpired` if it does not come in time."""
        await async_run_with_timeout(seconds, self._free.acquire, _nothing)
        self._holder = weakref.ref(_current_task())

    def owned_by_caller(self) -> bool:
        """Return whether the turn that is going on was taken by this task, which would wait for itself."""
        return self._holder is not None and self._holder() is _current_task()

    def release(self) -> None:
        self._holder = None
        self._free.release()


class TurnLock:
    """One turn at a time: who comes second waits. Unlike a lock's, a turn may be ended by another thread."""

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._holder: weakref.ref[threading.Thread] | None = None

    def acquire(self, seconds: float | None = None) -> None:
        """Wait for the turn; raise `TimeExpired` if it does not come in time."""
        if not self._free.acquire(timeout=-1 if seconds is None else max(0.0, seconds)):
            raise TimeExpired
        self._holder = weakref.ref(threading.current_thread())

    def owned_by_caller(self) -> bool:
        """Return whether the turn that is going on was taken by this thread, which would wait for itself."""
        return self._holder is not None and self._holder() is threading.current_thread()

    def release(self) -> None:
        self._holder = None
        self._free.release()


class AsyncSlots:
    """A number of places, taken before each use and given back after it; who finds none free waits."""

    def __init__(self, number: int) -> None:
        self._free = anyio.Semaphore(number)

    async def acquire(self, seconds: float | None) -> None:
        """Take a place; raise `TimeoutError` if none becomes free in time."""
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.fail_after(seconds):
                await self._free.acquire()

    def release(self) -> None:
        """Give the place back."""
        self._free.release()


class Slots:
    """A number of places, taken before each use and given back after it; who finds none free waits."""

    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)

    def acquire(self, seconds: float | None) -> None:
        """Take a place; raise `TimeoutError` if none becomes free in time."""
        if not self._free.acquire(timeout=seconds):
            raise TimeoutError

    def release(self) -> None:
        """Give the place back."""
        self._free.release()
