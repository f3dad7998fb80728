# Generated from _async_src/calls.py by scripts/generate.py: edit the source, not this file.
"""All calls of the chat client, one per endpoint."""

from __future__ import annotations

from .audio import AudioMixin
from .completions import CompletionsMixin
from .deletions import DeletionsMixin
from .files import FilesMixin
from .histories import HistoriesMixin
from .linked_records import LinkedRecordsMixin
from .quotes import QuotesMixin
from .records import RecordsMixin


class ChatCalls(
    CompletionsMixin,
    HistoriesMixin,
    DeletionsMixin,
    RecordsMixin,
    LinkedRecordsMixin,
    QuotesMixin,
    FilesMixin,
    AudioMixin,
):
    """The calls that a conversation needs from the chat client that created it."""
