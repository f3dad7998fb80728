"""Runs that wait for the user."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client.testing import App, Form, Select
from tests.embedded.conftest import Caller, names


def content(answer: dict[str, Any]) -> Any:
    return answer["choices"][0]["message"].get("content")


def test_an_option_leads_to_its_branch(caller: Caller) -> None:
    app = caller.server.app(answer=["Well.", Select("Which?", {"A": "You took A.", "B": ["b", "!"]}), "Bye."])
    asked = caller.ask(app, chatId="c", detail=True)
    assert [item["type"] for item in content(asked)] == ["text", "interactive"]
    assert content(asked)[1]["interactive"]["params"]["userSelectOptions"] == [
        {"key": "option1", "value": "A"},
        {"key": "option2", "value": "B"},
    ]
    assert content(caller.ask(app, "A", chatId="c", detail=True)) == "You took A.Bye."


def test_options_alone_only_pause(caller: Caller) -> None:
    app = caller.server.app(answer=[Select("Ready?", ["yes"]), "Go."])
    caller.ask(app, chatId="c")
    assert content(caller.ask(app, "yes", chatId="c")) == "Go."


def test_an_answer_that_is_no_option_ends_with_nothing(caller: Caller) -> None:
    app = caller.server.app(answer=[Select("Which?", ["A"]), "never"])
    caller.ask(app, chatId="c")
    answer = caller.ask(app, "C", chatId="c", detail=True)
    assert [node["moduleType"] for node in answer["responseData"]] == ["userSelect"]
    assert content(answer) is None
    assert content(caller.ask(app, "new round", chatId="c", detail=True))[0]["interactive"]["type"] == "userSelect"


def test_a_pause_cannot_be_seen_without_detail(caller: Caller) -> None:
    app = caller.server.app(answer=Select("Which?", ["A"]))
    assert caller.ask(app, chatId="c")["choices"][0]["message"] == {"role": "assistant"}
    assert names(caller.stream(app, chatId="d", detail=False)) == ["", ""]


def test_several_pauses_in_a_row(caller: Caller) -> None:
    app = caller.server.app(answer=[Select("1?", {"A": Select("2?", {"B": "deep"})}), "end"])
    caller.ask(app, chatId="c")
    assert content(caller.ask(app, "A", chatId="c", detail=True))[0]["interactive"]["params"]["description"] == "2?"
    assert content(caller.ask(app, "B", chatId="c")) == "deepend"
    [question, answer] = caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]
    assert [item["type"] for item in answer["value"]] == ["interactive", "interactive", "text"]
    assert [item["interactive"]["params"].get("userSelectedVal") for item in answer["value"][:2]] == ["A", "B"]
    assert question["value"][0]["text"]["content"] == "hello"


def test_the_answer_keeps_its_id_and_gets_all_nodes(caller: Caller) -> None:
    app = caller.server.app(answer=[Select("Which?", ["A"]), "Good."])
    caller.ask(app, chatId="c", responseChatItemId="first")
    caller.ask(app, "A", chatId="c", responseChatItemId="second")
    found = caller.get("chat/getResData", appId=app.id, chatId="c", dataId="first")
    assert [node["moduleType"] for node in found] == ["workflowStart", "userSelect", "chatNode"]
    assert caller.get("chat/getResData", appId=app.id, chatId="c", dataId="second") == []


@pytest.fixture
def form(caller: Caller) -> App:
    fields = [{"key": "name", "required": True}, {"key": "size", "list": [{"label": "S", "value": "s"}]}]
    return caller.server.app(answer=Form("Order", fields, lambda values: f"{sorted(values.items())}"))


def test_a_form_has_all_keys_of_its_fields(caller: Caller, form: App) -> None:
    asked = content(caller.ask(form, chatId="c", detail=True))
    assert asked[0]["interactive"]["params"]["inputForm"] == [
        {
            "type": "input",
            "label": "name",
            "description": "",
            "value": "",
            "defaultValue": "",
            "valueType": "string",
            "required": True,
            "key": "name",
        },
        {
            "type": "select",
            "label": "size",
            "description": "",
            "value": "",
            "defaultValue": "",
            "valueType": "string",
            "required": False,
            "key": "size",
            "list": [{"label": "S", "value": "s"}],
        },
    ]


@pytest.mark.parametrize(
    ("answer", "values"),
    [
        (json.dumps({"name": "Ann", "size": "s"}), "[('name', 'Ann'), ('size', 's')]"),
        ('{"name": "Ann"}', "[('name', 'Ann')]"),
        ("Ann", "[]"),
        ('["Ann"]', "[]"),
    ],
)
def test_a_form_is_filled_in_by_json(caller: Caller, form: App, answer: str, values: str) -> None:
    caller.ask(form, chatId="c")
    assert content(caller.ask(form, answer, chatId="c")) == values
    [_, record] = caller.data("chat/getPaginationRecords", appId=form.id, chatId="c")["list"]
    assert record["value"][0]["interactive"]["params"]["submitted"] is True


def test_a_form_may_go_on_with_a_plain_answer(caller: Caller) -> None:
    app = caller.server.app(answer=[Form("?", [{"key": "a"}], "Thanks."), Form("!", [{"key": "b"}])])
    for question, expected in (("hello", None), ("{}", "Thanks."), ("{}", None)):
        assert content(caller.ask(app, question, chatId="c")) == expected


def test_without_a_chat_a_pause_cannot_be_answered(caller: Caller) -> None:
    app = caller.server.app(answer=[Select("Which?", ["A"]), "Good."])
    first = caller.ask(app)
    assert content(caller.ask(app, "A")) is None
    assert content(caller.ask(app, "A", chatId=first["id"])) == "Good."
