"""What became of a turn whose answer did not arrive: decided from what the server kept, without I/O.

A question may have been lost on its way, be running still, or be answered and saved. It is asked again only when the
server surely does not have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, cast

from fastgpt_client._api.completion import innermost
from fastgpt_client._json import as_object
from fastgpt_client.exceptions import (
    APIConnectionError,
    APIError,
    ConflictError,
    FastGPTError,
    RateLimitError,
    StreamInterruptedError,
)
from fastgpt_client.interactive import PaymentPause, interactive_node

if TYPE_CHECKING:
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.responses import ChatCompletion
    from fastgpt_client.types import ChatRecord, ContentItem

__all__ = [
    "Pause",
    "RecoveryAction",
    "TurnRecovery",
    "TurnResult",
    "is_transient",
    "open_pause",
    "outcome_unknown",
    "pending_node",
]

# A request that was cut may still be on its way into the server: it is looked for this often before it counts as lost.
_MAX_MISSES = 4
_FIRST_DELAY = 0.25
_MAX_DELAY = 4.0


class Pause(NamedTuple):
    """Where a run waits for the user: in which answer, and at which of its pauses, counted from 1.

    `appends`: what follows the reply is added to that answer. `may_be_passed`: any question goes on from there.
    `nodes` are the ids of the nodes that were told of already.
    """

    item_id: str
    number: int
    appends: bool
    may_be_passed: bool
    nodes: frozenset[str]

    @classmethod
    def of(cls, node: InteractiveNode, item_id: str, number: int, nodes: frozenset[str] = frozenset()) -> Pause:
        return cls(item_id, number, node.appends, isinstance(node, PaymentPause), nodes)


def open_pause(records: Sequence[ChatRecord]) -> Pause | None:
    """Return where a chat waits, None if it does not: its last answer ends with a pause that was not answered."""
    answers = [record for record in records if record.get("obj") == "AI"]
    node = pending_node(answers[-1]) if answers else None
    return None if node is None else Pause.of(node, answers[-1]["dataId"], len(_pauses(_items(answers[-1]))))


def pending_node(answer: ChatRecord) -> InteractiveNode | None:
    """Return what a saved answer waits for, None if it does not: it ends with a pause that was not answered."""
    items = _items(answer)
    node = interactive_node(items[-1].get("interactive")) if items else None
    return None if node is None or _was_answered(items[-1]) else node


def _items(record: ChatRecord) -> list[ContentItem]:
    return record.get("value") or []


def _pauses(items: list[ContentItem]) -> list[int]:
    """Return where in an answer its pauses are."""
    return [index for index, item in enumerate(items) if "interactive" in item]


def _was_answered(item: ContentItem) -> bool:
    """Return whether the server noted an answer in a pause."""
    params = as_object(as_object(innermost(item.get("interactive"))).get("params"))
    return any(params.get(mark) for mark in ("userSelectedVal", "submitted", "answer", "continue"))


def outcome_unknown(error: FastGPTError) -> bool:
    """Return whether the run may have begun although its answer did not arrive."""
    if isinstance(error, APIConnectionError):
        return error.request_sent
    if isinstance(error, StreamInterruptedError):
        return True
    # An answer that could not be read, and the words of a proxy between: 503 says that it did not pass the call on.
    unread = (200, 408, 500, 502, 504)
    return isinstance(error, APIError) and error.code is None and error.status_code in unread


def is_transient(error: FastGPTError) -> bool:
    """Return whether a look at the server that ended so may be made again."""
    if isinstance(error, APIError):
        return isinstance(error, RateLimitError) or error.code is None
    return isinstance(error, APIConnectionError)


class TurnResult(NamedTuple):
    """What a conversation keeps of a turn.

    `item_id` is that of the answer, None if there is none. `pause_is_known` is False if the run may wait somewhere
    without our knowing. `unseen` is True of a run that may still be going on although nobody reads it any more.
    """

    answer: ChatCompletion | None = None
    item_id: str | None = None
    pause: Pause | None = None
    pause_is_known: bool = False
    unseen: bool = False


class RecoveryAction(Enum):
    """What to do next."""

    RAISE = "raise"
    POLL = "poll"
    WAIT_AND_RESEND = "wait and resend"
    RESEND = "resend"
    FOUND = "found"


class TurnRecovery:
    """Follows one turn through its failures. `now` is the clock's time.

    Args:
        item_id: the id that the turn's answer is asked to have.
        pause: the pause that the turn's message answers.
        pause_is_known: whether there is surely none where `pause` is None.
        repeats: how often the question may be asked again after its fate was unknown.
        seconds: how long the turn may wait in all, counted from its first failure.
        ends: when it must be over, whatever happens.

    Attributes:
        turn_id: the id that the answer gets: the reply to a pause is mostly appended to the answer that asked.
        server_tells: whether the server can say that a run is going on.
        lost_track: whether an attempt may have arrived without our knowing.
        over: whether the server said, last time, that nothing is going on.
        record: the saved answer, once it was found; without what stood before the reply.
    """

    def __init__(
        self,
        item_id: str,
        *,
        pause: Pause | None = None,
        pause_is_known: bool = True,
        recover: bool = True,
        repeats: int = 3,
        seconds: float = 60.0,
        ends: float | None = None,
    ) -> None:
        self.item_id = item_id
        self.turn_id = pause.item_id if pause is not None and pause.appends else item_id
        self.server_tells = True
        self.lost_track = False
        self.over = False
        self.record: ChatRecord | None = None
        self.pause = pause
        self._pause_is_known = pause_is_known
        self._recover = recover
        self._repeats = repeats
        self._seconds = seconds
        self._ends = ends
        self._began = False  # the run surely began: it must not be asked for again
        self._wait = _FIRST_DELAY
        self._absent = 0
        self._seen = False

    def opened(self) -> None:
        """Take note that the stream began: the run did, too, and a cut has time of its own."""
        self._began = True
        self._ends = None

    def left(self, now: float) -> float:
        """Return how many seconds the turn still has."""
        if self._ends is None:
            self._ends = now + self._seconds
        return max(0.0, self._ends - now)

    def on_failure(self, error: FastGPTError, now: float) -> RecoveryAction:
        """Decide on an error of the call itself."""
        left = self.left(now)
        if isinstance(error, ConflictError):
            if self.lost_track:
                return self._look(left)  # it generates, or its id was used, because an earlier attempt did arrive
            # After the wait there must be time for the call itself.
            worth_it = error.status_text == "chatIsGenerating" and left > 2 * self._wait
            return RecoveryAction.WAIT_AND_RESEND if worth_it else RecoveryAction.RAISE
        if not outcome_unknown(error):
            return RecoveryAction.RAISE
        self.lost_track = True
        self.over = False
        self._absent = 0
        self._wait = _FIRST_DELAY
        return self._look(left) if self._recover else RecoveryAction.RAISE

    def on_poll(self, records: Sequence[ChatRecord], generating: bool | None, now: float) -> RecoveryAction:
        """Decide on what the server has; `generating` is None on servers that do not tell."""
        self.over = generating is False
        record = self.find(records)
        # An answer is listed empty while it is made, and the run may begin between the looks at state and records.
        seen_before, self._seen = self._seen, record is not None and self.over
        if record is not None and not generating and (_items(record) or (seen_before and self.over)):
            self.record = record
            self.turn_id = record["dataId"]
            return RecoveryAction.FOUND
        if record is None and self.over:
            self._absent += 1
            if self._absent >= _MAX_MISSES:
                if self._began or self._repeats <= 0 or self._may_have_answered(records):
                    return RecoveryAction.RAISE
                self._repeats -= 1
                return RecoveryAction.RESEND
        return self._look(self.left(now))

    def on_poll_error(self, error: FastGPTError, now: float) -> RecoveryAction:
        """Decide after a look that got no answer either."""
        return self._look(self.left(now)) if is_transient(error) else RecoveryAction.RAISE

    def _look(self, left: float) -> RecoveryAction:
        return RecoveryAction.POLL if left > self._wait else RecoveryAction.RAISE

    def next_delay(self) -> float:
        """Return the seconds to wait before the next step."""
        seconds = self._wait
        self._wait = min(seconds * 2, _MAX_DELAY)
        return seconds

    def find(self, records: Sequence[ChatRecord]) -> ChatRecord | None:
        """Return the turn's answer, None if it is not there."""
        answers = {record.get("dataId"): record for record in records if record.get("obj") == "AI"}
        if self.item_id in answers:
            return answers[self.item_id]
        pause = self.pause
        if pause is None or not pause.appends or pause.item_id not in answers:
            return None
        return _after(answers[pause.item_id], pause.number)

    def _may_have_answered(self, records: Sequence[ChatRecord]) -> bool:
        """Return whether the message may be what answered a pause that nobody here knew of."""
        answers = [record for record in records if record.get("obj") == "AI"]
        asked_back = bool(answers) and bool(_pauses(_items(answers[-1])))
        return asked_back and not self._pause_is_known and open_pause(records) is None

    def pause_after(self, node: InteractiveNode | None, nodes: frozenset[str]) -> Pause | None:
        """Return where the run waits now, if the turn ended with another pause."""
        if node is None:
            return None
        before = self.pause
        if before is not None and before.item_id == self.turn_id:
            return Pause.of(node, self.turn_id, before.number + 1, nodes | before.nodes)
        return Pause.of(node, self.turn_id, 1, nodes)

    def result(self, answer: ChatCompletion | None, *, pauses_are_told: bool = True) -> TurnResult:
        """Return what came of a turn that the server took, with its answer if that came to its end."""
        if answer is None:
            return TurnResult(item_id=self.turn_id)
        pause = self.pause_after(answer.interactive, frozenset(str(node.get("id")) for node in answer.node_responses))
        return TurnResult(answer, self.turn_id, pause, pause_is_known=pause is not None or pauses_are_told)


def _after(record: ChatRecord, number: int) -> ChatRecord | None:
    """Return what an answer holds beyond its pause of that number, None if that was not answered yet."""
    items = _items(record)
    spots = _pauses(items)
    if len(spots) < number:
        return None
    spot = spots[number - 1]
    rest = items[spot + 1 :]
    if not rest and not _was_answered(items[spot]):
        return None
    return cast("ChatRecord", {**record, "value": rest})
