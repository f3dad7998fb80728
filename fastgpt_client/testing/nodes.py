"""What a run tells of its nodes: the items of `responseData`, in each version's shape."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import wire
from .answers import Message, Search, Tool
from .asked import as_objects
from .standin import text_of
from .versions import Since, Version

__all__ = ["ModelNode", "kept_node", "node_response", "preview", "search_fields"]

_NAMES = {"user": "Human", "assistant": "AI", "system": "System"}
_LONG_URL = 100
_EMPTY = ("chat:AI_input_is_empty", "chat:LLM_model_response_empty")


def node_response(
    version: Version,
    kind: str,
    node_id: str,
    name: str,
    fields: Mapping[str, Any],
    *,
    id: str | None = None,
    **time: Any,
) -> dict[str, Any]:
    """Return an item of `responseData`."""
    item: dict[str, Any] = {"moduleName": name, "moduleType": kind}
    if version >= Since.MODULE_LOGO:
        item["moduleLogo"] = ""
    return {**item, **fields, "id": id or wire.nanoid(), "nodeId": node_id, "runningTime": time.get("seconds", 0)}


def preview(version: Version, messages: list[Message], said: str = "") -> list[dict[str, str]]:
    """Return what the model saw and said, messages of the same side put together."""
    later = version >= Since.FLAT_CHILDREN
    found: list[dict[str, str]] = []
    for message in [*messages, {"role": "assistant", "content": said}] if said else messages:
        side, value = _NAMES.get(message["role"], "Human"), text_of(message["content"])
        if not later:
            value = "".join(_images(message["content"])) + value
        if found and found[-1]["obj"] == side:
            found[-1]["value"] += ("\n\n" if side == "System" and later else "\n") + value
        else:
            found.append({"obj": side, "value": value})
    return found


def _images(content: Any) -> Iterator[str]:
    for part in as_objects(content):
        if part.get("type") == "image_url":
            url = part["image_url"]["url"]
            shown = url if len(url) <= _LONG_URL else f"{url[:_LONG_URL]}..."
            yield f"![Input an image]({shown})\n"


def _tokens(text: str) -> int:
    return len(text.split()) + 1


@dataclass
class ModelNode:
    """A node that asks a model, with what it said so far; with tools if it called some."""

    model: str
    messages: list[Message]
    query: str
    id: str = field(default_factory=wire.nanoid)
    text: str = ""
    reasoning: str = ""
    error: str = ""
    finish_reason: str = "stop"
    children: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    tools: bool = False
    rounds: int = 1
    started: float = field(default_factory=time.monotonic)

    @property
    def name(self) -> str:
        return "Tool call" if self.tools else "AI Chat"

    @property
    def failed_bare(self) -> bool:
        """Whether the node failed before it asked its model."""
        return self.error in _EMPTY

    def response(self, version: Version, *, as_event: bool = False) -> dict[str, Any]:
        """Return the node's item; in the stream of some versions it has its children beside it, not inside."""
        kind, node_id = ("tools", "agent") if self.tools else ("chatNode", "chat")
        fields = {**self._error(version), **self._told(version, as_event=as_event)}
        seconds = round(time.monotonic() - self.started, 2)
        return node_response(version, kind, node_id, self.name, fields, id=self.id, seconds=seconds)

    def _error(self, version: Version) -> dict[str, Any]:
        if not self.error:
            return {}
        if version < Since.NODE_ERROR_TEXT:
            code = self.error.split()[0]
            status = int(code) if code.isdigit() else None
            return {"error": {"message": self.error, "name": "Error", "code": code, "status": status}}
        return {"errorText": self.error} | ({"error": self.error} if version >= Since.NODE_ERROR else {})

    def _told(self, version: Version, *, as_event: bool) -> dict[str, Any]:
        if self.failed_bare or (self.error and version < Since.NODE_ERROR):
            return {}
        said = preview(version, self.messages, self.text)
        silent = bool(self.error) and not self.text
        read = 0 if silent else sum(_tokens(item["value"]) for item in preview(version, self.messages))
        written = 0 if silent else _tokens(self.text)
        fields: dict[str, Any] = {
            "totalPoints": 0.001 * read + 0.002 * written,
            "model": self.model,
            "query": self.query,
        }
        if self.tools:
            fields |= {"toolCallInputTokens": read, "toolCallOutputTokens": written, "mergeSignId": "agent"}
            fields |= self._children(version, as_event=as_event)
        else:
            fields |= {"inputTokens": read, "outputTokens": written, "maxToken": 2000, "contextTotalLen": len(said)}
            fields |= {"reasoningText": self.reasoning}
        fields["historyPreview"] = said
        if version >= Since.FINISH_REASON:
            fields["finishReason"] = self.finish_reason
        if version >= Since.LLM_REQUEST_IDS:
            fields["llmRequestIds"] = [wire.nanoid(12) for _ in range(self.rounds)]
        return fields

    def _children(self, version: Version, *, as_event: bool) -> dict[str, Any]:
        if version < Since.FLAT_CHILDREN:
            return {"toolDetail": self.children, "childTotalPoints": 0}
        there: dict[str, Any] = {"childTotalPoints": 0} if as_event else {"childrenResponses": self.children}
        return {"toolDetail": [], **there}

    def child(self, version: Version, tool: Tool) -> dict[str, Any]:
        """Return the item of a tool that the model called, and keep it."""
        result = {"result": tool.response} if tool.result is None else tool.result
        headers = {"Content-Type": "application/json"}
        fields: dict[str, Any] = {"params": dict(tool.arguments), "headers": headers, "httpResult": result}
        fields |= {"parentId": self.id} if version >= Since.FLAT_CHILDREN else {"totalPoints": 0}
        item = node_response(version, "httpRequest468", "http", tool.name, fields)
        self.children.append(item)
        return item


def search_fields(version: Version, search: Search, query: str) -> dict[str, Any]:
    """Return what a search node tells of itself."""
    asked = {"datasetQueries": [query]} if version >= Since.FLAT_CHILDREN else {"query": query}
    return {
        "totalPoints": 0,
        **asked,
        "embeddingModel": "fake-embed",
        "embeddingTokens": _tokens(query),
        "similarity": 0.1,
        "limit": 3000,
        "searchMode": "embedding",
        "searchUsingReRank": False,
        "quoteList": quotes(search.quotes),
    }


_KEPT = ("id", "datasetId", "collectionId", "sourceName", "sourceId", "chunkIndex", "score")


def kept_node(version: Version, node: dict[str, Any]) -> dict[str, Any]:
    """Return a node's item as it is stored: without the texts of its quotes."""
    if "quoteList" not in node or version < Since.QUOTES_KEPT_SHORT:
        return node
    names = (*_KEPT, "tokens") if version < Since.FLAT_CHILDREN else _KEPT
    short = [{name: quote[name] for name in names if name in quote} for quote in node["quoteList"]]
    return {**node, "quoteList": short}


def quotes(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return quotes in full: what a script leaves out is made up."""
    return [
        {
            "id": wire.object_id(),
            "updateTime": wire.iso(wire.now()),
            "a": "",
            "chunkIndex": index,
            "datasetId": wire.object_id(),
            "collectionId": wire.object_id(),
            "sourceName": "source.txt",
            "score": [{"type": "embedding", "value": 0.9, "index": index}],
            **quote,
        }
        for index, quote in enumerate(found)
    ]
