"""The part of a list that a request asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import ServerError, coded
from .versions import Since, Version

__all__ = ["Page"]

_PAGE_SIZE = 10


@dataclass(frozen=True)
class Page:
    """A part of a list, by its offset and size."""

    offset: int
    size: int

    @classmethod
    def of(cls, params: Mapping[str, Any], version: Version) -> Page:
        """Return the page of a request. Without `pageSize`, older servers always return the first one."""
        later = version >= Since.PAGE_POSITION_WITHOUT_SIZE
        if "pageSize" not in params:
            if not later:
                return cls(0, _PAGE_SIZE)
            params = {**params, "pageSize": _PAGE_SIZE}
        try:
            size, offset, number = (int(params.get(name) or 0) for name in ("pageSize", "offset", "pageNum"))
        except (TypeError, ValueError):
            raise ServerError("internal server error") from None
        if not size:
            raise coded("missingParams")
        if later and params.get("offset") not in (None, ""):
            return cls(offset, size)
        return cls(offset or (max(number, 1) - 1) * size, size)
