"""Everything that differs between the sync and async clients, as pairs of functions.

Only this package imports anyio, threading and time.
"""

from __future__ import annotations

import contextlib
import contextvars
import sys
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar, cast

import anyio

__all__ = [
    "TimeExpired",
    "async_drain",
    "async_in_thread",
    "async_run_each",
    "async_run_shielded",
    "async_run_with_timeout",
    "async_sleep",
    "asyncio_task",
    "drain",
    "in_thread",
    "monotonic",
    "run_each",
    "run_shielded",
    "run_with_timeout",
    "sleep",
    "wall_clock",
]

T = TypeVar("T")

monotonic = time.monotonic
wall_clock = time.time

# Closing never hangs: connections still open after this time are left to the operating system.
_CLOSE_SECONDS = 2.0
# How many buffered chunks an interrupted response may still yield.
_DRAIN_CHUNKS = 1024


async def async_sleep(seconds: float) -> None:
    """Sleep without blocking other tasks."""
    await anyio.sleep(seconds)


def sleep(seconds: float) -> None:
    """Sleep."""
    time.sleep(seconds)


class TimeExpired(TimeoutError):
    """A function exceeded the time it was given; never raised by the function itself."""


async def async_run_with_timeout(
    seconds: float | None, function: Callable[[], Awaitable[T]], interrupt: Callable[[], None]
) -> T:
    """Return the result of `function`; after `seconds`, cancel it and raise `TimeExpired`."""
    del interrupt  # cancellation reaches every await
    if seconds is None:
        return await function()
    with anyio.move_on_after(seconds):
        return await function()
    raise TimeExpired


def run_with_timeout(seconds: float | None, function: Callable[[], T], interrupt: Callable[[], None]) -> T:
    """Return the result of `function`; after `seconds`, call `interrupt`, abandon it and raise `TimeExpired`.

    A blocking read cannot be cancelled from outside, so with a time limit the function runs in its own thread. If it
    returns after its caller has left, the thread closes the result.
    """
    if seconds is None:
        return function()
    work = _Work(function)
    thread = threading.Thread(target=contextvars.copy_context().run, args=(work.run,), daemon=True)
    try:
        thread.start()  # the function may run before this returns
        in_time = work.finished.wait(max(seconds, 0.0))
    except BaseException:  # such as Ctrl-C, which reaches only this thread
        if work.abandon():
            interrupt()
        else:
            work.close_value()
        raise
    if in_time or not work.abandon():
        thread.join()
        return cast("T", work.result())
    interrupt()
    thread.join(_CLOSE_SECONDS / 2)
    raise TimeExpired


class _Work:
    """A function running in a thread, whose caller may leave before it ends."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.finished = threading.Event()
        self._function = function
        self._lock = threading.Lock()
        self._abandoned = False
        self._value: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._value = self._function()
        except BaseException as error:
            self._error = error
        with self._lock:
            self.finished.set()
            late = self._abandoned
        if late:
            self.close_value()

    def abandon(self) -> bool:
        """Mark the work as abandoned and wake up its waiters; return False if it has just finished."""
        with self._lock:
            self._abandoned = not self.finished.is_set()
            self.finished.set()
            return self._abandoned

    def close_value(self) -> None:
        if (close := getattr(self._value, "close", None)) is not None:
            close()

    def result(self) -> Any:
        try:
            if self._error is not None:
                raise self._error
            return self._value
        finally:
            self._error = None  # the traceback references this object: break the cycle


async def async_run_shielded(function: Callable[[], Awaitable[None]], seconds: float = _CLOSE_SECONDS) -> None:
    """Run a cleanup to completion, even in a cancelled task, but for at most `seconds`."""

    async def bounded() -> None:
        with anyio.move_on_after(seconds, shield=True):
            await function()

    if asyncio_task() is None:
        await bounded()
    else:
        await _run_in_own_task(bounded)


async def _run_in_own_task(function: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a function to completion in its own task: `task.cancel()` reaches a task's awaits even if shielded.

    The cancellation is raised after the function has ended.
    """
    import asyncio  # noqa: PLC0415 - already loaded, because there is a task

    task = asyncio.get_running_loop().create_task(function())
    cancelled: asyncio.CancelledError | None = None
    with anyio.CancelScope(shield=True):
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # retrieve it, so that asyncio does not warn
        raise cancelled
    task.result()


