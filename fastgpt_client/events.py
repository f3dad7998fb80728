"""The events of a streamed completion: one frozen dataclass per event of the wire, for use with `match`.

```python
match event:
    case Answer(text=text):
        print(text, end="")
```

Each event keeps what was received: `.event` is its name on the wire, `.raw` the parsed JSON of its data.
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
    """Base class of all events: frozen dataclasses that compare by value.

    In a test, create one by its fields: `Answer(text="Hi")`.
    """

    wire_name: ClassVar[str] = ""

    @property
    def raw(self) -> Any:
        """The event's data as received; None if the event was created by hand."""
        return None

    @property
    def event(self) -> str:
        """The event's name on the wire."""
        return self.wire_name

    # Shared by all events: generated per class, these methods take a third of the module's import time.
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
    """Parse the JSON of a piece of text on first access: most pieces are never inspected.

    The decoder stores the piece as received in `_block`. For an `Answer` created with `raw`, its own `__dict__` takes
    precedence over this descriptor.
    """

    def __get__(self, answer: Answer | None, kind: type[Answer]) -> Any:
        block = None if answer is None else answer.__dict__.get("_block")
        if answer is None or block is None:
            return None  # on the class, this is also the field's default
        raw = parse_json(block[block.index(b"{") :].decode("utf-8", "replace"))
        answer.__dict__["raw"] = raw
        return raw


@dataclass(frozen=True, repr=False, eq=False)
class Answer(Event):
    """A piece of the answer: text, reasoning, or neither in a heartbeat.

    Attributes:
        text: the next piece of the text, "" if none.
        reasoning: the next piece of the model's reasoning, "" if none.
        finish_reason: why the answer ended, such as "stop"; None in all pieces but the last one.
        raw: the data as received.
    """

    wire_name = "answer"

    text: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    raw: Any = _RawOfBlock()


@dataclass(frozen=True, repr=False, eq=False)
class FastAnswer(Answer):
    """A text that a node replies with at once. It is part of the answer like any other piece."""

    wire_name = "fastAnswer"


@dataclass(frozen=True, repr=False, eq=False)
class FlowNodeStatus(Event):
    """A node has started.

    Attributes:
        name: the node's name; may be an i18n key of the server.
        status: always "running" so far.
        raw: the data as received.
    """

    wire_name = "flowNodeStatus"

    name: str
    status: str = "running"
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class FlowNodeResponse(Event):
    """A node has finished (v2 only).

    Attributes:
        node: what the node did.
        raw: the data as received.
    """

    wire_name = "flowNodeResponse"

    node: NodeResponse
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class FlowResponses(Event):
    """What all nodes did, sent once at the end (v1 only).

    Attributes:
        nodes: what each node did, in the server's order.
        raw: the data as received.
    """

    wire_name = "flowResponses"

    nodes: list[NodeResponse]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ToolCall(Event):
    """A model calls a tool.

    Attributes:
        id: the ID of the tool call.
        name: the tool's name as shown to users.
        function_name: the name the model calls it by.
        params: its parameters as JSON text, as far as they are known; `ToolParams` events add the rest.
        raw: the data as received.
    """

    wire_name = "toolCall"

    id: str
    name: str = ""
    function_name: str = ""
    params: str = ""
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ToolParams(Event):
    """The next piece of a tool call's parameters.

    Attributes:
        id: the ID of the tool call.
        params: the piece of JSON text.
        raw: the data as received.
    """

    wire_name = "toolParams"

    id: str
    params: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ToolResponse(Event):
    """The response of a tool.

    Attributes:
        id: the ID of the tool call.
        response: the response as text; the server shortens a long one to its beginning and end.
        raw: the data as received.
    """

    wire_name = "toolResponse"

    id: str
    response: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class UpdateVariables(Event):
    """A global variable has changed.

    Attributes:
        variables: all global variables, by name.
        raw: the data as received.
    """

    wire_name = "updateVariables"

    variables: dict[str, Any]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class Interactive(Event):
    """The run pauses for the user.

    Attributes:
        interactive: what the run asks, without wrappers.
        raw: the data as received.
    """

    wire_name = "interactive"

    interactive: InteractiveData
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class WorkflowDuration(Event):
    """The workflow has ended.

    Attributes:
        seconds: how long it ran, in seconds.
        raw: the data as received.
    """

    wire_name = "workflowDuration"

    seconds: float
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class ChatTitle(Event):
    """The chat has been given a title, in its first turn (4.15 and later).

    Attributes:
        title: the title.
        raw: the data as received.
    """

    wire_name = "chatTitle"

    title: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class Plan(Event):
    """An agent's plan, which replaces any earlier one.

    Attributes:
        plan: the plan with its steps.
        raw: the data as received.
    """

    wire_name = "plan"

    plan: dict[str, Any]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class PlanStatus(Event):
    """An agent is making or changing its plan.

    Attributes:
        status: "generating" or "updating".
        raw: the data as received.
    """

    wire_name = "planStatus"

    status: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class StepTitle(Event):
    """An agent starts a step of its plan (4.14 only).

    Attributes:
        step_id: the ID of the step.
        title: the title of the step.
        raw: the data as received.
    """

    wire_name = "stepTitle"

    step_id: str
    title: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class SandboxStatus(Event):
    """The code sandbox has entered a phase of its lifecycle.

    Attributes:
        sandbox_id: the ID of the sandbox.
        phase: the name of the phase.
        raw: the data as received.
    """

    wire_name = "sandboxStatus"

    sandbox_id: str
    phase: str
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class SkillCall(Event):
    """An agent loads a skill (4.14 only).

    Attributes:
        skill: the skill, as the server describes it.
        raw: the data as received.
    """

    wire_name = "skillCall"

    skill: dict[str, Any]
    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class CollectionForm(Event):
    """A form of the editor's helper bot (4.14 only); never sent to API keys.

    Attributes:
        raw: the data as received.
    """

    wire_name = "collectionForm"

    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class TopAgentConfig(Event):
    """A configuration made by the editor's helper bot (4.14 only); never sent to API keys.

    Attributes:
        raw: the data as received.
    """

    wire_name = "topAgentConfig"

    raw: Any = None


@dataclass(frozen=True, repr=False, eq=False)
class UnknownEvent(Event):
    """An event that this version has no class for, or whose data has an unknown form.

    Attributes:
        name: the event's name on the wire, "" if it has none.
        raw: the parsed JSON of its data, or the text if it is not JSON.
    """

    name: str
    raw: Any = None

    @property
    def event(self) -> str:
        """The event's name on the wire; "" if it has none."""
        return self.name
