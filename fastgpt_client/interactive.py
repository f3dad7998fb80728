"""What a paused run asks of the user, and the message that answers it.

```python
pause = answer.interactive
if isinstance(pause, UserSelect):
    message = pause.choose("Confirm")
elif isinstance(pause, UserInput):
    message = pause.fill({"name": "Ann", "age": 30})
```

The message goes as the next one of the same chat. Nothing else is sent: the server keeps the state of the run.
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
    """One option of a choice; its value is what the user reads, and what is sent."""

    key: str
    value: str


class Question(NamedTuple):
    """One question of an agent, with the answers it suggests; any text may be answered."""

    question: str
    options: list[str]


class InteractiveNode:
    """Base of all pauses.

    Attributes:
        type: the kind, as the wire names it.
        description: what the app says to the user, "" if nothing.
        raw: the node as received, without the wrappers around it.
    """

    def __init__(self, raw: InteractiveData) -> None:
        self.raw = raw
        self.type: str = str(raw.get("type") or "")
        self._params = as_object(raw.get("params"))
        self.description: str = str(self._params.get("description") or self._params.get("content") or "")

    @property
    def appends(self) -> bool:
        """Whether what follows the reply is added to the answer that asked, and not an answer of its own."""
        if self.type == "agentAsk":
            return as_object(self.raw).get("responseMode") == "submit"
        return self.type != "agentPlanAskQuery"

    def say(self, text: str) -> ChatMessage:
        """Return the message that answers with plain text, which every kind takes; whether it fits is up to the app.

        Args:
            text: what the user says in place of a choice.
        """
        if not _is_text(text):
            raise ValidationError("text must be a non-empty str: the server takes an empty message for no answer")
        return {"role": "user", "content": text}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InteractiveNode) and self.raw == other.raw

    __hash__: ClassVar[None] = None  # type: ignore[assignment] # it holds parsed JSON, which is not hashable

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.type!r}, {self.description!r})"


class UserSelect(InteractiveNode):
    """A choice among options."""

    @property
    def options(self) -> list[SelectOption]:
        """The options, in the app's order."""
        return [
            SelectOption(str(option.get("key") or ""), str(option.get("value") or ""))
            for option in map(as_object, _array(self._params.get("userSelectOptions")))
        ]

    def choose(self, option: str | int) -> ChatMessage:
        """Return the message that chooses an option, named by its value, its key or its index from 0.

        Args:
            option: its value, its key, or its index from 0.

        Raises:
            ValidationError: there is no such option; the server would end the run with nothing.
        """
        options = self.options
        if isinstance(option, int) and not isinstance(option, bool):
            if 0 <= option < len(options):
                return self.say(options[option].value)
        else:
            for name in ("value", "key"):  # what the user reads comes first, should both name different options
                for candidate in options:
                    if getattr(candidate, name) == option:
                        return self.say(candidate.value)
        raise ValidationError(f"option: there is no {shown(option)} among {[candidate.value for candidate in options]}")


class UserInput(InteractiveNode):
    """A form to fill in."""

    @property
    def form(self) -> list[FormField]:
        """The fields, in the app's order."""
        return form_fields(self._params.get("inputForm"))

    def fill(self, values: Mapping[str, Any]) -> ChatMessage:
        """Return the message that fills the form in; fields left out get their defaults.

        Args:
            values: the values by the names of the fields.

        Raises:
            ValidationError: a key is unknown, a required field has no value, or a value does not fit its field. The
                server checks none of this.
        """
        return {"role": "user", "content": json_text(form_answers(self.form, values))}


class AgentAsk(InteractiveNode):
    """Questions of an agent."""

    @property
    def questions(self) -> list[Question]:
        """The questions, each with suggested answers."""
        return [
            Question(
                str(question.get("question") or ""),
                [str(as_object(option).get("value") or "") for option in _array(question.get("options"))],
            )
            for question in map(as_object, _array(self._params.get("questions")))
        ]

    def answer(self, answers: Sequence[str]) -> ChatMessage:
        """Return the message that answers the questions, one text for each.

        Args:
            answers: an answer to each question, in their order.

        Raises:
            ValidationError: there are more or fewer answers than questions, or one is empty.
        """
        questions = self.questions
        if not _is_list(answers) or len(answers) != len(questions):
            raise ValidationError(f"answers must be a list of {len(questions)}, one text for each question")
        for index, text in enumerate(answers):
            if not _is_text(text):
                raise ValidationError(f"answers[{index}] is no text: {questions[index].question!r} needs one")
        return {"role": "user", "content": json_text({"answers": [*answers]})}


class PaymentPause(InteractiveNode):
    """The team's points ran out in the middle of the run: top up, then go on with any message, see `say`."""


class UnknownInteractive(InteractiveNode):
    """A kind that this version has no class for; `raw` has it all, and `say` answers it with text."""


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
    """Return the typed node inside all wrappers, None if there is none.

    Args:
        raw: the pause as the server sent it.
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
