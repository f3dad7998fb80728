"""Reading the JSON of a completion: the text, the pause, the nodes and the error, in each version's form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from fastgpt_client._json import as_object, is_array, is_object, whole_text
from fastgpt_client.exceptions import ValidationError

if TYPE_CHECKING:
    from fastgpt_client.types import ContentItem, InteractiveData, NodeResponse, ToolCallData

__all__ = [
    "NESTED_NODES",
    "content_interactive",
    "content_text",
    "content_tools",
    "error_text",
    "innermost",
    "known_nodes",
    "node_list",
    "nodes_error",
    "nodes_plugin_output",
]


# Where a node holds those that ran inside it.
NESTED_NODES = ("toolDetail", "pluginDetail", "loopDetail", "loopRunDetail", "parallelDetail", "childrenResponses")


def _items(content: object) -> Iterator[ContentItem]:
    if is_array(content):
        for item in content:
            if is_object(item):
                yield cast("ContentItem", item)


def content_text(content: object, kind: str = "text") -> str:
    """Return the text of a message's content, whether it is a string, a list of items, null or missing.

    `kind` is "text" or "reasoning". Texts are joined without a separator, as the server does, and so
    are the halves of a character.
    """
    if isinstance(content, str):
        return whole_text(content) if kind == "text" else ""
    texts = (as_object(item.get(kind)).get("content") for item in _items(content) if kind in item)
    return whole_text("".join(text for text in texts if isinstance(text, str)))


def content_tools(content: object) -> list[ToolCallData]:
    """Return the tool calls of a message's content."""
    tools: list[ToolCallData] = []
    for item in _items(content):
        tools.extend(item.get("tools") or ())
        if "tool" in item:
            tools.append(item["tool"])
    return tools


def content_interactive(content: object) -> InteractiveData | None:
    """Return the innermost interactive node of a message's content, None if the run did not pause."""
    for item in _items(content):
        if found := innermost(item.get("interactive")):
            return found
    return None


def innermost(interactive: object) -> InteractiveData | None:
    """Return the interactive node inside all wrappers (sub-workflow, loop, tool), None if there is none."""
    node = as_object(interactive)
    while inner := as_object(as_object(node.get("params")).get("childrenResponse")):
        node = inner
    return cast("InteractiveData", node) if node else None


def node_list(value: object) -> list[NodeResponse]:
    """Return node responses as a list; builds of 4.14.7 send an object numbered "0", "1", …"""
    nodes: Iterable[object] = value if is_array(value) else as_object(value).values()
    return [cast("NodeResponse", node) for node in nodes if is_object(node)]


def known_nodes(what: str, nodes: list[NodeResponse]) -> list[NodeResponse]:
    """Return the nodes; raise `ValidationError` if there are none: what they would tell is unknown, and not nothing."""
    if not nodes:
        raise ValidationError(
            f"{what} cannot be known: the answer says nothing of its nodes. Ask with detail=True; a share link may "
            "withhold them even then. has_nodes tells beforehand."
        )
    return nodes


def error_text(error: object) -> str | None:
    """Return the text of an `error` value, which is a string or an object with a message, None if there is none."""
    if is_object(error):
        error = error.get("message") or error
    return str(error) if error else None


def nodes_error(nodes: Iterable[NodeResponse]) -> str | None:
    """Return the error of the last top-level node that failed and did not have its error handled by the workflow."""
    found: str | None = None
    for node in nodes:
        if node.get("errorCaptured") or node.get("parentId"):
            continue
        found = error_text(node.get("errorText")) or error_text(node.get("error")) or found
    return found


def nodes_plugin_output(nodes: Iterable[NodeResponse]) -> Any:
    """Return what a plugin app put out, None if no output node ran."""
    output: Any = None
    for node in nodes:
        if node.get("moduleType") == "pluginOutput" and "pluginOutput" in node:
            output = node["pluginOutput"]
    return output
