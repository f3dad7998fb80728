"""Nodes that run their body once for each item."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from fastgpt_client.testing import AnswerLike, Delay, Failure, Fixed, Form, Loop, Select, SetVariables, Tool
from tests.embedded.conftest import Caller, names, question_of

KINDS = ("loop", "loopRun", "parallelRun")


def echo(messages: list[dict[str, Any]], variables: dict[str, Any]) -> AnswerLike:
    heard = messages[-1]["content"]
    return Failure("500 no") if heard == "bad" else [f"<{heard}>"]


def node_of(answer: Any, kind: str) -> dict[str, Any]:
    [found] = [node for node in answer["responseData"] if node["moduleType"] == kind]
    return dict(found)


@pytest.mark.parametrize("kind", KINDS)
def test_the_body_runs_once_for_each_item(caller: Caller, kind: Any) -> None:
    app = caller.server.app(answer=[Loop(["a", "b"], echo, kind=kind), Fixed("Over.")])
    answer = caller.ask(app, detail=True)
    assert answer["choices"][0]["message"]["content"] == "<a><b>\nOver."
    assert [node["moduleType"] for node in answer["responseData"]] == ["workflowStart", kind, "answerNode"]


def test_a_loop_has_the_nodes_of_its_body_inside(caller: Caller) -> None:
    app = caller.server.app(answer=Loop(["a", {"b": 1}], echo, name="Each"))
    node = node_of(caller.ask(app, detail=True), "loop")
    assert (node["moduleName"], node["loopInput"], node["loopResult"]) == (
        "Each",
        ["a", {"b": 1}],
        ["<a>", '<{"b":1}>'],
    )
    kinds = ["loopStart", "chatNode", "loopEnd"]
    assert [child["moduleType"] for child in node["childrenResponses"]] == kinds * 2
    assert {child["parentId"] for child in node["childrenResponses"]} == {node["id"]}
    found = caller.stream(app, api="v2")
    told = [event["data"] for event in found if event["event"] == "flowNodeResponse"]
    assert [item["moduleType"] for item in told] == ["workflowStart", *kinds * 2, "loop"]
    assert "childrenResponses" not in told[-1]
    assert {item["parentId"] for item in told[1:-1]} == {told[-1]["id"]}


def test_rounds_of_a_loop_run_have_items_of_their_own(caller: Caller) -> None:
    app = caller.server.app(answer=Loop(["a", "bad"], echo, kind="loopRun"))
    node = node_of(caller.ask(app, detail=True), "loopRun")
    assert (node["loopRunIterations"], node["childResponseCount"]) == (2, 6)
    assert [one["success"] for one in node["loopRunHistory"]] == [True, False]
    first, second = node["childrenResponses"]
    assert (first["id"], first["moduleNameArgs"], first["loopOutputValue"]) == (
        f"{node['id']}:iter:1",
        {"index": 1},
        {},
    )
    assert (second["error"], "loopOutputValue" in second) == ("500 no", False)
    assert [child["parentId"] for child in second["childrenResponses"]] == [second["id"]] * 2


def test_a_loop_goes_on_when_its_model_fails_for_an_item(caller: Caller) -> None:
    app = caller.server.app(answer=[Loop(["a", "bad", "b"], echo), "Over."])
    answer = caller.ask(app, detail=True)
    assert node_of(answer, "loop")["loopResult"] == ["<a>", "<b>"]
    assert ("error" in answer, answer["choices"][0]["message"]["content"]) == (False, "<a><b>Over.")


@pytest.mark.parametrize(("retries", "rounds"), [(0, 3), (1, 4), (2, 5)])
def test_what_fails_side_by_side_is_tried_again(caller: Caller, retries: int, rounds: int) -> None:
    app = caller.server.app(answer=Loop(["a", "bad", "b"], echo, kind="parallelRun", retries=retries))
    node = node_of(caller.ask(app, detail=True), "parallelRun")
    assert node["parallelResult"] == ["<a>", "<b>"]
    assert node["parallelRunDetail"] == [
        {"success": True, "index": 0, "data": "<a>"},
        {"success": False, "index": 1, "error": "500 no"},
        {"success": True, "index": 2, "data": "<b>"},
    ]
    assert [item["id"].partition("_")[2] for item in node["childrenResponses"]] == [
        "task_0_attempt_0",
        *(f"task_1_attempt_{number}" for number in range(retries + 1)),
        "task_2_attempt_0",
    ]
    assert len(node["childrenResponses"]) == rounds


def test_a_retry_may_do_better(caller: Caller) -> None:
    answers = iter([Failure("500 no"), "ok"])
    app = caller.server.app(answer=Loop(["a"], lambda messages, variables: next(answers), kind="parallelRun"))
    node = node_of(caller.ask(app, detail=True), "parallelRun")
    assert (node["parallelResult"], node["parallelRunDetail"][0]["success"]) == (["ok"], True)
    assert [item.get("error") for item in node["childrenResponses"]] == ["500 no", None]


def test_one_speaks_at_a_time(caller: Caller) -> None:
    body = ["one ", Delay(0.01), Tool("clock"), "two ", "three"]
    app = caller.server.app(answer=Loop(["a", "b"], Loop(["x", "y"], body), kind="parallelRun"))
    assert "".join(caller.text(app, detail=False)) == "one two three" * 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_loop_can_be_stopped(caller: Caller, kind: Any) -> None:
    app = caller.server.app(answer=[Loop(["a", "b"], ["one ", Delay(3600), "two"], kind=kind), "never"])
    body, key = question_of("hello", stream=True, detail=True, chatId="c"), {"Authorization": f"Bearer {app.key}"}
    with caller.client.stream("POST", caller.server.url + "/api/v2/chat/completions", json=body, headers=key) as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if '"one ' in line)
        caller.send("POST", "/api/v2/chat/stop", json={"appId": app.id, "chatId": "c"})
        assert "never" not in "".join(lines)
    [_, record] = caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]
    assert record["value"][0]["text"]["content"] == "one "
    [_, node] = caller.get("chat/getResData", appId=app.id, chatId="c", dataId=record["dataId"])
    assert node["moduleType"] == kind


def test_a_fault_of_the_model_is_met_in_a_loop(caller: Caller) -> None:
    app = caller.server.app(answer=Loop(["a", "b"], echo))
    caller.server.fault("llm_failure", app=app, message="503 overloaded")
    node = node_of(caller.ask(app, detail=True), "loop")
    assert node["loopResult"] == ["<b>"]
    assert node["childrenResponses"][1]["errorText"] == "503 overloaded"
    caller.server.fault("error_event", app=app, after=0, message="gone")
    assert names(caller.stream(app))[-1] == "error"


def test_variables_are_those_of_the_run(caller: Caller) -> None:
    def body(messages: list[dict[str, Any]], variables: dict[str, Any]) -> AnswerLike:
        return [SetVariables({"last": messages[-1]["content"]}), Fixed("x")]

    app = caller.server.app(answer=Loop(["a", "b"], body), variables=[{"key": "last"}])
    assert caller.ask(app, detail=True)["newVariables"] == {"last": "b"}


# --- pauses ---------------------------------------------------------------------------------------------------------

PICK = Select("Which?", {"A": Fixed("a", name="Reply a"), "B": ["said b"]})


def test_a_loop_may_pause_at_each_item(caller: Caller) -> None:
    app = caller.server.app(answer=[Loop(["x", "y"], PICK), "Over."])
    asked = caller.ask(app, chatId="c", detail=True)
    [item] = asked["choices"][0]["message"]["content"]
    assert item["interactive"]["type"] == "userSelect"
    assert node_of(asked, "loop")["loopResult"] == []
    again = caller.stream(app, "A", api="v2", chatId="c")
    [paused] = [event["data"]["interactive"] for event in again if event["event"] == "interactive"]
    assert (paused["type"], paused["params"]["currentIndex"], paused["params"]["loopResult"]) == (
        "loopInteractive",
        1,
        ["A"],
    )
    done = caller.ask(app, "B", chatId="c", detail=True)
    assert done["choices"][0]["message"]["content"] == "said bOver."
    assert node_of(done, "loop")["loopResult"] == ["A", "said b"]
    [_, record] = caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]
    kept = [item["interactive"]["params"] for item in record["value"] if "interactive" in item]
    assert [params["childrenResponse"]["params"]["userSelectedVal"] for params in kept] == ["A", "B"]
    assert [params["loopResult"] for params in kept] == [["A"], ["A", "said b"]]


def test_a_form_in_a_loop(caller: Caller) -> None:
    app = caller.server.app(answer=Loop(["x"], Form("Who?", [{"key": "name"}], lambda values: values["name"])))
    caller.ask(app, chatId="c")
    assert caller.text(app, '{"name": "Ann"}', chatId="c") == "Ann"


def test_a_loop_that_pauses_can_be_in_another(caller: Caller) -> None:
    app = caller.server.app(answer=Loop(["x"], Loop(["y"], PICK)))
    caller.ask(app, chatId="c")
    assert caller.text(app, "A", chatId="c") == "\na"


@pytest.mark.parametrize("kind", ["loopRun", "parallelRun"])
def test_others_cannot_pause(caller: Caller, kind: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "fastgpt_client.testing")
    app = caller.server.app(answer=Loop(["x"], PICK, kind=kind))
    said = f"TypeError: the body of a {kind} cannot wait for the user, only that of a loop"
    assert caller.ask(app)["message"] == said
    assert "the script of app" in caplog.text
