"""What completions leave behind, and what the other calls make of it."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client.testing import App, FakeFastGPT
from tests.embedded.conftest import Caller

DAYS = {"dateStart": "2020-01-01", "dateEnd": "2040-01-01T00:00:00Z"}


@pytest.fixture
def app(caller: Caller) -> App:
    return caller.server.app(answer="ok")


def listed(caller: Caller, app: App, **how: Any) -> list[str]:
    return [chat["chatId"] for chat in caller.data("chat/getHistories", appId=app.id, **how)["list"]]


def records(caller: Caller, app: App, chat_id: str, **how: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.data("chat/getPaginationRecords", appId=app.id, chatId=chat_id, **how)["list"]
    return found


def said(items: list[dict[str, Any]]) -> list[str]:
    return [item["value"][0]["text"]["content"] for item in items]


def test_pages_of_histories(caller: Caller, app: App) -> None:
    for number in range(7):
        caller.ask(app, chatId=f"c{number}")
    assert listed(caller, app) == ["c6", "c5", "c4", "c3", "c2", "c1", "c0"]
    assert listed(caller, app, pageSize=3) == ["c6", "c5", "c4"]
    assert listed(caller, app, pageSize=3, offset=3) == ["c3", "c2", "c1"]
    assert listed(caller, app, pageSize="3", pageNum=3) == ["c0"]
    assert listed(caller, app, offset=3) == listed(caller, app)
    assert listed(caller, app, source="share") == []
    assert listed(caller, app, startCreateTime="not a time") == listed(caller, app)
    assert listed(caller, app, endUpdateTime="2020-01-01T00:00:00.000Z") == []


@pytest.mark.parametrize(("size", "status"), [(0, "missingParams"), ("many", "error")])
def test_wrong_page_sizes(caller: Caller, app: App, size: Any, status: str) -> None:
    assert caller.post("chat/getHistories", appId=app.id, pageSize=size)["statusText"] == status


def test_a_pinned_chat_stays_on_top(caller: Caller, app: App) -> None:
    for chat_id in ("a", "b"):
        caller.ask(app, chatId=chat_id)
    caller.data("chat/updateHistory", appId=app.id, chatId="a", top=True, customTitle="Mine")
    caller.ask(app, chatId="c")
    [first, *_] = caller.data("chat/getHistories", appId=app.id)["list"]
    assert listed(caller, app) == ["a", "c", "b"]
    assert (first["customTitle"], first["title"], first["top"]) == ("Mine", "hello", True)


def test_pages_of_records_begin_at_the_newest(caller: Caller, app: App) -> None:
    for question in ("one", "two", "three"):
        caller.ask(app, question, chatId="c")
    assert said(records(caller, app, "c", pageSize=2)) == ["three", "ok"]
    assert said(records(caller, app, "c", pageSize=2, offset=3)) == ["ok", "two"]
    assert records(caller, app, "c", pageSize=2, offset=9) == []


def test_linked_pages(caller: Caller, app: App) -> None:
    for number in range(3):
        caller.ask(app, f"q{number}", chatId="c", responseChatItemId=f"d{number}")

    def page(**how: Any) -> Any:
        return caller.data("chat/record/getRecords_v2", appId=app.id, chatId="c", **how)

    newest = page(pageSize=2)
    assert (said(newest["list"]), newest["hasMorePrev"], newest["hasMoreNext"]) == (["q2", "ok"], True, False)
    assert said(page(pageSize=2, prevId="d2")["list"]) == ["q1", "ok"]
    # Question and answer share an id, and the question is found: the answer comes once more.
    assert said(page(pageSize=2, nextId="d0")["list"]) == ["ok", "q1"]
    assert said(page(pageSize=2, initialId="d1")["list"]) == ["ok", "q1", "ok"]
    for name, title in (("prevId", "Prev"), ("nextId", "Next"), ("initialId", "Target")):
        about = {"appId": app.id, "chatId": "c", name: "?"}
        assert caller.post("chat/record/getRecords_v2", **about)["message"] == f"{title} item not found"
    unknown = {"appId": app.id, "chatId": "unknown"}
    assert caller.data("chat/record/getRecords_v2", **unknown)["total"] == 0


def test_question_and_answer_share_an_id_and_are_deleted_together(caller: Caller, app: App) -> None:
    for number in range(3):
        caller.ask(app, f"q{number}", chatId="c", responseChatItemId=f"d{number}")
    caller.data("chat/record/delete", appId=app.id, chatId="c", contentId="d1")
    caller.data("chat/record/delete", appId=app.id, chatId="c", contentIds=["d2"])
    assert [item["dataId"] for item in records(caller, app, "c")] == ["d0", "d0"]
    kept = caller.server.state.chats[app.id, "c"].records
    assert [record.deleted is not None for record in kept] == [False, False, True, True, True, True]
    query = {"appId": app.id, "chatId": "c", "contentIds": "d0,d1"}
    caller.send("DELETE", "/api/core/chat/record/delete", params=query)
    assert records(caller, app, "c") == []
    assert caller.data("chat/record/delete", appId=app.id, chatId="unknown", contentId="d0") is None
    assert records(caller, app, "c") == []


def test_a_used_item_id_is_refused(caller: Caller, app: App) -> None:
    caller.ask(app, chatId="c", responseChatItemId="d")
    answer = caller.ask(app, chatId="c", responseChatItemId="d")
    assert (answer["message"], answer["errorType"]) == ("Chat dataId already exists: d", "UserError")
    assert "choices" in caller.ask(app, chatId="other", responseChatItemId="d")


def test_a_deleted_chat_stays_hidden_but_keeps_its_records(caller: Caller, app: App) -> None:
    caller.ask(app, chatId="c")
    caller.send("DELETE", "/api/core/chat/delHistory", params={"appId": app.id, "chatId": "c"})
    caller.ask(app, "again", chatId="c")
    assert listed(caller, app) == []
    assert said(records(caller, app, "c")) == ["hello", "ok", "again", "ok"]
    assert caller.data("chat/history/getHistoryStatus", appId=app.id, chatIds=["c", "?"])["list"] == []
    assert caller.data("app/logs/list", appId=app.id, **DAYS)["total"] == 1


def test_batch_deletion_leaves_nothing(caller: Caller, app: App) -> None:
    caller.ask(app, chatId="c")
    caller.data("chat/history/batchDelete", appId=app.id, chatIds=["c", "unknown"])
    assert records(caller, app, "c") == []
    caller.ask(app, chatId="c")
    assert listed(caller, app) == ["c"]


def test_clearing_concerns_one_app(caller: Caller, app: App) -> None:
    other = caller.server.app(answer="ok")
    for each in (app, other):
        caller.ask(each, chatId="c")
    caller.send("DELETE", "/api/core/chat/clearHistories", params={"appId": app.id})
    assert (listed(caller, app), listed(caller, other)) == ([], ["c"])


def test_reading_marks(caller: Caller, app: App) -> None:
    for chat_id in ("a", "b"):
        caller.ask(app, chatId=chat_id)
    caller.data("chat/history/markRead", appId=app.id, chatId="a")
    assert caller.data("chat/history/markRead", appId=app.id, chatId="unknown") is None
    states = caller.data("chat/history/getHistoryStatus", appId=app.id, chatIds=["a", "b"])["list"]
    assert [(state["chatGenerateStatus"], state["hasBeenRead"]) for state in states] == [(1, True), (1, False)]
    assert listed(caller, app) == ["a", "b"]
    caller.get("chat/init", appId=app.id, chatId="b")
    assert caller.data("chat/getHistories", appId=app.id)["list"][1]["hasBeenRead"] is True


def test_what_does_not_exist_is_updated_and_deleted_in_silence(caller: Caller, app: App) -> None:
    assert caller.data("chat/updateHistory", appId=app.id, chatId="?", top=True) is None
    gone = caller.send("DELETE", "/api/core/chat/delHistory", params={"appId": app.id, "chatId": "?"})
    assert gone.json()["code"] == 200
    assert listed(caller, app) == []


def test_feedback(caller: Caller, app: App) -> None:
    for number in range(3):
        caller.ask(app, chatId="c", responseChatItemId=f"d{number}")
    about = {"appId": app.id, "chatId": "c"}
    path = "chat/feedback/updateUserFeedback"
    caller.data(path, **about, dataId="d0", userGoodFeedback="yes")
    caller.data(path, **about, dataId="d1", userBadFeedback="no", userGoodFeedback="yes")
    caller.data(path, **about, dataId="d2", userGoodFeedback="yes")
    caller.data(path, **about, dataId="d2")
    kept = [record.feedback for record in caller.server.state.chats[app.id, "c"].records if record.obj == "AI"]
    assert kept == [{"userGoodFeedback": "yes"}, {"userGoodFeedback": "yes", "userBadFeedback": "no"}, {}]
    listed = [item for item in records(caller, app, "c") if item["obj"] == "AI"]
    assert [item.get("userBadFeedback") for item in listed] == [None, "no", None]


def test_app_logs(caller: Caller, app: App) -> None:
    caller.ask(app, "first", chatId="a", customUid="ann", metadata={"page": "/"}, responseChatItemId="d")
    caller.ask(app, "second", chatId="b")
    failing = caller.server.app("bad", answer="ok")
    caller.server.fault("llm_failure", app=failing)
    caller.ask(failing, chatId="c")
    caller.data("chat/feedback/updateUserFeedback", appId=app.id, chatId="a", dataId="d", userBadFeedback="no")

    def found(which: App = app, **how: Any) -> list[str]:
        return [item["chatId"] for item in caller.data("app/logs/list", appId=which.id, **{**DAYS, **how})["list"]]

    assert found() == ["b", "a"]
    assert found(pageSize=1, offset=1) == ["a"]
    assert found(outLinkUids=["ann"]) == ["a"]
    assert found(chatSearch="SEC") == ["b"]
    assert found(feedbackType="bad") == ["a"]
    assert found(feedbackType="good") == []
    assert found(feedbackType="has_feedback") == ["a"]
    assert found(feedbackType="all", errorFilter="all") == ["b", "a"]
    assert found(errorFilter="has_error") == []
    assert found(failing, errorFilter="has_error") == ["c"]
    assert found(sources=["share"]) == []
    assert found(dateEnd="2021-01-01T00:00:00.000Z") == []
    [item] = caller.data("app/logs/list", appId=app.id, **DAYS, outLinkUids=["ann"])["list"]
    assert (item["outLinkUid"], item["userBadFeedbackCount"]) == ("ann", 1)


def test_users_of_an_app(caller: Caller, app: App) -> None:
    for chat_id, uid in (("a", "ann"), ("b", "ann"), ("c", None)):
        caller.ask(app, chatId=chat_id, **({"customUid": uid} if uid else {}))
    users = caller.data("app/logs/getUsers", appId=app.id, **DAYS)["list"]
    assert [(user["name"], user["count"]) for user in users] == [("ann", 2), ("Owner", 1)]
    assert len(caller.data("app/logs/getUsers", appId=app.id, searchKey="AN", **DAYS)["list"]) == 1


def test_figures_need_the_commercial_edition(http: Any, caller: Caller, app: App) -> None:
    path = "/api/proApi/core/app/logs/getChartData"
    refused = caller.send("POST", path, json={"appId": app.id, **DAYS}).json()
    assert refused["message"] == "未配置商业版链接: core,app,logs,getChartData"
    with FakeFastGPT.serve(commercial=True) as server:
        commercial = Caller(server, http)
        bot = server.app(answer="ok")
        commercial.ask(bot, chatId="c", customUid="ann", responseChatItemId="d")
        commercial.data("chat/feedback/updateUserFeedback", appId=bot.id, chatId="c", dataId="d", userGoodFeedback="y")
        data = commercial.send("POST", path, json={"appId": bot.id, **DAYS, "source": ["api"]}).json()["data"]
        total = commercial.send("GET", "/api/proApi/core/app/logs/getTotalData", params={"appId": bot.id}).json()
    assert data["chatData"][0]["summary"] == {"chatItemCount": 2, "chatCount": 1, "errorCount": 0, "points": 0}
    assert data["userData"][0]["summary"]["userCount"] == data["appData"][0]["summary"]["goodFeedBackCount"] == 1
    assert total["data"] == {"totalUsers": 1, "totalChats": 1, "totalPoints": 0}


def test_lists_of_apps(caller: Caller) -> None:
    names = [app["name"] for app in caller.data("app/list")]
    assert {"simple", "plugin"} <= set(names)
    assert [app["name"] for app in caller.data("app/list", type="plugin") if app["name"] == "plugin"] == ["plugin"]
    assert [app["name"] for app in caller.data("app/list", type=["plugin"], searchKey="WORKFLOW TOOL")] == ["plugin"]
    assert caller.data("app/list", parentId="6b0000000000000000000009") == []


def test_a_chat_without_an_id_is_saved_under_the_one_that_is_told(caller: Caller, app: App) -> None:
    answer = caller.ask(app)
    assert listed(caller, app) == [answer["id"]]
    assert len(answer["id"]) == 24


def test_what_is_not_to_be_saved_is_not(caller: Caller, app: App) -> None:
    answer = caller.ask(app, chatId="NO_RECORD_HISTORIES")
    assert "title" not in answer
    assert listed(caller, app) == []


def test_only_the_title_of_the_first_question_counts(caller: Caller, app: App) -> None:
    answers = [caller.ask(app, question, chatId="c") for question in ("the first of all questions", "second")]
    assert [answer.get("title") for answer in answers] == ["the first of all que", None]


def test_files_of_a_question_are_kept(caller: Caller, app: App) -> None:
    content = [
        {"type": "text", "text": "look"},
        {"type": "image_url", "image_url": {"url": "http://x/a.png"}},
        {"type": "file_url", "name": "a.pdf", "url": "http://x/a.pdf", "key": "k"},
        {"type": "input_audio", "input_audio": {}},
    ]
    asked = {"messages": [{"role": "user", "content": content}], "chatId": "c"}
    caller.send("POST", "/api/v1/chat/completions", app.key, json=asked)
    [question, _] = records(caller, app, "c")
    assert question["value"] == [
        {"text": {"content": "look"}, "type": "text"},
        {"file": {"type": "image", "url": "http://x/a.png"}, "type": "file"},
        {"file": {"type": "file", "name": "a.pdf", "url": "http://x/a.pdf", "key": "k"}, "type": "file"},
    ]


def test_earlier_messages_are_seen_but_not_saved(caller: Caller) -> None:
    app = caller.server.app(answer=lambda messages, variables: str(len(messages)), system_prompt="Be {{mood}}.")
    asked = [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
    ]
    messages = [*asked, {"role": "user", "content": "c"}]
    answer = caller.send("POST", "/api/v1/chat/completions", app.key, json={"messages": messages, "chatId": "c"}).json()
    assert answer["choices"][0]["message"]["content"] == "5"
    assert said(records(caller, app, "c")) == ["c", "5"]
