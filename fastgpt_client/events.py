"""The events of a streamed completion: one frozen class for each event of the wire, made for `match`.

```python
match event:
    case Answer(text=text):
        print(text, end="")
```

Each keeps the event as received: `.event` is the wire's name, `.raw` the parsed JSON of its data.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

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


@dataclass(frozen=True, repr=False, eq=False)
class Event:
    """Base of all events: frozen dataclasses, compared by value; `Answer(text="Hi")` makes one for a test."""

    wire_name: ClassVar[str] = ""

    @property
    def raw(self) -> Any:
        """The event's data as received, None if it was made by hand."""
        return None

    @property
    def event(self) -> str:
        """The event's name on the wire."""
        return self.wire_name

    # Here for all: what a dataclass makes for each class takes a third of the time of its import.
    def __eq__(self, other: object) -> bool:
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *_values(self)))

    def __repr__(self) -> str:
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in fields(self) if field.name != "raw")
        return f"{type(self).__name__}({', '.join(shown)})"


def _values(event: Any) -> list[Any]:
    return [getattr(event, field.name) for field in fields(event)]


class _RawOfBlock:
    """Parses the JSON of a piece of text when it is looked at: of most pieces nobody does.

    The decoder leaves the piece as it came under `_block`. An `Answer` made with `raw` never gets here: what stands in
    its own `__dict__` comes first.
    """

    def __get__(self, answer: Answer | None, kind: type[Answer]) -> Any:
        block = None if answer is None else answer.__dict__.get("_block")
        if answer is None or block is None:
            return None  # which makes it the field's default, too
        raw = parse_json(block[block.index(b"{") :].decode("utf-8", "replace"))
        answer.__dict__["raw"] = raw
        return raw


@dataclass(frozen=True, repr=False, eq=False)
class Answer(Event):
    """A piece of the answer: text or reasoning, "" in heartbeats; the last one has a finish_reason."""

    wire_name = "answer"

    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    raw: Any = _RawOfBlock()


@dataclass(frozen=True, repr=False, eq=False)
class FastAnswer(Answer):
    """A text that a node gives at once; it belongs to the answer like any other piece."""

    wire_name = "fastAnswer"


@dataclass(frozen=True, repr=False, eq=False)
class FlowNodeStatus(Event):
    """A node has begun to run; `name` may be an i18n key of the server."""

    wire_name = "flowNodeStatus"

    name: str
    status: str = "running"  # no server sends another one
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class FlowNodeResponse(Event):
    """A node has finished (v2 only)."""

    wire_name = "flowNodeResponse"

    node: NodeResponse
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class FlowResponses(Event):
    """What all nodes did, once at the end (v1 only)."""

    wire_name = "flowResponses"

    nodes: list[NodeResponse]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ToolCall(Event):
    """A model calls a tool."""

    wire_name = "toolCall"

    id: str
    name: str = ""
    function_name: str = ""
    params: str = ""
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ToolParams(Event):
    """The next piece of a tool call's parameters."""

    wire_name = "toolParams"

    id: str
    params: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ToolResponse(Event):
    """What a tool answered; the server cuts long ones to their ends."""

    wire_name = "toolResponse"

    id: str
    response: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class UpdateVariables(Event):
    """All global variables, after one was changed."""

    wire_name = "updateVariables"

    variables: dict[str, Any]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class Interactive(Event):
    """The run pauses for the user; `interactive` is what it asks, without wrappers."""

    wire_name = "interactive"

    interactive: InteractiveData
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class WorkflowDuration(Event):
    """The workflow has ended after so many seconds."""

    wire_name = "workflowDuration"

    seconds: float
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ChatTitle(Event):
    """The chat's title, in its first turn (4.15 and later)."""

    wire_name = "chatTitle"

    title: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class Plan(Event):
    """An agent's plan; each one replaces the one before."""

    wire_name = "plan"

    plan: dict[str, Any]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class PlanStatus(Event):
    """An agent's plan is "generating" or "updating"."""

    wire_name = "planStatus"

    status: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class StepTitle(Event):
    """An agent begins a step of its plan (4.14)."""

    wire_name = "stepTitle"

    step_id: str
    title: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class SandboxStatus(Event):
    """A phase in the life of the code sandbox."""

    wire_name = "sandboxStatus"

    sandbox_id: str
    phase: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class SkillCall(Event):
    """An agent loads a skill (4.14)."""

    wire_name = "skillCall"

    skill: dict[str, Any]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class CollectionForm(Event):
    """A form of the editor's helper bot (4.14); API keys do not meet it."""

    wire_name = "collectionForm"

    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class TopAgentConfig(Event):
    """A configuration made by the editor's helper bot (4.14); API keys do not meet it."""

    wire_name = "topAgentConfig"

    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class UnknownEvent(Event):
    """An event this version has no class for, or one in another form than known; `raw` is text if it is no JSON."""

    name: str
    raw: Any = None

    @property
    def event(self) -> str:
        """The event's name on the wire, "" if it has none."""
        return self.name
