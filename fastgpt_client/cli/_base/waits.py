"""What a command waits for before it sends a call again, shown at once: a user at a terminal need not guess."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import local
from typing import TYPE_CHECKING

from fastgpt_client.exceptions import APIConnectionError, APIError, RateLimitError

from .errors import connection_failure

if TYPE_CHECKING:
    from fastgpt_client.calls import CallAttempt

__all__ = ["Waits"]

_LOGGER = logging.getLogger("fastgpt_client")


class Waits(logging.Handler):
    """Shows each wait before a retry.

    A client's `on_call` gets the error of an attempt, and the logger's INFO record, emitted right after it in the same
    thread, says that a retry follows and when.

    Attributes:
        show: is called with each line.
    """

    def __init__(self, base_url: str, retries: int) -> None:
        super().__init__(logging.INFO)
        self.show: Callable[[str], object] = str
        self._base_url, self._retries = base_url, retries
        self._failed = local()
        self._shown: tuple[str, int] | None = None
        self._level = _LOGGER.level

    def open(self, show: Callable[[str], object]) -> None:
        """Start to show waits."""
        self.show = show
        self._level = _LOGGER.level
        _LOGGER.addHandler(self)
        if not _LOGGER.isEnabledFor(logging.INFO):
            _LOGGER.setLevel(logging.INFO)

    def close(self) -> None:
        """Show no more of them."""
        _LOGGER.removeHandler(self)
        _LOGGER.setLevel(self._level)
        super().close()

    def on_call(self, call: CallAttempt) -> None:
        """Note what became of an attempt."""
        self._failed.error = call.error
        if call.error is None:
            self._shown = None

    def emit(self, record: logging.LogRecord) -> None:
        """Show the wait of a retry; of many calls that wait for the same, only one is shown."""
        match record.args, getattr(self._failed, "error", None):
            case (_, _, int(attempt), _, float(seconds)), Exception() as error:
                reason = _reason(error, self._base_url)
                if self._shown != (reason, attempt):
                    self._shown = reason, attempt
                    self.show(f"{reason}; retrying in {seconds:.1f} s ({attempt} of {self._retries})")
            case _:
                pass


def _reason(error: Exception, base_url: str) -> str:
    if isinstance(error, APIConnectionError):
        return connection_failure(error, base_url)
    if isinstance(error, RateLimitError):
        return f"{base_url} limits how often it may be asked"
    status = f" (HTTP {error.status_code})" if isinstance(error, APIError) else ""
    return f"{base_url} is not available{status}"
