"""The node that calls a model, with its tools."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import Message, Tool

from .history_preview import history_preview
from .node_response import node_response, token_count

__all__ = ["ModelNode"]

_EMPTY = ("chat:AI_input_is_empty", "chat:LLM_model_response_empty")


@dataclass
class ModelNode:
    """A node that calls a model, with its output so far and the tools that it called."""

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
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Names of nodes by kind that replace the usual ones."""
    parent_id: str = ""
    rounds: int = 1
    started: float = field(default_factory=time.monotonic)

    @property
    def kind(self) -> str:
        return "tools" if self.tools else "chatNode"

    @property
    def name(self) -> str:
        return self.names.get(self.kind, "Tool call" if self.tools else "AI Chat")

    @property
    def failed_bare(self) -> bool:
        """Whether the node failed before it called its model."""
        return self.error in _EMPTY

    def response(self, version: Version, *, as_event: bool = False) -> dict[str, Any]:
        """Return the node's item. In the streams of some versions, its children are next to it, not inside."""
        node_id = "agent" if self.tools else "chat"
        fields = {**self.error_fields(version), **self._run_fields(version, as_event=as_event)}
        if self.parent_id:
            fields["parentId"] = self.parent_id
        seconds = round(time.monotonic() - self.started, 2)
        return node_response(version, self.kind, node_id, self.name, fields, id=self.id, seconds=seconds)

    def error_fields(self, version: Version) -> dict[str, Any]:
        if not self.error:
            return {}
        if version < Since.NODE_ERROR_TEXT:
            code = self.error.split()[0]
            status = int(code) if code.isdigit() else None
            return {"error": {"message": self.error, "name": "Error", "code": code, "status": status}}
        return {"errorText": self.error} | ({"error": self.error} if version >= Since.NODE_ERROR else {})

    def _run_fields(self, version: Version, *, as_event: bool) -> dict[str, Any]:
        if self.failed_bare or (self.error and version < Since.NODE_ERROR):
            return {}
        said = history_preview(version, self.messages, self.text)
        silent = bool(self.error) and not self.text
        read = 0 if silent else sum(token_count(item["value"]) for item in history_preview(version, self.messages))
        written = 0 if silent else token_count(self.text)
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
        """Return the item of a tool that the model called, and store it."""
        result = {"result": tool.response} if tool.result is None else tool.result
        headers = {"Content-Type": "application/json"}
        fields: dict[str, Any] = {"params": dict(tool.arguments), "headers": headers, "httpResult": result}
        fields |= {"parentId": self.id} if version >= Since.FLAT_CHILDREN else {"totalPoints": 0}
        item = node_response(version, "httpRequest468", "http", tool.name, fields)
        self.children.append(item)
        return item
