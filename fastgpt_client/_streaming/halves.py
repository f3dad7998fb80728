"""Split surrogate pairs: a server that counts in UTF-16 may split an emoji across two events."""

from __future__ import annotations

from dataclasses import replace

from fastgpt_client._json import whole_text
from fastgpt_client.events import Answer, Event, ToolCall, ToolParams

__all__ = ["HalfJoiner"]

_LONE = "\ufffd"
_TEXT, _REASONING, _TOOL = "text", "reasoning", "tool "


class HalfJoiner:
    """Joins the halves: the first one is held back, and the event with the second one gets the character.

    Attributes:
        waiting: the first halves held back, by the text they belong to.
    """

    def __init__(self) -> None:
        self.waiting: dict[str, str] = {}

    def join(self, event: Event) -> Event:
        """Return an event with the half held back before it, without one that must wait; `.raw` is unchanged."""
        if isinstance(event, Answer):
            text, reasoning = self._join(_TEXT, event.text), self._join(_REASONING, event.reasoning)
            if event.finish_reason is not None:  # no more text follows
                text, reasoning = text + self._lone(_TEXT), reasoning + self._lone(_REASONING)
            return replace(event, text=text, reasoning=reasoning)
        if isinstance(event, (ToolCall, ToolParams)):
            return replace(event, params=self._join(_TOOL + event.id, event.params))
        return event

    def rest(self) -> list[Event]:
        """Return events for the halves that were never completed."""
        lone = [*self.waiting]
        self.waiting.clear()
        return [_event_of(key) for key in lone]

    def _join(self, key: str, piece: str) -> str:
        if not piece:
            return piece  # a heartbeat may come between the halves
        piece = self.waiting.pop(key, "") + piece
        if "\ud800" <= piece[-1] < "\udc00":
            self.waiting[key] = piece[-1]
            piece = piece[:-1]
        return whole_text(piece)

    def _lone(self, key: str) -> str:
        return _LONE if self.waiting.pop(key, "") else ""


def _event_of(key: str) -> Event:
    """Return an event for a half that was never completed."""
    if key.startswith(_TOOL):
        return ToolParams(key.removeprefix(_TOOL), _LONE)
    return Answer(_LONE) if key == _TEXT else Answer("", _LONE)
