"""The node that searches a knowledge base."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import Search

from .node_response import token_count
from .quotes import quotes

__all__ = ["search_fields"]


def search_fields(version: Version, search: Search, query: str) -> dict[str, Any]:
    """Return what a search node tells of itself."""
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
        "quoteList": quotes(search.name, search.quotes),
    }
