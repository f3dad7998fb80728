"""Collections that a knowledge base has not learnt, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["TrainingFailure"]


@dataclass(frozen=True, kw_only=True)
class TrainingFailure:
    """A collection that the server has not learnt.

    Attributes:
        collection_id: the ID of the collection, "" if it has none.
        name: the name of the collection, "" if unknown.
        kind: "failed" (the server gave up), "blocked" (out of points), "stalled" (no progress for a long time) or
            "late" (not finished by the deadline).
        message: the server's message, or what was observed.
    """

    collection_id: str
    name: str = ""
    kind: Literal["failed", "blocked", "stalled", "late"]
    message: str
