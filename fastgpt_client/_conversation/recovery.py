"""Recover a completion whose answer did not arrive: decides from the server's records, without I/O.

The question may have been lost, may still be running, or may have been answered and saved. It is looked up, and sent
again only if the server refuses duplicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from fastgpt_client._api.chat_lookup import is_transient
from fastgpt_client.exceptions import ConflictError, FastGPTError

from .pauses import Pause, after_pause, asked_back

if TYPE_CHECKING:
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.responses import ChatCompletion
    from fastgpt_client.types import ChatRecord

__all__ = ["RecoveryAction", "TurnRecovery", "TurnResult"]

# A request that was cut may still reach the server: look it up this many times before giving up.
_MAX_MISSES = 4
_FIRST_DELAY = 0.25
_MAX_DELAY = 4.0
# Maximum total wait of a turn for a server that is still generating.
_BUDGET_SECONDS = 60.0


class TurnResult(NamedTuple):
    """The result of a turn, as stored by its conversation.

    `item_id` is the ID of the answer, None if there is none. `pause_is_known` is False if the run may be waiting at an
    unknown pause. `unseen` is True if the run may still be in progress although its stream is no longer read.
    """

    answer: ChatCompletion | None = None
    item_id: str | None = None
    pause: Pause | None = None
    pause_is_known: bool = False
    unseen: bool = False


class RecoveryAction(Enum):
    """The next step of a recovery."""

    RAISE = "raise"
    LOOK = "wait, then look at the server"
    READ = "read the records"
    RESEND = "wait, then send the same request again"
    ASK_AGE = "ask whether the server refuses a second copy"
    FOUND = "take the record"


class TurnRecovery:
    """Tracks a completion through its failures. `now` is the time of the monotonic clock.

    Args:
        item_id: the ID requested for the answer.
        pause: the pause that the message answers.
        recover: whether to look anything up.
        repeats: how often the question may be sent again after its outcome was unknown.
        streamed_by: "v1" or "v2" if the answer is a stream. v1 ends the run when its connection is cut.
        pause_is_known: whether a `pause` of None means that the message is known not to answer one.
        seconds: maximum total wait, counted from the first failure; one minute by default.
        ends: when recovery must end in any case.

    Attributes:
        turn_id: the actual ID of the answer: the reply to a pause is usually appended to the answer that paused.
        server_tells: whether the server can report that a run is in progress.
        lost: the last failure after which an attempt may have reached the server, None if there was none.
        over: whether the server last reported that no run is in progress.
        record: the saved answer once found, without the part before the reply.
        delay: seconds to wait before the step decided last.
    """

    def __init__(
        self,
        item_id: str,
        *,
        pause: Pause | None = None,
        recover: bool = True,
        repeats: int = 3,
        streamed_by: str = "",
        pause_is_known: bool = True,
        seconds: float | None = None,
        ends: float | None = None,
    ) -> None:
        self.item_id = item_id
        self.turn_id = pause.item_id if pause is not None and pause.appends else item_id
        self.pause = pause
        self.server_tells = True
        self.lost: FastGPTError | None = None
        self.over = False
        self.record: ChatRecord | None = None
        self.delay = 0.0
        self.refused = False  # as a duplicate: the run of the first copy is over
        self._recover = recover
        self._repeats = repeats
        self._streamed_by = streamed_by
        self._pause_is_known = pause_is_known
        self._seconds = _BUDGET_SECONDS if seconds is None else seconds
        self._ends = ends
        self._began = False  # the run is known to have started: it must not be requested again
        self._wait = _FIRST_DELAY
        self._absent = 0
        self._seen = False

    # --- state ------------------------------------------------------------------------------------------------------

    @property
    def ends_with_caller(self) -> bool:
        """Whether the server is expected to end the run when its connection is cut.

        This is the case for streams of v1, and of v2 before 4.14.4. The saved answer may then be incomplete, and
        nothing shows whether it is.
        """
        return self._streamed_by == "v1" or (self._streamed_by == "v2" and not self.server_tells)

    def left(self, now: float) -> float:
        """Return how many seconds are left."""
        if self._ends is None:
            self._ends = now + self._seconds
        return max(0.0, self._ends - now)

    # --- events -----------------------------------------------------------------------------------------------------

    def opened(self, *, by_v1: bool = False) -> None:
        """Record that the stream began: the run has started, and recovery gets a fresh time budget."""
        self._began = True
        self._ends = None
        if by_v1:
            self._streamed_by = "v1"

    def on_failure(self, error: FastGPTError, now: float) -> RecoveryAction:
        """Decide after an error of the call itself."""
        if isinstance(error, ConflictError):
            generating = error.status_text == "chatIsGenerating"
            if self.lost is None:
                return self._resend(now) if generating else RecoveryAction.RAISE
            # An earlier copy did arrive, or another run of this chat is in progress.
            self.refused = self.over = not generating
            return self._look(now)
        if not error.outcome_unknown:
            return RecoveryAction.RAISE
        self.lost = error
        self.over = self.refused = False
        self._absent = 0
        self._wait = _FIRST_DELAY
        if not self._recover or (self._began and self.ends_with_caller):
            return RecoveryAction.RAISE
        return self._look(now)

    def on_status(self, generating: bool | None, now: float) -> RecoveryAction:
        """Decide from the server's status of the run, None if it is unknown."""
        self.over = generating is False
        if not generating:
            return RecoveryAction.READ
        self._seen = False
        return self._look(now)

    def on_untold(self) -> RecoveryAction:
        """Decide for a server before 4.14.11, which cannot report whether a run is in progress."""
        self.server_tells = False
        return RecoveryAction.RAISE if self._began and self.ends_with_caller else RecoveryAction.READ

    def on_records(self, records: Sequence[ChatRecord] | None, now: float) -> RecoveryAction:
        """Decide from the newest messages of the chat, None if they cannot be read."""
        if records is None:
            return self._look(now)
        record = self.find(records)
        # An answer in progress is listed empty, and the run may start between reading the status and the records.
        seen_before, self._seen = self._seen, record is not None and self.over
        if record is not None:
            if not record.get("value") and not (self.over and (seen_before or self.refused)):
                return self._look(now)
            self.record = record
            self.turn_id = record["dataId"]
            return RecoveryAction.FOUND
        if not self.over:
            return self._look(now)
        # A reply appended to the answer that paused has no ID in the records, and a copy would be taken as a question.
        answers_a_pause = self.turn_id != self.item_id or (not self._pause_is_known and asked_back(records))
        if self._began or self.refused or self._repeats <= 0 or answers_a_pause:
            return self.on_age(now, refuses_copies=False)
        return RecoveryAction.ASK_AGE

    def on_age(self, now: float, *, refuses_copies: bool) -> RecoveryAction:
        """Decide for a question that the server does not have, by whether it would refuse a duplicate."""
        if refuses_copies and (step := self._resend(now)) is RecoveryAction.RESEND:
            self._repeats -= 1
            return step
        self._absent += 1
        return RecoveryAction.RAISE if self._absent >= _MAX_MISSES else self._look(now)

    def on_look_error(self, error: FastGPTError, now: float) -> RecoveryAction:
        """Decide after a lookup that failed too."""
        return self._look(now) if is_transient(error) else RecoveryAction.RAISE

    def _look(self, now: float) -> RecoveryAction:
        return self._step(RecoveryAction.LOOK, self.left(now) > self._wait)

    def _resend(self, now: float) -> RecoveryAction:
        # Leave time for the call itself after the wait.
        return self._step(RecoveryAction.RESEND, self.left(now) > 2 * self._wait)

    def _step(self, step: RecoveryAction, in_time: bool) -> RecoveryAction:
        """Return a step that starts with a wait if there is time for it, otherwise `RAISE`."""
        if not in_time:
            return RecoveryAction.RAISE
        self.delay = self._wait
        self._wait = min(self.delay * 2, _MAX_DELAY)
        return step

    def failure(self, error: FastGPTError) -> FastGPTError:
        """Return the error to raise in the end: the original one if a duplicate was refused."""
        return self.lost if self.lost is not None and isinstance(error, ConflictError) else error

    # --- results ----------------------------------------------------------------------------------------------------

    def find(self, records: Sequence[ChatRecord]) -> ChatRecord | None:
        """Return the answer, None if it is not found."""
        answers = {record.get("dataId"): record for record in records if record.get("obj") == "AI"}
        if self.item_id in answers:
            return answers[self.item_id]
        pause = self.pause
        if pause is None or not pause.appends or pause.item_id not in answers:
            return None
        return after_pause(answers[pause.item_id], pause.number)

    def pause_after(self, node: InteractiveNode, nodes: frozenset[str]) -> Pause:
        """Return where the run waits after the turn ended with a pause; `nodes` are the IDs of the reported nodes."""
        before = self.pause
        if before is not None and before.item_id == self.turn_id:
            return Pause(node, self.turn_id, before.number + 1, nodes | before.nodes)
        return Pause(node, self.turn_id, 1, nodes)

    def result(self, answer: ChatCompletion | None, *, pauses_are_told: bool = True) -> TurnResult:
        """Return the result of a turn that the server accepted, with its answer if it was completed."""
        if answer is None:
            return TurnResult(item_id=self.turn_id)
        node = answer.interactive
        if node is None:
            return TurnResult(answer, self.turn_id, None, pause_is_known=pauses_are_told)
        nodes = frozenset(str(node.get("id")) for node in answer.node_responses)
        return TurnResult(answer, self.turn_id, self.pause_after(node, nodes), pause_is_known=True)
