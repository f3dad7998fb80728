"""Searching knowledge bases."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.datasets.retrieval import Query, retrieve, words
from fastgpt_client.testing._server.errors import ServerError, invalid
from fastgpt_client.testing._server.validation import an_id, one_of
from fastgpt_client.testing._server.versions import Since

from .dataset_lookup import EMBEDDING_FAILED, begin, find_dataset, missing, validated

__all__ = ["search"]

_MODES = ("embedding", "fullTextRecall", "mixedRecall")
_MOST_TOKENS = 20_000


def search(call: Call) -> dict[str, Any]:
    """searchTest"""
    values = call.values
    if validated(call) and not values.get("text") and not values.get("queryImageUrls"):
        raise invalid({"code": "custom", "path": [], "message": "text or queryImageUrls is required"})
    begin(call, {"datasetId": an_id}, {"searchMode": one_of(*_MODES)})
    if not values.get("text") and not validated(call):
        raise missing(call)
    dataset = find_dataset(call, values.get("datasetId"))
    asked = str(values.get("text") or "")
    if "EMBFAIL" in asked:
        raise ServerError(EMBEDDING_FAILED)
    query = Query(
        texts=[asked],
        mode=str(values.get("searchMode") or "embedding"),
        limit=min(int(values.get("limit") or 5000), _MOST_TOKENS),
        similarity=float(values.get("similarity") or 0),
        embedding_weight=float(values.get("embeddingWeight", 0.5)),
        rerank=bool(values.get("usingReRank")),
        rerank_weight=float(values.get("rerankWeight", 0.5)),
    )
    newer = call.version >= Since.SEARCH_TOKENS_LEFT_OUT
    items: list[dict[str, Any]] = []
    for found in retrieve(query, call.state.shelf.of_dataset(dataset.id)):
        item = call.context.forms.found(found)
        if not newer:
            item["tokens"] = len(words(found.text))
        elif not found.row.a:
            del item["a"]
        if newer and found.row.metadata is not None:
            item["metadata"] = found.row.metadata
        items.append(item)
    data: dict[str, Any] = {
        "list": items,
        "duration": "0.050s",
        "limit": query.limit,
        "searchMode": query.mode,
        "usingReRank": query.rerank,
        "similarity": query.similarity,
    }
    return data if newer else {**data, "usingSimilarityFilter": query.rerank or query.mode == "embedding"}
