"""The rows that a run found in knowledge bases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ._json import as_object, is_array
from .tracing import trace

if TYPE_CHECKING:
    from .types import NodeResponse

__all__ = ["Citation", "citations"]

_CITE = re.compile(r"\[([0-9a-fA-F]{24})\]\(CITE\)")


class Citation(NamedTuple):
    """One row of a knowledge base that a run found.

    Attributes:
        id: the row's ID.
        dataset_id: the ID of its knowledge base.
        collection_id: the ID of its collection.
        source_name: the name of its collection, usually a file name.
        q: its text or question, "" if the server omits it.
        a: its answer, "" if it has none or the server omits it.
        scores: its scores by kind: "embedding", "fullText", "reRank", "rrf", or "" for the single number of old
            servers.
        chunk_index: its place in the collection, None if unknown.
        positions: the offsets in the answer's text where it is cited. Empty unless the text kept its citation marks
            (`retainDatasetCite=True`).
        raw: the row as received.
    """

    id: str
    dataset_id: str
    collection_id: str
    source_name: str
    q: str
    a: str
    scores: dict[str, float]
    chunk_index: int | None
    positions: list[int]
    raw: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The text of the row: `q`, then `a` on a new line; "" if the server omits both (see `get_quotes`)."""
        return "\n".join(filter(None, (self.q, self.a)))


def citations(nodes: Iterable[NodeResponse], text: str = "") -> list[Citation]:
    """Return the rows that a run found in knowledge bases, without duplicates, in the order of the nodes.

    Args:
        nodes: the node responses of the run, such as `ChatCompletion.node_responses`.
        text: the answer's text; its citation marks become the `positions`. Default: no positions.
    """
    lists = (node.raw.get("quoteList") for root in trace(nodes) for node in root.walk())
    return listed_citations((quote for quotes in lists if is_array(quotes) for quote in quotes), text)


def listed_citations(quotes: Iterable[object], text: str = "") -> list[Citation]:
    """Return the rows in a list of quotes, such as a saved answer's `totalQuoteList`, without duplicates."""
    positions: dict[str, list[int]] = {}
    for mark in _CITE.finditer(text):
        positions.setdefault(mark[1].lower(), []).append(mark.start())
    found: dict[str, Citation] = {}
    for quote in map(as_object, quotes):
        key = str(quote.get("id") or "")
        if key and key not in found:
            found[key] = _citation(key, quote, positions.get(key.lower(), []))
    return [*found.values()]


def _citation(key: str, quote: Mapping[str, Any], positions: list[int]) -> Citation:
    index = quote.get("chunkIndex")
    return Citation(
        id=key,
        dataset_id=str(quote.get("datasetId") or ""),
        collection_id=str(quote.get("collectionId") or ""),
        source_name=str(quote.get("sourceName") or ""),
        q=str(quote.get("q") or ""),
        a=str(quote.get("a") or ""),
        scores=_scores(quote.get("score")),
        chunk_index=index if isinstance(index, int) else None,
        positions=positions,
        raw=quote,
    )


def _scores(score: object) -> dict[str, float]:
    if isinstance(score, (int, float)):
        return {"": float(score)}
    scores: dict[str, float] = {}
    for item in map(as_object, score if is_array(score) else []):
        value = item.get("value")
        if isinstance(value, (int, float)):
            scores[str(item.get("type") or "")] = float(value)
    return scores
