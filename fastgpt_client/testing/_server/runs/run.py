"""A run of an app: it plays an answer, reports what happens as events, and keeps what is to be saved."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Sequence
from inspect import isawaitable
from typing import Any, cast

from fastgpt_client import events
from fastgpt_client.events import Event
from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.state import Pause
from fastgpt_client.testing._server.versions import Since
from fastgpt_client.testing.answers import (
    AnswerLike,
    Delay,
    Failure,
    Fixed,
    Form,
    Output,
    Reasoning,
    Search,
    Select,
    SetVariables,
    Tool,
    pieces,
)

from . import interactive
from .citation_marks import CitationFilter
from .event_data import data_of
from .model_node import ModelNode
from .run_state import RunState, Stopped
from .search_node import search_fields

__all__ = ["Run"]

_CUT_RESPONSE = 5000
_PARAMS_PIECE = 5


class Run(RunState):
    """A run of an app, played from its answer."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._todo: deque[tuple[AnswerLike, bool]] = deque()
        self._node: ModelNode | None = None
        self._citations = CitationFilter()
        self._said = 0

    async def begin(self) -> None:
        """Run the app from its start."""
        if self.app.is_plugin:
            self.done("pluginInput", "pluginInput", "Plugin input", {})
        else:
            self.done("workflowStart", "start", "Workflow start", {})
        await self._play([(self.app.next_answer(), True)])

    async def resume(self, pause: Pause, answer: str) -> None:
        """Go on where a run paused, with the user's answer."""
        name, result, then = interactive.answer_pause(self.version, pause.part, pause.interactive, answer)
        kind = pause.interactive["type"] if pause.interactive["type"] == "userSelect" else "formInput"
        self.done(kind, pause.node_id, name, result, id=pause.interactive.get("nodeResponseId"))
        await self._play([] if then is None else [(then, True), *((part, False) for part in pause.rest)])

    async def _play(self, parts: Sequence[tuple[AnswerLike, bool]]) -> None:
        self._todo.extend(parts)
        try:
            while self._todo:
                await self._step(*self._todo.popleft())
        except Stopped:
            if self._node is not None:
                self._node.finish_reason = "close"
                if not self._node.text and self.version < Since.REASONING_OF_STOPPED_KEPT:
                    self._node.reasoning = ""
        self._close_node()
        self.duration = round(time.monotonic() - self.started, 2)
        if self.version >= Since.DURATION:
            self.emit("workflowDuration", {"durationSeconds": self.duration})

    async def _step(self, part: Any, alone: bool) -> None:
        """Play the next part; `alone`: a text is not a piece, but the whole of what a model says."""
        if isinstance(part, str):
            await self._say(part, alone=alone)
        elif isinstance(part, Reasoning):
            for piece in pieces(part.text):
                await self._stream("reasoning_content", piece)
        elif callable(part):
            found: Any = part(list(self.messages), dict(self.variables))
            self._todo.appendleft((cast("AnswerLike", await found if isawaitable(found) else found), True))
        elif isinstance(part, Sequence):
            items = cast("Sequence[AnswerLike]", part)
            self._todo.extendleft((item, False) for item in reversed(items))
        else:
            await self._part(part)

    async def _part(self, part: Any) -> None:
        match part:
            case Delay(seconds=seconds):
                await self.wait(seconds)
            case Failure(message=message, blocking=blocking):
                if blocking is not None and not self.streamed:
                    message, self._open_node().text = blocking, ""
                self._fail(message)
            case Tool():
                await self._call(part)
            case Select() | Form():
                self._ask(part)
            case Event():
                self._event(part)
            case Fixed() | Search() | Output() | SetVariables():
                self._close_node()
                self._plain(part)
            case _:
                raise TypeError(f"{part!r} is no answer: see fastgpt_client.testing.answers for what can be one")

    # The model

    def _open_node(self, *, tools: bool = False) -> ModelNode:
        node = self._node
        if node is not None and (node.tools or not tools):
            return node
        self._close_node()
        self._node = node = ModelNode(self.app.model, self.messages, self.query, tools=tools)
        self.emit("flowNodeStatus", {"status": "running", "name": node.name})
        if self.fail_with is not None:
            self._fail(self.fail_with)
        return node

    async def _say(self, text: str, *, alone: bool) -> None:
        if not self.query and not self.app.is_plugin:
            self._fail("chat:AI_input_is_empty")
            return
        node = self._open_node()
        if not text and alone and not node.text and not node.error:
            self._fail("chat:LLM_model_response_empty")
        for piece in pieces(text) if alone else [text]:
            if node.error:
                return
            await self._stream("content", piece)

    async def _stream(self, key: str, piece: str) -> None:
        node = self._open_node()
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

    def _fail(self, message: str) -> None:
        self.fail_with = None
        node = self._open_node()
        node.error, node.finish_reason = message, "error"
        self._todo.clear()

    def _close_node(self) -> None:
        node, self._node = self._node, None
        if node is None:
            return
        if held := self._citations.flush():
            self.emit("answer", wire.chunk({"content": held}))
        if node.error:
            self.error, self.failed_node = node.error, node.name
        if node.reasoning and self.version < Since.FLAT_CHILDREN:
            self.items.append({"reasoning": {"content": node.reasoning}})
            self.add_text(node.text)
        elif node.text or not node.tools:
            self.add_text(node.text, node.reasoning)
        self.emit("flowNodeResponse", node.response(self.version, as_event=True))
        self.nodes.append(node.response(self.version))

    async def _call(self, tool: Tool) -> None:
        node = self._open_node(tools=True)
        if node.error:
            return
        later = self.version >= Since.MODEL_ROUNDS_SHOWN
        if later and node.rounds == 1:
            self.emit("flowNodeStatus", {"status": "running", "name": self.app.model})
        call_id = tool.id or f"call_{wire.nanoid(10)}"
        # Before, the id in the stream was the server's own, that of the records the model's.
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
            self.emit("flowNodeStatus", {"status": "running", "name": self.app.model})
        used = {"id": call_id, "toolName": tool.name, "toolAvatar": "", "functionName": "http"}
        item = {"tools": [{**used, "params": arguments, "response": tool.response}]}
        self.items += [{"id": call_id, **item}] if later else [item, {"text": {"content": ""}}]

    def _tool_event(self, name: str, id: str, **fields: str) -> None:
        tool = {"id": id, "toolAvatar": "", **fields}
        if self.version < Since.NO_EMPTY_TOOL_RESPONSE:
            tool.setdefault("response", "")
        extra = {"responseValueId": id} if self.version >= Since.RESPONSE_VALUE_IDS else {}
        self.emit(name, {"tool": tool, **extra})

    # Other nodes

    def _plain(self, part: Fixed | Search | Output | SetVariables) -> None:
        match part:
            case Fixed(text=text, name=name):
                self.emit("fastAnswer", wire.chunk({"content": f"\n{text}"}))
                self.add_text(f"\n{text}")
                replies = sum(node["moduleType"] == "answerNode" for node in self.nodes)
                self.done("answerNode", f"a{replies + 1}", name, {"textOutput": text})
            case Search(name=name):
                self.emit("flowNodeStatus", {"status": "running", "name": name})
                found = "\n".join(str(quote.get("q", "")) for quote in part.quotes)
                self.messages = [{"role": "system", "content": f"<Cites>\n{found}\n</Cites>"}, *self.messages]
                self.done("datasetSearchNode", "ds", name, search_fields(self.version, part, self.query))
            case Output(values=values):
                points = {} if self.version >= Since.FLAT_CHILDREN else {"totalPoints": 0}
                fields = {**points, "pluginOutput": dict(values)}
                self.done("pluginOutput", "pluginOutput", "Plugin output", fields)
                if self.version < Since.ONE_EVENT_FOR_PLUGIN_OUTPUT:
                    self.emit("flowNodeResponse", {**self.nodes[-1], "id": wire.nanoid()})
            case _:
                self.variables.update(part.values)
                self.emit("updateVariables", dict(self.variables))
                self.done("variableUpdate", "var", "Variable update", {"updateVarResult": [*part.values.values()]})

    def _ask(self, part: Select | Form) -> None:
        self._close_node()
        node_id, data = interactive.open_pause(self.version, part, self.query)
        self.emit("interactive", {"interactive": data})
        self.items.append({"interactive": data})
        rest = [part for part, _ in self._todo]
        self._todo.clear()
        self.paused = Pause(data, part, rest, self.messages, self.query, node_id)

    def _event(self, event: Event) -> None:
        data = data_of(event)
        if isinstance(event, events.Answer):
            self.add_text(event.text)
        elif isinstance(event, events.FlowNodeResponse):
            self.nodes.append(data)
        self.emit(event.event, data)
