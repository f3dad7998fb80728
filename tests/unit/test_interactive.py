"""Pauses: the typed node inside all wrappers, and the message that answers it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client.exceptions import ValidationError
from fastgpt_client.interactive import (
    AgentAsk,
    InteractiveNode,
    PaymentPause,
    UnknownInteractive,
    UserInput,
    UserSelect,
    interactive_node,
)

OPTIONS = [{"key": "option1", "value": "Basic"}, {"key": "option2", "value": "Pro"}]
QUESTIONS = [
    {
        "question": "Where to?",
        "options": [{"summary": "the sea", "value": "To the sea"}, {"summary": "up", "value": "Up"}],
    },
    {"question": "When?", "options": [], "answer": ""},
]


def node(kind: str, **params: Any) -> dict[str, Any]:
    return {"type": kind, "params": {"description": "Tell me", **params}}


def select(*options: dict[str, Any], kind: str = "userSelect") -> UserSelect:
    found = interactive_node(node(kind, userSelectOptions=[*options]))
    assert isinstance(found, UserSelect)
    return found


def agent_ask(**beside: Any) -> AgentAsk:
    found = interactive_node({**node("agentAsk", questions=QUESTIONS), **beside})
    assert isinstance(found, AgentAsk)
    return found


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("userSelect", UserSelect),
        ("agentPlanCheck", UserSelect),
        ("agentPlanAskUserSelect", UserSelect),
        ("userInput", UserInput),
        ("agentPlanAskUserForm", UserInput),
        ("agentAsk", AgentAsk),
        ("paymentPause", PaymentPause),
        ("agentPlanAskQuery", UnknownInteractive),
        ("somethingNew", UnknownInteractive),
        (None, UnknownInteractive),
    ],
)
def test_each_kind_has_its_class(kind: Any, expected: type[InteractiveNode]) -> None:
    found = interactive_node(node(kind))
    assert type(found) is expected
    assert found.type == (kind or "")
    assert found.description == "Tell me"


@pytest.mark.parametrize("nothing", [None, {}, [], "userSelect", 5])
def test_no_node_is_none(nothing: object) -> None:
    assert interactive_node(nothing) is None


@pytest.mark.parametrize("params", [None, [], "x"])
def test_a_node_without_params_asks_for_nothing(params: object) -> None:
    found = interactive_node({"type": "userSelect", "params": params})
    assert isinstance(found, UserSelect)
    assert (found.description, found.options) == ("", [])


def test_the_node_inside_all_wrappers_is_found() -> None:
    inner = node("userSelect", userSelectOptions=OPTIONS)
    wrapped: Any = inner
    for kind in ("toolChildrenInteractive", "loopRunInteractive", "loopInteractive", "childrenInteractive"):
        wrapped = {"type": kind, "params": {"childrenResponse": wrapped, "currentIndex": 1}, "entryNodeIds": ["n1"]}
    found = interactive_node(wrapped)
    assert isinstance(found, UserSelect)
    assert found.raw == inner


def test_what_an_older_agent_asks_is_its_description() -> None:
    found = interactive_node({"type": "agentPlanAskQuery", "params": {"content": "Which city?"}, "askId": "a1"})
    assert found is not None
    assert found.description == "Which city?"


# --- choosing -------------------------------------------------------------------------------------------------------


def test_options_have_key_and_value() -> None:
    assert [(option.key, option.value) for option in select(*OPTIONS).options] == [
        ("option1", "Basic"),
        ("option2", "Pro"),
    ]


@pytest.mark.parametrize("odd", [None, {}, "x"])
def test_options_that_are_no_list_are_none(odd: object) -> None:
    found = interactive_node(node("userSelect", userSelectOptions=odd))
    assert isinstance(found, UserSelect)
    assert found.options == []


@pytest.mark.parametrize("option", ["Pro", "option2", 1])
@pytest.mark.parametrize("kind", ["userSelect", "agentPlanCheck"])
def test_an_option_is_chosen_by_value_key_or_index(option: str | int, kind: str) -> None:
    assert select(*OPTIONS, kind=kind).choose(option) == {"role": "user", "content": "Pro"}


def test_a_value_goes_before_a_key_of_the_same_text() -> None:
    found = select({"key": "a", "value": "b"}, {"key": "b", "value": "a"})
    assert found.choose("b")["content"] == "b"


@pytest.mark.parametrize("option", ["pro", "option3", "", 2, -1, True, None, 1.0])
def test_what_is_no_option_is_refused_with_those_there_are(option: Any) -> None:
    with pytest.raises(ValidationError, match=r"^option: .* is not one of \['Basic', 'Pro'\]$"):
        select(*OPTIONS).choose(option)


# --- a form ---------------------------------------------------------------------------------------------------------


def test_a_form_is_answered_by_json_text() -> None:
    field = {"type": "input", "key": "name", "label": "Name", "required": True}
    found = interactive_node(node("userInput", inputForm=[field]))
    assert isinstance(found, UserInput)
    assert [field.key for field in found.form] == ["name"]
    assert found.fill({"name": "Zoë 你"}) == {"role": "user", "content": '{"name":"Zoë 你"}'}
    with pytest.raises(ValidationError, match="'name'"):
        found.fill({})


# --- questions of an agent --------------------------------------------------------------------------------------------


def test_questions_have_suggested_answers() -> None:
    assert [(question.question, question.options) for question in agent_ask().questions] == [
        ("Where to?", ["To the sea", "Up"]),
        ("When?", []),
    ]


def test_questions_are_answered_by_json_text_in_their_order() -> None:
    message = agent_ask().answer(["To the sea", "morgen früh"])
    assert message["role"] == "user"
    assert json.loads(str(message["content"])) == {"answers": ["To the sea", "morgen früh"]}


def test_answers_may_be_a_tuple() -> None:
    assert agent_ask().answer(("a", "b"))["content"] == '{"answers":["a","b"]}'


@pytest.mark.parametrize("answers", ["ab", ["a"], ["a", "b", "c"], None, {"a", "b"}, 2])
def test_one_answer_for_each_question_or_none_is_sent(answers: Any) -> None:
    with pytest.raises(ValidationError, match="answers must be a list of 2"):
        agent_ask().answer(answers)


@pytest.mark.parametrize("answer", ["", "  ", None, 5])
def test_an_answer_without_text_is_refused_with_its_question(answer: Any) -> None:
    with pytest.raises(ValidationError, match=r"answers\[1\] must be a non-empty str: 'When\?'"):
        agent_ask().answer(["a", answer])


# --- what all have --------------------------------------------------------------------------------------------------


def test_every_kind_can_be_answered_with_text() -> None:
    found = interactive_node(node("paymentPause"))
    assert isinstance(found, PaymentPause)
    assert found.say("go on") == {"role": "user", "content": "go on"}


@pytest.mark.parametrize("text", ["", "  ", None, 5, ["x"]])
def test_an_empty_text_is_refused(text: Any) -> None:
    with pytest.raises(ValidationError, match="text must be a non-empty str"):
        select(*OPTIONS).say(text)


@pytest.mark.parametrize(
    ("raw", "appends"),
    [
        (node("userSelect"), True),
        (node("userInput"), True),
        (node("paymentPause"), True),
        (node("somethingNew"), True),
        (node("agentPlanAskQuery"), False),
        (node("agentAsk"), False),
        ({**node("agentAsk"), "responseMode": "submit"}, True),
    ],
)
def test_whether_the_reply_is_added_to_the_answer_that_asked(raw: Any, appends: bool) -> None:
    found = interactive_node(raw)
    assert found is not None
    assert found.appends is appends


def test_nodes_are_equal_as_their_json_is() -> None:
    assert select(*OPTIONS) == select(*OPTIONS)
    assert select(*OPTIONS) != select()
    assert select() != node("userSelect")
    with pytest.raises(TypeError, match="unhashable"):
        hash(select())


def test_a_node_shows_what_it_asks() -> None:
    assert repr(select()) == "UserSelect('userSelect', 'Tell me')"
