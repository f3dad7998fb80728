"""The pace of a run: limits how often all its concurrent tasks call together."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from fastgpt_client._concurrency.locks import ThreadLock

__all__ = ["AsyncCall", "Call", "Pace"]

AsyncCall: TypeAlias = Callable[[], Awaitable[Any]]
Call: TypeAlias = Callable[[], Any]

_FIRST = 0.1  # seconds between calls if the actual rate is unknown
_LONGEST = 30.0
_RECOVERY = 0.9
_NONE = 0.01


class Pace:
    """Full speed until the server reports a rate limit; then half the speed, slowly recovering.

    Args:
        shortest: minimum interval between calls, in seconds.
    """

    def __init__(self, shortest: float = 0.0) -> None:
        self._shortest = self._interval = shortest
        self._next = 0.0
        self._slowed = float("-inf")
        self._starts: deque[float] = deque(maxlen=16)
        self._lock = ThreadLock()

    @property
    def interval(self) -> float:
        """The current interval between calls, in seconds."""
        return self._interval

    def start(self, now: float) -> float:
        """Return how many seconds a call that is ready now has to wait."""
        with self._lock:
            at = max(now, self._next)
            self._next = at + self._interval
            self._starts.append(at)
            return at - now

    def went_well(self) -> None:
        """Recover a little after a successful call."""
        with self._lock:
            if self._interval > self._shortest:
                self._interval = max(self._interval * _RECOVERY, self._shortest)
                if self._interval < _NONE:
                    self._interval = self._shortest

    def slow_down(self, began: float, now: float, retry_after: float | None) -> None:
        """Halve the speed after a rate limit; only once for all calls that began before the last slowdown."""
        with self._lock:
            if began > self._slowed:
                seen = (self._starts[-1] - self._starts[0]) / max(1, len(self._starts) - 1)
                self._interval = min(2 * (self._interval or seen) or _FIRST, _LONGEST)
                self._slowed = now
            self._next = max(self._next, now + (self._interval if retry_after is None else retry_after))
