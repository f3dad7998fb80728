"""The `historyPreview` of a node: what its model saw and said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import Message, text_of

from .completion_request import as_objects

__all__ = ["history_preview"]

_NAMES = {"user": "Human", "assistant": "AI", "system": "System"}
_LONG_URL = 100


def history_preview(version: Version, messages: list[Message], said: str = "") -> list[dict[str, str]]:
    """Return what the model saw and said, with successive messages of one role joined."""
    later = version >= Since.FLAT_CHILDREN
    found: list[dict[str, str]] = []
    for message in [*messages, {"role": "assistant", "content": said}] if said else messages:
        side, value = _NAMES.get(message["role"], "Human"), text_of(message["content"])
        if not later:
            value = "".join(_images(message["content"])) + value
        if found and found[-1]["obj"] == side:
            found[-1]["value"] += ("\n\n" if side == "System" and later else "\n") + value
        else:
            found.append({"obj": side, "value": value})
    return found


def _images(content: Any) -> Iterator[str]:
    for part in as_objects(content):
        if part.get("type") == "image_url":
            url = part["image_url"]["url"]
            shown = url if len(url) <= _LONG_URL else f"{url[:_LONG_URL]}..."
            yield f"![Input an image]({shown})\n"
