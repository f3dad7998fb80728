"""What each version keeps, deletes and refuses, as far as no recording shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fastgpt_client.testing import Output, Tool
from tests.embedded.conftest import Caller, question_of

Calling = Callable[..., Caller]


@pytest.mark.parametrize(("version", "title"), [("4.11", "second"), ("4.16", "first")])
def test_whose_title_a_chat_has(calling: Calling, version: str, title: str) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    for question in ("first", "second"):
        caller.ask(app, question, chatId="c")
    [chat] = caller.data("chat/getHistories", appId=app.id, source="api")["list"]
    assert chat["title"] == title


@pytest.mark.parametrize(("version", "count"), [("4.9", 0), ("4.9.10", 1)])
def test_4_9_lists_no_chats_without_a_source(calling: Calling, version: str, count: int) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    caller.ask(app, chatId="c")
    assert caller.data("chat/getHistories", appId=app.id)["total"] == count
    assert caller.data("chat/getHistories", appId=app.id, source="api")["total"] == 1


@pytest.mark.parametrize(("version", "detail"), [("4.9", {}), ("4.11", []), ("4.16", [])])
def test_an_unknown_record(calling: Calling, version: str, detail: Any) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    assert caller.get("chat/getResData", appId=app.id, chatId="c", dataId="?") == detail


@pytest.mark.parametrize(
    ("version", "status"), [("4.11", 200), ("4.14", 200), ("4.14.11", 409), ("4.15.0", 409), ("4.16", 500)]
)
def test_a_second_question_while_the_first_is_answered(calling: Calling, version: str, status: int) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="one two three", delay=0.1)
    key = {"Authorization": f"Bearer {app.key}"}
    body = question_of("hi", chatId="c", stream=True)
    url = caller.server.url + "/api/v2/chat/completions"
    with caller.client.stream("POST", url, json=body, headers=key) as first:
        lines = first.iter_lines()
        next(lines)
        answer = caller.send("POST", "/api/v2/chat/completions", app.key, json=question_of("hi", chatId="c"))
        assert answer.status_code == status
        assert list(lines)


def test_hard_deletion_of_old(calling: Calling) -> None:
    caller = calling(version="4.11")
    app = caller.server.app(answer="ok")
    caller.ask(app, chatId="c", responseChatItemId="d")
    query = {"appId": app.id, "chatId": "c", "contentId": "d"}
    caller.send("DELETE", "/api/core/chat/item/delete", params=query)
    assert caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["total"] == 1
    caller.send("DELETE", "/api/core/chat/delHistory", params=query)
    assert caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["total"] == 0


def test_4_14_5_reads_a_deletion_from_the_body_only(calling: Calling) -> None:
    caller = calling(version="4.14")
    app = caller.server.app(answer="ok")
    caller.ask(app, chatId="c", responseChatItemId="d")
    query = {"appId": app.id, "chatId": "c", "contentId": "d"}
    path = "/api/core/chat/item/delete"
    assert caller.send("DELETE", path, params=query).json()["code"] == 400
    assert caller.send("DELETE", path, json=query).json()["code"] == 200
    assert caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["total"] == 1


def test_4_14_5_validates_with_its_own_status(calling: Calling) -> None:
    caller = calling(version="4.14")
    answer = caller.send("PUT", "/api/core/chat/updateHistory", json={"appId": "0" * 24, "chatId": "c", "top": "true"})
    assert (answer.status_code, answer.json()["code"], len(answer.json()["zodError"])) == (500, 400, 1)


def test_4_14_5_has_no_list_for_an_app_that_is_none(calling: Calling) -> None:
    caller = calling(version="4.14")
    assert caller.data("chat/getHistories", appId="zzz") == {"list": [], "total": 0}


def test_4_14_5_has_typed_items_in_v2(calling: Calling) -> None:
    caller = calling(version="4.14")
    app = caller.server.app(answer=[Tool("clock"), "Noon."])
    assert "type" in caller.text(app, api="v2", detail=True, chatId="c")[0]


def test_logs_once_needed_a_login(calling: Calling) -> None:
    caller = calling(version="4.15.0")
    asked = {"appId": caller.server.apps["simple"].id, "dateStart": "2020-01-01", "dateEnd": "2030-01-01"}
    assert caller.post("app/logs/list", **asked)["statusText"] == "unAuthorization"


def test_key_checks_of_old(calling: Calling) -> None:
    caller = calling(version="4.14")
    app = caller.server.apps["simple"]
    found = caller.client.get(caller.server.url + "/api/support/openapi/health", params={"apiKey": app.key})
    assert found.json()["data"] == {"appId": app.id}


def test_stopping_of_old(calling: Calling) -> None:
    caller = calling(version="4.14")
    about = {"appId": caller.server.apps["simple"].id, "chatId": "c"}
    assert caller.send("POST", "/api/v2/chat/stop", json=about).json()["data"] == {"success": True}


def test_collection_quotes_of_old_need_no_anchor(calling: Calling) -> None:
    caller = calling(version="4.14")
    app = caller.server.apps["search"]
    caller.ask(app, chatId="c", responseChatItemId="d")
    about = {"appId": app.id, "chatId": "c", "chatItemDataId": "d", "collectionId": "0" * 24}
    assert caller.data("chat/quote/getCollectionQuote", **about)["list"] == []


def test_what_crashed_left_nothing_in_old_versions(calling: Calling) -> None:
    caller = calling(version="4.11")
    app = caller.server.app(answer="ok")
    caller.server.fault("error_event", after=0)
    assert "message" in caller.ask(app, chatId="c")
    assert caller.data("chat/getHistories", appId=app.id)["total"] == 0


def test_messages_may_be_of_any_form_in_old_versions(calling: Calling) -> None:
    caller = calling(version="4.11")
    key = caller.server.app_key("simple")

    def told(**body: Any) -> str:
        return str(caller.send("POST", "/api/v1/chat/completions", key, json=body).json().get("message"))

    assert told(messages=[{"role": "robot", "content": "x"}]) == "User question is empty"
    assert told(messages="hi") == "messages is not array"
    assert told() == "messages is empty"


def test_plugin_chats_of_old_are_titled_by_the_second(calling: Calling) -> None:
    caller = calling(version="4.11")
    app = caller.server.app(type="plugin", answer=Output({}))
    caller.ask(app, chatId="c")
    [chat] = caller.data("chat/getHistories", appId=app.id)["list"]
    assert chat["title"].count(":") == 2
