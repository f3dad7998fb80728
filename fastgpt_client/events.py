"""The events of a streamed completion: one frozen class for each event of the wire, made for `match`.

```python
match event:
    case Answer(text=text):
        print(text, end="")
    case FlowNodeStatus(name=name):
        print("running", name)
```

Each keeps the event as received: `.event` is the wire's name, `.raw` the parsed JSON of its data.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, dataclass_transform

from ._completion import innermost, node_list
from ._json import as_object, is_array, is_object
from .exceptions import ServerError

if TYPE_CHECKING:
    from .types import InteractiveData, NodeResponse

__all__ = [
    "Answer",
    "ChatTitle",
    "CollectionForm",
    "Event",
    "FastAnswer",
    "FlowNodeResponse",
    "FlowNodeStatus",
    "FlowResponses",
    "Interactive",
    "Plan",
    "PlanStatus",
    "SandboxStatus",
    "SkillCall",
    "StepTitle",
    "ToolCall",
    "ToolParams",
    "ToolResponse",
    "TopAgentConfig",
    "UnknownEvent",
    "UpdateVariables",
    "WorkflowDuration",
    "decode_event",
]


@dataclass_transform(frozen_default=True)
class Event:
    """Base of all events: frozen, compared by value, its fields given in order.

    A dataclass in all but name: making twenty of them by `dataclasses` would take longer than the rest of the import.
    """

    wire_name: ClassVar[str] = ""
    if TYPE_CHECKING:

        @property
        def raw(self) -> Any: ...

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, wire_name: str = "") -> None:
        cls.wire_name = wire_name
        cls._fields += tuple(name for name in cls.__annotations__ if name not in cls._fields)
        setattr(cls, "__match_args__", cls._fields)  # noqa: B010 - type checkers hold the name for their own

    if not TYPE_CHECKING:  # type checkers derive the arguments from the fields

        def __init__(self, *values: Any, **named: Any) -> None:
            self.__dict__.update(zip(self._fields, values, strict=False), **named)
            if len(self.__dict__) != len(self._fields):
                raise TypeError(f"{type(self).__name__} takes {', '.join(self._fields)}")

    @property
    def event(self) -> str:
        """The event's name on the wire."""
        return self.wire_name

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment] # an event holds parsed JSON, which is not hashable

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items() if name != "raw")
        return f"{type(self).__name__}({fields})"


class Answer(Event, wire_name="answer"):
    """A piece of the answer: text or reasoning, "" in heartbeats; the last one has a finish_reason."""

    text: str
    reasoning: str
    finish_reason: str | None
    raw: Any


class FastAnswer(Answer, wire_name="fastAnswer"):
    """A text that a node gives at once; it belongs to the answer like any other piece."""


class FlowNodeStatus(Event, wire_name="flowNodeStatus"):
    """A node has begun to run; `name` may be an i18n key of the server."""

    name: str
    status: str
    raw: Any


class FlowNodeResponse(Event, wire_name="flowNodeResponse"):
    """A node has finished (v2 only)."""

    node: NodeResponse
    raw: Any


class FlowResponses(Event, wire_name="flowResponses"):
    """What all nodes did, once at the end (v1 only)."""

    nodes: list[NodeResponse]
    raw: Any


class ToolCall(Event, wire_name="toolCall"):
    """A model calls a tool."""

    id: str
    name: str
    function_name: str
    params: str
    raw: Any


class ToolParams(Event, wire_name="toolParams"):
    """The next piece of a tool call's parameters."""

    id: str
    params: str
    raw: Any


class ToolResponse(Event, wire_name="toolResponse"):
    """What a tool answered; the server cuts long ones to their ends."""

    id: str
    response: str
    raw: Any


class UpdateVariables(Event, wire_name="updateVariables"):
    """All global variables, after one was changed."""

    variables: dict[str, Any]
    raw: Any


class Interactive(Event, wire_name="interactive"):
    """The run pauses for the user; `interactive` is what it asks, without wrappers."""

    interactive: InteractiveData
    raw: Any


class WorkflowDuration(Event, wire_name="workflowDuration"):
    """The workflow has ended after so many seconds."""

    seconds: float
    raw: Any


class ChatTitle(Event, wire_name="chatTitle"):
    """The chat's title, in its first turn (4.15 and later)."""

    title: str
    raw: Any


class Plan(Event, wire_name="plan"):
    """An agent's plan; each one replaces the one before."""

    plan: dict[str, Any]
    raw: Any


class PlanStatus(Event, wire_name="planStatus"):
    """An agent's plan is "generating" or "updating"."""

    status: str
    raw: Any


class StepTitle(Event, wire_name="stepTitle"):
    """An agent begins a step of its plan (4.14)."""

    step_id: str
    title: str
    raw: Any


class SandboxStatus(Event, wire_name="sandboxStatus"):
    """A phase in the life of the code sandbox."""

    sandbox_id: str
    phase: str
    raw: Any


class SkillCall(Event, wire_name="skillCall"):
    """An agent loads a skill (4.14)."""

    skill: dict[str, Any]
    raw: Any


class CollectionForm(Event, wire_name="collectionForm"):
    """A form of the editor's helper bot (4.14); API keys do not meet it."""

    raw: Any


class TopAgentConfig(Event, wire_name="topAgentConfig"):
    """A configuration made by the editor's helper bot (4.14); API keys do not meet it."""

    raw: Any


class UnknownEvent(Event):
    """An event this version has no class for, or one in another form than known; `raw` is text if it is no JSON."""

    name: str
    raw: Any

    @property
    def event(self) -> str:
        """The event's name on the wire, "" if it has none."""
        return self.name


def decode_event(name: str, data: str) -> Event:
    """Return the event of an SSE block.

    What is new to this version is an `UnknownEvent`, never an error. Only a piece of the answer that begins as
    JSON and is broken raises `ServerError`: to pass over it would be to lose text without a word.
    """
    try:
        raw = _decode_json(data)
    except (ValueError, RecursionError) as exc:
        if name in _ANSWERS and data[:1] in ("{", "["):
            raise ServerError(f"The stream carries a piece of the answer that is no JSON: {data[:100]!r}") from exc
        return UnknownEvent(name, data)
    build = _BUILD.get(name)
    if build is None or not (is_object(raw) or (is_array(raw) and build is _flow_responses)):
        return UnknownEvent(name, raw)
    return build(raw) or UnknownEvent(name, raw)


_decode_json = json.JSONDecoder().decode
_ANSWERS = ("", "answer", "fastAnswer")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _answer(raw: dict[str, Any], kind: type[Answer] = Answer) -> Answer | None:
    try:
        choice: dict[str, Any] = raw["choices"][0]
        delta: dict[str, Any] = choice.get("delta") or {}
        text = delta.get("content") or ""
        reasoning = delta.get("reasoning_content") or ""
        if isinstance(text, str) and isinstance(reasoning, str):
            return kind(text, reasoning, choice.get("finish_reason"), raw)
    except (LookupError, TypeError, AttributeError):
        pass  # a chunk without choices carries no answer: 4.9.7 sends one with durationSeconds
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
        _text(tool.get("params")),
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
        _text(as_object(raw.get("tool")).get("id")), _text(as_object(raw.get("tool")).get("params")), raw
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
