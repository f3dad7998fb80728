"""The apps that every server starts with."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing.answers import AnswerLike, Fixed, Form, Message, Output, Search, Select, pieces

from .echo_model import echo, heard, reason, use_tools
from .state import App

__all__ = ["sample_apps"]

_FORM = (
    {"key": "name", "label": "Your name", "description": "The name", "required": True, "maxLength": 50},
    {"type": "numberInput", "key": "age", "label": "Your age", "valueType": "number", "max": 120, "min": 0},
    {
        "key": "plan",
        "label": "Plan",
        "defaultValue": "basic",
        "required": True,
        "list": [{"label": "basic", "value": "basic"}, {"label": "pro", "value": "pro"}],
    },
)
_INPUTS = (
    {
        "key": "text",
        "label": "text",
        "valueType": "string",
        "required": True,
        "renderTypeList": ["input", "reference"],
        "description": "The text",
        "toolDescription": "The text",
        "canEdit": True,
    },
    {
        "key": "times",
        "label": "times",
        "valueType": "number",
        "required": False,
        "defaultValue": 2,
        "renderTypeList": ["numberInput", "reference"],
        "value": 2,
        "description": "",
        "canEdit": True,
    },
)
_VARIABLES = (
    {
        "key": "lang",
        "label": "Language",
        "valueType": "string",
        "required": False,
        "defaultValue": "en",
        "type": "input",
        "description": "",
        "enums": [{"value": "", "label": ""}],
    },
    {
        "key": "level",
        "label": "Level",
        "valueType": "number",
        "required": False,
        "defaultValue": 1,
        "type": "numberInput",
        "description": "",
    },
)
_SELECT = Select("Pick a colour", {"Red": Fixed("You chose red: Red", name="Red reply"), "Blue": echo})


def _greet(values: dict[str, Any]) -> AnswerLike:
    name, plan, age = (values.get(key, "undefined") for key in ("name", "plan", "age"))
    return Fixed(f"Hello {name}, plan {plan}, age {age}")


def _plugin(messages: list[Message], variables: dict[str, Any]) -> AnswerLike:
    said = f"You said: {heard(messages)}"
    return [*pieces(said), Output({"result": said})]


def sample_apps() -> list[App]:
    """Return new apps with fixed IDs, one of each kind."""
    welcome = "Welcome! [Ask me]"
    return [
        App(
            name="simple",
            id="6b0000000000000000000001",
            intro="repeats the question",
            welcome=welcome,
            system_prompt="You are a test bot. Language: {{lang}}",
            variables=_VARIABLES,
            answers=[echo],
            takes_files=True,
        ),
        App(
            name="workflow_select",
            id="6b0000000000000000000002",
            intro="asks the user to pick one of two options",
            type="advanced",
            welcome=welcome,
            answers=[_SELECT],
            interactive=True,
        ),
        App(
            name="workflow_form",
            id="6b0000000000000000000003",
            intro="asks the user to fill in a form",
            type="advanced",
            welcome=welcome,
            answers=[Form("Fill in the form", _FORM, _greet)],
            interactive=True,
        ),
        App(
            name="tools",
            id="6b0000000000000000000004",
            intro="calls a tool if the question contains TOOL",
            type="advanced",
            welcome=welcome,
            answers=[use_tools],
        ),
        App(
            name="reasoning",
            id="6b0000000000000000000005",
            intro="sends reasoning before its answer",
            welcome=welcome,
            model="fake-reason",
            answers=[reason],
        ),
        App(
            name="plugin",
            id="6b0000000000000000000006",
            intro="a workflow tool with two inputs",
            type="plugin",
            inputs=_INPUTS,
            answers=[_plugin],
        ),
        App(
            name="failing",
            id="6b0000000000000000000007",
            intro="its model always fails",
            welcome=welcome,
            model="fake-fail",
            answers=[lambda _messages, _variables: echo([{"role": "user", "content": "LLM500"}], {})],
        ),
        App(
            name="search",
            id="6b0000000000000000000008",
            intro="searches a knowledge base first",
            welcome=welcome,
            answers=[[Search([{"q": "The capital of France is Paris."}], datasets="all"), echo]],
        ),
        App(
            name="multi",
            id="6b0000000000000000000009",
            intro="a fixed reply, the model, a fixed reply",
            type="advanced",
            welcome=welcome,
            answers=[[Fixed("First part."), echo, Fixed("Last part.")]],
        ),
    ]
