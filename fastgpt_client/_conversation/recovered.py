"""An answer that the server kept, told as the one that did not arrive: blocking, or as the rest of a stream."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

from fastgpt_client._api.completion import content_text, content_tools, error_text
from fastgpt_client._json import as_object, is_array
from fastgpt_client.tracing import trace

if TYPE_CHECKING:
    from fastgpt_client.types import ChatCompletionData, ChatRecord, ContentItem, NodeResponse, ToolCallData

__all__ = ["saved_completion", "saved_events", "was_cut_short"]

_CITE = re.compile(r"\[[0-9a-fA-F]{24}\]\(CITE\)")


def was_cut_short(nodes: Iterable[NodeResponse]) -> bool:
    """Return whether the run was ended before it had said all: v1 ends one whose caller has gone, and saves that."""
    return any(node.raw.get("finishReason") == "close" for root in trace(nodes) for node in root.walk())


def saved_completion(
    record: ChatRecord, nodes: Sequence[NodeResponse], chat_id: str, *, cites: bool
) -> ChatCompletionData:
    """Return a saved answer in the form of a blocking one; `cites`: with the citation marks, which are always saved."""
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
    error = error_text(record.get("errorMsg")) or as_object(record.get("errorText")).get("errorText")
    if error:
        data["error"] = error
    return cast("ChatCompletionData", data)


def _without_cites(item: ContentItem) -> ContentItem:
    text = as_object(item.get("text")).get("content")
    if not isinstance(text, str):
        return item
    return cast("ContentItem", {**item, "text": {"content": _CITE.sub("", text)}})


def saved_events(
    data: ChatCompletionData, text: str = "", reasoning: str = "", tools: Sequence[ToolCallData] = ()
) -> bytes | None:
    """Return the rest of a saved answer as the events that would have told it, None if it is another answer.

    `text`, `reasoning` and `tools` are what was handed out before the stream was cut.
    """
    content = data["choices"][0]["message"].get("content")
    whole, thoughts = content_text(content), content_text(content, "reasoning")
    if not whole.startswith(text):
        return None
    events: list[tuple[str, Any]] = []
    if thoughts.startswith(reasoning) and thoughts != reasoning:
        events.append(_answer({"reasoning_content": thoughts[len(reasoning) :]}))
    for index, tool in enumerate(content_tools(content)):
        events += _tool_events(tool, tools[index] if index < len(tools) else None)
    if whole != text:
        events.append(_answer({"content": whole[len(text) :]}))
    if is_array(content):
        events += [("interactive", {"interactive": item["interactive"]}) for item in content if "interactive" in item]
    if "responseData" in data:
        events.append(("flowResponses", data["responseData"]))
    events.append(_answer({"content": None}, "stop"))
    return "".join(f"event: {name}\ndata: {json.dumps(body)}\n\n" for name, body in events).encode()


def _answer(delta: dict[str, Any], finish_reason: str | None = None) -> tuple[str, Any]:
    return "answer", {"choices": [{"delta": delta, "index": 0, "finish_reason": finish_reason}]}


def _tool_events(tool: ToolCallData, told: ToolCallData | None) -> Iterable[tuple[str, Any]]:
    """Yield what was not told yet of a tool call; in the stream of 4.11 it has another id than in the records."""
    params, response = tool.get("params", ""), tool.get("response", "")
    if told is None:
        yield "toolCall", {"tool": {**tool, "response": ""}}
        yield "toolResponse", {"tool": {"id": tool.get("id", ""), "response": response}}
        return
    name, known = told.get("id", ""), told.get("params", "")
    if params.startswith(known) and params != known:
        yield "toolParams", {"tool": {"id": name, "params": params[len(known) :]}}
    if not told.get("response"):
        yield "toolResponse", {"tool": {"id": name, "response": response}}
