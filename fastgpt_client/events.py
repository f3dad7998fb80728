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

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, dataclass_transform

from ._json import parse_json

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
            if len(values) + len(named) != len(self._fields) or self.__dict__.keys() != {*self._fields}:
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
        return type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in self._fields)

    __hash__ = None  # type: ignore[assignment] # an event holds parsed JSON, which is not hashable

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields if name != "raw")
        return f"{type(self).__name__}({fields})"


class Answer(Event, wire_name="answer"):
    """A piece of the answer: text or reasoning, "" in heartbeats; the last one has a finish_reason."""

    text: str
    reasoning: str
    finish_reason: str | None
    raw: Any

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Most events of a stream are plain pieces of text whose JSON nobody looks at: parsed when it is asked for.
            block = self.__dict__.get("_block")
            if name != "raw" or block is None:
                raise AttributeError(name)
            raw = parse_json(block[block.index(b"{") :].decode("utf-8", "replace"))
            self.__dict__["raw"] = raw
            return raw


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
