# Generated from _async_src/turn.py by scripts/generate.py: edit the source, not this file.
"""What a stream does beyond streaming when it is one turn of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastgpt_client._rescue import Rescue, saved_events
from fastgpt_client.exceptions import FastGPTError, StreamInterruptedError

if TYPE_CHECKING:
    from .conversation import Conversation
    from .stream import ChatStream


class Turn:
    """What a conversation does for a stream that is one of its turns."""

    def __init__(self, conversation: Conversation, rescue: Rescue) -> None:
        self._conversation = conversation
        self._rescue = rescue

    def rest(self, error: StreamInterruptedError, delivered: str) -> bytes | None:
        """Return what the server saved beyond the text that was delivered, as events; None if that cannot be had."""
        self._rescue.runs = True
        try:
            saved = self._conversation._settle(self._rescue, error)
        except FastGPTError:
            return None  # the error of the stream is the one to tell
        return None if saved is None else saved_events(saved.json(), delivered)

    def end(self, stream: ChatStream, *, whole: bool, failed: bool) -> None:
        """Note the answer, stop a run that was left early, and let the next turn begin."""
        conversation = self._conversation
        try:
            if whole:
                conversation.last = stream.partial
            elif not failed:
                conversation._stop_unseen()
        finally:
            conversation._turns.end()

    def abandon(self) -> None:
        """Let the next turn begin although the stream was dropped unread."""
        self._conversation._turns.end()
