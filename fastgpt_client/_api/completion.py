"""Read the JSON of a completion: text, pause, nodes and error, in the format of each version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from fastgpt_client._json import as_object, is_object, objects, whole_text
from fastgpt_client.exceptions import ValidationError

if TYPE_CHECKING:
    from fastgpt_client.types import ContentItem, InteractiveData, NodeResponse, ToolCallData

__all__ = [
    "NESTED_NODES",
    "content_interactive",
    "content_parts",
    "content_text",
    "content_tools",
    "error_text",
    "innermost",
    "known_nodes",
    "node_list",
    "nodes_error",
    "nodes_plugin_output",
]


# Fields of a node that contain its nested nodes.
NESTED_NODES = ("toolDetail", "pluginDetail", "loopDetail", "loopRunDetail", "parallelDetail", "childrenResponses")


class ContentParts(NamedTuple):
    """The parts of a message's content."""

    text: str
    reasoning: str
    tools: list[ToolCallData]
    pauses: list[Any]  # its interactive nodes, with their wrappers


def _items(content: object) -> list[ContentItem]:
    return cast("list[ContentItem]", objects(content) or [])


def content_parts(content: object) -> ContentParts:
    """Return the parts of a message's content, whether it is a string, a list of items, null or missing."""
    items = _items(content)
    text = whole_text(content) if isinstance(content, str) else _text(items, "text")
    pauses = [item["interactive"] for item in items if "interactive" in item]
    return ContentParts(text, _text(items, "reasoning"), _tools(items), pauses)


def content_text(content: object, kind: Literal["text", "reasoning"] = "text") -> str:
    """Return the text of a message's content, whether it is a string, a list of items, null or missing."""
    if isinstance(content, str):
        return whole_text(content) if kind == "text" else ""
    return _text(_items(content), kind)


def _text(items: Iterable[ContentItem], kind: Literal["text", "reasoning"]) -> str:
    """Join texts without a separator, like the server; this also joins split surrogate pairs."""
    texts = [as_object(item.get(kind)).get("content") for item in items if kind in item]
    return whole_text("".join(text for text in texts if isinstance(text, str))) if texts else ""


def content_tools(content: object) -> list[ToolCallData]:
    """Return the tool calls of a message's content."""
    return _tools(_items(content))


def _tools(items: Iterable[ContentItem]) -> list[ToolCallData]:
    tools: list[ToolCallData] = []
    for item in items:
        tools.extend(item.get("tools") or ())
        if "tool" in item:
            tools.append(item["tool"])
    return tools


def content_interactive(content: object) -> InteractiveData | None:
    """Return the innermost interactive node in a message's content, None if the run did not pause."""
    for item in _items(content):
        if found := innermost(item.get("interactive")):
            return found
    return None


def innermost(interactive: object) -> InteractiveData | None:
    """Return the interactive node inside all wrappers (sub-workflow, loop, tool), None if missing."""
    node = as_object(interactive)
    while inner := as_object(as_object(node.get("params")).get("childrenResponse")):
        node = inner
    return cast("InteractiveData", node) if node else None


def node_list(value: object) -> list[NodeResponse]:
    """Return node responses as a list; builds of 4.14.7 send an object numbered "0", "1", …"""
    nodes = objects(value)
    return cast("list[NodeResponse]", objects([*as_object(value).values()]) if nodes is None else nodes)


def known_nodes(what: str, nodes: list[NodeResponse]) -> list[NodeResponse]:
    """Return the nodes; raise `ValidationError` if missing: `what` is then unknown, not empty."""
    if not nodes:
        raise ValidationError(
            f"{what} cannot be determined: the answer has no node details. Pass detail=True; a share link may "
            "withhold them even then. Check has_nodes first."
        )
    return nodes


def error_text(error: object) -> str | None:
    """Return the text of an `error` value, which is a string or an object with a message; None if it is empty."""
    if is_object(error):
        error = error.get("message") or error
    return str(error) if error else None


def nodes_error(nodes: Iterable[NodeResponse]) -> str | None:
    """Return the error of the last failed top-level node whose error was not handled by the workflow."""
    found: str | None = None
    for node in nodes:
        if node.get("errorCaptured") or node.get("parentId"):
            continue
        found = error_text(node.get("errorText")) or error_text(node.get("error")) or found
    return found


def nodes_plugin_output(nodes: Iterable[NodeResponse]) -> Any:
    """Return the output of a plugin app, None if no output node ran."""
    output: Any = None
    for node in nodes:
        if node.get("moduleType") == "pluginOutput" and "pluginOutput" in node:
            output = node["pluginOutput"]
    return output
