"""What a knowledge base has not learnt, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["TrainingFailure"]


@dataclass(frozen=True, kw_only=True)
class TrainingFailure:
    """A collection that is not learnt.

    Attributes:
        collection_id: its id, "" if there is none.
        name: its name, "" if it is not known.
        kind: "failed", if the server gave it up; "blocked", if it does nothing for want of points; "stalled", if
            nothing has changed for a long time; "late", if there was no end to it before the deadline.
        message: what the server says of it, or what was seen.
    """

    collection_id: str
    name: str = ""
    kind: Literal["failed", "blocked", "stalled", "late"]
    message: str
