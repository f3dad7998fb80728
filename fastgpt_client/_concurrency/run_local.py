"""Values that belong to one process and one event loop, such as connections.

A connection opened before a fork is shared with the parent process, and one opened in another event loop waits for a
selector that may no longer be polled: neither may be used.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, Generic, TypeVar

__all__ = ["AsyncPlace", "AsyncRunLocal", "Place", "RunLocal"]

T = TypeVar("T")

# Values of the parent process, kept forever: garbage collection would close what the parent uses.
_of_the_parent: list[object] = []


class RunLocal(Generic[T]):
    """A value per process, created on first use and shared by threads."""

    def __init__(self, make: Callable[[], T], close: Callable[[T], None], abandon: Callable[[T], None]) -> None:
        del abandon  # only needed with event loops
        self._make = make
        self._close = close
        self._lock = threading.Lock()
        self._made: tuple[int, T] | None = None

    def get(self) -> T:
        """Return this process's value."""
        made = self._made
        if made is not None and made[0] == os.getpid():
            return made[1]
        self._forget_the_parent()
        with self._lock:
            if self._made is None:
                self._made = os.getpid(), self._make()
            return self._made[1]

    def _forget_the_parent(self) -> None:
        if self._made is not None and self._made[0] != os.getpid():
            _of_the_parent.append(self._made)
            # At the fork, the parent's lock may have been held by a thread that does not exist here.
            self._lock, self._made = threading.Lock(), None

    def close(self) -> None:
        """Close this process's value, if it was created."""
        self._forget_the_parent()
        made, self._made = self._made, None
        if made is not None:
            self._close(made[1])


class AsyncRunLocal(Generic[T]):
    """A value per event loop and process, created on first use.

    A value is closed in its own loop: by `close`, or when the loop ends. `abandon` is called for values whose loop
    cannot close them, because it is another loop or was closed without finalizing its generators.
    """

    def __init__(
        self, make: Callable[[], T], close: Callable[[T], Awaitable[None]], abandon: Callable[[T], None]
    ) -> None:
        self._make = make
        self._close = close
        self._abandon = abandon
        # By object ID. All operations work without a lock, which Ctrl-C or a fork could leave locked.
        self._made: dict[int, _Made[T]] = {}

    def get(self) -> T:
        """Return the value of the running event loop."""
        loop, process = _running_loop(), os.getpid()
        for made in [*self._made.values()]:
            if made.loop is loop and made.process == process and not made.closed:
                return made.value
        self._forget_others(process)
        made = _Made(process, loop, self._make())
        made.guard = self._close_with_loop(made)
        with contextlib.suppress(StopIteration):
            anext(made.guard).send(None)  # start the generator; it awaits nothing yet
        self._made[id(made)] = made
        return made.value

    async def _close_with_loop(self, made: _Made[T]) -> AsyncGenerator[None, None]:
        """Close a value when its event loop ends: asyncio and trio then finalize the remaining generators."""
        try:
            yield
        finally:
            if made.process == os.getpid():
                self._made.pop(id(made), None)
                await self._close(made.value)

    def _forget_others(self, process: int) -> None:
        for made in [*self._made.values()]:
            if made.process != process:
                _of_the_parent.append(made)
                self._made.pop(id(made), None)
            elif _has_ended(made.loop) and self._made.pop(id(made), None) is not None:
                self._abandon(made.value)

    async def close(self) -> None:
        """Close the value of the running loop; abandon those of other loops, which close them when they end."""
        loop = _running_loop()
        self._forget_others(os.getpid())
        for made in [*self._made.values()]:
            made.closed = True
            if made.loop is loop:
                await made.guard.aclose()
            else:
                self._abandon(made.value)


class Place:
    """The process in which it was created; connections opened there cannot be used elsewhere."""

    def __init__(self) -> None:
        self._process = os.getpid()

    def is_here(self) -> bool:
        """Return whether the current process is this one."""
        return os.getpid() == self._process

    def run_there(self, work: Callable[[], object]) -> None:
        """Do nothing: work cannot be run in another process."""


class AsyncPlace(Place):
    """The event loop in which it was created, and its process."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = _running_loop()
        self._running = _running_loop
        if hasattr(self._loop, "call_soon_threadsafe"):
            from asyncio import get_running_loop  # noqa: PLC0415 - not needed under trio

            self._running = get_running_loop  # faster; called before each read

    def is_here(self) -> bool:
        """Return whether its event loop is the running one."""
        try:
            return self._running() is self._loop and os.getpid() == self._process
        except RuntimeError:  # no asyncio loop is running
            return False

    def has_ended(self) -> bool:
        """Return whether its event loop has ended, or belongs to another process."""
        return os.getpid() != self._process or _has_ended(self._loop)

    def run_there(self, work: Callable[[], object]) -> None:
        """Schedule work in its event loop, if that runs in this process."""
        if os.getpid() == self._process:
            soon = getattr(self._loop, "call_soon_threadsafe", None) or self._loop.run_sync_soon
            with contextlib.suppress(RuntimeError):  # the loop has ended, and its connections with it
                soon(work)


class _Made(Generic[T]):
    def __init__(self, process: int, loop: Any, value: T) -> None:
        self.process = process
        self.loop = loop
        self.value = value
        self.closed = False
        self.guard: AsyncGenerator[None, None]


def _running_loop() -> Any:
    """Return an object that identifies the running event loop: asyncio's loop, or trio's token."""
    from anyio.lowlevel import current_token  # noqa: PLC0415 - not needed without an event loop

    token = current_token()
    return getattr(token, "native_token", token)  # anyio 4.11 and later wrap it


def _has_ended(loop: Any) -> bool:
    if hasattr(loop, "is_closed"):
        return bool(loop.is_closed())
    try:
        loop.run_sync_soon(_nothing)
    except sys.modules["trio"].RunFinishedError:
        return True
    return False


def _nothing() -> None: ...
