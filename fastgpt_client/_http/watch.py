"""Tells a caller's `on_call=` of each attempt."""

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
    """An attempt that `on_call` is told of when it is over.

    Attributes:
        failure: what it failed with; set before it is over.
    """

    def __init__(self, on_call: Callable[[CallAttempt], object], operation: str, number: int, *, stream: bool) -> None:
        self.failure: BaseException | None = None
        self._on_call = on_call
        self._operation = operation
        self._number = number
        self._stream = stream
        self._began = monotonic()

    def failed(self, error: BaseException, http: HTTPResponse | None) -> None:
        """Tell that the attempt is over by an error."""
        self.failure = error
        self.over(http)

    def over(self, http: HTTPResponse | None) -> None:
        """Tell that the attempt is over, and what answered it; what `on_call` raises is the caller's own."""
        told = CallAttempt(
            operation=self._operation,
            attempt=self._number,
            seconds=monotonic() - self._began,
            status=None if http is None else http.status_code,
            error=self.failure,
            request_id=None if http is None else request_id(http.headers),
            stream=self._stream,
        )
        self._on_call(told)
