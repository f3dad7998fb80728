# Generated from _async_src/calls.py by scripts/generate.py: edit the source, not this file.
"""All calls of the chat client, one per endpoint."""

from __future__ import annotations

from .audio import AsyncAudioMixin
from .completions import AsyncCompletionsMixin
from .deletions import AsyncDeletionsMixin
from .files import AsyncFilesMixin
from .histories import AsyncHistoriesMixin
from .linked_records import AsyncLinkedRecordsMixin
from .quotes import AsyncQuotesMixin
from .records import AsyncRecordsMixin


class AsyncChatCalls(
    AsyncCompletionsMixin,
    AsyncHistoriesMixin,
    AsyncDeletionsMixin,
    AsyncRecordsMixin,
    AsyncLinkedRecordsMixin,
    AsyncQuotesMixin,
    AsyncFilesMixin,
    AsyncAudioMixin,
):
    """The calls that a conversation needs from the chat client that created it."""
