"""The nodes of a run as a tree, with the usage of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ._api.completion import NESTED_NODES, error_text, node_list
from ._json import is_array
from .usage import ModelUsage, NodeUsage, Usage, own_usage

if TYPE_CHECKING:
    from .types import NodeResponse

__all__ = ["TraceNode", "run_usage", "trace"]


class TraceNode(NamedTuple):
    """One node of a run, with the nodes that ran inside it.

    Attributes:
        name: the node's name.
        type: the node's type, as named on the wire.
        seconds: how long it ran, None if the server does not report it.
        error: the text of its failure, None if it succeeded.
        children: the nodes that ran inside it.
        raw: the node as received.
    """

    name: str
    type: str
    seconds: float | None
    error: str | None
    children: list[TraceNode]
    raw: NodeResponse

    @property
    def usage(self) -> ModelUsage:
        """What the node used itself, excluding the nodes inside it."""
        return own_usage(self.raw, [child.raw for child in self.children])

    def walk(self) -> Iterator[TraceNode]:
        """Iterate over the node and all nodes inside it, each parent before its children."""
        yield self
        for child in self.children:
            yield from child.walk()


def trace(nodes: Iterable[NodeResponse]) -> list[TraceNode]:
    """Return the nodes of a run as a tree, without duplicates.

    Args:
        nodes: the node responses of the run, such as `ChatCompletion.node_responses`.

    Servers send children in lists of their parent (up to 4.14), next to it with a `parentId` (4.15 and later), or both.
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
    """Return whether `node` is `other` or inside it, so that a cycle of parentIds is not followed."""
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
        # 4.11.1 sends a plugin's output twice, under two IDs.
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
        for nested in NESTED_NODES:
            if is_array(raw.get(nested)):
                _collect(node_list(raw.get(nested)), node.children, known, waiting, inside=True)
        parent_id = str(raw.get("parentId") or "")
        if parent_id and not inside:
            waiting.append((parent_id, node))
        else:
            siblings.append(node)


def run_usage(nodes: Iterable[NodeResponse]) -> Usage:
    """Return what a run used; points that a parent shares with its children are counted once.

    Args:
        nodes: the node responses of the run, such as `ChatCompletion.node_responses`.
    """
    by_node: list[NodeUsage] = []
    for root in trace(nodes):
        for node in root.walk():
            used = node.usage
            if used != ModelUsage():
                model = str(node.raw.get("model") or node.raw.get("embeddingModel") or "")
                by_node.append(NodeUsage(node.name, node.type, model, used))
    return Usage.of(by_node)
