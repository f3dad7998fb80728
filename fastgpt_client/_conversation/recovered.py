"""Convert a saved answer into a completion, or into the events missing from a stream."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from fastgpt_client._api.completion import NESTED_NODES, content_parts, error_text, node_list
from fastgpt_client._json import as_object, objects
from fastgpt_client._streaming.decoder import build_event
from fastgpt_client.events import Answer, FlowResponses

if TYPE_CHECKING:
    from fastgpt_client.events import Event
    from fastgpt_client.types import ChatCompletionData, ChatRecord, ContentItem, NodeResponse, ToolCallData

__all__ = [
    "is_without_content",
    "read_records",
    "read_status",
    "remaining_events",
    "saved_completion",
    "was_cut_short",
    "with_content",
]

_CITE = re.compile(r"\[[0-9a-fA-F]{24}\]\(CITE\)")


def read_status(answer: dict[str, Any]) -> bool | None:
    """Return whether a chat is generating according to the response, None if it does not say."""
    chats = objects(as_object(answer.get("data")).get("list"))
    return None if chats is None else any(chat.get("chatGenerateStatus") == 0 for chat in chats)


def read_records(answer: dict[str, Any]) -> list[ChatRecord] | None:
    """Return a chat's messages; None if the response has no list, which does not mean that there are no messages."""
    return cast("list[ChatRecord] | None", objects(as_object(answer.get("data")).get("list")))


def is_without_content(data: ChatCompletionData) -> bool:
    """Return whether a blocking answer has no content: 4.14.4 to 4.15.1 omit a pause without other content."""
    return as_object(data["choices"][0].get("message")).get("content") is None


def with_content(data: ChatCompletionData, record: ChatRecord | None) -> ChatCompletionData:
    """Return a blocking answer with its saved content."""
    choice = data["choices"][0]
    message = {**as_object(choice.get("message")), "content": None if record is None else record.get("value")}
    return cast("ChatCompletionData", {**data, "choices": [{**choice, "message": message}]})


def was_cut_short(nodes: Iterable[NodeResponse]) -> bool:
    """Return whether the run ended early because it was stopped or its caller left; its partial answer is saved."""
    found = [*nodes]
    for node in found:  # nested nodes are appended while iterating
        if node.get("finishReason") == "close":
            return True
        for nested in NESTED_NODES:
            if nested in node:
                found += node_list(node.get(nested))
    return False


def saved_completion(
    record: ChatRecord, nodes: Sequence[NodeResponse], chat_id: str, *, cites: bool
) -> ChatCompletionData:
    """Return a saved answer in the form of a blocking one; `cites` keeps the citation marks, which are always saved."""
    items: list[ContentItem] = record.get("value") or []
    data: dict[str, Any] = {
        "id": chat_id,
        "model": "",
        "choices": [
            {
                "message": {"role": "assistant", "content": items if cites else [*map(_without_cites, items)]},
                "finish_reason": "stop",
                "index": 0,
            }
        ],
    }
    if nodes:
        data["responseData"] = [*nodes]
    if "errorMsg" in record or "errorText" in record:
        error = error_text(record.get("errorMsg")) or as_object(record.get("errorText")).get("errorText")
        if error:
            data["error"] = error
    return cast("ChatCompletionData", data)


def _without_cites(item: ContentItem) -> ContentItem:
    text = as_object(item.get("text")).get("content")
    if not isinstance(text, str):
        return item
    return cast("ContentItem", {**item, "text": {"content": _CITE.sub("", text)}})


def remaining_events(
    data: ChatCompletionData, text: str = "", reasoning: str = "", tools: Sequence[ToolCallData] = ()
) -> list[Event] | None:
    """Return the events of a saved answer missing from its stream, None if the stream was of another answer.

    `text`, `reasoning` and `tools` were delivered before the stream was cut.
    """
    content = content_parts(data["choices"][0]["message"].get("content"))
    full_text, full_reasoning = content.text, content.reasoning
    if not full_text.startswith(text):
        return None
    events: list[Event] = []
    if full_reasoning.startswith(reasoning) and full_reasoning != reasoning:
        events.append(_answer(reasoning=full_reasoning[len(reasoning) :]))
    for index, tool in enumerate(content.tools):
        events += _tool_events(tool, tools[index] if index < len(tools) else None)
    if full_text != text:
        events.append(_answer(full_text[len(text) :]))
    events += [build_event("interactive", {"interactive": pause}) for pause in content.pauses]
    if "responseData" in data:
        events.append(FlowResponses(node_list(data["responseData"]), data["responseData"]))
    return [*events, _answer(finish_reason="stop")]


def _answer(text: str = "", reasoning: str = "", finish_reason: str | None = None) -> Event:
    delta = {"reasoning_content": reasoning} if reasoning else {"content": text or None}
    raw = {"choices": [{"delta": delta, "index": 0, "finish_reason": finish_reason}]}
    return Answer(text, reasoning, finish_reason, raw)


def _tool_events(tool: ToolCallData, delivered: ToolCallData | None) -> Iterable[Event]:
    """Yield the missing events of a tool call; in 4.11, its ID in the stream differs from that in the records."""
    params, response = tool.get("params", ""), tool.get("response", "")
    if delivered is None:
        yield build_event("toolCall", {"tool": {**tool, "response": ""}})
        yield build_event("toolResponse", {"tool": {"id": tool.get("id", ""), "response": response}})
        return
    name, known = delivered.get("id", ""), delivered.get("params", "")
    if params.startswith(known) and params != known:
        yield build_event("toolParams", {"tool": {"id": name, "params": params[len(known) :]}})
    if not delivered.get("response"):
        yield build_event("toolResponse", {"tool": {"id": name, "response": response}})
