"""Pauses: where a run waits for the user, and the part of an answer after that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

from fastgpt_client._api.completion import innermost
from fastgpt_client._json import as_object
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.interactive import InteractiveNode, PaymentPause, UserInput, UserSelect, interactive_node

if TYPE_CHECKING:
    from fastgpt_client.types import ChatMessage, ChatRecord, ContentItem

__all__ = [
    "Pause",
    "after_pause",
    "asked_back",
    "check_question",
    "open_pause",
    "pending_node",
    "record_items",
    "reply_message",
]


class Pause(NamedTuple):
    """Where a run waits for the user: in which answer, and at which of its pauses, counted from 1.

    `nodes` are the IDs of the workflow nodes already reported.
    """

    node: InteractiveNode
    item_id: str
    number: int
    nodes: frozenset[str] = frozenset()

    @property
    def appends(self) -> bool:
        """Whether the output after the reply is added to the same answer."""
        return self.node.appends

    @property
    def may_be_passed(self) -> bool:
        """Whether any question resumes the run."""
        return isinstance(self.node, PaymentPause)


def open_pause(records: Sequence[ChatRecord]) -> Pause | None:
    """Return where a chat waits, None if its last answer does not end with an unanswered pause."""
    answers = [record for record in records if record.get("obj") == "AI"]
    node = pending_node(answers[-1]) if answers else None
    return None if node is None else Pause(node, answers[-1]["dataId"], len(_pauses(record_items(answers[-1]))))


def pending_node(answer: ChatRecord) -> InteractiveNode | None:
    """Return what a saved answer waits for, None if it does not end with an unanswered pause."""
    items = record_items(answer)
    node = interactive_node(items[-1].get("interactive")) if items else None
    return None if node is None or _was_answered(items[-1]) else node


def check_question(pause: Pause | None) -> None:
    """Raise `ValidationError` if the chat would take a question as the reply to its pause."""
    if pause is not None and not pause.may_be_passed:
        raise ValidationError("the run is waiting for an answer to its own question: pass it to reply()")


def reply_message(pause: Pause, text: str) -> ChatMessage:
    """Return the message that replies to a pause with what its user typed.

    Raises:
        ValidationError: the text is not one of the options, or the pause is a form, which takes values.
    """
    if isinstance(pause.node, UserSelect) and pause.node.options:
        return pause.node.choose(text)
    if isinstance(pause.node, UserInput):
        raise ValidationError(
            "message: a text cannot fill in the form that the run is waiting for: pass what its .fill({...}) returns"
        )
    return pause.node.say(text)


def asked_back(records: Sequence[ChatRecord]) -> bool:
    """Return whether the last answer of a chat has a pause, which a later message may have answered."""
    answers = [record for record in records if record.get("obj") == "AI"]
    return bool(answers) and bool(_pauses(record_items(answers[-1])))


def after_pause(record: ChatRecord, number: int) -> ChatRecord | None:
    """Return the part of an answer after its pause of that number, None if the pause is unanswered."""
    items = record_items(record)
    spots = _pauses(items)
    if len(spots) < number:
        return None
    spot = spots[number - 1]
    rest = items[spot + 1 :]
    if not rest and not _was_answered(items[spot]):
        return None
    return cast("ChatRecord", {**record, "value": rest})


def record_items(record: ChatRecord) -> list[ContentItem]:
    """Return the items of a saved message."""
    return record.get("value") or []


def _pauses(items: list[ContentItem]) -> list[int]:
    """Return the indexes of the pauses in an answer."""
    return [index for index, item in enumerate(items) if "interactive" in item]


def _was_answered(item: ContentItem) -> bool:
    """Return whether the server recorded a reply to a pause."""
    params = as_object(as_object(innermost(item.get("interactive"))).get("params"))
    return any(params.get(mark) for mark in ("userSelectedVal", "submitted", "answer", "continue"))
