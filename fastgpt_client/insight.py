"""What a run tells of itself: its nodes as a tree, its sources, and its cost."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ._completion import error_text, node_list
from ._json import as_object, is_array

if TYPE_CHECKING:
    from .types import NodeResponse

__all__ = ["Citation", "ModelUsage", "NodeUsage", "TraceNode", "Usage", "citations", "trace", "usage"]

_NESTED = ("toolDetail", "pluginDetail", "loopDetail", "loopRunDetail", "parallelDetail", "childrenResponses")
_CITE = re.compile(r"\[([0-9a-fA-F]{24})\]\(CITE\)")


class TraceNode(NamedTuple):
    """One node of a run, with the nodes that ran inside it.

    `seconds` is None where the server does not tell; `error` is the text of a failure, None if there was none.
    """

    name: str
    type: str
    seconds: float | None
    error: str | None
    children: list[TraceNode]
    raw: NodeResponse

    def walk(self) -> Iterator[TraceNode]:
        """Yield the node and all nodes inside it, each parent before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


def trace(nodes: Iterable[NodeResponse]) -> list[TraceNode]:
    """Return the nodes of a run as a tree, each once, wherever the server put it.

    Children lie in their parent's lists (up to 4.14), beside it with a `parentId` (4.15 and later), or both.
    """
    roots: list[TraceNode] = []
    known: dict[str, TraceNode] = {}
    waiting: list[tuple[str, TraceNode]] = []
    _collect(nodes, roots, known, waiting)
    for parent_id, node in waiting:
        parent = known.get(parent_id)
        (roots if parent is None or _is_inside(parent, node) else parent.children).append(node)
    return roots


def _is_inside(node: TraceNode, other: TraceNode) -> bool:
    """Return whether `node` is `other` or one of its children: a circle of parentIds is not followed."""
    return any(node is child for child in other.walk())


def _collect(
    nodes: Iterable[NodeResponse],
    siblings: list[TraceNode],
    known: dict[str, TraceNode],
    waiting: list[tuple[str, TraceNode]],
    inside: bool = False,
) -> None:
    for raw in nodes:
        key = str(raw.get("id") or "")
        if key and key in known:
            continue
        # 4.11.1 sends a plugin's output twice, under two ids.
        if raw.get("moduleType") == "pluginOutput" and any(
            other.type == "pluginOutput" and other.raw.get("nodeId") == raw.get("nodeId") for other in siblings
        ):
            continue
        seconds = raw.get("runningTime")
        node = TraceNode(
            name=str(raw.get("moduleName") or ""),
            type=str(raw.get("moduleType") or ""),
            seconds=seconds if isinstance(seconds, (int, float)) else None,
            error=error_text(raw.get("errorText")) or error_text(raw.get("error")),
            children=[],
            raw=raw,
        )
        if key:
            known[key] = node
        for nested in _NESTED:
            if is_array(raw.get(nested)):
                _collect(node_list(raw.get(nested)), node.children, known, waiting, inside=True)
        parent_id = str(raw.get("parentId") or "")
        if parent_id and not inside:
            waiting.append((parent_id, node))
        else:
            siblings.append(node)


# --- sources --------------------------------------------------------------------------------------------------------


class Citation(NamedTuple):
    """One piece of a knowledge base that a run found.

    `q` and `a` are its text, "" where the server sends none; `scores` go by kind ("embedding", "fullText", "reRank",
    "rrf", or "" for the single number of old servers); `positions` are where the answer's text cites it, which can
    be seen only when the marks were kept (`retainDatasetCite=True`).
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


def citations(nodes: Iterable[NodeResponse], text: str = "") -> list[Citation]:
    """Return what the run found in knowledge bases, each piece once, in the order of the nodes."""
    positions: dict[str, list[int]] = {}
    for mark in _CITE.finditer(text):
        positions.setdefault(mark[1].lower(), []).append(mark.start())
    found: dict[str, Citation] = {}
    for root in trace(nodes):
        for node in root.walk():
            quotes = node.raw.get("quoteList")
            for quote in map(as_object, quotes if is_array(quotes) else []):
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


# --- cost -----------------------------------------------------------------------------------------------------------


class ModelUsage(NamedTuple):
    """What one model, or a whole run, used; `other_tokens` are those of old servers, in and out in one number."""

    input_tokens: int = 0
    output_tokens: int = 0
    embedding_tokens: int = 0
    rerank_tokens: int = 0
    other_tokens: int = 0
    points: float = 0.0

    @property
    def total_tokens(self) -> int:
        """All tokens."""
        return self.input_tokens + self.output_tokens + self.embedding_tokens + self.rerank_tokens + self.other_tokens

    def plus(self, other: ModelUsage) -> ModelUsage:
        """Return the sum of both."""
        return ModelUsage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.embedding_tokens + other.embedding_tokens,
            self.rerank_tokens + other.rerank_tokens,
            self.other_tokens + other.other_tokens,
            self.points + other.points,
        )


class NodeUsage(NamedTuple):
    """What one node used itself, without the nodes inside it."""

    name: str
    type: str
    model: str
    used: ModelUsage


class Usage(NamedTuple):
    """What a run used: in all, by node, and by model ("" for what no model is named for)."""

    total: ModelUsage
    by_node: list[NodeUsage]
    by_model: dict[str, ModelUsage]


def usage(nodes: Iterable[NodeResponse]) -> Usage:
    """Return what a run used; what a parent counts of its children is counted with them only."""
    by_node: list[NodeUsage] = []
    by_model: dict[str, ModelUsage] = {}
    total = ModelUsage()
    for root in trace(nodes):
        for node in root.walk():
            used = _own(node)
            if used == ModelUsage():
                continue
            model = str(node.raw.get("model") or node.raw.get("embeddingModel") or "")
            by_node.append(NodeUsage(node.name, node.type, model, used))
            by_model[model] = by_model.get(model, ModelUsage()).plus(used)
            total = total.plus(used)
    return Usage(total, by_node, by_model)


def _own(node: TraceNode) -> ModelUsage:
    raw: Mapping[str, Any] = node.raw
    input_tokens = _number(raw, "inputTokens") + _number(raw, "toolCallInputTokens")
    output_tokens = _number(raw, "outputTokens") + _number(raw, "toolCallOutputTokens")
    embedding = _number(raw, "embeddingTokens")
    split = input_tokens or output_tokens or embedding
    points = _number(raw, "totalPoints")
    inside = sum(_number(child.raw, "totalPoints") for child in node.children)
    if points >= inside - 1e-9:
        points = max(0.0, points - inside)
    return ModelUsage(
        input_tokens=int(input_tokens),
        output_tokens=int(output_tokens),
        embedding_tokens=int(embedding),
        rerank_tokens=int(_number(raw, "reRankInputTokens")),
        other_tokens=0 if split else int(_number(raw, "tokens")),
        points=points,
    )


def _number(raw: Mapping[str, Any], key: str) -> float:
    value = raw.get(key)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < math.inf else 0
