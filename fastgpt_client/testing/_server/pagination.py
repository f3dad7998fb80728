"""Which part of a list a request asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ServerError, coded

__all__ = ["Page"]

_PAGE_SIZE = 10


@dataclass(frozen=True)
class Page:
    """A part of a list."""

    offset: int
    size: int

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> Page:
        """Return the page of a request. Without a `pageSize` it is the first one, whatever else is said."""
        if "pageSize" not in params:
            return cls(0, _PAGE_SIZE)
        try:
            size, offset, number = (int(params.get(name) or 0) for name in ("pageSize", "offset", "pageNum"))
        except (TypeError, ValueError):
            raise ServerError("internal server error") from None
        if not size:
            raise coded("missingParams")
        return cls(offset or (max(number, 1) - 1) * size, size)
