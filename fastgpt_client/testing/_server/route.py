"""An endpoint: which versions have it, and where its parameters are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .call import Call

__all__ = ["Route"]


@dataclass(frozen=True)
class Route:
    """An endpoint. The HTTP method is not checked: all reach the handler."""

    handler: Callable[[Call], Any]
    since: tuple[int, int, int] = (0, 0, 0)
    until: tuple[int, int, int] = (99, 0, 0)
    in_query: bool = False
    completion: bool = False
