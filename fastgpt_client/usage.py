"""Tokens and points: of one node, one model, or a whole run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

__all__ = ["ModelUsage", "NodeUsage", "Usage", "own_usage"]


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
        """Return the sum of both.

        Args:
            other: what is added.
        """
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

    @classmethod
    def of(cls, by_node: list[NodeUsage]) -> Usage:
        """Return the sums of what the nodes of a run used.

        Args:
            by_node: what each node used.
        """
        by_model: dict[str, ModelUsage] = {}
        total = ModelUsage()
        for node in by_node:
            by_model[node.model] = by_model.get(node.model, ModelUsage()).plus(node.used)
            total = total.plus(node.used)
        return cls(total, by_node, by_model)


def own_usage(raw: Mapping[str, Any], children: Iterable[Mapping[str, Any]]) -> ModelUsage:
    """Return what a node used itself: its points often include those of its children.

    Args:
        raw: a node as the server sent it.
        children: the nodes that ran inside it.
    """
    input_tokens = _number(raw, "inputTokens") + _number(raw, "toolCallInputTokens")
    output_tokens = _number(raw, "outputTokens") + _number(raw, "toolCallOutputTokens")
    embedding = _number(raw, "embeddingTokens")
    split = input_tokens or output_tokens or embedding
    points = _number(raw, "totalPoints")
    inside = sum(_number(child, "totalPoints") for child in children)
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
