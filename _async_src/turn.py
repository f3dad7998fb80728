# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""What a stream does beyond streaming when it is one turn of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastgpt_client._rescue import Rescue, saved_events
from fastgpt_client.exceptions import FastGPTError, StreamInterruptedError

if TYPE_CHECKING:
    from .conversation import AsyncConversation
    from .stream import AsyncChatStream


class AsyncTurn:
    """What a conversation does for a stream that is one of its turns."""

    def __init__(self, conversation: AsyncConversation, rescue: Rescue) -> None:
        self._conversation = conversation
        self._rescue = rescue

    async def rest(self, error: StreamInterruptedError, delivered: str) -> bytes | None:
        """Return what the server saved beyond the text that was delivered, as events; None if that cannot be had."""
        self._rescue.runs = True
        try:
            saved = await self._conversation._settle(self._rescue, error)
        except FastGPTError:
            return None  # the error of the stream is the one to tell
        return None if saved is None else saved_events(saved.json(), delivered)

    async def end(self, stream: AsyncChatStream, *, whole: bool, failed: bool) -> None:
        """Note the answer, stop a run that was left early, and let the next turn begin."""
        conversation = self._conversation
        try:
            if whole:
                conversation.last = stream.partial
            elif not failed:
                await conversation._stop_unseen()
        finally:
            conversation._turns.end()

    def abandon(self) -> None:
        """Let the next turn begin although the stream was dropped unread."""
        self._conversation._turns.end()
