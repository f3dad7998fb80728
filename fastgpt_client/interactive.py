"""What a paused run asks of the user, and the message that replies to it.

```python
pause = answer.interactive
if isinstance(pause, UserSelect):
    message = pause.choose("Confirm")
elif isinstance(pause, UserInput):
    message = pause.fill({"name": "Ann", "age": 30})
```

Send the message as the next one of the same chat. Nothing else is needed: the server keeps the state of the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ._api.completion import innermost
from ._api.encoding import json_text
from ._api.forms import FormField, form_answers, form_fields
from ._json import as_object, is_array, shown
from .exceptions import ValidationError

if TYPE_CHECKING:
    from .types import ChatMessage, InteractiveData

__all__ = [
    "AgentAsk",
    "FormField",
    "InteractiveNode",
    "PaymentPause",
    "Question",
    "SelectOption",
    "UnknownInteractive",
    "UserInput",
    "UserSelect",
    "interactive_node",
]


class SelectOption(NamedTuple):
    """One option of a choice.

    Attributes:
        key: the option's ID.
        value: the text that the user reads, and that is sent.
    """

    key: str
    value: str


class Question(NamedTuple):
    """One question of an agent.

    Attributes:
        question: the question.
        options: suggested answers; any other text is allowed, too.
    """

    question: str
    options: list[str]


class InteractiveNode:
    """Base class of all pauses.

    Attributes:
        type: the kind of pause, as named on the wire.
        description: what the app says to the user, "" if nothing.
        raw: the node as received, without wrappers.
    """

    def __init__(self, raw: InteractiveData) -> None:
        self.raw = raw
        self.type: str = str(raw.get("type") or "")
        self._params = as_object(raw.get("params"))
        self.description: str = str(self._params.get("description") or self._params.get("content") or "")

    @property
    def appends(self) -> bool:
        """Whether the server adds what follows the reply to the same answer, instead of starting a new one."""
        if self.type == "agentAsk":
            return as_object(self.raw).get("responseMode") == "submit"
        return self.type != "agentPlanAskQuery"

    def say(self, text: str) -> ChatMessage:
        """Return a message that replies with plain text. Every kind of pause accepts one; the app interprets it.

        Args:
            text: what the user says, not empty.

        Raises:
            ValidationError: `text` is empty or not a string.
        """
        if not _is_text(text):
            raise ValidationError("text must be a non-empty str: the server treats an empty message as no answer")
        return {"role": "user", "content": text}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InteractiveNode) and self.raw == other.raw

    __hash__: ClassVar[None] = None  # type: ignore[assignment] # parsed JSON is not hashable

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.type!r}, {self.description!r})"


class UserSelect(InteractiveNode):
    """A pause for the user to pick one of several options."""

    @property
    def options(self) -> list[SelectOption]:
        """The options to choose from, in the app's order."""
        return [
            SelectOption(str(option.get("key") or ""), str(option.get("value") or ""))
            for option in map(as_object, _array(self._params.get("userSelectOptions")))
        ]

    def choose(self, option: str | int) -> ChatMessage:
        """Return the message that picks an option.

        Args:
            option: the option's value, its key, or its index from 0. A value takes precedence over an equal key.

        Raises:
            ValidationError: there is no such option. The server would end the run without an answer.
        """
        options = self.options
        if isinstance(option, int) and not isinstance(option, bool):
            if 0 <= option < len(options):
                return self.say(options[option].value)
        else:
            for name in ("value", "key"):
                for candidate in options:
                    if getattr(candidate, name) == option:
                        return self.say(candidate.value)
        raise ValidationError(f"option: {shown(option)} is not one of {[candidate.value for candidate in options]}")


class UserInput(InteractiveNode):
    """A pause for the user to fill in a form."""

    @property
    def form(self) -> list[FormField]:
        """The fields of the form, in the app's order."""
        return form_fields(self._params.get("inputForm"))

    def fill(self, values: Mapping[str, Any]) -> ChatMessage:
        """Return the message that fills in the form.

        Args:
            values: the values by the keys of the fields; an omitted field gets its default.

        Raises:
            ValidationError: a key is unknown, a required field has no value, or a value does not fit its field. The
                server checks none of this.
        """
        return {"role": "user", "content": json_text(form_answers(self.form, values))}


class AgentAsk(InteractiveNode):
    """A pause for the user to answer an agent's questions."""

    @property
    def questions(self) -> list[Question]:
        """The questions in the agent's order, each with suggested answers."""
        return [
            Question(
                str(question.get("question") or ""),
                [str(as_object(option).get("value") or "") for option in _array(question.get("options"))],
            )
            for question in map(as_object, _array(self._params.get("questions")))
        ]

    def answer(self, answers: Sequence[str]) -> ChatMessage:
        """Return the message that answers all questions.

        Args:
            answers: one non-empty text per question, in the order of `questions`.

        Raises:
            ValidationError: the number of answers is wrong, or one of them is empty.
        """
        questions = self.questions
        if not _is_list(answers) or len(answers) != len(questions):
            raise ValidationError(f"answers must be a list of {len(questions)}, one text for each question")
        for index, text in enumerate(answers):
            if not _is_text(text):
                raise ValidationError(f"answers[{index}] must be a non-empty str: {questions[index].question!r}")
        return {"role": "user", "content": json_text({"answers": [*answers]})}


class PaymentPause(InteractiveNode):
    """The team ran out of points during the run. Top up, then continue with any message (see `say`)."""


class UnknownInteractive(InteractiveNode):
    """A kind of pause that this version has no class for. Read `raw`, and reply with `say`."""


_KINDS: dict[str, type[InteractiveNode]] = {
    "userSelect": UserSelect,
    "agentPlanCheck": UserSelect,
    "agentPlanAskUserSelect": UserSelect,
    "userInput": UserInput,
    "agentPlanAskUserForm": UserInput,
    "agentAsk": AgentAsk,
    "paymentPause": PaymentPause,
}


def interactive_node(raw: object) -> InteractiveNode | None:
    """Return the pause as an object of its class, or None if `raw` is not a pause.

    Args:
        raw: the pause as the server sent it, with or without wrappers.
    """
    node = innermost(raw)
    if node is None:
        return None
    return _KINDS.get(str(node.get("type")), UnknownInteractive)(node)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _array(value: object) -> list[Any]:
    return value if is_array(value) else []
