# Generated from tests/_async/test_calls.py by scripts/generate.py: edit the source, not this file.
"""Each call sends exactly what the server reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client import AppClient, ChatClient, DatasetClient
from tests.support.call import OTHER_APP, QUESTION, VISITOR, Call
from tests.support.calls import CALLS, IN_BODY, IN_BODY_OF_OLD, IN_QUERY, OF_AN_APP
from tests.support.fake_server import APP_ID, KEY, FakeServer
from tests.support.replies import completion, envelope


def client_of(call: Call, server: FakeServer, **options: Any) -> AppClient | ChatClient | DatasetClient:
    if call.client == "dataset":
        return server.dataset(**options)
    return server.app(**options) if call.client == "app" else server.chat(**options)


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_call_sends_exactly_this(call: Call) -> None:
    server = FakeServer(call.answer)
    getattr(client_of(call, server), call.name)(**call.arguments)
    assert server.hits == 1
    call.check(server.last)


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_a_call_carries_the_key_unless_it_is_a_visitor_s_and_who_is_calling(call: Call) -> None:
    server = FakeServer(call.answer)
    getattr(client_of(call, server), call.name)(**call.arguments)
    headers = server.last.headers
    visitor = {"outLinkAuthData", "shareId"} & {*call.arguments}
    assert headers.get("authorization") == (None if visitor else "Bearer " + KEY)
    assert headers["user-agent"].startswith("fastgpt-client/")
    assert (headers["accept"], headers["accept-encoding"]) == ("application/json", "gzip, deflate")


@pytest.mark.parametrize("call", IN_QUERY, ids=str)
def test_a_visitor_is_named_in_the_query_as_json_text(call: Call) -> None:
    server = FakeServer(envelope())
    getattr(server.chat(), call.name)(**call.arguments, outLinkAuthData=VISITOR)
    assert json.loads(server.query["outLinkAuthData"]) == VISITOR
    assert "appId" not in server.query
    assert "authorization" not in server.last.headers


@pytest.mark.parametrize("call", IN_QUERY, ids=str)
def test_a_visitor_of_an_older_server_is_named_in_the_query(call: Call) -> None:
    server = FakeServer(envelope())
    getattr(server.chat(), call.name)(**call.arguments, **VISITOR)
    assert server.query | VISITOR | {"appId": APP_ID} == server.query
    assert "authorization" not in server.last.headers


@pytest.mark.parametrize("call", IN_BODY, ids=str)
def test_a_visitor_is_named_in_the_body(call: Call) -> None:
    server = FakeServer(envelope())
    getattr(server.chat(), call.name)(**call.arguments, outLinkAuthData=VISITOR)
    assert server.body["outLinkAuthData"] == VISITOR
    assert "appId" not in server.body
    assert "authorization" not in server.last.headers


@pytest.mark.parametrize("call", IN_BODY_OF_OLD, ids=str)
def test_a_visitor_of_an_older_server_is_named_in_the_body(call: Call) -> None:
    server = FakeServer(envelope())
    getattr(server.chat(), call.name)(**call.arguments, **VISITOR, appId=OTHER_APP)
    assert server.body | VISITOR | {"appId": OTHER_APP} == server.body
    assert "authorization" not in server.last.headers


def test_a_visitor_of_an_older_server_needs_no_app() -> None:
    server = FakeServer(envelope())
    server.chat(app_id=None).get_chat_histories(**VISITOR)
    assert server.body["shareId"] == "s1"
    assert "appId" not in server.body


def test_an_app_beside_a_visitor_is_sent_when_it_is_asked_for() -> None:
    server = FakeServer(envelope())
    server.chat().get_chat_histories(outLinkAuthData=VISITOR, appId=OTHER_APP)
    assert server.body["appId"] == OTHER_APP


@pytest.mark.parametrize("call", [call for call in CALLS if call.case == "least"], ids=str)
def test_a_call_without_any_app_leaves_it_to_the_key(call: Call) -> None:
    server = FakeServer(call.answer)
    getattr(client_of(call, server, app_id=None), call.name)(**call.arguments)
    assert "appId" not in server.query | (server.body if server.last.content else {})


@pytest.mark.parametrize("data", [[], {"list": [], "total": 0}, None], ids=["list", "page", "nothing"])
def test_that_nothing_was_found_without_any_app_is_warned_of(data: Any, caplog: pytest.LogCaptureFixture) -> None:
    server = FakeServer(envelope(data))
    server.chat(app_id=None).get_chat_histories()
    server.chat().get_chat_histories()
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    warning = (
        "/api/core/chat/getHistories did not name an app and found nothing: pass appId=, or app_id= to the client."
    )
    assert told == ([] if data is None else [warning])


def test_what_was_found_without_any_app_is_not_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    server = FakeServer(envelope({"list": [{"chatId": "c1"}], "total": 1}))
    server.chat(app_id=None).get_chat_histories()
    assert [record for record in caplog.records if record.levelname == "WARNING"] == []


@pytest.mark.parametrize("call", OF_AN_APP, ids=str)
def test_the_app_of_a_call_goes_before_the_client_s_own(call: Call) -> None:
    server = FakeServer(call.answer)
    getattr(client_of(call, server, app_id="other"), call.name)(**{**call.arguments, "appId": OTHER_APP})
    assert (server.query | (server.body if server.last.content else {}))["appId"] == OTHER_APP


PROXIED = {
    "stop_chat",
    "get_chat_init",
    "get_chat_histories",
    "clear_chat_histories",
    "get_chat_records",
    "get_linked_chat_records",
    "send_feedback",
}


@pytest.mark.parametrize("call", [call for call in CALLS if call.case == "least" and call.name in PROXIED], ids=str)
def test_a_call_for_another_member_of_the_team(call: Call) -> None:
    server = FakeServer(call.answer)
    getattr(server.chat(), call.name)(**call.arguments, authProxy={"tmbId": "t1"})
    if call.body is None:
        assert json.loads(server.query["authProxy"]) == {"tmbId": "t1"}
    else:
        assert server.body["authProxy"] == {"tmbId": "t1"}
    assert server.last.headers["authorization"] == "Bearer " + KEY


def test_extra_parameters_win_over_the_call_s_own() -> None:
    server = FakeServer(completion())
    server.chat().create_chat_completion(
        QUESTION, chatId="c1", extra_body={"chatId": None, "appId": "x"}, extra_query={"a": [1], "b": {"c": True}}
    )
    assert (server.body["chatId"], server.body["appId"]) == (None, "x")
    assert {name: json.loads(value) for name, value in server.query.items()} == {"a": [1], "b": {"c": True}}


def test_text_is_sent_as_it_is_in_utf_8() -> None:
    server = FakeServer(completion())
    server.chat().create_chat_completion([{"role": "user", "content": "你好 \u2028 😀"}])
    assert "你好 \u2028 😀".encode() in server.last.content
