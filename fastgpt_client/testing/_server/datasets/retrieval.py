"""Deterministic search without models: words stand for meaning.

An embedding is a bag of words, and similarity is the cosine of two of them. Full-text search uses the formula of the
database. Reranking counts the words of the question that are found. The scores match recordings with equally simple
models.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .store import Collection, Row

__all__ = ["Found", "Query", "retrieve"]

_COMMON = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "do", "does", "for", "from", "had", "has", "have"),
        *("he", "her", "his", "how", "i", "in", "is", "it", "its", "me", "my", "of", "on", "or", "our", "she", "so"),
        *("that", "the", "their", "them", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which"),
        *("who", "why", "will", "with", "you", "your"),
    }
)
_ROUND = 60  # the constant of reciprocal rank fusion


@dataclass(frozen=True)
class Query:
    """The parameters of a search."""

    texts: Sequence[str]
    mode: str = "embedding"
    limit: int = 5000
    similarity: float = 0.0
    embedding_weight: float = 0.5
    rerank: bool = False
    rerank_weight: float = 0.5


@dataclass
class Found:
    """A row that a search found, with its scores in the order they were computed."""

    collection: Collection
    row: Row
    score: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def text(self) -> str:
        return f"{self.row.q}\n{self.row.a}"

    def value(self, kind: str) -> float:
        return next((item["value"] for item in self.score if item["type"] == kind), 0.0)

    def set(self, kind: str, value: float, index: int) -> None:
        """Set a score, replacing an existing one of the same kind."""
        new = {"type": kind, "value": value, "index": index}
        places = [place for place, item in enumerate(self.score) if item["type"] == kind]
        if places:
            self.score[places[0]] = new
        else:
            self.score.append(new)


def words(text: str) -> list[str]:
    """Return the words of a text; each Chinese character is one."""
    return re.findall(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+", text.lower())


def retrieve(query: Query, collections: Iterable[Collection]) -> list[Found]:
    """Return what a search finds, best first."""
    rows = [
        (collection, row)
        for collection in collections
        if not collection.forbid
        for row in collection.rows.values()
        if row.learnt and (row.q or row.a)
    ]
    results: list[Found] = []
    if query.mode == "mixedRecall":
        weights = (query.embedding_weight, 1 - query.embedding_weight)
        results = _fuse((_ranked("embedding", near, rows, query), _ranked("fullText", full_text, rows, query)), weights)
    elif query.mode == "fullTextRecall":
        results = _ranked("fullText", full_text, rows, query)
    else:
        results = _ranked("embedding", near, rows, query)
    results = _unlike(results)
    if query.rerank:
        ranked = sorted(results, key=lambda found: -_rerank(query, found))
        for index, found in enumerate(ranked):
            found.set("reRank", _rerank(query, found), index)
        results = _fuse((results, ranked), (1 - query.rerank_weight, query.rerank_weight))
    if query.rerank or query.mode == "embedding":
        kind = "reRank" if query.rerank else "embedding"
        results = [found for found in results if found.value(kind) >= query.similarity]
    return _within(results, query.limit)


def near(text: str, row: Row) -> float:
    """Return the similarity of a text and a row: the cosine to the most similar of the row's indexes."""
    asked = Counter(words(text))
    near = (_cosine(asked, Counter(words(index.text))) for index in row.indexes if _may_share(asked, index.text))
    return max(near, default=0.0)


def _may_share(asked: Iterable[str], text: str) -> bool:
    """Return whether a text may contain one of some words. Splitting every text into words would be slow."""
    lower = text.lower()
    return any(word in lower for word in asked)


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    lengths = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return sum(n * other[word] for word, n in one.items()) / lengths if lengths else 0.0


def full_text(text: str, row: Row) -> float:
    """Return the database's score of a row: each further occurrence of a word counts half as much as the last."""
    asked = {word for word in words(text) if word not in _COMMON}
    whole = f"{row.q} {row.a}"
    if not _may_share(asked, whole):
        return 0.0
    terms = [word for word in words(whole) if word not in _COMMON]
    counts = Counter(terms)
    return sum(
        (2 - 0.5 ** (counts[word] - 1)) * (0.5 * counts[word] / len(terms) + 0.5) for word in asked if counts[word]
    )


def _rerank(query: Query, found: Found) -> float:
    """Return the fraction of the question's words that a row contains."""
    asked = {word for word in words(query.texts[0]) if word not in _COMMON}
    return len(asked & set(words(found.text))) / len(asked) if asked else 0.0


def _ranked(
    kind: str, score: Callable[[str, Row], float], rows: Sequence[tuple[Collection, Row]], query: Query
) -> list[Found]:
    """Return the rows with a positive score of a kind, best first."""
    scored = [(max(score(text, row) for text in query.texts), collection, row) for collection, row in rows]
    best = sorted((item for item in scored if item[0] > 0), key=lambda item: -item[0])
    return [
        Found(collection, row, [{"type": kind, "value": value, "index": index}])
        for index, (value, collection, row) in enumerate(best)
    ]


def _fuse(lists: Sequence[Sequence[Found]], weights: Sequence[float]) -> list[Found]:
    """Merge several rankings by reciprocal rank fusion, with a weight for each."""
    fused: dict[str, tuple[Found, float]] = {}
    for ranking, weight in zip(lists, weights, strict=True):
        for index, found in enumerate(ranking):
            first, total = fused.get(found.row.id, (found, 0.0))
            if first is not found:
                for item in found.score:
                    first.set(item["type"], item["value"], item["index"])
            fused[found.row.id] = (first, total + weight / (_ROUND + index + 1))
    ranked = sorted(fused.values(), key=lambda item: -item[1])
    for index, (found, total) in enumerate(ranked):
        found.set("rrf", total, index)
    return [found for found, _ in ranked]


def _unlike(results: Sequence[Found]) -> list[Found]:
    """Return the results without duplicate texts."""
    seen: dict[str, Found] = {}
    for found in results:
        seen.setdefault(found.text, found)
    return list(seen.values())


def _within(results: Sequence[Found], limit: int) -> list[Found]:
    """Return as many results as the token limit allows, but at least one."""
    kept: list[Found] = []
    left = limit
    for found in results:
        left -= len(words(found.text))
        if kept and left < 0:
            break
        kept.append(found)
    return kept
