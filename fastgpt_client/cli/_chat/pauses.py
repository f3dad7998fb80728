"""Asks the user what a run waits for, at the prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.interactive import AgentAsk, FormField, InteractiveNode, UserInput, UserSelect

from .form_fields import NoValue, hint, parse, shown_default

if TYPE_CHECKING:
    from fastgpt_client.types import ChatMessage

__all__ = ["Prompter", "answer", "describe"]


class Prompter(Protocol):
    """Something that can ask the user."""

    def say(self, text: str, style: str = "") -> None:
        """Show lines."""
        ...

    def read(self, prompt: str, *, secret: bool = False) -> str:
        """Return an answer."""
        ...

    def upload(self, path: str) -> Any:
        """Upload a file of the user, and return its value in a form."""
        ...


def describe(node: InteractiveNode) -> list[str]:
    """Return lines that describe what a run waits for."""
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


def answer(node: InteractiveNode, prompter: Prompter) -> ChatMessage:
    """Ask the user until the answer is valid, and return the message to send.

    Raises:
        EOFError: the user left.
        KeyboardInterrupt: the user wants to start over.
    """
    prompter.say(node.description or "The app waits for an answer.", "bold")
    match node:
        case UserSelect():
            return _choose(node, prompter)
        case UserInput():
            return _fill(node, prompter)
        case AgentAsk():
            return node.answer([_reply(question.question, question.options, prompter) for question in node.questions])
        case _:
            return _until_it_fits(prompter, "Answer: ", node.say)


def _until_it_fits(prompter: Prompter, prompt: str, use: Callable[[str], ChatMessage]) -> ChatMessage:
    while True:
        try:
            return use(prompter.read(prompt))
        except ValidationError as exc:
            prompter.say(exc.message, "red")


def _choose(node: UserSelect, prompter: Prompter) -> ChatMessage:
    values = [option.value for option in node.options]
    prompter.say("\n".join(_numbered(values)))

    def use(text: str) -> ChatMessage:
        return node.choose(picked(text, values))

    return _until_it_fits(prompter, f"Choice (1-{len(values)} or text): ", use)


def picked(text: str, values: list[str]) -> str:
    """Return the value with this number or text; the text itself if no value matches."""
    text = text.strip()
    if text.isdecimal() and 1 <= int(text) <= len(values):
        return values[int(text) - 1]
    alike = [value for value in values if value.strip().casefold() == text.casefold()]
    return text if text in values or len(alike) != 1 else alike[0]


def _reply(question: str, options: list[str], prompter: Prompter) -> str:
    prompter.say("\n".join([question, *_numbered(options)]))
    prompt = f"Answer (1-{len(options)} or text): " if options else "Answer: "
    while not (text := prompter.read(prompt).strip()):
        prompter.say("An answer is needed.", "red")
    return picked(text, options)


def _fill(node: UserInput, prompter: Prompter) -> ChatMessage:
    return node.fill({field.key: value for field in node.form if (value := _field(field, prompter)) is not None})


def _field(field: FormField, prompter: Prompter) -> Any:
    """Ask for the value of a field; return None for its default, or for nothing."""
    if field.description and field.description != field.label:
        prompter.say(field.description, "dim")
    if field.choices:
        prompter.say("\n".join(_numbered(field.choices)))
    prompt = f"{field.label}{hint(field)}{shown_default(field)}: "
    while True:
        text = prompter.read(prompt, secret=field.type == "password")
        try:
            value = _value(field, text, prompter)
            field.check(value)
        except (ValidationError, NoValue, CommandError) as exc:
            prompter.say(str(exc), "red")
        else:
            return value


def _value(field: FormField, text: str, prompter: Prompter) -> Any:
    if field.type == "fileSelect":
        files = [part.strip() for part in text.split(",") if part.strip()]
        return [file if "://" in file else prompter.upload(file) for file in files] or None
    if field.type == "select":
        return picked(text, field.choices) or None
    if field.type == "multipleSelect":
        return [picked(part, field.choices) for part in text.split(",") if part.strip()] or None
    return parse(field, text)
