"""What a run that waits asks, and what is made of the answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client.cli._chat.pauses import answer, describe
from fastgpt_client.interactive import InteractiveNode, interactive_node


class Typist:
    """Somebody who types these lines, and notes what is asked."""

    def __init__(self, *lines: str) -> None:
        self.lines = [*lines]
        self.asked: list[str] = []
        self.secrets: list[str] = []

    def say(self, text: str, style: str = "") -> None:
        self.asked.append(text)

    def read(self, prompt: str, *, secret: bool = False) -> str:
        self.asked.append(prompt)
        if secret:
            self.secrets.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def upload(self, path: str) -> Any:
        return {"name": path, "url": f"http://files.test/{path}"}


def node(kind: str, **params: Any) -> InteractiveNode:
    found = interactive_node({"type": kind, "params": params})
    assert found is not None
    return found


def choice(*values: str, description: str = "Which?") -> InteractiveNode:
    options = [{"key": f"option{number}", "value": value} for number, value in enumerate(values)]
    return node("userSelect", description=description, userSelectOptions=options)


def form(**field: Any) -> InteractiveNode:
    return node("userInput", description="Please.", inputForm=[{"key": "a", "label": "A", **field}])


def filled(found: InteractiveNode, *lines: str) -> Any:
    """Return the form's values that typing these lines sends."""
    content = answer(found, Typist(*lines)).get("content")
    return json.loads(str(content))


# --- choices --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("2", "Blue"), (" 2 ", "Blue"), ("Blue", "Blue"), ("blue", "Blue"), ("RED", "Red"), ("option0", "Red")],
)
def test_a_choice_is_made_by_number_or_by_text(typed: str, sent: str) -> None:
    assert answer(choice("Red", "Blue"), Typist(typed)).get("content") == sent


def test_a_number_is_a_number_before_it_is_a_text() -> None:
    assert answer(choice("3", "1", "2"), Typist("1")).get("content") == "3"


def test_texts_that_differ_in_case_only_are_told_apart() -> None:
    assert answer(choice("a", "A"), Typist("A")).get("content") == "A"


def test_a_choice_that_is_none_is_asked_for_again() -> None:
    typist = Typist("3", "green", "1")
    assert answer(choice("Red", "Blue"), typist).get("content") == "Red"
    assert typist.asked == [
        "Which?",
        "  1. Red\n  2. Blue",
        "Choice (1-2 or text): ",
        "option: '3' is not one of ['Red', 'Blue']",
        "Choice (1-2 or text): ",
        "option: 'green' is not one of ['Red', 'Blue']",
        "Choice (1-2 or text): ",
    ]


def test_who_leaves_leaves() -> None:
    with pytest.raises(EOFError):
        answer(choice("Red"), Typist())


# --- questions and anything else ------------------------------------------------------------------------------------


def test_questions_are_asked_one_by_one() -> None:
    questions = [
        {"question": "Where?", "options": [{"value": "Oslo"}, {"value": "Paris"}]},
        {"question": "When?", "options": []},
    ]
    found = node("agentAsk", questions=questions)
    typist = Typist("2", " ", "Now")
    assert json.loads(str(answer(found, typist).get("content"))) == {"answers": ["Paris", "Now"]}
    assert typist.asked == [
        "The app waits for an answer.",
        "Where?\n  1. Oslo\n  2. Paris",
        "Answer (1-2 or text): ",
        "When?",
        "Answer: ",
        "An answer is needed.",
        "Answer: ",
    ]
    assert describe(found) == ["The app waits for an answer.", "Where?", "  1. Oslo", "  2. Paris", "When?"]


