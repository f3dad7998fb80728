"""Assemble a streamed completion into the form of a blocking one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from fastgpt_client._json import as_object
from fastgpt_client.events import (
    Answer,
    ChatTitle,
    Event,
    FlowNodeResponse,
    FlowResponses,
    Interactive,
    Plan,
    ToolCall,
    ToolParams,
    ToolResponse,
    UpdateVariables,
    WorkflowDuration,
)

if TYPE_CHECKING:
    from fastgpt_client.types import ChatCompletionData, ContentItem, NodeResponse, ResponseMessage, ToolCallData

__all__ = ["MANY", "CompletionAccumulator"]


# This many pieces are joined into one: small strings take ten times the memory of their content.
MANY = 1000


class _Pieces:
    """A text built from pieces; time and memory depend on its length, not on the number of pieces."""

    def __init__(self, piece: str) -> None:
        self._pieces = [piece]
        self._joined: list[str] = []

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        if len(self._pieces) > MANY:
            self._joined.append("".join(self._pieces))
            self._pieces.clear()

    def text(self) -> str:
        self._joined = ["".join([*self._joined, *self._pieces])]
        self._pieces.clear()
        return self._joined[0]


class CompletionAccumulator:
    """Collects the parts of the answer from a stream's events.

    Attributes:
        finished: True once the stop chunk or `[DONE]` was seen; later events are extra.
        texts, reasonings: pieces not joined yet; callers may append to them directly.
    """

    def __init__(self) -> None:
        self.finished: bool = False
        self.texts: list[str] = []
        self.reasonings: list[str] = []
        self._joined: list[tuple[str, str]] = []
        self._finish_reason: str | None = None
        self._nodes: list[NodeResponse] | None = None
        self._tools: dict[str, ToolCallData] = {}
        self._params: dict[str, _Pieces] = {}  # by the same IDs
        self._extra: dict[str, Any] = {}  # newVariables, title, durationSeconds
        self._items: dict[str, ContentItem] = {}  # interactive, plan

    def add_answer(self, text: str, reasoning: str, finish_reason: str | None) -> None:
        """Add a piece of the answer."""
        if text:
            self.texts.append(text)
        if reasoning:
            self.reasonings.append(reasoning)
        if finish_reason is not None:
            self._finish_reason = finish_reason
            self.finished = True

    def add(self, event: Event) -> None:
        """Add an event."""
        match event:
            case Answer():
                self.add_answer(event.text, event.reasoning, event.finish_reason)
            case FlowNodeResponse():
                if self._nodes is None:
                    self._nodes = []
                self._nodes.append(event.node)
            case FlowResponses():
                self._nodes = event.nodes
            case ToolCall():
                tool = as_object(event.raw.get("tool"))
                self._tools[event.id] = cast("ToolCallData", {**tool, "params": "", "response": ""})
                self._params[event.id] = _Pieces(event.params)
            case ToolParams():
                self._tool(event.id)
                self._params[event.id].add(event.params)
            case ToolResponse():
                self._tool(event.id)["response"] = event.response
            case Interactive():
                self._items["interactive"] = {"interactive": event.interactive}
            case Plan():
                self._items["plan"] = {"plan": event.plan}
            case UpdateVariables():
                self._extra["newVariables"] = event.variables
            case ChatTitle():
                self._extra["title"] = event.title
            case WorkflowDuration():
                self._extra["durationSeconds"] = event.seconds
            case _:
                pass

    def _tool(self, call_id: str) -> ToolCallData:
        """Return the tool call with this ID, created if its start was never seen."""
        if call_id not in self._tools:
            self._tools[call_id] = {"id": call_id, "params": "", "response": ""}
            self._params[call_id] = _Pieces("")
        return self._tools[call_id]

    def tool_calls(self) -> list[ToolCallData]:
        """Return the tool calls so far."""
        return [{**tool, "params": self._params[call_id].text()} for call_id, tool in self._tools.items()]

    @property
    def has_text(self) -> bool:
        """Whether any text was received."""
        return bool(self.texts) or any(text for text, _ in self._joined)

    def compact(self) -> None:
        """Join the pieces added since the last time, so that they take little more memory than their text."""
        self._joined.append(("".join(self.texts), "".join(self.reasonings)))
        self.texts.clear()
        self.reasonings.clear()

    def join(self) -> tuple[str, str]:
        """Return the text and the reasoning, and store each as a single piece."""
        self.compact()
        texts, reasonings = zip(*self._joined, strict=True)
        self._joined = [("".join(texts), "".join(reasonings))]
        return self._joined[0]

    def completion(self, chat_id: str | None) -> ChatCompletionData:
        """Return the answer so far, in the form of a blocking one."""
        text, reasoning = self.join()
        items: list[ContentItem] = []
        if self._tools:
            items.append({"tools": self.tool_calls()})
        if "plan" in self._items:
            items.append(self._items["plan"])
        if text and (items or "interactive" in self._items):
            items.append({"text": {"content": text}})
        if "interactive" in self._items:
            items.append(self._items["interactive"])
        message: ResponseMessage = {"role": "assistant", "content": items or text}
        if reasoning:
            message["reasoning_content"] = reasoning
        data: dict[str, Any] = {
            "id": chat_id or "",
            "model": "",
            "choices": [{"message": message, "finish_reason": self._finish_reason, "index": 0}],
            **self._extra,
        }
        if self._nodes is not None:
            data["responseData"] = [*self._nodes]
        return cast("ChatCompletionData", data)
