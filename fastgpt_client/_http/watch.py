"""Report each attempt to the caller's `on_call=`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastgpt_client._concurrency import monotonic
from fastgpt_client.calls import CallAttempt

from .transport import request_id

if TYPE_CHECKING:
    from .httpx import HTTPResponse

__all__ = ["CallWatch"]


class CallWatch:
    """An attempt that is reported to `on_call` when it ends.

    Attributes:
        failure: the error it failed with, set before it ends.
        retry_in: seconds until the next attempt, set before it ends; None if there is none.
    """

    def __init__(self, on_call: Callable[[CallAttempt], object], operation: str, number: int, *, stream: bool) -> None:
        self.failure: BaseException | None = None
        self.retry_in: float | None = None
        self._on_call = on_call
        self._operation = operation
        self._number = number
        self._stream = stream
        self._began = monotonic()

    def failed(self, error: BaseException, http: HTTPResponse | None, retry_in: float | None = None) -> None:
        """Report that the attempt failed."""
        self.failure, self.retry_in = error, retry_in
        self.over(http)

    def over(self, http: HTTPResponse | None) -> None:
        """Report that the attempt ended, with its response; exceptions of `on_call` are passed on."""
        told = CallAttempt(
            operation=self._operation,
            attempt=self._number,
            seconds=monotonic() - self._began,
            status=None if http is None else http.status_code,
            error=self.failure,
            request_id=None if http is None else request_id(http.headers),
            stream=self._stream,
            retry_in=self.retry_in,
        )
        self._on_call(told)
