"""The envelope of every response except a completion."""

from __future__ import annotations

from typing import Generic, TypedDict, TypeVar

__all__ = ["Envelope"]

D = TypeVar("D")


class Envelope(TypedDict, Generic[D]):
    """The envelope of every response except a completion; `data` is its content."""

    code: int
    statusText: str
    message: str
    data: D
