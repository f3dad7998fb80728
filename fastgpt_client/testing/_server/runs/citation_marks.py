"""Citation marks in a model's text, `[<id>](CITE)`, which the server removes from its output."""

from __future__ import annotations

import re

__all__ = ["CitationFilter", "strip_marks"]

_MARK = re.compile(r"\[[0-9a-f]{24}\]\(CITE\)")
# What may become a mark with more text.
_BEGUN = re.compile(r"\[(?:[0-9a-f]{0,24}|[0-9a-f]{24}\](?:\((?:C(?:I(?:TE?)?)?)?)?)$")


def strip_marks(text: str) -> str:
    return _MARK.sub("", text)


class CitationFilter:
    """Removes marks from a text that arrives in pieces."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what can be sent so far."""
        text = strip_marks(self._held + piece)
        begun = _BEGUN.search(text)
        cut = begun.start() if begun else len(text)
        self._held = text[cut:]
        return text[:cut]

    def flush(self) -> str:
        """Return what was held back but did not become a mark."""
        held, self._held = self._held, ""
        return held
