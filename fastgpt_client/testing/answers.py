"""The parts that the scripted answers of an app consist of.

An answer is a text, one of the parts below, an event of `fastgpt_client.events`, a list of these, or a function that
takes the messages the model sees and the run's variables and returns any of these. A single text is streamed in pieces,
like a model streams it; in a list, each text is one piece.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, Union

from fastgpt_client.events import Event

__all__ = [
    "Agent",
    "AnswerFunction",
    "AnswerLike",
    "AskUser",
    "Delay",
    "Failure",
    "Fixed",
    "Form",
    "Loop",
    "Message",
    "Output",
    "Part",
    "Reasoning",
    "Search",
    "Select",
    "SetPlan",
    "SetVariables",
    "Tool",
    "pieces",
    "text_of",
]

Message: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True)
class Reasoning:
    """The model's reasoning before its answer.

    Args:
        text: the reasoning, streamed in pieces.
    """

    text: str


@dataclass(frozen=True)
class Delay:
    """A pause in which the server sends nothing.

    Args:
        seconds: how long it lasts, in seconds.
    """

    seconds: float


@dataclass(frozen=True)
class Failure:
    """The model fails at this point of its answer; the response still is HTTP 200.

    Args:
        message: the error message.
        blocking: a different message for answers that are not streamed, whose text so far is then lost. Default:
            `message`, and the text is kept.
    """

    message: str = "500 the model failed"
    blocking: str | None = None


@dataclass(frozen=True)
class Fixed:
    """A node that replies with a fixed text, sent at once.

    Args:
        text: the text.
        name: the name of the node.
    """

    text: str
    name: str = "Fixed reply"


@dataclass(frozen=True)
class Search:
    """A node that searches knowledge bases.

    Args:
        quotes: the rows that are found, each a mapping with at least `q`, and optionally `a` and `sourceName`. Their
            IDs are derived from names and texts.
        name: the name of the node and of the dataset.
        datasets: the IDs of knowledge bases of the server to search for the user's question, or "all"; `quotes` are
            then used only if the server has no knowledge bases. Default: only `quotes` are found.
    """

    quotes: Sequence[Mapping[str, Any]] = ()
    name: str = "Dataset search"
    datasets: Sequence[str] | Literal["all"] | None = None


@dataclass(frozen=True)
class Tool:
    """The model calls a tool and reads its response. Texts that follow come from the same node.

    Args:
        name: the name of the tool.
        arguments: the arguments of the call.
        response: the tool's response.
        id: the ID of the call. Default: a random one.
        result: the result in the response of the tool's node. Default: `{"result": response}`.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    response: str = ""
    id: str | None = None
    result: Any = None


@dataclass(frozen=True)
class Select:
    """The run pauses until the user picks an option.

    Args:
        description: what the user is asked.
        options: the options; as a mapping, with the answer that follows each.
    """

    description: str
    options: Mapping[str, AnswerLike] | Sequence[str]


@dataclass(frozen=True)
class Form:
    """The run pauses until the user fills in a form.

    Args:
        description: what the user is asked.
        fields: the fields, each a mapping with at least `key`; everything else that the server sends has defaults.
        then: the answer that follows, or a function that returns it for the values. Default: nothing follows.
    """

    description: str
    fields: Sequence[Mapping[str, Any]]
    then: AnswerLike | Callable[[dict[str, Any]], AnswerLike] = ()


@dataclass(frozen=True)
class Loop:
    """A node that runs its body once per item. A model in the body receives the item as the user's message.

    Args:
        items: the items.
        body: the answer that is run for each item. In a `loop` it may contain a `Select` or a `Form`, at which the run
            pauses for each item.
        name: the name of the node. Default: that of its kind.
        kind: the kind of node: "loop", "loopRun" or "parallelRun".
        retries: how often a `parallelRun` runs the body again for an item whose model failed.
    """

    items: Sequence[Any]
    body: AnswerLike
    name: str = ""
    kind: Literal["loop", "loopRun", "parallelRun"] = "loop"
    retries: int = 1


@dataclass(frozen=True)
class Agent:
    """An agent node.

    Args:
        says: the answer of its model, which may contain `SetPlan` and `AskUser`, but no `Tool`.
        name: the name of the node.
    """

    says: AnswerLike
    name: str = "Agent"


@dataclass(frozen=True)
class SetPlan:
    """An agent sets a plan.

    Args:
        name: the name of the plan.
        steps: the names of its steps.
    """

    name: str
    steps: Sequence[str]


@dataclass(frozen=True)
class AskUser:
    """An agent asks questions, and the run pauses until the user answers them.

    Args:
        questions: the questions, each a mapping with `question`, and optionally `options`: a list of mappings with
            `summary` and `value`.
        reason: why the agent asks, shown to the user.
        then: what the agent says next, or a function that returns it for the answers. Default: nothing.
    """

    questions: Sequence[Mapping[str, Any]]
    reason: str = ""
    then: AnswerLike | Callable[[list[str]], AnswerLike] = ()


@dataclass(frozen=True)
class Output:
    """The output of a plugin app.

    Args:
        values: the outputs by name.
    """

    values: Mapping[str, Any]


@dataclass(frozen=True)
class SetVariables:
    """A node changes global variables.

    Args:
        values: the new values by name.
    """

    values: Mapping[str, Any]


Part: TypeAlias = (
    Reasoning
    | Delay
    | Failure
    | Fixed
    | Search
    | Tool
    | Select
    | Form
    | Loop
    | Agent
    | SetPlan
    | AskUser
    | Output
    | SetVariables
    | Event
)
AnswerFunction: TypeAlias = "Callable[[list[Message], dict[str, Any]], AnswerLike | Awaitable[AnswerLike]]"
AnswerLike: TypeAlias = Union[str, Part, "Sequence[AnswerLike]", AnswerFunction]

_PIECE = 6


def pieces(text: str) -> list[str]:
    """Split a text the way a model streams it: word by word, and long words in several pieces.

    Args:
        text: the text to split.
    """
    words = [f"{word} " for word in text.split(" ")]
    words[-1] = words[-1][:-1]
    return [word[start : start + _PIECE] for word in words for start in range(0, len(word), _PIECE)]


def text_of(content: Any) -> str:
    """Return the text in the content of a message.

    Args:
        content: the content: a text, or a list of parts, whose texts are joined by newlines.
    """
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content or () if part.get("type") == "text")
