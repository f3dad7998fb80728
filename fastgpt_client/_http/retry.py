"""Whether and when a failed call is repeated: one pure policy. The loop that sends only obeys it."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from fastgpt_client.exceptions import APIConnectionError, APIError, FastGPTError, RateLimitError

from .httpx import Headers

__all__ = ["RetryPolicy", "may_repeat", "retry_after"]

_SECONDS = re.compile(r"\d+(\.\d+)?\Z", re.ASCII)
_IN_MESSAGE = re.compile(r"try again in (\d{1,9}(?:\.\d+)?) ?s", re.IGNORECASE)


def may_repeat(error: FastGPTError, *, idempotent: bool) -> bool:
    """Return whether a repeat can neither run something twice nor be answered in the same way.

    Safe for every call: what surely did not start. Safe for idempotent ones only: what may have. An error that the
    server itself explains in its envelope is its answer, and stays one however often it is asked for.
    """
    if isinstance(error, APIConnectionError):
        return idempotent or not error.request_sent
    if isinstance(error, RateLimitError):
        return True
    if isinstance(error, APIError) and error.code is None:
        return error.status_code in (425, 503) or (idempotent and error.status_code in (408, 502, 504))
    return False


class RetryPolicy(NamedTuple):
    """Full jitter under an exponential bound; what the server asks for is obeyed up to the cap."""

    max_retries: int = 3
    retry_delay: float = 1.0  # seconds; doubled with each attempt
    max_delay: float = 60.0  # no single wait is longer: FastGPT counts its rate limit in windows of 60 s
    max_total: float = 180.0  # no wait begins that would end later than this after the call began

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
        asked = error.retry_after if isinstance(error, APIError) else None
        if asked is None:
            # The exponent is bounded too: 2.0 ** 1024 overflows.
            seconds = random * min(self.max_delay, self.retry_delay * 2.0 ** min(attempt - 1, 64))
        elif asked <= self.max_delay:
            seconds = asked
        else:
            return None
        limit = self.max_total if deadline is None else min(self.max_total, deadline)
        return seconds if elapsed + seconds < limit else None


def retry_after(headers: Headers, message: str, now: float, *, limited: bool) -> float | None:
    """Return the seconds that an answer asks to wait, None if it does not say so; `now` is seconds since the epoch.

    Read in this order: `Retry-After` (seconds or a date); if the answer is that of a rate limit, `X-RateLimit-Reset`
    (epoch milliseconds), which accepted calls bear too, and the message of FastGPT's own limiter. What cannot be
    read, or is negative, counts as not said; a date in the past is no wait.
    """
    for value in headers.get_list("retry-after"):
        if _SECONDS.match(value.strip()):
            return float(value)
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - now)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    if not limited:
        return None
    for value in headers.get_list("x-ratelimit-reset"):
        if _SECONDS.match(value.strip()):
            return max(0.0, float(value) / 1000 - now)
    found = _IN_MESSAGE.search(message)
    return float(found[1]) if found else None
