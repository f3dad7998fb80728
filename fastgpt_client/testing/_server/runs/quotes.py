"""Completes the quotes that a search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastgpt_client.testing._server import wire

__all__ = ["quotes"]


def quotes(dataset: str, found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return complete quotes, with generated values for what a script omits.

    The IDs are derived from names and texts, so that the same search always finds the same quotes.
    """
    return [_quote(dataset, index, quote) for index, quote in enumerate(found)]


def _quote(dataset: str, index: int, given: Mapping[str, Any]) -> dict[str, Any]:
    source = given.get("sourceName", "source.txt")
    texts = (str(given.get(name, "")) for name in ("q", "a"))
    return {
        "id": wire.stable_id(dataset, source, *texts),
        "updateTime": wire.iso(wire.now()),
        "a": "",
        "chunkIndex": index,
        "datasetId": wire.stable_id(dataset),
        "collectionId": wire.stable_id(dataset, source),
        "sourceName": source,
        "score": [{"type": "embedding", "value": 0.9, "index": index}],
        **given,
    }
