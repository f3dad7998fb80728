"""Shows at once what a retry waits for, so that a user at a terminal need not guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastgpt_client.exceptions import APIConnectionError, APIError, RateLimitError

from .errors import connection_failure

if TYPE_CHECKING:
    from fastgpt_client.calls import CallAttempt

__all__ = ["RetryNotices"]


class RetryNotices:
    """Shows each wait before a retry.

    Attributes:
        show: called with each line; the default shows nothing.
    """

    def __init__(self, base_url: str, retries: int) -> None:
        self.show: Callable[[str], object] = str
        self._base_url, self._retries = base_url, retries
        self._shown: tuple[str, int] | None = None

    def on_call(self, call: CallAttempt) -> None:
        """Show the wait that follows a failed attempt. Of many calls that wait for the same, only one is shown."""
        if call.error is None:
            self._shown = None
        elif call.retry_in is not None:
            reason = _reason(call.error, self._base_url)
            if self._shown != (reason, call.attempt):
                self._shown = reason, call.attempt
                self.show(f"{reason}; retrying in {call.retry_in:.1f} s ({call.attempt} of {self._retries})")


def _reason(error: BaseException, base_url: str) -> str:
    if isinstance(error, APIConnectionError):
        return connection_failure(error, base_url)
    if isinstance(error, RateLimitError):
        return f"{base_url} limits the number of requests"
    status = f" (HTTP {error.status_code})" if isinstance(error, APIError) else ""
    return f"{base_url} is not available{status}"
