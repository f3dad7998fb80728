"""What an app can be made to say."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import pytest

from fastgpt_client import events
from fastgpt_client.testing import (
    Delay,
    Failure,
    Fixed,
    Output,
    Reasoning,
    Search,
    SetVariables,
    Tool,
)
from tests.embedded.conftest import Caller, names, pieces


def test_a_text_is_streamed_as_a_model_streams_it(caller: Caller) -> None:
    app = caller.server.app(answer="Oslo is the capital.")
    assert pieces(caller.stream(app)) == ["Oslo ", "is ", "the ", "capita", "l."]
    assert caller.text(app) == "Oslo is the capital."


def test_texts_of_a_list_are_one_piece_each(caller: Caller) -> None:
    app = caller.server.app(answer=["Oslo is", " the capital."])
    assert pieces(caller.stream(app)) == ["Oslo is", " the capital."]


def test_a_function_sees_the_messages_and_the_variables(caller: Caller) -> None:
    seen: list[Any] = []

    def answer(messages: list[dict[str, Any]], variables: dict[str, Any]) -> str:
        seen.append((messages, variables))
        return f"{variables['name']} asked {len(messages)}"

    app = caller.server.app(answer=answer, variables=[{"key": "name", "defaultValue": "Ann"}])
    assert caller.text(app, "one", chatId="c") == "Ann asked 1"
    assert caller.text(app, "two", chatId="c", variables={"name": "Bob", "other": 1}) == "Bob asked 3"
    assert seen[1] == (
        [
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "Ann asked 1"},
            {"role": "user", "content": "two"},
        ],
        {"name": "Bob"},
    )


def test_a_function_may_be_async(caller: Caller) -> None:
    async def answer(messages: list[dict[str, Any]], variables: dict[str, Any]) -> str:
        await asyncio.sleep(0)
        return "later"

    assert caller.text(caller.server.app(answer=answer)) == "later"


def test_a_list_of_turns_ends_with_its_last_one_again_and_again(caller: Caller) -> None:
    app = caller.server.app(answers=["first", ["sec", "ond"], Fixed("last")])
    assert [caller.text(app) for _ in range(4)] == ["first", "second", "\nlast", "\nlast"]


def test_no_turns_at_all_are_refused(caller: Caller) -> None:
    with pytest.raises(ValueError, match="answers is empty"):
        caller.server.app(answers=[])


def test_delays_lie_between_the_pieces(caller: Caller) -> None:
    app = caller.server.app(answer="a b c", delay=0.05)
    other = caller.server.app(answer=["a", Delay(0.1), "b"])
    for slow, least in ((app, 0.15), (other, 0.1)):
        started = time.monotonic()
        caller.ask(slow)
        assert time.monotonic() - started >= least


def test_what_fails_after_a_text_keeps_it(caller: Caller) -> None:
    app = caller.server.app(answer=["So far", Failure("503 overloaded"), "never"])
    answer = caller.ask(app, detail=True)
    assert answer["choices"][0]["message"]["content"] == "So far"
    assert answer["error"] == answer["responseData"][-1]["errorText"] == "503 overloaded"


def test_a_failure_before_the_first_word_has_no_text(caller: Caller) -> None:
    answer = caller.ask(caller.server.app(answer=[Failure(), "never", Reasoning("never")]))
    assert (answer["error"], answer["choices"][0]["message"]["content"]) == ("500 the model failed", "")


def test_reasoning_comes_apart_from_the_text(caller: Caller) -> None:
    app = caller.server.app(answer=[Reasoning("I think."), "So it is."])
    assert caller.ask(app)["choices"][0]["message"] == {
        "role": "assistant",
        "content": "So it is.",
        "reasoning_content": "I think.",
    }


def test_reasoning_and_text_are_one_item_where_the_answer_is_a_list(caller: Caller) -> None:
    app = caller.server.app(answer=[Fixed("Wait."), Reasoning("I think."), "So it is."])
    assert caller.ask(app, detail=True)["choices"][0]["message"]["content"] == [
        {"text": {"content": "\nWait."}, "type": "text"},
        {"reasoning": {"content": "I think."}, "text": {"content": "So it is."}, "type": "text"},
    ]


def test_a_tool_is_called_and_its_answer_read(caller: Caller) -> None:
    app = caller.server.app(answer=["Let me see.", Tool("clock", {"zone": "UTC"}, "12:00"), "Noon."])
    found = caller.stream(app, api="v2")
    tools = [name for name in names(found) if name.startswith("tool")]
    assert tools == ["toolCall", "toolParams", "toolParams", "toolParams", "toolResponse"]
    [call] = [event["data"]["tool"] for event in found if event["event"] == "toolCall"]
    [said] = [event["data"]["tool"] for event in found if event["event"] == "toolResponse"]
    params = "".join(event["data"]["tool"]["params"] for event in found if event["event"] == "toolParams")
    assert (call["toolName"], params, said["response"], said["id"]) == ("clock", '{"zone": "UTC"}', "12:00", call["id"])
    nodes = [event["data"] for event in found if event["event"] == "flowNodeResponse"]
    assert [node["moduleType"] for node in nodes] == ["workflowStart", "chatNode", "httpRequest468", "tools"]


def test_two_tools_are_called_by_one_node(caller: Caller) -> None:
    app = caller.server.app(answer=[Tool("a", response="1"), Tool("b", response="2"), "Both."])
    node = caller.ask(app, detail=True)["responseData"][-1]
    assert [child["moduleName"] for child in node["childrenResponses"]] == ["a", "b"]
    assert len(node["llmRequestIds"]) == 3


def test_a_long_response_of_a_tool_is_cut_in_the_stream_only(caller: Caller) -> None:
    app = caller.server.app(answer=[Tool("dump", response="a" * 9_000 + "b" * 9_000)])
    [said] = [event["data"]["tool"] for event in caller.stream(app) if event["event"] == "toolResponse"]
    assert said["response"] == "a" * 5_000 + "b" * 5_000
    [item] = caller.ask(app, detail=True)["choices"][0]["message"]["content"]
    assert len(item["tools"][0]["response"]) == 18_000


def test_a_tool_of_a_failing_model_is_not_called(caller: Caller) -> None:
    app = caller.server.app(answer=Tool("never"))
    caller.server.fault("llm_failure", app=app)
    assert "toolCall" not in names(caller.stream(app))


def test_the_same_search_finds_the_same_quotes_again(caller: Caller) -> None:
    paris, oslo = (
        {"q": "Paris is in France.", "sourceName": "a.txt"},
        {"q": "Oslo is in Norway.", "sourceName": "a.txt"},
    )
    app = caller.server.app(answers=[Search([paris, oslo]), Search([oslo]), Search([oslo], name="Other")])
    found = [
        [{name: quote[name] for name in ("id", "datasetId", "collectionId")} for quote in node["quoteList"]]
        for node in (caller.ask(app, detail=True)["responseData"][-1] for _ in range(3))
    ]
    assert found[1] == [found[0][1]]
    assert found[0][0]["id"] != found[0][1]["id"]
    assert found[0][0]["collectionId"] == found[0][1]["collectionId"]
    assert not {*found[1][0].values()} & {*found[2][0].values()}
    assert all(len(id) == 24 and int(id, 16) for quote in found[0] for id in quote.values())


def test_quotes_of_a_search_are_kept(caller: Caller) -> None:
    app = caller.server.app(answer=[Search([{"q": "Paris is in France."}]), "Paris."])
    caller.ask(app, chatId="c", responseChatItemId="d")
    about = {"appId": app.id, "chatId": "c"}
    [_, search, model] = caller.get("chat/getResData", **about, dataId="d")
    [quote] = search["quoteList"]
    assert "q" not in quote  # what is stored has no texts, they are asked for
    assert "Paris is in France." in model["historyPreview"][0]["value"]
    asked = {**about, "chatItemDataId": "d"}
    [text] = caller.data("chat/record/getQuote", **asked, datasetDataIdList=[quote["id"]])
    assert text["q"] == "Paris is in France."
    page = {**asked, "collectionId": quote["collectionId"]}
    assert caller.data("chat/record/getCollectionQuote", **page, anchor=0)["list"][0]["q"] == "Paris is in France."
    assert caller.post("chat/record/getCollectionQuote", **page)["statusText"] == "unAuthChat"
    unknown = {**asked, "chatItemDataId": "?", "datasetDataIdList": []}
    assert caller.post("chat/record/getQuote", **unknown)["statusText"] == "unAuthChat"


def test_a_plugin_app_has_inputs_and_an_output(caller: Caller) -> None:
    app = caller.server.app(type="plugin", inputs=[{"key": "n", "label": "N"}], answer=Output({"doubled": 4}))
    answer = caller.send(
        "POST", "/api/v1/chat/completions", app.key, json={"variables": {"n": 2}, "chatId": "p"}
    ).json()
    assert answer["responseData"][-1]["pluginOutput"] == {"doubled": 4}
    records = caller.data("chat/getPaginationRecords", appId=app.id, chatId="p")["list"]
    assert records[0]["value"][0]["text"]["content"] == '[{"key":"n","label":"N","value":2}]'


def test_a_plugin_app_may_have_no_inputs(caller: Caller) -> None:
    app = caller.server.app(type="plugin", answer=Output({"ok": True}))
    assert caller.ask(app)["responseData"][-1]["pluginOutput"] == {"ok": True}


def test_variables_are_changed_and_kept(caller: Caller) -> None:
    app = caller.server.app(answer=SetVariables({"city": "Oslo"}), variables=[{"key": "city"}])
    found = caller.stream(app, chatId="c")
    assert {"event": "updateVariables", "data": {"city": "Oslo"}} in found
    assert caller.get("chat/init", appId=app.id, chatId="c")["variables"] == {"city": "Oslo"}


def test_typed_events_are_sent_as_they_are(caller: Caller) -> None:
    app = caller.server.app(
        answer=[
            events.FlowNodeStatus("Planner", "running", None),
            events.Plan({"planId": "p"}, None),
            events.PlanStatus("generating", None),
            events.SandboxStatus("s1", "ready", None),
            events.UpdateVariables({"a": 1}, None),
            events.ToolCall("t1", "clock", "fn", "", None),
            events.ToolParams("t1", "{}", None),
            events.ToolResponse("t1", "12:00", None),
            events.FlowNodeResponse({"moduleType": "agent"}, None),
            events.Answer("Hi", "", None, None),
            events.Answer("", "hm", None, None),
            events.UnknownEvent("brandNew", {"x": 1}),
        ]
    )
    found = caller.stream(app, api="v2")
    assert names(found) == [
        *("chatTitle", "flowNodeResponse", "flowNodeStatus", "plan", "planStatus", "sandboxStatus", "updateVariables"),
        *("toolCall", "toolParams", "toolResponse", "flowNodeResponse", "answer", "answer", "brandNew"),
        *("workflowDuration", "answer", "answer"),
    ]
    assert [event["data"] for event in found if event["event"] == "brandNew"] == [{"x": 1}]
    assert caller.text(app) == "Hi"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([events.SkillCall({"id": "s"}, None)], "ValueError: SkillCall needs raw="),
        ([42], "TypeError: 42 is not an answer"),
        ([lambda messages, variables: 1 / 0], "ZeroDivisionError: division by zero"),
    ],
)
def test_a_script_that_fails_is_told_to_the_caller_and_the_log(
    caller: Caller, answer: Any, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "fastgpt_client.testing")
    app = caller.server.app("broken", answer=answer)
    told = caller.ask(app)
    assert (told["code"], message in told["message"]) == (500, True)
    assert names(caller.stream(app))[-1] == "error"
    assert "the script of app broken failed" in caplog.text


def test_citation_marks_are_taken_out_unless_they_are_asked_for(caller: Caller) -> None:
    mark = f"[{'a1' * 12}](CITE)"
    app = caller.server.app(answer=["It is so", f" {mark[:9]}", mark[9:], ". See [1", "] or [abc"])
    assert caller.text(app) == "It is so . See [1] or [abc"
    assert "".join(pieces(caller.stream(app))) == "It is so . See [1] or [abc"
    assert caller.text(app, retainDatasetCite=True) == f"It is so {mark}. See [1] or [abc"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("hello  there", "You said: hello there"),
        ("LONGANSWER", " ".join(f"word{number}" for number in range(120))),
        ("UNICODE", "Grüße 你好 👩‍💻 \u2028 line separator"),
        ("LLM500", ""),
        ("x" * 500, f"You said: {'x' * 200}"),
    ],
)
def test_an_app_without_a_script_says_what_it_heard(caller: Caller, question: str, expected: str) -> None:
    assert caller.text(caller.server.app(), question) == expected


def test_sample_apps(caller: Caller) -> None:
    apps = caller.server.apps
    assert caller.ask(apps["failing"])["error"] == "500 fake upstream exploded"
    assert caller.text(apps["tools"], "hello") == "You said: hello"
    assert "sunny" in caller.text(apps["tools"], "use the TOOL")
    assert caller.text(apps["search"], "capital?") == "You said: capital?"
    assert caller.text(apps["multi"]) == "\nFirst part.You said: hello\nLast part."
    assert caller.ask(apps["reasoning"])["choices"][0]["message"]["reasoning_content"].startswith("First I read")
    assert len({app.key for app in apps.values()}) == len(apps)


def test_suggestions_are_the_apps_own(caller: Caller) -> None:
    app = caller.server.app(suggestions=["And then?"])
    path = "ai/agent/v2/createQuestionGuide"
    assert caller.data(path, appId=app.id, chatId="c") == ["And then?"]