@pytest.mark.parametrize("kind", ["paymentPause", "somethingNew"])
def test_anything_else_is_answered_with_text(kind: str) -> None:
    typist = Typist("", "go on")
    assert answer(node(kind, description="Top up."), typist).get("content") == "go on"
    assert typist.asked[0] == "Top up."
    assert describe(node(kind, description="Top up.")) == ["Top up."]


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "sent"),
    [
        ({"type": "input"}, "  x ", "  x "),
        ({"type": "textarea"}, "x", "x"),
        ({"type": "password"}, "x", "x"),
        ({"type": "numberInput"}, " 3 ", 3),
        ({"type": "numberInput"}, "2.5", 2.5),
        ({"type": "numberInput", "defaultValue": "4"}, "", 4),
        ({"type": "switch"}, "YES", True),
        ({"type": "switch", "defaultValue": True}, "n", False),
        ({"type": "switch", "defaultValue": True}, "", True),
        ({"type": "select", "list": [{"value": "x"}, {"value": "y"}]}, "2", "y"),
        ({"type": "select", "list": [{"value": "x"}], "defaultValue": "x"}, "", "x"),
        ({"type": "multipleSelect", "list": [{"value": "x"}, {"value": "y"}]}, "1, Y", ["x", "y"]),
        ({"type": "JSONEditor"}, '{"b": 1}', '{"b": 1}'),
        ({"type": "timePointSelect"}, "2026-01-01", "2026-01-01"),
        ({"type": "timeRangeSelect"}, "2026-01-01, 2026-02-01", ["2026-01-01", "2026-02-01"]),
        (
            {"type": "fileSelect"},
            "http://a.test/b, c.md",
            ["http://a.test/b", {"name": "c.md", "url": "http://files.test/c.md"}],
        ),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) else None,
)
def test_a_field_takes_what_its_kind_is(field: dict[str, Any], typed: str, sent: Any) -> None:
    assert filled(form(**field), typed) == {"a": sent}


@pytest.mark.parametrize("kind", ["input", "numberInput", "select", "multipleSelect", "switch", "fileSelect"])
def test_a_field_may_be_left_empty(kind: str) -> None:
    assert filled(form(type=kind), "") == {}


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ({"type": "numberInput"}, "many", "A: 'many' is not a number"),
        ({"type": "numberInput", "min": 1}, "0", "'a' (A) must be at least 1, not 0"),
        ({"type": "numberInput"}, "nan", "'a' (A) must be a number, not nan"),
        ({"type": "switch"}, "maybe", "A: answer y or n, not 'maybe'"),
        ({"type": "input", "maxLength": 2}, "xyz", "'a' (A) has 3 characters: at most 2 are allowed"),
        ({"type": "input", "required": True}, "", "'a' (A) is required: give it a value"),
        ({"type": "select", "list": [{"value": "x"}]}, "z", "'a' (A) must be one of ['x'], not 'z'"),
        ({"type": "JSONEditor"}, "{", "'a' (A) must be valid JSON text, or a value to encode as JSON"),
        ({"type": "fileSelect", "maxFiles": 1}, "b, c", "'a' (A) has 2 files: at most 1 are allowed"),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) else None,
)
def test_what_does_not_fit_is_told_and_asked_for_again(field: dict[str, Any], typed: str, said: str) -> None:
    typist = Typist(typed)
    with pytest.raises(EOFError):
        answer(form(**field), typist)
    assert said in typist.asked


@pytest.mark.parametrize(
    ("field", "prompt"),
    [
        ({}, "A: "),
        ({"required": True}, "A (required): "),
        ({"defaultValue": "x"}, "A [x]: "),
        ({"type": "numberInput", "min": 1, "max": 5000, "defaultValue": 3}, "A (a number, 1 to 5,000) [3]: "),
        ({"type": "numberInput", "min": 0.5}, "A (a number, at least 0.5): "),
        ({"minLength": 2, "maxLength": 4}, "A (2 to 4 characters): "),
        ({"type": "switch", "defaultValue": True}, "A (y or n) [y]: "),
        ({"type": "switch", "defaultValue": False}, "A (y or n) [n]: "),
        ({"type": "password", "defaultValue": "sesame"}, "A [unchanged]: "),
        ({"type": "multipleSelect", "defaultValue": ["x", "y"]}, "A (any of them, separated by commas) [x, y]: "),
        (
            {"type": "fileSelect", "defaultValue": [{"url": "u"}]},
            'A (files or URLs, separated by commas) [[{"url": "u"}]]: ',
        ),
        ({"type": "fileSelect", "maxFiles": 2}, "A (files or URLs, separated by commas, at most 2): "),
    ],
)
def test_the_prompt_tells_what_has_to_be_known(field: dict[str, Any], prompt: str) -> None:
    typist = Typist()
    with pytest.raises(EOFError):
        answer(form(**field), typist)
    assert typist.asked == ["Please.", prompt]


def test_a_field_says_its_description_and_its_choices() -> None:
    typist = Typist("1")
    answer(form(type="select", description="More", list=[{"value": "x"}]), typist)
    assert typist.asked == ["Please.", "More", "  1. x", "A (one of them): "]


def test_a_password_is_asked_for_in_secret() -> None:
    typist = Typist("sesame")
    answer(form(type="password"), typist)
    assert typist.secrets == ["A: "]
