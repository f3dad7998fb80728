"""The items of `responseData`: what a run reports about its nodes, in each version's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Since, Version

__all__ = ["node_response", "stored_node", "token_count"]

_STORED_QUOTE = ("id", "datasetId", "collectionId", "sourceName", "sourceId", "chunkIndex", "score")


def node_response(
    version: Version,
    kind: str,
    node_id: str,
    name: str,
    fields: Mapping[str, Any],
    *,
    id: str | None = None,
    seconds: float = 0,
) -> dict[str, Any]:
    """Return an item of `responseData`."""
    item: dict[str, Any] = {"moduleName": name, "moduleType": kind}
    if version >= Since.MODULE_LOGO:
        item["moduleLogo"] = ""
    return {**item, **fields, "id": id or wire.nanoid(), "nodeId": node_id, "runningTime": seconds}


def token_count(text: str) -> int:
    """Return a number of tokens for a text: one per word, plus one."""
    return len(text.split()) + 1


def stored_node(version: Version, node: dict[str, Any]) -> dict[str, Any]:
    """Return a node's item as stored, without the texts of its quotes."""
    if "quoteList" not in node or version < Since.QUOTES_KEPT_SHORT:
        return node
    names = (*_STORED_QUOTE, "tokens") if version < Since.FLAT_CHILDREN else _STORED_QUOTE
    short = [{name: quote[name] for name in names if name in quote} for quote in node["quoteList"]]
    return {**node, "quoteList": short}
