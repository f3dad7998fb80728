"""How fast a run calls: one pace for all that it does at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from fastgpt_client._concurrency.locks import ThreadLock

__all__ = ["AsyncCall", "Call", "Pace"]

AsyncCall: TypeAlias = Callable[[], Awaitable[Any]]
Call: TypeAlias = Callable[[], Any]

_FIRST = 0.1  # seconds between two calls, where nothing is known of how fast they were
_LONGEST = 30.0
_RECOVERY = 0.9
_NONE = 0.01


class Pace:
    """As fast as can be, until the server says that it is too much: then half as fast, and slowly faster again.

    Args:
        shortest: the seconds between two calls at full pace.
    """

    def __init__(self, shortest: float = 0.0) -> None:
        self._shortest = self._interval = shortest
        self._next = 0.0
        self._slowed = float("-inf")
        self._starts: deque[float] = deque(maxlen=16)
        self._lock = ThreadLock()

    @property
    def interval(self) -> float:
        """The seconds between two calls."""
        return self._interval

    def start(self, now: float) -> float:
        """Return how many seconds a call has to wait that would like to begin now."""
        with self._lock:
            at = max(now, self._next)
            self._next = at + self._interval
            self._starts.append(at)
            return at - now

    def went_well(self) -> None:
        """Recover a little: the server took a call."""
        with self._lock:
            if self._interval > self._shortest:
                self._interval = max(self._interval * _RECOVERY, self._shortest)
                if self._interval < _NONE:
                    self._interval = self._shortest

    def slow_down(self, began: float, now: float, retry_after: float | None) -> None:
        """Halve the pace, since the server refused a call that began at a time; once for all that began before."""
        with self._lock:
            if began > self._slowed:
                seen = (self._starts[-1] - self._starts[0]) / max(1, len(self._starts) - 1)
                self._interval = min(2 * (self._interval or seen) or _FIRST, _LONGEST)
                self._slowed = now
            self._next = max(self._next, now + (self._interval if retry_after is None else retry_after))
