"""The items of an answer in their two forms: the message of a blocking response, and the value of a record."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server.versions import Since, Version

from .citation_marks import strip_marks

__all__ = ["message_of", "record_value"]

_KINDS = {"tools": "tool", "interactive": "interactive", "text": "text", "reasoning": "reasoning", "file": "file"}


def _kind(item: dict[str, Any]) -> str:
    return next((kind for key, kind in _KINDS.items() if key in item), "text")


def record_value(items: list[dict[str, Any]], *, typed: bool) -> list[dict[str, Any]]:
    """Return the value of a record."""
    return [{**item, "type": _kind(item)} if typed else item for item in items]


def message_of(
    version: Version, items: list[dict[str, Any]], *, detail: bool, typed: bool, citations: bool
) -> dict[str, Any]:
    """Return the message of a blocking response. Its content may be a text, a list, or missing."""
    if not citations:
        items = [
            {**item, "text": {"content": strip_marks(item["text"]["content"])}} if "text" in item else item
            for item in items
        ]
    texts = [item["text"]["content"] for item in items if "text" in item]
    thoughts = "".join(item["reasoning"]["content"] for item in items if "reasoning" in item)
    message: dict[str, Any] = {"role": "assistant"}
    as_list = detail and _needs_a_list(version, items)
    if as_list:
        shown = [_shown(version, item) for item in items]
        message["content"] = record_value(shown, typed=typed)
    elif texts or len(items) > 1 or version < Since.CONTENT_MAY_BE_MISSING:
        message["content"] = "".join(texts)
    if thoughts and not as_list and version >= Since.REASONING_IN_MESSAGE:
        message["reasoning_content"] = thoughts
    return message


def _needs_a_list(version: Version, items: list[dict[str, Any]]) -> bool:
    if version < Since.CONTENT_MAY_BE_MISSING:
        return not (len(items) == 1 and "text" in items[0] and items[0]["text"]["content"])
    if version < Since.INNERMOST_INTERACTIVE:
        return len(items) > 1
    return len(items) > 1 or (len(items) == 1 and "text" not in items[0])


def _shown(version: Version, item: dict[str, Any]) -> dict[str, Any]:
    if "interactive" not in item or version < Since.INNERMOST_INTERACTIVE:
        return item
    inner = item["interactive"]
    if inner["type"] == "loopInteractive":
        inner = inner["params"]["childrenResponse"]
    return {**item, "interactive": {key: inner[key] for key in ("type", "params")}}
