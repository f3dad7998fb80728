"""How a text is cut into rows: by its settings, roughly as the server does it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["cut"]

_SIZE = 1000
_STAYS_WHOLE = 1000


def cut(text: str, settings: Mapping[str, Any]) -> list[str]:
    """Return the pieces of a text. A short one stays whole unless it is to be cut; a piece ends with a paragraph."""
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
        # A piece may be twice the size before another begins: the server joins what is short.
        if pieces and len(pieces[-1]) + len(paragraph) + 2 <= 2 * size:
            pieces[-1] += f"\n\n{paragraph}"
        else:
            pieces += [paragraph[begin : begin + 2 * size] for begin in range(0, len(paragraph), 2 * size)]
    return pieces
