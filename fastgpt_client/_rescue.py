"""What became of a turn whose answer did not arrive: decided from what the server kept, without I/O.

A question may have been lost on its way, be running still, or be answered and saved. It is asked again only when the
server surely does not have it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import Enum
from secrets import choice
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING, Any

from ._completion import content_text, innermost
from ._json import as_object
from .exceptions import (
    APIConnectionError,
    APIError,
    ConflictError,
    FastGPTError,
    StreamInterruptedError,
)

if TYPE_CHECKING:
    from .types import ChatCompletionData, ChatMessage, ChatRecord, NodeResponse

__all__ = ["Next", "Rescue", "as_message", "fate_unknown", "new_id", "saved_completion", "saved_events"]

# A request that was cut may still be on its way into the server: it is looked for this often before it counts as lost.
_LOOKS = 4
_FIRST_WAIT = 0.25
_LONGEST_WAIT = 4.0


def new_id() -> str:
    """Return 24 letters and digits, a letter first: the form of FastGPT's own ids."""
    return choice(ascii_lowercase) + "".join(choice(ascii_lowercase + digits) for _ in range(23))


def as_message(message: ChatMessage | str) -> ChatMessage:
    """Return the message of the user that a text stands for, or the message itself."""
    return {"role": "user", "content": message} if isinstance(message, str) else message


class Next(Enum):
    """What to do next."""

    RAISE = "raise"
    LOOK = "look"
    ASK = "ask"
    DONE = "done"


def fate_unknown(error: FastGPTError) -> bool:
    """Return whether the run may have begun although its answer did not arrive."""
    if isinstance(error, APIConnectionError):
        return error.request_sent
    if isinstance(error, StreamInterruptedError):
        return True
    return isinstance(error, APIError) and error.code is None and error.status_code in (408, 502, 504)


class Rescue:
    """Follows one turn through its failures; `budget` is how many seconds it may wait in all.

    Attributes:
        item_id: the id that the turn's answer is asked to have.
        turn_id: the id that it gets: the reply to a pause is mostly appended to the answer that asked.
        server_tells: whether the server can say that a run is going on.
        runs: whether the run surely began, so that it must not be asked for again.
        record: the saved answer, once it was found.
    """

    def __init__(
        self, item_id: str, *, paused: str | None = None, appends: bool = True, recover: bool = True, budget: float
    ) -> None:
        self.item_id = item_id
        self.turn_id = item_id if paused is None or not appends else paused
        self.server_tells = True
        self.runs = False
        self.record: ChatRecord | None = None
        self._paused = paused
        self._recover = recover
        self._left = budget
        self._wait = _FIRST_WAIT
        self._absent = 0
        self._lost_track = False  # an earlier attempt may be running

    def after_failure(self, error: FastGPTError) -> Next:
        """Decide on an error of the call itself."""
        if isinstance(error, ConflictError):
            if self._lost_track:
                return Next.LOOK  # it generates, or its id was used, because an earlier attempt did arrive
            return Next.ASK if error.status_text == "chatIsGenerating" and self._left > 0 else Next.RAISE
        if not self._recover or not fate_unknown(error):
            return Next.RAISE
        self._lost_track = True
        self._absent = 0
        return Next.LOOK

    def after_look(self, records: Sequence[ChatRecord], generating: bool | None) -> Next:
        """Decide on what the server has; `generating` is None on servers that do not tell."""
        record = self._find(records)
        if record is not None and not generating and (record.get("value") or generating is False):
            self.record = record
            return Next.DONE
        if self._left <= 0:
            return Next.RAISE
        if record is None and generating is False:
            self._absent += 1
            if self._absent >= _LOOKS:
                self._absent = 0
                return Next.RAISE if self.runs else Next.ASK
        return Next.LOOK

    def after_blind_look(self) -> Next:
        """Decide after a look that got no answer either."""
        return Next.LOOK if self._left > 0 else Next.RAISE

    def next_wait(self) -> float:
        """Return the seconds to wait before the next step, and take them from the budget."""
        seconds = min(self._wait, max(0.0, self._left))
        self._wait = min(self._wait * 2, _LONGEST_WAIT)
        self._left -= max(seconds, 0.05)  # each look takes its time too
        return seconds

    def _find(self, records: Sequence[ChatRecord]) -> ChatRecord | None:
        for record in records:
            if record.get("obj") != "AI":
                continue
            if record.get("dataId") == self.item_id:
                return record
            if self._paused is not None and record.get("dataId") == self._paused and _was_answered(record):
                return record
        return None


def _was_answered(record: ChatRecord) -> bool:
    """Return whether the pause that a record ended with has been answered: the server notes the answer in it."""
    pauses = [innermost(item.get("interactive")) for item in record["value"] if "interactive" in item]
    if not pauses or pauses[-1] is None:
        return True
    if "interactive" not in record["value"][-1]:
        return True
    params = as_object(pauses[-1].get("params"))
    return len(pauses) > 1 or bool(params.get("userSelectedVal") or params.get("submitted") or params.get("answer"))


def saved_completion(record: ChatRecord, nodes: list[NodeResponse], chat_id: str) -> ChatCompletionData:
    """Return a saved answer in the form of a blocking one."""
    data: dict[str, Any] = {
        "id": chat_id,
        "model": "",
        "choices": [
            {"message": {"role": "assistant", "content": record["value"]}, "finish_reason": "stop", "index": 0}
        ],
    }
    if nodes:
        data["responseData"] = nodes
    if record.get("errorMsg"):
        data["error"] = record.get("errorMsg")
    return data  # type: ignore[return-value] # its keys are those of ChatCompletionData


def saved_events(data: ChatCompletionData, delivered: str) -> bytes | None:
    """Return the rest of a saved answer as the events that would have told it, None if it is another answer.

    `delivered` is the text that was handed out before the stream was cut.
    """
    content = data["choices"][0]["message"].get("content")
    text = content_text(content)
    if not text.startswith(delivered):
        return None
    events: list[tuple[str, Any]] = []
    if rest := text[len(delivered) :]:
        events.append(("answer", {"choices": [{"delta": {"content": rest}, "index": 0, "finish_reason": None}]}))
    if isinstance(content, list):
        events += [("interactive", {"interactive": item["interactive"]}) for item in content if "interactive" in item]
    if "responseData" in data:
        events.append(("flowResponses", data["responseData"]))
    events.append(("answer", {"choices": [{"delta": {"content": None}, "index": 0, "finish_reason": "stop"}]}))
    return "".join(f"event: {name}\ndata: {json.dumps(body)}\n\n" for name, body in events).encode()
