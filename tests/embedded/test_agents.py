"""Agents: what they plan, and what they ask the user."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from fastgpt_client.testing import Agent, App, AskUser, Failure, Fixed, SetPlan, Tool
from tests.embedded.conftest import Caller, names

COLOUR = {"question": "Which colour?", "options": [{"summary": "red", "value": "I like red."}]}


def kinds(answer: Any) -> list[tuple[str, str]]:
    return [(node["moduleName"], node.get("finishReason", "")) for node in answer["responseData"]]


def test_an_agent_speaks(caller: Caller) -> None:
    app = caller.server.app(answer=[Agent("It is noon."), Fixed("Over."), "And out."])
    answer = caller.ask(app, detail=True)
    assert answer["choices"][0]["message"]["content"] == "It is noon.\nOver.And out."
    assert kinds(answer)[1:] == [("chat:master_agent_call", "stop"), ("Fixed reply", ""), ("AI Chat", "stop")]


def test_an_agent_sets_a_plan(caller: Caller) -> None:
    app = caller.server.app(answer=Agent(["Let me see. ", SetPlan("Trip", ["pack", "go"]), "Done."]))
    found = caller.stream(app, api="v2")
    [plan] = [event["data"]["plan"] for event in found if event["event"] == "plan"]
    assert (plan["name"], [(step["name"], step["status"]) for step in plan["steps"]]) == (
        "Trip",
        [("pack", "pending"), ("go", "pending")],
    )
    assert names(found).index("planStatus") < names(found).index("plan")
    answer = caller.ask(app, detail=True)
    assert kinds(answer)[1:] == [
        ("chat:master_agent_call", "tool_calls"),
        ("chat:plan_update", ""),
        ("chat:master_agent_call", "stop"),
    ]
    content = answer["choices"][0]["message"]["content"]
    assert [next(iter(item)) for item in content] == ["text", "plan", "id", "text"]
    assert json.loads(content[2]["agentPlanUpdate"]["params"]) == {"name": "Trip", "steps": ["pack", "go"]}
    assert content[2]["agentPlanUpdate"]["response"] == answer["responseData"][2]["agentPlanResult"]


@pytest.fixture
def asking(caller: Caller) -> App:
    ask = AskUser([COLOUR, {"question": "How many?"}], "I need it.", lambda answers: f"{len(answers)}: {answers}")
    return caller.server.app(answer=[Agent([ask, " Thanks."]), Fixed("Over.")])


def test_an_agent_asks_and_goes_on_with_the_answers(caller: Caller, asking: App) -> None:
    found = caller.stream(asking, api="v2", chatId="c", responseChatItemId="d")
    [data] = [event["data"]["interactive"] for event in found if event["event"] == "interactive"]
    assert (data["type"], data["params"]["description"]) == ("agentAsk", "I need it.")
    assert data["params"]["questions"] == [
        {**COLOUR, "answer": ""},
        {"question": "How many?", "options": [], "answer": ""},
    ]
    reply = json.dumps({"answers": ["red", 2]})
    refused = caller.ask(asking, reply, chatId="c", responseChatItemId="d")
    assert refused["message"] == "Chat dataId already exists: d"
    assert caller.text(asking, reply, chatId="c") == "2: ['red', '2'] Thanks.\nOver."
    listed = caller.data("chat/getPaginationRecords", appId=asking.id, chatId="c")["list"]
    assert [record["obj"] for record in listed] == ["Human", "AI", "Human", "AI"]
    kept = listed[1]["value"][-1]["interactive"]["params"]
    assert ([question["answer"] for question in kept["questions"]], kept["submitted"]) == (["red", "2"], True)
    assert listed[2]["value"] == [{"text": {"content": reply}, "askId": data["askId"], "type": "text"}]


@pytest.mark.parametrize("reply", ["red", '{"answers": "red"}', "[]"])
def test_what_is_no_answer_counts_as_none(caller: Caller, asking: App, reply: str) -> None:
    caller.ask(asking, chatId="c")
    assert caller.text(asking, reply, chatId="c") == "0: [] Thanks.\nOver."


def test_what_comes_next_may_be_fixed(caller: Caller) -> None:
    app = caller.server.app(answer=Agent(AskUser([COLOUR], then="Fine.")))
    caller.ask(app, chatId="c")
    assert caller.text(app, "{}", chatId="c") == "Fine."


def test_an_agents_model_may_fail(caller: Caller) -> None:
    app = caller.server.app(answer=Agent(["So: ", Failure("500 no")]))
    answer = caller.ask(app, detail=True)
    assert (answer["error"], answer["responseData"][-1]["errorText"]) == ("500 no", "500 no")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (Agent(Tool("clock")), "an Agent cannot use a Tool, only SetPlan and AskUser"),
        (SetPlan("Trip", []), "SetPlan can only be used in an Agent"),
        (AskUser([COLOUR]), "AskUser can only be used in an Agent"),
    ],
)
def test_what_is_for_agents_only(caller: Caller, script: Any, said: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "fastgpt_client.testing")
    assert caller.ask(caller.server.app(answer=script))["message"] == f"TypeError: {said}"
    assert "the script of app" in caplog.text
