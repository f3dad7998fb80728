"""What a model does in a run: it reasons, speaks, calls tools, and fails."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.versions import Since
from fastgpt_client.testing.answers import Tool, pieces

from .citation_marks import CitationFilter
from .model_node import ModelNode
from .run_state import RunState

__all__ = ["ModelSteps"]

_CUT_RESPONSE = 5000
_PARAMS_PIECE = 5


class ModelSteps(RunState):
    """A run, with the open model node, if any, which says the next texts."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.todo: deque[tuple[Any, bool]] = deque()
        self.open: ModelNode | None = None
        self._citations = CitationFilter()
        self._said = 0

    def open_node(self, *, tools: bool = False) -> ModelNode:
        node = self.open
        if node is not None and (node.tools or not tools):
            return node
        self.close_node()
        self.open = node = self.new_node(tools=tools)
        self.status(node.name)
        if self.fail_with is not None:
            self.fail(self.fail_with)
        return node

    def new_node(self, *, tools: bool) -> ModelNode:
        return ModelNode(
            self.app.model,
            self.messages,
            self.query,
            tools=tools,
            names=self.app.node_names,
            parent_id=self.parent_id,
        )

    async def say(self, text: str, *, alone: bool) -> None:
        if not self.query and not self.app.is_plugin:
            self.fail("chat:AI_input_is_empty")
            return
        node = self.open_node()
        if not text and alone and not node.text and not node.error:
            self.fail("chat:LLM_model_response_empty")
        for piece in pieces(text) if alone else [text]:
            if node.error:
                return
            await self.stream("content", piece)

    async def stream(self, key: str, piece: str) -> None:
        node = self.open_node()
        if node.error:
            return
        await self.wait(self.app.delay)
        if self.crash_after is not None and self._said >= self.crash_after[0]:
            raise self.crash_after[1]
        self._said += 1
        if key == "content":
            node.text += piece
            piece = piece if self.keep_citations else self._citations.feed(piece)
        else:
            node.reasoning += piece
        if piece:
            self.emit("answer", wire.chunk({key: piece}))

    def fail(self, message: str) -> None:
        self.fail_with = None
        node = self.open_node()
        node.error, node.finish_reason = message, "error"
        self.todo.clear()

    def close_node(self) -> None:
        node, self.open = self.open, None
        if node is None:
            return
        if held := self._citations.flush():
            self.emit("answer", wire.chunk({"content": held}))
        self.result = node.text
        if node.error:
            self.error, self.failed_node = node.error, node.name
        if node.reasoning and self.version < Since.FLAT_CHILDREN:
            self.items.append({"reasoning": {"content": node.reasoning}})
            self.add_text(node.text)
        elif node.text or not node.tools:
            self.add_text(node.text, node.reasoning)
        self.emit("flowNodeResponse", node.response(self.version, as_event=True))
        self.nodes.append(node.response(self.version))

    async def call_tool(self, tool: Tool) -> None:
        node = self.open_node(tools=True)
        if node.error:
            return
        later = self.version >= Since.MODEL_ROUNDS_SHOWN
        if later and node.rounds == 1:
            self.status(self.app.model)
        call_id = tool.id or f"call_{wire.nanoid(10)}"
        # Older versions had the server's ID in the stream, and the model's in records.
        shown = call_id if later else wire.nanoid()
        self._tool_event("toolCall", shown, toolName=tool.name, functionName="http", params="")
        arguments = json.dumps(dict(tool.arguments), ensure_ascii=False)
        for start in range(0, len(arguments), _PARAMS_PIECE):
            await self.wait(self.app.delay)
            piece = arguments[start : start + _PARAMS_PIECE]
            self._tool_event("toolParams", shown, toolName="", params=piece)
        child = node.child(self.version, tool)
        if self.version >= Since.CHILD_NODE_EVENTS:
            self.emit("flowNodeResponse", child)
        long = len(tool.response) > 2 * _CUT_RESPONSE
        cut = tool.response[:_CUT_RESPONSE] + tool.response[-_CUT_RESPONSE:] if long else tool.response
        self._tool_event("toolResponse", shown, toolName="", params="", response=cut)
        node.rounds += 1
        if later:
            self.status(self.app.model)
        used = {"id": call_id, "toolName": tool.name, "toolAvatar": "", "functionName": "http"}
        item = {"tools": [{**used, "params": arguments, "response": tool.response}]}
        self.items += [{"id": call_id, **item}] if later else [item, {"text": {"content": ""}}]

    def _tool_event(self, name: str, id: str, **fields: str) -> None:
        tool = {"id": id, "toolAvatar": "", **fields}
        if self.version < Since.NO_EMPTY_TOOL_RESPONSE:
            tool.setdefault("response", "")
        extra = {"responseValueId": id} if self.version >= Since.RESPONSE_VALUE_IDS else {}
        self.emit(name, {"tool": tool, **extra})
