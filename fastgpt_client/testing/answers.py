"""What an app answers: the parts that a script is made of.

An answer is a text, one of the parts below, a list of them, an event of `fastgpt_client.events`, or a function that
takes the messages the model sees and the run's variables, and returns any of these. A text alone is streamed in pieces,
as a model streams it; in a list each text is one piece.
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
    """What the model thinks before it speaks."""

    text: str


@dataclass(frozen=True)
class Delay:
    """Nothing for so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Failure:
    """The model fails here, after what it has said; the server answers HTTP 200 all the same."""

    message: str = "500 the model failed"
    blocking: str | None = None
    """The message instead of it where the answer is not streamed, and what was said is lost with the connection."""


@dataclass(frozen=True)
class Fixed:
    """A node that replies with a fixed text, given at once."""

    text: str
    name: str = "Fixed reply"


@dataclass(frozen=True)
class Search:
    """A search in a knowledge base; each quote is a mapping with at least `q`, and optionally `a` and `sourceName`.

    `name` is that of the node and of the dataset. All ids of what is found follow from names and texts. With `datasets`
    these knowledge bases of the server are searched for the user's question, or all of them; the quotes then count as
    long as the server has none.
    """

    quotes: Sequence[Mapping[str, Any]] = ()
    name: str = "Dataset search"
    datasets: Sequence[str] | Literal["all"] | None = None


@dataclass(frozen=True)
class Tool:
    """The model calls a tool and reads its response; texts that follow are said by the same node."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    response: str = ""
    id: str | None = None
    result: Any = None
    """What the tool's node is said to have got, the response if None."""


@dataclass(frozen=True)
class Select:
    """The run pauses until the user picks an option; `options` maps each to what comes then, or just lists them."""

    description: str
    options: Mapping[str, AnswerLike] | Sequence[str]


@dataclass(frozen=True)
class Form:
    """The run pauses until the user has filled in a form.

    A field is a mapping with at least `key`; the rest of what the server sends has defaults. `then` is the answer after
    it, or a function of the values.
    """

    description: str
    fields: Sequence[Mapping[str, Any]]
    then: AnswerLike | Callable[[dict[str, Any]], AnswerLike] = ()


@dataclass(frozen=True)
class Loop:
    """A node that runs its body once for each item, as the node `loop`, `loopRun` or `parallelRun`.

    A model in the body hears the item as the user's message. The body of a `loop` may have a `Select` or a `Form`: the
    run pauses at each item. Where the model fails for an item of a `parallelRun`, the body is run `retries` times more.
    """

    items: Sequence[Any]
    body: AnswerLike
    name: str = ""
    kind: Literal["loop", "loopRun", "parallelRun"] = "loop"
    retries: int = 1


@dataclass(frozen=True)
class Agent:
    """An agent node: what its model says, and what it does by `SetPlan` and `AskUser`."""

    says: AnswerLike
    name: str = "Agent"


@dataclass(frozen=True)
class SetPlan:
    """An agent sets a plan."""

    name: str
    steps: Sequence[str]


@dataclass(frozen=True)
class AskUser:
    """An agent asks, and the run pauses until the user has answered.

    A question is a mapping with `question`, and optionally `options`, a list of mappings with `summary` and `value`.
    `then` is what the agent says next, or a function of the answers.
    """

    questions: Sequence[Mapping[str, Any]]
    reason: str = ""
    then: AnswerLike | Callable[[list[str]], AnswerLike] = ()


@dataclass(frozen=True)
class Output:
    """The result of a plugin app."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class SetVariables:
    """A node changes global variables."""

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
    """Return a text as a model streams it: word by word, long words in several pieces.

    Args:
        text: the text that is cut.
    """
    words = [f"{word} " for word in text.split(" ")]
    words[-1] = words[-1][:-1]
    return [word[start : start + _PIECE] for word in words for start in range(0, len(word), _PIECE)]


def text_of(content: Any) -> str:
    """Return the text of a message's content, which is a text or a list of parts.

    Args:
        content: a message's content: a text, or a list of parts.
    """
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content or () if part.get("type") == "text")
