"""Run a workflow that asks the user something: a choice, or a form.

Run it with:

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/interactive_form.py "I want a plan"
"""

from __future__ import annotations

import sys
from contextlib import suppress

from fastgpt_client import ChatClient, ValidationError
from fastgpt_client.interactive import FormField, InteractiveNode, UserInput, UserSelect
from fastgpt_client.types import ChatMessage


def value_of(field: FormField, text: str) -> object:
    """Return the input as a value of the field's type; None for no input, which selects the field's default."""
    if not text:
        return None
    match field.type:
        case "numberInput":
            with suppress(ValueError):  # not a number: rejected below, with the name of the field
                return int(text) if text.isdecimal() else float(text)
            return text
        case "switch":
            return text.lower() in ("y", "yes")
        case "multipleSelect" | "fileSelect":
            return text.split()
        case _:
            return text


def fill_in(form: UserInput) -> ChatMessage:
    values: dict[str, object] = {}
    for field in form.form:
        notes = [*field.choices, "required" if field.required else "optional"]
        values[field.key] = value_of(field, input(f"{field.label} ({', '.join(notes)}): ").strip())
    return form.fill(values)


def choose(select: UserSelect) -> ChatMessage:
    for number, option in enumerate(select.options, 1):
        print(f"{number}. {option.value}")
    text = input("which? ").strip()
    return select.choose(int(text) - 1 if text.isdigit() else text)


def reply_to(pause: InteractiveNode) -> ChatMessage:
    """Return the user's reply; ask again if the pause rejects it, before anything is sent."""
    print(pause.description)
    while True:
        try:
            match pause:
                case UserInput():
                    return fill_in(pause)
                case UserSelect():
                    return choose(pause)
                case _:  # an agent's question, or a kind that this program does not know: a text answers all of them
                    return pause.say(input("> "))
        except ValidationError as exc:
            print(f"! {exc}")


def main() -> None:
    with ChatClient() as client:
        conversation = client.conversation()
        answer = conversation.ask(" ".join(sys.argv[1:]) or "Hello!")
        while answer.interactive is not None:
            if answer.text:
                print(answer.text.strip())
            try:
                message = reply_to(answer.interactive)
            except EOFError:  # Ctrl-D
                print(f"\nchat {conversation.chat_id} waits for an answer")
                return
            answer = conversation.reply(message)
    print(answer.text.strip())


if __name__ == "__main__":
    main()
