"""A saved answer, told as the one that did not arrive."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client._conversation.recovered import remaining_events, saved_completion, was_cut_short
from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client._streaming.accumulator import CompletionAccumulator
from fastgpt_client._streaming.decoder import decode_event, event_lines
from fastgpt_client.events import Answer, Event, ToolCall, ToolResponse
from fastgpt_client.responses import ChatCompletion

MARK = "[6b01f55028cb02049eb506da](CITE)"
TOOL = {"id": "t1", "toolName": "get", "functionName": "http", "params": '{"a": 1}', "response": "ok"}
OTHER = {"id": "t2", "toolName": "put", "params": "{}", "response": "done"}
SELECT = {"type": "userSelect", "params": {"description": "Which?"}}
NODE = {"id": "n1", "moduleType": "chatNode"}
ITEMS = [
    {"reasoning": {"content": "hm, well"}},
    {"tools": [TOOL, OTHER]},
    {"text": {"content": "Hel"}},
    {"text": {"content": "lo"}},
    {"interactive": SELECT},
]


def completion(*items: Any, nodes: Any = (), cites: bool = True, **record: Any) -> ChatCompletion:
    saved: Any = {"dataId": "d1", "obj": "AI", "value": [*items], **record}
    return ChatCompletion(HTTPResponse(200), b"", saved_completion(saved, nodes, "c1", cites=cites))


def told(events: list[Event] | None) -> ChatCompletion:
    """Return what a stream of these events says."""
    assert events is not None
    accumulator = CompletionAccumulator()
    for event in events:
        accumulator.add(event)
    assert accumulator.finished
    return ChatCompletion(HTTPResponse(200), b"", accumulator.completion("c1"))


def test_a_saved_answer_reads_like_one_that_arrived() -> None:
    found = completion(*ITEMS, nodes=[NODE])
    assert (found.text, found.reasoning, found.chat_id) == ("Hello", "hm, well", "c1")
    assert found.tool_calls == [TOOL, OTHER]
    assert found.interactive is not None
    assert found.interactive.raw == SELECT
    assert found.node_responses == [NODE]
    assert found.error is None


@pytest.mark.parametrize("value", [None, []])
def test_a_saved_answer_without_anything(value: Any) -> None:
    found = completion(value=value)
    assert (found.text, found.node_responses, found.error) == ("", [], None)
    assert "responseData" not in found.json()


@pytest.mark.parametrize(
    "record", [{"errorMsg": "500 the model"}, {"errorText": {"moduleName": "AI Chat", "errorText": "500 the model"}}]
)
def test_a_saved_failure_is_told(record: Any) -> None:
    assert completion(**record).error == "500 the model"


@pytest.mark.parametrize("record", [{"errorMsg": ""}, {"errorText": None}])
def test_a_field_for_a_failure_may_be_empty(record: Any) -> None:
    assert completion(**record).error is None


def test_citation_marks_are_saved_and_told_only_when_they_are_wanted() -> None:
    item = {"text": {"content": f"Paris {MARK}.{MARK}"}, "id": "i"}
    assert completion(item).text == f"Paris {MARK}.{MARK}"
    assert completion(item, {"text": {"content": None}}, cites=False).text == "Paris ."
    assert item["text"] == {"content": f"Paris {MARK}.{MARK}"}


@pytest.mark.parametrize(
    ("nodes", "cut"),
    [
        ([], False),
        ([NODE], False),
        ([{**NODE, "finishReason": "stop"}], False),
        ([NODE, {**NODE, "id": "n2", "finishReason": "close"}], True),
        ([{**NODE, "toolDetail": [{"id": "n2", "finishReason": "close"}]}], True),
    ],
)
def test_a_run_that_was_ended_before_it_had_said_all(nodes: Any, cut: bool) -> None:
    assert was_cut_short(nodes) is cut


# --- as events ------------------------------------------------------------------------------------------------------


def test_a_saved_answer_as_a_whole_stream() -> None:
    found = told(remaining_events(completion(*ITEMS, nodes=[NODE]).json()))
    assert (found.text, found.reasoning) == ("Hello", "hm, well")
    assert found.tool_calls == [TOOL, OTHER]
    assert found.interactive is not None
    assert found.interactive.raw == SELECT
    assert found.node_responses == [NODE]


def test_a_plain_text_as_a_stream() -> None:
    data: Any = {"choices": [{"message": {"content": "Hello"}}]}
    assert told(remaining_events(data)).text == "Hello"


@pytest.mark.parametrize("text", ["", "H", "Hello"])
def test_only_what_was_not_delivered_is_told(text: str) -> None:
    events = remaining_events(completion(*ITEMS).json(), text, "hm, well", [TOOL, OTHER])
    fold = told(events)
    assert (fold.text, fold.reasoning, fold.tool_calls) == ("Hello".removeprefix(text), "", [])


@pytest.mark.parametrize("text", ["Hallo", "Hello!", " "])
def test_another_answer_is_not_told_as_the_rest_of_this_one(text: str) -> None:
    assert remaining_events(completion(*ITEMS).json(), text) is None


def test_another_reasoning_is_left_as_it_was() -> None:
    assert told(remaining_events(completion(*ITEMS).json(), reasoning="oh")).reasoning == ""


@pytest.mark.parametrize("params", ["", '{"a"', '{"a": 1}'])
@pytest.mark.parametrize("name", ["t1", "other"])
def test_a_tool_call_that_was_cut_goes_on_under_the_id_it_had(params: str, name: str) -> None:
    before: Any = {"id": name, "toolName": "get", "params": params, "response": ""}
    events = remaining_events(completion(*ITEMS).json(), "", "", [before])
    fold = CompletionAccumulator()
    fold.add(ToolCall(name, "get", "", params, {"tool": before}))
    for event in events or ():
        fold.add(event)
    calls = ChatCompletion(HTTPResponse(200), b"", fold.completion("c1")).tool_calls
    assert [(tool["id"], tool["params"], tool["response"]) for tool in calls] == [
        (name, '{"a": 1}', "ok"),
        ("t2", "{}", "done"),
    ]


def test_a_tool_call_whose_parameters_read_otherwise_keeps_them() -> None:
    before: Any = {"id": "t1", "params": '{"b"'}
    events = remaining_events(completion({"tools": [TOOL]}).json(), "", "", [before])
    assert events is not None
    assert [type(event) for event in events] == [ToolResponse, Answer]


def test_a_remaining_event_reads_like_one_that_came() -> None:
    """By its lines it would be read again as what it is."""
    events = remaining_events(completion(*ITEMS, nodes=[NODE]).json())
    assert events is not None
    for event in events:
        name, data, blank = event_lines(event)
        assert blank == ""
        again = decode_event(name.removeprefix("event: "), data.removeprefix("data: "))
        assert (again, again.raw) == (event, event.raw)
