"""Putting a stream together: what its events leave is what a blocking answer would have said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client._streaming.accumulator import CompletionAccumulator
from fastgpt_client._streaming.decoder import decode_event
from fastgpt_client.events import ToolParams
from tests.support.wire_events import FULL_SELECT, NODE, PLAN, WIRE_EVENTS, delta, tool


def folded(*events: tuple[str, Any]) -> CompletionAccumulator:
    fold = CompletionAccumulator()
    for name, raw in events:
        fold.add(decode_event(name, json.dumps(raw)))
    return fold


def answer_of(*events: tuple[str, Any]) -> dict[str, Any]:
    return dict(folded(*events).completion("c1"))


def message_of(*events: tuple[str, Any]) -> Any:
    return answer_of(*events)["choices"][0]["message"]


def test_nothing_is_an_empty_answer() -> None:
    assert CompletionAccumulator().completion(None) == {
        "id": "",
        "model": "",
        "choices": [{"message": {"role": "assistant", "content": ""}, "finish_reason": None, "index": 0}],
    }


def test_text_is_joined_in_the_order_it_came() -> None:
    message = message_of(
        ("answer", delta(content="a")),
        ("fastAnswer", delta(content="b")),
        ("", delta(content="")),
        ("", delta(content="c")),
    )
    assert message == {"role": "assistant", "content": "abc"}


def test_reasoning_is_joined_beside_the_text() -> None:
    message = message_of(
        ("answer", delta(reasoning_content="x")),
        ("answer", delta(reasoning_content="y")),
        ("answer", delta(content="a")),
    )
    assert message == {"role": "assistant", "content": "a", "reasoning_content": "xy"}


@pytest.mark.parametrize("pieces", [0, 1, 999, 1000, 1001, 2500])
def test_any_number_of_pieces_is_joined(pieces: int) -> None:
    fold = CompletionAccumulator()
    for number in range(pieces):
        fold.add_answer(str(number % 10), "", None)
    assert fold.completion(None)["choices"][0]["message"].get("content") == "".join(str(n % 10) for n in range(pieces))
    assert fold.has_text is (pieces > 0)


@pytest.mark.parametrize("pieces", [0, 1, 999, 1000, 1001, 2500])
def test_any_number_of_pieces_of_parameters_is_joined(pieces: int) -> None:
    fold = folded(("toolCall", tool(params="[")))
    for number in range(pieces):
        fold.add(ToolParams("call_1", str(number % 10)))
        if number == pieces // 2:
            fold.completion(None)  # looked at meanwhile
    fold.add(ToolParams("call_1", "]"))
    message: Any = fold.completion(None)["choices"][0]["message"]
    [call] = message["content"][0]["tools"]
    assert call["params"] == "[" + "".join(str(n % 10) for n in range(pieces)) + "]"


def test_a_heartbeat_is_no_text() -> None:
    assert not folded(("answer", delta(content=""))).has_text
    assert not folded(("answer", delta(reasoning_content="x"))).has_text


@pytest.mark.parametrize("reason", ["stop", "length", ""])
def test_a_reason_to_finish_makes_the_answer_whole(reason: str) -> None:
    fold = folded(("answer", delta(content="a")), ("answer", delta(reason, content=None)))
    assert fold.finished
    assert fold.completion(None)["choices"][0].get("finish_reason") == reason
    assert not folded(("answer", delta(content="a"))).finished


def test_nodes_are_gathered_one_by_one() -> None:
    assert answer_of(("flowNodeResponse", NODE), ("flowNodeResponse", {"id": "x2"}))["responseData"] == [
        NODE,
        {"id": "x2"},
    ]


def test_all_nodes_at_the_end_replace_those_before() -> None:
    assert answer_of(("flowNodeResponse", {"id": "x2"}), ("flowResponses", [NODE]))["responseData"] == [NODE]


def test_nodes_are_missing_where_none_were_told_of() -> None:
    assert "responseData" not in answer_of(("answer", delta(content="a")))
    assert answer_of(("flowResponses", []))["responseData"] == []


def test_tool_calls_are_put_together_by_their_id() -> None:
    begin = {"toolName": "Search", "toolAvatar": "", "functionName": "search", "params": "", "response": "old"}
    message = message_of(
        ("toolCall", {"tool": {"id": "a", **begin}}),
        ("toolCall", {"tool": {"id": "b", **begin, "params": "{"}}),
        ("toolParams", {"tool": {"id": "b", "params": "}", "toolName": ""}}),
        ("toolParams", {"tool": {"id": "a", "params": '{"q":'}}),
        ("toolParams", {"tool": {"id": "a", "params": "1}"}}),
        ("toolResponse", {"tool": {"id": "b", "response": "rb", "params": ""}}),
        ("toolResponse", {"tool": {"id": "a", "response": "ra", "params": ""}}),
    )
    assert message["content"] == [
        {
            "tools": [
                {"id": "a", **begin, "params": '{"q":1}', "response": "ra"},
                {"id": "b", **begin, "params": "{}", "response": "rb"},
            ]
        }
    ]


def test_a_tool_call_whose_beginning_is_missing_is_kept() -> None:
    message = message_of(("toolParams", tool(params="{}")), ("toolResponse", tool(response="r")))
    assert message["content"] == [{"tools": [{"id": "call_1", "params": "{}", "response": "r"}]}]
    message = message_of(("toolResponse", tool(response="r")))
    assert message["content"] == [{"tools": [{"id": "call_1", "params": "", "response": "r"}]}]


def test_items_stand_in_the_order_of_a_blocking_answer() -> None:
    message = message_of(
        ("interactive", {"interactive": FULL_SELECT}),
        ("answer", delta(content="Hi")),
        ("plan", {"plan": {"planId": "old"}}),
        ("plan", {"plan": PLAN}),
        ("toolCall", tool(toolName="Search")),
    )
    kinds = [next(iter(item)) for item in message["content"]]
    assert kinds == ["tools", "plan", "text", "interactive"]
    assert message["content"][1] == {"plan": PLAN}
    assert message["content"][2] == {"text": {"content": "Hi"}}
    assert message["content"][3] == {"interactive": FULL_SELECT}


def test_a_pause_without_text_is_the_only_item() -> None:
    assert message_of(("interactive", {"interactive": FULL_SELECT}))["content"] == [{"interactive": FULL_SELECT}]


@pytest.mark.parametrize(
    ("name", "raw", "key", "value"),
    [
        ("updateVariables", {"city": "Oslo"}, "newVariables", {"city": "Oslo"}),
        ("chatTitle", {"title": "Trip"}, "title", "Trip"),
        ("workflowDuration", {"durationSeconds": 1.5}, "durationSeconds", 1.5),
    ],
)
def test_what_is_told_beside_the_answer_is_kept(name: str, raw: Any, key: str, value: Any) -> None:
    assert answer_of((name, raw))[key] == value
    assert answer_of((name, {**raw, "x": 1}), (name, raw))[key] == value


def test_the_id_is_the_chat_that_was_sent() -> None:
    assert answer_of()["id"] == "c1"


@pytest.mark.parametrize(("name", "raw", "kind", "_"), WIRE_EVENTS)
def test_no_event_of_the_wire_breaks_the_fold(name: str, raw: Any, kind: type[Any], _: Any) -> None:
    fold = folded((name, raw), ("somethingNew", {}), (name, raw))
    json.dumps(fold.completion("c1"))
    assert kind is not None


def test_the_fold_can_be_read_at_any_time() -> None:
    fold = folded(("answer", delta(content="a")))
    first = fold.completion(None)
    fold.add_answer("b", "", None)
    assert first["choices"][0]["message"].get("content") == "a"
    assert fold.completion(None)["choices"][0]["message"].get("content") == "ab"


def test_what_was_read_before_does_not_grow_with_the_stream() -> None:
    fold = folded(("flowNodeResponse", NODE), ("toolCall", tool(params="")))
    first = json.dumps(early := fold.completion(None))
    fold.add(decode_event("flowNodeResponse", '{"id": "x2"}'))
    fold.add(decode_event("toolParams", json.dumps(tool(params="{}"))))
    assert json.dumps(early) == first
