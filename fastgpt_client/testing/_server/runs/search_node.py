"""The node that searches a knowledge base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastgpt_client.testing._server.versions import Since, Version

from .node_response import token_count
from .quotes import quotes

__all__ = ["search_fields"]


def search_fields(version: Version, name: str, found: Sequence[Mapping[str, Any]], query: str) -> dict[str, Any]:
    """Return the fields of a search node, including what it found."""
    asked = {"datasetQueries": [query]} if version >= Since.FLAT_CHILDREN else {"query": query}
    return {
        "totalPoints": 0,
        **asked,
        "embeddingModel": "fake-embed",
        "embeddingTokens": token_count(query),
        "similarity": 0.1,
        "limit": 3000,
        "searchMode": "embedding",
        "searchUsingReRank": False,
        "quoteList": quotes(name, found),
    }
