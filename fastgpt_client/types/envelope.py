"""What every call but a completion is answered with."""

from __future__ import annotations

from typing import Generic, TypedDict, TypeVar

__all__ = ["Envelope"]

D = TypeVar("D")


class Envelope(TypedDict, Generic[D]):
    """What every call but a completion is answered with."""

    code: int
    statusText: str
    message: str
    data: D
