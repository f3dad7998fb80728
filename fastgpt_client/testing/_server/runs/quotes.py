"""The quotes that a search finds, in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastgpt_client.testing._server import wire

__all__ = ["quotes"]


def quotes(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return quotes in full: what a script leaves out is made up."""
    return [
        {
            "id": wire.object_id(),
            "updateTime": wire.iso(wire.now()),
            "a": "",
            "chunkIndex": index,
            "datasetId": wire.object_id(),
            "collectionId": wire.object_id(),
            "sourceName": "source.txt",
            "score": [{"type": "embedding", "value": 0.9, "index": index}],
            **quote,
        }
        for index, quote in enumerate(found)
    ]
