# Generated from _async_src/ask_line.py by scripts/generate.py: edit the source, not this file.
"""What all rows of a run are asked over: how they are sent, how patiently, and at which pace."""

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

# How long a run is waited for that another process began, or whose connection was cut, on servers that tell.
_PATIENCE = 600.0
# How often in a row one question is sent again that a rate limit refused.
_LIMITS = 20


class AskLine:
    """How the rows of a run are asked.

    Args:
        params: of each completion: `appId`, and what else a run sets.
        reply: what answers the pauses of a run.
        pace: how fast it may ask, shared by all that ask at the same time; None to leave that to the client's retries.
        goes_on: whether a pace is still waited for; a run that was stopped does not.
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
        """Return how many seconds the next question has to wait: each call takes a place in the line."""
        return 0.0 if self._pace is None else self._pace.start(monotonic())

    def wait(self, seconds: float) -> None:
        """Wait for a question's place in the line."""
        while seconds > 0.0 and self.goes_on():
            sleep(min(seconds, 1.0))  # in steps: the run may be stopped meanwhile
            seconds -= 1.0

    def went_well(self) -> None:
        """Take note that the server took a question."""
        if self._pace is not None:
            self._pace.went_well()

    def may_repeat(self, error: RateLimitError, began: float, times: int) -> bool:
        """Slow all down after a refusal; return whether this question, refused so many times, may be sent again."""
        if self._pace is None:
            return False
        self._pace.slow_down(began, monotonic(), error.retry_after)
        return times < _LIMITS and self.goes_on()