def asyncio_task() -> Any:
    """Return the current asyncio task, None under trio."""
    asyncio = sys.modules.get("asyncio")
    try:
        return None if asyncio is None else asyncio.current_task()
    except RuntimeError:
        return None


def run_shielded(function: Callable[[], None], seconds: float = _CLOSE_SECONDS) -> None:
    """Run a cleanup; the calls in it have their own timeouts."""
    del seconds
    function()


async def async_in_thread(function: Callable[[], T]) -> T:
    """Run a blocking function in a thread and return its result. If the caller is cancelled, the result is closed.

    It runs in a daemon thread, which does not keep the program from exiting; anyio's worker thread only waits for it.
    """
    from anyio import to_thread  # noqa: PLC0415 - anyio loads its modules lazily, and so do we

    work = _Work(function)
    try:
        threading.Thread(target=contextvars.copy_context().run, args=(work.run,), daemon=True).start()
        await to_thread.run_sync(work.finished.wait, abandon_on_cancel=True)
    except BaseException:
        if not work.abandon():
            work.close_value()
        raise
    return cast("T", work.result())


def in_thread(function: Callable[[], T]) -> T:
    """Return the result of a blocking function."""
    return function()


async def async_run_each(function: Callable[[T], Awaitable[None]], items: Iterable[T], workers: int) -> None:
    """Run a function with each item, `workers` at a time. The first error cancels the others."""
    left = iter(items)
    failed: list[BaseException] = []

    async def work(scope: anyio.CancelScope) -> None:
        try:
            for item in left:
                await function(item)
        except anyio.get_cancelled_exc_class():
            raise
        except BaseException as error:
            failed.append(error)
            scope.cancel()

    async with anyio.create_task_group() as group:
        for _ in range(workers):
            group.start_soon(work, group.cancel_scope)
    if failed:
        raise failed[0]


def run_each(function: Callable[[T], None], items: Iterable[T], workers: int) -> None:
    """Run a function with each item, `workers` at a time. The first error is raised once running calls have ended."""
    left, lock = iter(items), threading.Lock()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while not failed:
                with lock:
                    batch = [*islice(left, 1)]
                if not batch:
                    return
                function(batch[0])
        except BaseException as error:
            failed.append(error)

    works = [_Work(work) for _ in range(workers)]
    threads = [threading.Thread(target=contextvars.copy_context().run, args=(one.run,), daemon=True) for one in works]
    try:
        for thread in threads:
            thread.start()
    except BaseException as error:
        failed.append(error)
    for one in (one for thread, one in zip(threads, works, strict=True) if thread.ident is not None):
        try:
            one.finished.wait()
        except BaseException as error:  # such as Ctrl-C, which reaches only this thread
            failed.append(error)
            one.finished.wait()
    if failed:
        raise failed[0]


async def async_drain(chunks: AsyncIterator[bytes]) -> None:
    """Finish the byte iterator of a closed response.

    It is exhausted rather than closed: httpx nests several async generators, and closing the outermost leaves the inner
    ones to the garbage collector, which makes trio warn.
    """
    # Reading a closed response fails in many ways, all of which mean the end.
    with contextlib.suppress(Exception, StopAsyncIteration):
        for _ in range(_DRAIN_CHUNKS):
            await chunks.__anext__()
    # "asynchronous generator is already running": another task is reading it, and is about to stop.
    with contextlib.suppress(RuntimeError):
        await cast("AsyncGenerator[bytes, None]", chunks).aclose()


def drain(chunks: Iterator[bytes]) -> None:
    """Finish the byte iterator of a closed response."""
    # "generator already executing": an abandoned thread is about to stop reading it.
    with contextlib.suppress(ValueError):
        cast("Generator[bytes, None, None]", chunks).close()
