"""Validate rows: find those that no server accepts, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any, cast

from fastgpt_client._json import as_object, is_array

__all__ = ["row_problem"]

_TEXTS = ("q", "a", "imageId")
_MAPPINGS = (dict, Mapping)  # see `_api.rows`
_MAYBE_TEXT = (str, NoneType)


def row_problem(row: object) -> str | None:
    """Return why no server accepts a row, None if it is valid as far as is known."""
    if not isinstance(row, _MAPPINGS):
        return f"it must be a dict with q, not {type(row).__name__}"
    found = cast("Mapping[str, Any]", row)
    for name in _TEXTS:
        if not isinstance(found.get(name), _MAYBE_TEXT):
            return f"its {name} must be text, not {type(found[name]).__name__}"
    if not (str(found.get("q") or "").strip() or found.get("imageId")):
        return "it has neither q nor imageId"
    indexes: Any = found.get("indexes")
    if indexes is not None and not (is_array(indexes) and all(_is_index(index) for index in indexes)):
        return 'its indexes must be a list of {"text": …}'
    return None


def _is_index(index: object) -> bool:
    text = as_object(index).get("text")
    return isinstance(text, str) and bool(text.strip())
