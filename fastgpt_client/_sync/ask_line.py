# Generated from _async_src/ask_line.py by scripts/generate.py: edit the source, not this file.
"""What all rows of a run share: how requests are sent, for how long they wait, and at which rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastgpt_client._concurrency import monotonic, sleep
from fastgpt_client._http.pace import Pace
from fastgpt_client.exceptions import RateLimitError

from .sender import Sender

if TYPE_CHECKING:
    from fastgpt_client._ask.settings import Reply

    from .calls import ChatCalls

# Seconds to wait for a run that another process started, or whose connection was cut, on servers that report its state.
_PATIENCE = 600.0
# Maximum number of consecutive retries of one question after a rate limit.
_LIMITS = 20


class AskLine:
    """How the rows of a run are asked.

    Args:
        params: parameters of each completion: `appId`, and others that a run sets.
        reply: function that answers the pauses of a run.
        pace: the rate limit shared by all concurrent questions; None to leave it to the client's retries.
        goes_on: whether to keep waiting for a turn; False once the run was stopped.
    """

    def __init__(
        self,
        client: ChatCalls,
        sender: Sender,
        params: dict[str, Any],
        reply: Reply | None,
        pace: Pace | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> None:
        options = sender.options
        if pace is not None:
            options = options._replace(retry=options.retry._replace(repeats_limited=False))
        self.client = client
        self.sender = sender.changed(options)
        self.patient_sender = sender.changed(options._replace(deadline=options.deadline or _PATIENCE))
        self.params = params
        self.reply = reply
        self.goes_on = goes_on
        self._pace = pace

    def next_start(self) -> float:
        """Return how many seconds the next question has to wait. Each call takes the next slot."""
        return 0.0 if self._pace is None else self._pace.start(monotonic())

    def wait(self, seconds: float) -> None:
        """Wait for the question's slot."""
        while seconds > 0.0 and self.goes_on():
            sleep(min(seconds, 1.0))  # in steps, because the run may be stopped meanwhile
            seconds -= 1.0

    def went_well(self) -> None:
        """Record that the server accepted a question."""
        if self._pace is not None:
            self._pace.went_well()

    def may_repeat(self, error: RateLimitError, began: float, times: int) -> bool:
        """Slow down all questions after a rejection, and return whether this one may be retried."""
        if self._pace is None:
            return False
        self._pace.slow_down(began, monotonic(), error.retry_after)
        return times < _LIMITS and self.goes_on()
