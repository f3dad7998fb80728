"""Coordination of tasks and threads: locks, slots, crews and their iterators, in sync and async pairs."""

from __future__ import annotations

import contextvars
import sys
import threading
import weakref
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import Any, Generic, TypeVar, cast

import anyio

from . import TimeExpired, async_run_with_timeout, asyncio_task
from .run_local import AsyncPlace

__all__ = [
    "AsyncCrew",
    "AsyncOpenSet",
    "AsyncSlots",
    "AsyncTurnLock",
    "Crew",
    "OpenSet",
    "Slots",
    "ThreadLock",
    "TurnLock",
    "async_next_item",
    "next_item",
    "open_items",
]

T = TypeVar("T")

ThreadLock = threading.Lock


def _current_task() -> Any:
    return asyncio_task() or sys.modules["trio"].lowlevel.current_task()


def _nothing() -> None:
    """A waiting task has nothing to interrupt."""


class AsyncTurnLock:
    """A mutex that may be released by another task.

    It is released when its event loop ends at the latest: Ctrl-C may end the loop while it is held.
    """

    def __init__(self) -> None:
        self._free = anyio.Semaphore(1)
        self._place: AsyncPlace | None = None
        # The task itself, because IDs are reused.
        self._holder: weakref.ref[Any] | None = None

    async def acquire(self, seconds: float | None = None) -> None:
        """Acquire the lock; raise `TimeExpired` if that takes longer than `seconds`."""
        if self._place is None or (not self._place.is_here() and self._place.has_ended()):
            self._free, self._place, self._holder = anyio.Semaphore(1), AsyncPlace(), None
        await async_run_with_timeout(seconds, self._free.acquire, _nothing)
        self._holder = weakref.ref(_current_task())

    def owned_by_caller(self) -> bool:
        """Return whether this task holds the lock, so that acquiring it would deadlock."""
        return self._holder is not None and self._holder() is _current_task()

    def release(self) -> None:
        self._holder = None
        self._free.release()


class TurnLock:
    """A mutex that may be released by another thread."""

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._holder: weakref.ref[threading.Thread] | None = None

    def acquire(self, seconds: float | None = None) -> None:
        """Acquire the lock; raise `TimeExpired` if that takes longer than `seconds`."""
        if not self._free.acquire(timeout=-1 if seconds is None else max(0.0, seconds)):
            raise TimeExpired
        self._holder = weakref.ref(threading.current_thread())

    def owned_by_caller(self) -> bool:
        """Return whether this thread holds the lock, so that acquiring it would deadlock."""
        return self._holder is not None and self._holder() is threading.current_thread()

    def release(self) -> None:
        self._holder = None
        self._free.release()


class AsyncSlots:
    """A semaphore: a fixed number of slots, acquired before each use and released after it."""

    def __init__(self, number: int) -> None:
        self._free = anyio.Semaphore(number)

    async def acquire(self, seconds: float | None) -> None:
        """Acquire a slot; raise `TimeoutError` if none becomes free in time."""
        try:
            self._free.acquire_nowait()
        except anyio.WouldBlock:
            with anyio.fail_after(seconds):
                await self._free.acquire()

    def release(self) -> None:
        """Release the slot."""
        self._free.release()


class Slots:
    """A semaphore: a fixed number of slots, acquired before each use and released after it."""

    def __init__(self, number: int) -> None:
        self._free = threading.Semaphore(number)

    def acquire(self, seconds: float | None) -> None:
        """Acquire a slot; raise `TimeoutError` if none becomes free in time."""
        if not self._free.acquire(timeout=seconds):
            raise TimeoutError

    def release(self) -> None:
        """Release the slot."""
        self._free.release()


# Under an event loop, what is open stays referenced until it is closed, even if its user dropped it. Without a loop, a
# connection is referenced only by its user, so that it ends with them wherever they are interrupted.
AsyncOpenSet = set
OpenSet = weakref.WeakSet


class AsyncCrew(Generic[T]):
    """Runs functions concurrently, each in a task; results are taken in order of completion."""

    def __init__(self) -> None:
        self._done: deque[tuple[T | None, Exception | None]] = deque()
        self._came = anyio.Event()

    async def open(self) -> None:
        """Open the crew; the same task must close it."""
        self._group = await anyio.create_task_group().__aenter__()

    def start(self, function: Callable[[], Awaitable[T]]) -> None:
        """Start a function."""
        self._group.start_soon(self._run, function)

    async def _run(self, function: Callable[[], Awaitable[T]]) -> None:
        try:
            self._done.append((await function(), None))
        except Exception as error:
            self._done.append((None, error))
        self._came.set()

    async def take(self) -> T:
        """Wait for the next function to finish; return its result or raise its error."""
        while not self._done:
            self._came = anyio.Event()
            await self._came.wait()
        value, error = self._done.popleft()
        _raise_if(error)
        return cast("T", value)

    async def close(self) -> None:
        """Cancel the functions that are still running."""
        self._group.cancel_scope.cancel()
        await self._group.__aexit__(None, None, None)


class Crew(Generic[T]):
    """Runs functions concurrently, each in a thread; results are taken in order of completion.

    The threads do not keep the program from exiting.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[contextvars.Context, Callable[[], T]] | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads = 0

    def open(self) -> None:
        """Open the crew."""

    def start(self, function: Callable[[], T]) -> None:
        """Start a function."""
        if not self._idle.acquire(blocking=False):
            self._threads += 1
            threading.Thread(target=self._work, daemon=True).start()
        self._jobs.put((contextvars.copy_context(), function))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            context, function = job
            try:
                outcome: tuple[T | None, BaseException | None] = (context.run(function), None)
            except BaseException as error:
                outcome = (None, error)
            del job, context, function  # an idle thread must not hold references
            self._idle.release()
            self._done.put(outcome)
            del outcome

    def take(self) -> T:
        """Wait for the next function to finish; return its result or raise its error."""
        value, error = self._done.get()
        _raise_if(error)
        return cast("T", value)

    def close(self) -> None:
        """End idle threads; running functions are abandoned, because threads cannot be cancelled."""
        for _ in range(self._threads):
            self._jobs.put(None)


def _raise_if(error: BaseException | None) -> None:
    """Raise an error, if any, without keeping a reference: its traceback references this frame."""
    if error is not None:
        try:
            raise error
        finally:
            del error


def open_items(items: Iterable[T] | AsyncIterable[T]) -> Iterator[T] | AsyncIterator[T]:
    """Return the iterator of an iterable or async iterable."""
    return iter(items) if isinstance(items, Iterable) else aiter(items)


async def async_next_item(items: Iterator[T] | AsyncIterator[T], end: T) -> T:
    """Return the next item of a sync or async iterator, or `end`."""
    return next(items, end) if isinstance(items, Iterator) else await anext(items, end)


def next_item(items: Iterator[T] | AsyncIterator[T], end: T) -> T:
    """Return the next item of an iterator, or `end`."""
    return next(cast("Iterator[T]", items), end)
