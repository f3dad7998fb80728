"""Finished answers: the JSON as received, what is read from it, and what another process gets of it."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    ChatCompletion,
    DataResponse,
    FastGPTError,
    ModelUsage,
    Response,
    ValidationError,
    WorkflowError,
)
from fastgpt_client.interactive import UserSelect
from fastgpt_client.responses import Record, raise_if_nothing_came
from tests.support.replies import message
from tests.support.wire_events import FULL_SELECT, NODE, SELECT

REQUEST = httpx.Request("POST", "http://fastgpt.test/api", headers={"Authorization": "Bearer secret"})
HEADERS = [("Content-Type", "application/json"), ("X-Request-Id", "r1"), ("X-Two", "1"), ("X-Two", "2")]


def http(status: int = 200, headers: Any = HEADERS) -> httpx.Response:
    return httpx.Response(status, headers=headers, request=REQUEST)


def completion(content: Any = "Hello", *, chat_id: str | None = None, **more: Any) -> ChatCompletion:
    json_ = message(content, **more)
    return ChatCompletion(http(), json.dumps(json_).encode(), json_, chat_id=chat_id)


def with_message(**parts: Any) -> ChatCompletion:
    json_: Any = {"choices": [{"message": parts}]}
    return ChatCompletion(http(), b"", json_)


def test_an_answer_has_the_json_as_it_was_received() -> None:
    json_ = {"code": 200, "unknown": [1]}
    response = Response(http(201), b"{}", json_, attempts=2)
    assert response.json() is json_
    assert response.content == b"{}"
    assert (response.status_code, response.request_id, response.attempts) == (201, "r1", 2)
    assert response.headers["content-type"] == "application/json"
    assert response.raise_for_status() is response


def test_an_older_server_gives_no_request_id() -> None:
    assert Response(http(headers={}), b"", {}).request_id is None


def test_an_envelope_is_opened() -> None:
    json_: Any = {"code": 200, "statusText": "", "message": "", "data": [1]}
    response = DataResponse(http(), b"", json_, data=[1])
    assert response.data == [1]
    assert response.json()["data"] == [1]


def test_an_answer_can_be_had_as_one_of_httpx() -> None:
    coded = [*HEADERS, ("Content-Encoding", "gzip"), ("Content-Length", "5"), ("Transfer-Encoding", "chunked")]
    response = Response(http(203, coded), b'{"a": "\xc3\xa9"}', {"a": "é"})
    plain = response.http_response
    assert plain.json() == {"a": "é"}
    assert plain.status_code == 203
    assert plain.headers.get_list("x-two") == ["1", "2"]
    assert "content-encoding" not in plain.headers
    assert plain.request is REQUEST
    assert response.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "answer",
    [
        Response(http(), b'{"a": 1}', {"a": 1}, attempts=3),
        DataResponse(http(), b'{"data": 1}', {"code": 200, "statusText": "", "message": "", "data": 1}, data=1),
        completion("Hello", chat_id="c1"),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_survives_pickling_and_copying(answer: Response[Any]) -> None:
    for twin in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer), copy.copy(answer)):
        assert type(twin) is type(answer)
        assert twin.json() == answer.json()
        assert (twin.status_code, twin.request_id, twin.attempts) == (200, "r1", answer.attempts)
        assert twin.http_response.content == answer.http_response.content
        assert getattr(twin, "data", None) == getattr(answer, "data", None)
        assert getattr(twin, "chat_id", None) == getattr(answer, "chat_id", None)


def test_a_pickle_leaves_the_request_and_its_key_out() -> None:
    pickled = pickle.dumps(completion())
    assert b"secret" not in pickled
    assert b"uthorization" not in pickled
    with pytest.raises(RuntimeError, match="request"):
        pickle.loads(pickled).http_response.request  # noqa: B018 - that it raises is the point


def test_a_repr_says_class_and_status() -> None:
    assert repr(Response(http(), b"", {})) == "<Response [200]>"
    assert repr(completion()) == "<ChatCompletion [200]>"


@pytest.mark.parametrize(
    ("parts", "text", "reasoning"),
    [
        ({"content": "Hi"}, "Hi", ""),
        ({"content": "Hi", "reasoning_content": "hm"}, "Hi", "hm"),
        ({"content": None, "reasoning_content": None}, "", ""),
        ({}, "", ""),
        ({"content": [{"reasoning": {"content": "hm"}}, {"text": {"content": "Hi"}}]}, "Hi", "hm"),
        ({"content": [{"reasoning": {"content": "a"}}], "reasoning_content": "b"}, "", "b"),
    ],
)
def test_text_and_reasoning_are_always_strings(parts: Any, text: str, reasoning: str) -> None:
    answer = with_message(**parts)
    assert (answer.text, answer.reasoning) == (text, reasoning)


@pytest.mark.parametrize(
    "choice", [{}, {"message": None}, {"message": {}}, {"message": "text"}, {"message": []}, {"message": 5}]
)
def test_a_choice_without_a_message_is_an_empty_answer(choice: Any) -> None:
    answer = ChatCompletion(http(), b"", {"choices": [choice]})
    assert (answer.text, answer.reasoning, answer.tool_calls, answer.interactive) == ("", "", [], None)


def test_what_a_run_tells_in_detail() -> None:
    tool: Any = {"id": "t1", "params": "{}"}
    answer = completion(
        [{"tools": [tool]}, {"interactive": FULL_SELECT}],
        responseData=[NODE],
        newVariables={"city": "Oslo"},
        title="Trip",
        id="c9",
    )
    assert answer.tool_calls == [tool]
    assert isinstance(answer.interactive, UserSelect)
    assert answer.interactive.raw == FULL_SELECT
    assert answer.node_responses == [NODE]
    assert answer.new_variables == {"city": "Oslo"}
    assert (answer.title, answer.chat_id, answer.error, answer.plugin_output) == ("Trip", "c9", None, None)


def test_what_a_run_does_not_tell_is_empty() -> None:
    answer = completion("x", newVariables=None, responseData=None)
    assert (answer.node_responses, answer.new_variables, answer.tool_calls) == ([], {}, [])
    assert (answer.title, answer.error, answer.interactive, answer.chat_id) == (None, None, None, None)


@pytest.mark.parametrize(
    ("told", "sent", "chat_id"), [("c1", "c2", "c1"), ("", "c2", "c2"), ("", None, None), ("c1", None, "c1")]
)
def test_the_chat_is_the_one_the_server_tells_or_the_one_that_was_sent(
    told: str, sent: str | None, chat_id: str | None
) -> None:
    assert completion("x", id=told, chat_id=sent).chat_id == chat_id


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"error": "down"}, "down"),
        ({"error": {"message": "down"}}, "down"),
        ({"responseData": [{"errorText": "node"}]}, "node"),
        ({"error": "down", "responseData": [{"errorText": "node"}]}, "down"),
        ({"error": None, "responseData": {"0": {"error": "node"}}}, "node"),
        ({"error": {}}, None),
    ],
)
def test_the_error_is_the_run_s_or_a_node_s(more: dict[str, Any], error: str | None) -> None:
    assert completion("x", **more).error == error


def test_a_run_that_failed_in_part_raises_when_asked() -> None:
    answer = completion("Hello", error="down")
    with pytest.raises(WorkflowError, match=r"The run failed: down \[request r1\]") as caught:
        answer.raise_for_status()
    assert caught.value.completion is caught.value.partial is answer
    assert (caught.value.attempts, caught.value.request_id) == (1, "r1")
    assert completion("Hello").raise_for_status().text == "Hello"


@pytest.mark.parametrize(
    "answer",
    [
        completion("x", error="down"),
        completion("", error=None),
        completion([{"interactive": SELECT}], error="down"),
        completion("", responseData=[{"moduleType": "pluginOutput", "pluginOutput": {}}], error="down"),
    ],
)
def test_something_is_an_answer(answer: ChatCompletion) -> None:
    raise_if_nothing_came(answer)
    assert answer.status_code == 200


@pytest.mark.parametrize("content", ["", None, [], [{"text": {"content": ""}}], [{"tools": [{"id": "t"}]}]])
def test_nothing_and_an_error_is_a_failed_run(content: Any) -> None:
    answer = completion(content, error="down")
    with pytest.raises(WorkflowError) as caught:
        raise_if_nothing_came(answer)
    assert caught.value.completion is answer
    assert isinstance(caught.value, FastGPTError)


# What the nodes of a run tell is unknown where none came: without `detail`, and by a share link that withholds them.
@pytest.mark.parametrize("nodes", [{}, {"responseData": []}, {"responseData": {}}, {"responseData": None}], ids=str)
@pytest.mark.parametrize("name", ["citations", "usage", "trace"])
def test_what_no_node_tells_is_unknown(name: str, nodes: dict[str, Any]) -> None:
    answer = completion("", **nodes)
    assert not answer.has_nodes
    with pytest.raises(ValidationError, match=rf"^{name} cannot be determined: .*detail=True.*has_nodes"):
        getattr(answer, name)
    assert (answer.node_responses, answer.error, answer.plugin_output) == ([], None, None)


@pytest.mark.parametrize("nodes", [[NODE], {"0": NODE}], ids=["list", "numbered"])
def test_what_the_nodes_tell_is_known_and_may_be_nothing(nodes: Any) -> None:
    answer = completion("Hello", responseData=nodes)
    assert answer.has_nodes
    assert answer.citations == []
    assert answer.usage == (ModelUsage(), [], {})
    assert [node.name for node in answer.trace] == ["AI Chat"]


# --- saved messages -------------------------------------------------------------------------------------------------


def record(obj: str = "AI", *value: Any, **more: Any) -> Record:
    raw: Any = {"obj": obj, "dataId": "d1", "value": [*value], **more}
    return Record(raw)


@pytest.mark.parametrize(
    ("obj", "role"), [("Human", "user"), ("AI", "assistant"), ("System", "system"), ("?", "system")]
)
def test_a_saved_message_says_whose_it_is(obj: str, role: str) -> None:
    assert (record(obj).role, record(obj).data_id) == (role, "d1")


def test_what_a_saved_answer_holds() -> None:
    tool: Any = {"id": "1", "toolName": "clock", "functionName": "f", "params": "{}", "response": "12:00"}
    found = record(
        "AI",
        {"reasoning": {"content": "Hm."}},
        {"text": {"content": "One "}},
        {"tools": [tool]},
        {"text": {"content": "two."}},
        {"interactive": SELECT},
    )
    assert (found.text, found.reasoning, found.tool_calls, found.error) == ("One two.", "Hm.", [tool], None)
    assert isinstance(found.interactive, UserSelect)
    assert found == Record(found.raw)


def test_a_saved_message_that_is_plain() -> None:
    found = record("Human", {"text": {"content": "Hello"}})
    assert (found.text, found.reasoning, found.tool_calls, found.interactive) == ("Hello", "", [], None)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"errorText": {"moduleName": "AI", "errorText": "it broke"}}, "it broke"),
        ({"errorMsg": "old and broken"}, "old and broken"),
        ({"errorText": "odd"}, None),
    ],
)
def test_why_a_saved_answer_failed(more: dict[str, Any], error: str | None) -> None:
    assert record("AI", **more).error == error


def test_an_odd_saved_message_is_read_as_far_as_it_goes() -> None:
    raw: Any = {"value": "text"}
    assert (Record(raw).role, Record(raw).data_id, Record(raw).text) == ("system", "", "text")


def test_a_saved_message_says_when() -> None:
    assert record(time="2026-07-01T08:30:00.250Z").time == datetime(2026, 7, 1, 8, 30, 0, 250_000, UTC)
    assert [record(time=time).time for time in ("", "yesterday", None, 5)] == [None] * 4
    assert record().time is None


QUOTE = {
    "id": "6b01f15628cb02049eb4cec5",
    "datasetId": "d",
    "collectionId": "c",
    "sourceName": "a.md",
    "q": "Q",
    "a": "A",
}


def test_a_saved_answer_says_what_it_cites() -> None:
    text = {"text": {"content": f"So [{QUOTE['id']}](CITE)."}}
    listed = record("AI", text, totalQuoteList=[QUOTE, QUOTE, {"id": "2" * 24}])
    [first, second] = listed.citations
    assert (first.source_name, first.text, first.positions) == ("a.md", "Q\nA", [3])
    assert (second.text, second.positions) == ("", [])
    nodes = [{"moduleName": "Search", "moduleType": "datasetSearchNode", "quoteList": [QUOTE]}]
    assert record("AI", text, responseData=nodes).citations == [first]


def test_a_question_cites_nothing_and_of_an_answer_it_may_be_unknown() -> None:
    assert record("Human").citations == []
    assert record("AI", totalQuoteList=[]).citations == []
    with pytest.raises(ValidationError, match="citations are unknown"):
        record("AI").citations  # noqa: B018


def test_an_answer_prints_as_its_text() -> None:
    answer = completion("Hello")
    assert (str(answer), f"{answer}", repr(answer)) == ("Hello", "Hello", "<ChatCompletion [200]>")
