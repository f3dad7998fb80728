"""FastGPT 4.17 and 4.18, as far as their documentation tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fastgpt_client.testing import Delay, FakeFastGPT, Reasoning
from tests.embedded.conftest import Caller, names, question_of

DAYS = {"dateStart": "2020-01-01T00:00:00.000Z", "dateEnd": "2090-01-01T00:00:00.000Z"}
Calling = Callable[..., Caller]


@pytest.mark.parametrize(("short", "full"), [("4.17", "4.17.2"), ("4.18", "4.18.0"), ("4.18.3", "4.18.3")])
def test_their_names(short: str, full: str) -> None:
    assert str(FakeFastGPT(version=short).version) == full


# --- 4.17 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("version", "completed"), [("4.16", True), ("4.17", False)])
def test_stop_no_longer_tells_whether_the_run_has_ended(calling: Calling, version: str, completed: bool) -> None:
    caller = calling(version=version)
    about = {"appId": caller.server.apps["simple"].id, "chatId": "c"}
    said = caller.send("POST", "/api/v2/chat/stop", json=about).json()["data"]
    assert said == {"success": True, "completed": completed, "chatGenerateStatus": 1}


@pytest.mark.parametrize(("version", "kept"), [("4.16", ""), ("4.17", "Let me think.")])
def test_the_reasoning_of_a_stopped_answer_is_kept(calling: Calling, version: str, kept: str) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer=[Reasoning("Let me think."), Delay(3600), "Noon."])
    about = {"appId": app.id, "chatId": "c"}
    body, key = question_of("hello", stream=True, chatId="c"), {"Authorization": f"Bearer {app.key}"}
    url = f"{caller.server.url}/api/v2/chat/completions"
    with caller.client.stream("POST", url, json=body, headers=key) as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if "think." in line)
        caller.send("POST", "/api/v2/chat/stop", json=about)
        assert "data: [DONE]" in [*lines]
    [_, record] = caller.data("chat/getPaginationRecords", **about)["list"]
    assert "".join(item["reasoning"]["content"] for item in record["value"] if "reasoning" in item) == kept


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        ({"pageNum": 2}, "123", ""),
        ({"offset": 2}, "123", "3"),
        ({"pageSize": 1, "offset": 0, "pageNum": 3}, "3", "1"),
        ({"pageSize": 1, "offset": "", "pageNum": 3}, "3", "3"),
        ({"pageSize": 2, "offset": 2}, "3", "3"),
    ],
)
def test_where_a_page_begins(calling: Calling, page: dict[str, Any], before: str, after: str) -> None:
    for version, expected in (("4.16", before), ("4.17", after)):
        caller = calling(version=version)
        app = caller.server.app(answer="ok")
        for chat_id in "321":
            caller.ask(app, chatId=chat_id)
        listed = caller.data("chat/getHistories", appId=app.id, **page)["list"]
        assert "".join(chat["chatId"] for chat in listed) == expected


# --- 4.18 -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def newest(calling: Calling) -> Caller:
    return calling(version="4.18")


def test_an_app_key_opens_its_app_whatever_app_is_named(newest: Caller) -> None:
    mine, other = newest.server.app("mine", answer="mine"), newest.server.app("other", answer="other")
    for named in ({}, {"appId": other.id}, {"appId": "0" * 24}):
        assert newest.text(mine, chatId=f"c{len(named)}", **named) == "mine"

    def post(path: str, **body: Any) -> Any:
        return newest.send("POST", f"/api/core/{path}", mine.key, json=body).json()["data"]

    listed = [post("chat/getHistories", **named)["list"] for named in ({}, {"appId": other.id})]
    assert [[chat["chatId"] for chat in chats] for chats in listed] == [["c1", "c0"]] * 2
    assert post("chat/getPaginationRecords", chatId="c0")["total"] == 2
    assert post("app/logs/list", **DAYS)["total"] == 2
    found = newest.send("GET", "/api/core/chat/init", mine.key, params={"chatId": "new"}).json()
    assert found["data"]["appId"] == mine.id
    suffix = newest.send("POST", "/api/v1/chat/completions", f"{mine.key}-{other.id}", json=question_of("hello"))
    assert suffix.json()["choices"][0]["message"]["content"] == "mine"


def test_a_key_that_nobody_has_opens_no_app(newest: Caller) -> None:
    said = newest.send("POST", "/api/core/chat/getHistories", "fastgpt-" + "x" * 30, json={}).json()
    assert (said["code"], said["statusText"]) == (514, "unAuthApiKey")


def test_a_fault_of_an_app_is_met_by_its_key(newest: Caller) -> None:
    mine, other = newest.server.app("mine", answer="mine"), newest.server.app("other", answer="other")
    newest.server.fault("error_before_run", app=mine, message="not now")
    assert newest.text(newest.server.app("third", answer="third"), appId=mine.id) == "third"
    assert newest.ask(mine, appId=other.id)["message"] == "not now"


def test_a_personal_key_names_its_app(newest: Caller) -> None:
    app = newest.server.app(answer="ok")
    body = question_of("hello")
    refused = newest.send("POST", "/api/v1/chat/completions", json=body).json()
    assert refused["message"] == "appId is empty"
    answer = newest.send("POST", "/api/v1/chat/completions", f"{newest.server.api_key}-{app.id}", json=body).json()
    assert answer["choices"][0]["message"]["content"] == "ok"
    assert newest.post("chat/getHistories")["statusText"] == "unAuthChat"
    assert newest.post("chat/getPaginationRecords", chatId="c")["zodError"]


def test_a_key_that_nobody_has(newest: Caller) -> None:
    refused = newest.send("POST", "/api/core/chat/getHistories", "nobody", json={"appId": "0" * 24}).json()
    assert refused["statusText"] == "unAuthApiKey"


def test_an_app_key_opens_nothing_but_chats(newest: Caller) -> None:
    refused = newest.send("POST", "/api/core/app/list", newest.server.apps["simple"].key, json={})
    assert (refused.status_code, refused.json()["code"], refused.json()["statusText"]) == (500, 514, "unAuthApiKey")
    assert newest.data("app/list")


def test_an_app_key_lists_chats_by_key_only(newest: Caller) -> None:
    app = newest.server.app(answer="ok")
    link = newest.server.share_link(app)
    visit = {"outLinkAuthData": {"shareId": link.id, "outLinkUid": "ann"}}
    newest.ask(app, chatId="v", **visit)
    newest.ask(app, chatId="k")
    by_app_key = newest.send("POST", "/api/core/chat/getHistories", app.key, json={}).json()["data"]["list"]
    assert [chat["chatId"] for chat in by_app_key] == ["k"]
    assert [chat["chatId"] for chat in newest.data("chat/getHistories", appId=app.id)["list"]] == ["k", "v"]


@pytest.mark.parametrize(("version", "left"), [("4.17", []), ("4.18", ["b"])])
def test_clearing_for_one_user(calling: Calling, version: str, left: list[str]) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    for chat_id, uid in (("a", "ann"), ("b", "ben")):
        caller.ask(app, chatId=chat_id, customUid=uid)
    listed = caller.data("chat/getHistories", appId=app.id, customUid="ann")["list"]
    assert [chat["chatId"] for chat in listed] == (["a"] if left else ["b", "a"])
    caller.send("DELETE", "/api/core/chat/clearHistories", params={"appId": app.id, "customUid": "ann"})
    assert [chat["chatId"] for chat in caller.data("chat/getHistories", appId=app.id)["list"]] == left


@pytest.mark.parametrize(("version", "listed"), [("4.17", 0), ("4.18", 2)])
def test_deleted_records_may_be_listed(calling: Calling, version: str, listed: int) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    about = {"appId": app.id, "chatId": "c"}
    caller.ask(app, chatId="c", responseChatItemId="d")
    caller.data("chat/record/delete", **about, contentId="d")
    assert len(caller.data("chat/record/getRecords_v2", **about, includeDeleted=True)["list"]) == 2
    found = caller.data("chat/getPaginationRecords", **about, includeDeleted=True)["list"]
    assert ["deleteTime" in record for record in found] == [True] * listed
    assert caller.data("chat/getPaginationRecords", **about)["list"] == []


def test_pages_that_are_linked_by_cursors_hold_whole_turns(newest: Caller) -> None:
    app = newest.server.app(answer="ok")
    for number in range(3):
        newest.ask(app, f"q{number}", chatId="c", responseChatItemId=f"d{number}")

    def page(**how: Any) -> Any:
        found = newest.data("chat/record/getRecords_v2", appId=app.id, chatId="c", **how)
        said = [(record["id"], record["obj"]) for record in found["list"]]
        return said, found["prevCursor"], found["nextCursor"]

    turns = [[(f"d{number}", obj) for obj in ("Human", "AI")] for number in range(3)]
    assert page(pageSize=2) == (turns[2], "d2", None)
    assert page(pageSize=1, prevId="d2") == (turns[1], "d1", "d1")
    assert page(pageSize=1, nextId="d0") == (turns[1], "d1", "d1")
    assert page(pageSize=2, initialId="d1") == (turns[1] + turns[2], "d1", None)
    assert page(pageSize=20) == (turns[0] + turns[1] + turns[2], None, None)


def test_a_stream_is_as_before(newest: Caller) -> None:
    app = newest.server.app(answer="ok")
    assert names(newest.stream(app, api="v2")) == names(
        newest.stream(newest.server.app(answer="ok"), api="v2", appId=newest.server.apps["simple"].id)
    )
