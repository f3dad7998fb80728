"""Whether and when a failed call is repeated: one pure policy. The loop that sends only obeys it."""

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
    """Return whether a repeat can neither run something twice nor be answered in the same way.

    Safe for every call: a request that did not start. Safe for idempotent calls only: one that may have. 503 is among
    the latter, since proxies (Envoy, Istio) answer it after the server had the request. An error that the server
    explains in an envelope is its answer, unless the envelope says the same as 425 or 503.
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
    """Full jitter under an exponential bound, on top of what the server asks for, which is obeyed up to the cap."""

    max_retries: int = 3
    retry_delay: float = 1.0  # seconds; doubled with each attempt
    max_delay: float = 60.0  # no single wait is longer: FastGPT counts its rate limit in windows of 60 s
    max_total: float = 180.0  # no wait begins that would end later than this after the call began
    repeats_limited: bool = True  # whether a call that a rate limit refused is; else whoever has many calls waits

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
        """Return the seconds to wait before the next attempt, or None to give up.

        `attempt` counts from 1; `elapsed` and `deadline` are seconds since the call began; `random` lies in [0, 1).
        """
        if attempt > self.max_retries or not may_repeat(error, idempotent=idempotent):
            return None
        if isinstance(error, RateLimitError) and not self.repeats_limited:
            return None
        asked = (error.retry_after if isinstance(error, APIError) else None) or 0.0
        if asked > self.max_delay:
            return None
        # Many who were told the same time to wait must not come back at the same moment. The exponent is bounded too:
        # 2.0 ** 1024 overflows.
        seconds = asked + random * min(self.max_delay, self.retry_delay * 2.0 ** min(attempt - 1, 64))
        limit = self.max_total if deadline is None else min(self.max_total, deadline)
        return seconds if elapsed + seconds < limit else None


def retry_after(headers: Headers, message: str, now: float, *, limited: bool) -> float | None:
    """Return the seconds that an answer asks to wait, None if it does not say so.

    Read in this order: `Retry-After` (seconds or a date); if the answer is that of a rate limit, `X-RateLimit-Reset`
    (epoch milliseconds), which accepted calls bear too, and the message of FastGPT's own limiter. What cannot be
    read, or is negative, counts as not said; a date in the past is no wait. Dates are compared with the answer's own
    `Date`, since this machine's clock may be wrong; without one with `now`, seconds since the epoch.
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
    """Return an HTTP date as seconds since the epoch, None if it is none."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class RetryBudget:
    """How many repeats the calls of one client may still make together: a token bucket.

    A server that refuses everybody is not asked several times over by each of many calls. A repeat takes a token; each
    call that succeeds gives back a tenth of one, and each second one.
    """

    capacity: float = 250.0
    per_success: float = 0.1
    per_second: float = 1.0

    def __init__(self) -> None:
        self.spent: bool = False  # whether a repeat was taken; until then there is nothing to give back to
        self._tokens = self.capacity
        self._filled_at: float | None = None

    def take(self, now: float) -> bool:
        """Take the token of a repeat; return False if there is none left. `now` is the monotonic clock's time."""
        if self._filled_at is not None:
            self._add((now - self._filled_at) * self.per_second)
        self._filled_at = now
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        self.spent = True
        return True

    def succeeded(self) -> None:
        """Take note of a call that succeeded."""
        self._add(self.per_success)

    def _add(self, tokens: float) -> None:
        self._tokens = min(self.capacity, self._tokens + tokens)
