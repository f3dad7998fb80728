"""What a run that waits asks of the user, at the prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from fastgpt_client.exceptions import ValidationError
from fastgpt_client.interactive import AgentAsk, FormField, InteractiveNode, UserInput, UserSelect

from .failures import CommandError
from .fields import NoValue, check, hint, parse, shown_default

if TYPE_CHECKING:
    from fastgpt_client.types import ChatMessage

__all__ = ["Asker", "answer", "describe"]


class Asker(Protocol):
    """Whoever can be asked."""

    def say(self, text: str, style: str = "") -> None:
        """Show lines."""
        ...

    def read(self, prompt: str, *, secret: bool = False) -> str:
        """Return an answer."""
        ...

    def upload(self, path: str) -> Any:
        """Return what stands for a file of the user in a form."""
        ...


def describe(node: InteractiveNode) -> list[str]:
    """Return the lines that say what a run waits for."""
    lines = [node.description or "The app waits for an answer."]
    match node:
        case UserSelect(options=options):
            lines += _numbered([option.value for option in options])
        case UserInput(form=form):
            lines += [f"  {field.label}{hint(field)}" for field in form]
        case AgentAsk(questions=questions):
            for question in questions:
                lines += [question.question, *_numbered(question.options)]
        case _:
            pass
    return lines


def _numbered(values: list[str]) -> list[str]:
    return [f"  {number}. {value}" for number, value in enumerate(values, 1)]


def answer(node: InteractiveNode, asker: Asker) -> ChatMessage:
    """Ask the user until the answer fits, and return the message to send.

    Raises:
        EOFError: the user left.
        KeyboardInterrupt: the user wants to begin anew.
    """
    asker.say(node.description or "The app waits for an answer.", "bold")
    match node:
        case UserSelect():
            return _choose(node, asker)
        case UserInput():
            return _fill(node, asker)
        case AgentAsk():
            return node.answer([_reply(question.question, question.options, asker) for question in node.questions])
        case _:
            return _until_it_fits(asker, "Answer: ", node.say)


def _until_it_fits(asker: Asker, prompt: str, use: Callable[[str], ChatMessage]) -> ChatMessage:
    while True:
        try:
            return use(asker.read(prompt))
        except ValidationError as exc:
            asker.say(exc.message, "red")


def _choose(node: UserSelect, asker: Asker) -> ChatMessage:
    values = [option.value for option in node.options]
    asker.say("\n".join(_numbered(values)))

    def use(text: str) -> ChatMessage:
        return node.choose(picked(text, values))

    return _until_it_fits(asker, f"Choice (1-{len(values)} or text): ", use)


def picked(text: str, values: list[str]) -> str:
    """Return the value that a number or a text stands for; the text itself if there is none."""
    text = text.strip()
    if text.isdecimal() and 1 <= int(text) <= len(values):
        return values[int(text) - 1]
    alike = [value for value in values if value.strip().casefold() == text.casefold()]
    return text if text in values or len(alike) != 1 else alike[0]


def _reply(question: str, options: list[str], asker: Asker) -> str:
    asker.say("\n".join([question, *_numbered(options)]))
    prompt = f"Answer (1-{len(options)} or text): " if options else "Answer: "
    while not (text := asker.read(prompt).strip()):
        asker.say("An answer is needed.", "red")
    return picked(text, options)


def _fill(node: UserInput, asker: Asker) -> ChatMessage:
    return node.fill({field.key: value for field in node.form if (value := _field(field, asker)) is not None})


def _field(field: FormField, asker: Asker) -> Any:
    """Return the value for a field, None for its default or for nothing."""
    if field.description and field.description != field.label:
        asker.say(field.description, "dim")
    if field.choices:
        asker.say("\n".join(_numbered(field.choices)))
    prompt = f"{field.label}{hint(field)}{shown_default(field)}: "
    while True:
        text = asker.read(prompt, secret=field.type == "password")
        try:
            value = _value(field, text, asker)
            check(field, value)
        except (ValidationError, NoValue, CommandError) as exc:
            asker.say(str(exc), "red")
        else:
            return value


def _value(field: FormField, text: str, asker: Asker) -> Any:
    if field.type == "fileSelect":
        files = [part.strip() for part in text.split(",") if part.strip()]
        return [file if "://" in file else asker.upload(file) for file in files] or None
    if field.type == "select":
        return picked(text, field.choices) or None
    if field.type == "multipleSelect":
        return [picked(part, field.choices) for part in text.split(",") if part.strip()] or None
    return parse(field, text)
