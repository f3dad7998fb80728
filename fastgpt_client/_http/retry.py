"""The retry policy: decides, without I/O, whether and when a failed call is retried."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from fastgpt_client.exceptions import APIConnectionError, APIError, FastGPTError, RateLimitError

from .httpx import Headers

__all__ = ["RetryBudget", "RetryPolicy", "may_repeat", "retry_after"]

_SECONDS = re.compile(r"\d+(\.\d+)?\Z", re.ASCII)
_IN_MESSAGE = re.compile(r"try again in (\d{1,9}(?:\.\d+)?) ?s", re.IGNORECASE)


def may_repeat(error: FastGPTError, *, idempotent: bool) -> bool:
    """Return whether a retry is safe, and may succeed.

    Any call can be retried if its request never started, idempotent calls also if it may have. 503 counts as the latter
    because proxies (Envoy, Istio) send it after the server has received the request. An error in an envelope is final,
    unless the envelope itself says 425 or 503.
    """
    if isinstance(error, APIConnectionError):
        return idempotent or not error.request_sent
    if isinstance(error, RateLimitError):
        return True
    if not isinstance(error, APIError):
        return False
    if error.code is not None:
        return idempotent and error.code == error.status_code and error.code in (425, 503)
    return error.status_code == 425 or (idempotent and error.status_code in (408, 502, 503, 504))


class RetryPolicy(NamedTuple):
    """Exponential backoff with full jitter, added to the wait that the server asks for (up to `max_delay`)."""

    max_retries: int = 3
    retry_delay: float = 1.0  # seconds; doubled with each attempt
    max_delay: float = 60.0  # limit of both parts of a wait: FastGPT's rate limit has windows of 60 s
    max_total: float = 180.0  # no wait may end later than this after the start of the call
    repeats_limited: bool = True  # whether to retry after a rate limit; False if a run paces its calls itself

    def wait(
        self,
        error: FastGPTError,
        *,
        attempt: int,
        idempotent: bool,
        elapsed: float,
        deadline: float | None,
        random: float,
    ) -> float | None:
        """Return the seconds to wait before the next attempt, None to give up.

        `attempt` counts from 1; `elapsed` and `deadline` are seconds since the call began; `random` is in [0, 1).
        """
        if attempt > self.max_retries or not may_repeat(error, idempotent=idempotent):
            return None
        if isinstance(error, RateLimitError) and not self.repeats_limited:
            return None
        asked = (error.retry_after if isinstance(error, APIError) else None) or 0.0
        if asked > self.max_delay:
            return None
        # Jitter spreads clients that were given the same wait. The exponent is limited because 2.0 ** 1024 overflows.
        seconds = asked + random * min(self.max_delay, self.retry_delay * 2.0 ** min(attempt - 1, 64))
        limit = self.max_total if deadline is None else min(self.max_total, deadline)
        return seconds if elapsed + seconds < limit else None


def retry_after(headers: Headers, message: str, now: float, *, limited: bool) -> float | None:
    """Return the seconds that a response asks to wait, None if it does not.

    Checks `Retry-After` (seconds or a date) first; for a rate limit also `X-RateLimit-Reset` (epoch milliseconds; sent
    with accepted calls too), then the message of FastGPT's own limiter. Invalid and negative values are ignored; a date
    in the past means no wait. Dates are compared with the response's `Date`, because the local clock may be wrong, or
    with `now` (seconds since the epoch) if it is missing.
    """
    now = next((date for date in map(_epoch, headers.get_list("date")) if date is not None), now)
    for value in headers.get_list("retry-after"):
        if _SECONDS.match(value.strip()):
            return float(value)
        date = _epoch(value)
        if date is not None:
            return max(0.0, date - now)
    if not limited:
        return None
    for value in headers.get_list("x-ratelimit-reset"):
        if _SECONDS.match(value.strip()):
            return max(0.0, float(value) / 1000 - now)
    found = _IN_MESSAGE.search(message)
    return float(found[1]) if found else None


def _epoch(date: str) -> float | None:
    """Return an HTTP date as seconds since the epoch, None if it is invalid."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class RetryBudget:
    """A token bucket that limits the retries of all calls of a client together.

    It keeps many concurrent calls from flooding an overloaded server with retries. A retry takes a token; a successful
    call returns a tenth of one, and every second adds one.
    """

    capacity: float = 250.0
    per_success: float = 0.1
    per_second: float = 1.0

    def __init__(self) -> None:
        self.spent: bool = False  # whether a token was ever taken; until then the bucket is full
        self._tokens = self.capacity
        self._filled_at: float | None = None

    def take(self, now: float) -> bool:
        """Take a token for a retry; return False if none is left. `now` is the time of the monotonic clock."""
        if self._filled_at is not None:
            self._add((now - self._filled_at) * self.per_second)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        self.spent = True
        return True

    def succeeded(self) -> None:
        """Record a successful call."""
        self._add(self.per_success)

    def _add(self, tokens: float) -> None:
        self._tokens = min(self.capacity, self._tokens + tokens)
