"""Splitting a text into rows by its settings, approximately like the server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["cut"]

_SIZE = 1000
_STAYS_WHOLE = 1000


def cut(text: str, settings: Mapping[str, Any]) -> list[str]:
    """Split a text at paragraphs. A short text stays whole unless the settings force splitting."""
    custom = settings.get("chunkSettingMode") == "custom"
    size = int(settings.get("chunkSize") or _SIZE) if custom else _SIZE
    forced = settings.get("chunkTriggerType") == "forceChunk"
    if not text.strip():
        return []
    if not forced and len(text) < int(settings.get("chunkTriggerMinSize") or _STAYS_WHOLE):
        return [text.strip()]
    splitter = settings.get("chunkSplitter") if custom else None
    if splitter:
        parts = "|".join(re.escape(part.replace("\\n", "\n")) for part in str(splitter).split("|"))
        return [piece.strip() for piece in re.split(parts, text) if piece.strip()]
    pieces: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        # The server joins short paragraphs until a piece reaches twice the size.
        if pieces and len(pieces[-1]) + len(paragraph) + 2 <= 2 * size:
            pieces[-1] += f"\n\n{paragraph}"
        else:
            pieces += [paragraph[begin : begin + 2 * size] for begin in range(0, len(paragraph), 2 * size)]
    return pieces
