"""Decode the blocks of an event stream into events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from fastgpt_client._api.completion import innermost, node_list
from fastgpt_client._json import as_object, is_array, is_object, parse_json, whole_text
from fastgpt_client.events import (
    Answer,
    ChatTitle,
    CollectionForm,
    Event,
    FastAnswer,
    FlowNodeResponse,
    FlowNodeStatus,
    FlowResponses,
    Interactive,
    Plan,
    PlanStatus,
    SandboxStatus,
    SkillCall,
    StepTitle,
    ToolCall,
    ToolParams,
    ToolResponse,
    TopAgentConfig,
    UnknownEvent,
    UpdateVariables,
    WorkflowDuration,
)
from fastgpt_client.exceptions import ServerError

__all__ = ["build_event", "decode_event", "event_lines"]


def decode_event(name: str, data: str) -> Event:
    """Return the event of an SSE block.

    Unknown events become an `UnknownEvent`, not an error. Only a piece of the answer that starts like JSON but is
    invalid raises `ServerError`: ignoring it would silently lose text.
    """
    broken = ""
    raw: Any = data
    try:
        raw = parse_json(data)
    except ValueError as exc:
        broken = str(exc)
    if broken:
        if name in _ANSWERS and data[:1] in ("{", "["):
            # Raised outside the except block, so that it is not chained: the cause contains the whole text.
            said = f"The stream contains a piece of the answer that is not valid JSON: {broken}"
            raise ServerError(said, outcome_unknown=True)
        return UnknownEvent(name, data)
    return build_event(name, raw)


def build_event(name: str, raw: Any) -> Event:
    """Return the event with this name and parsed data."""
    build = _BUILD.get(name)
    if build is None or not (is_object(raw) or (is_array(raw) and build is _flow_responses)):
        return UnknownEvent(name, raw)
    return build(raw) or UnknownEvent(name, raw)


def event_lines(event: Event) -> list[str]:
    """Return the lines that represent an event in a stream."""
    return [f"event: {event.event}", f"data: {json.dumps(event.raw)}", ""]


_ANSWERS = ("", "answer", "fastAnswer")


def _piece(value: object) -> str:
    """Return a text that a later event may continue, even in the middle of a character."""
    return value if isinstance(value, str) else ""


def _text(value: object) -> str:
    return whole_text(_piece(value))


def _answer(raw: dict[str, Any], kind: type[Answer] = Answer) -> Answer | None:
    try:
        choice: dict[str, Any] = raw["choices"][0]
        delta: dict[str, Any] = choice.get("delta") or {}
        text = delta.get("content") or ""
        reasoning = delta.get("reasoning_content") or ""
        if isinstance(text, str) and isinstance(reasoning, str):
            return kind(text, reasoning, choice.get("finish_reason"), raw)
    except (LookupError, TypeError, AttributeError):
        pass  # a chunk without choices has no answer: 4.9.7 sends one with durationSeconds
    return None


def _fast_answer(raw: dict[str, Any]) -> Answer | None:
    return _answer(raw, FastAnswer)


def _flow_responses(raw: Any) -> Event:
    return FlowResponses(node_list(raw), raw)


def _tool_call(raw: dict[str, Any]) -> Event:
    tool = as_object(raw.get("tool"))
    return ToolCall(
        _text(tool.get("id")),
        _text(tool.get("toolName")),
        _text(tool.get("functionName")),
        _piece(tool.get("params")),
        raw,
    )


def _interactive(raw: dict[str, Any]) -> Event | None:
    node = innermost(raw.get("interactive"))
    return None if node is None else Interactive(node, raw)


def _duration(raw: dict[str, Any]) -> Event | None:
    seconds = raw.get("durationSeconds")
    return WorkflowDuration(seconds, raw) if isinstance(seconds, (int, float)) else None


_BUILD: dict[str, Callable[[Any], Event | None]] = {
    "": _answer,
    "answer": _answer,
    "fastAnswer": _fast_answer,
    "flowNodeStatus": lambda raw: FlowNodeStatus(_text(raw.get("name")), _text(raw.get("status")), raw),
    "flowNodeResponse": lambda raw: FlowNodeResponse(raw, raw),
    "flowResponses": _flow_responses,
    "toolCall": _tool_call,
    "toolParams": lambda raw: ToolParams(
        _text(as_object(raw.get("tool")).get("id")), _piece(as_object(raw.get("tool")).get("params")), raw
    ),
    "toolResponse": lambda raw: ToolResponse(
        _text(as_object(raw.get("tool")).get("id")), _text(as_object(raw.get("tool")).get("response")), raw
    ),
    "updateVariables": lambda raw: UpdateVariables(raw, raw),
    "interactive": _interactive,
    "workflowDuration": _duration,
    "chatTitle": lambda raw: ChatTitle(_text(raw.get("title")), raw),
    "plan": lambda raw: Plan(as_object(raw.get("plan")), raw),
    "planStatus": lambda raw: PlanStatus(_text(as_object(raw.get("planStatus")).get("status")), raw),
    "stepTitle": lambda raw: StepTitle(
        _text(as_object(raw.get("stepTitle")).get("stepId")), _text(as_object(raw.get("stepTitle")).get("title")), raw
    ),
    "sandboxStatus": lambda raw: SandboxStatus(_text(raw.get("sandboxId")), _text(raw.get("phase")), raw),
    "skillCall": lambda raw: SkillCall(as_object(raw.get("skill")), raw),
    "collectionForm": CollectionForm,
    "topAgentConfig": TopAgentConfig,
}
