"""Share links: visitors without a key, whose chats are theirs alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from fastgpt_client.testing import Search, ShareLink, Tool
from tests.embedded.comparison import events
from tests.embedded.conftest import Caller, names, question_of

COMPLETIONS = "/api/v1/chat/completions"


class Visiting:
    """A visitor of a share link: calls without a key."""

    def __init__(self, caller: Caller, link: ShareLink, uid: str = "ann") -> None:
        self.url, self.client = caller.server.url, caller.client
        self.auth: dict[str, Any] = {"outLinkAuthData": {"shareId": link.id, "outLinkUid": uid}}

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(self.url + path, json={**self.auth, **body}).json()

    def ask(self, question: str = "hello", **body: Any) -> Any:
        return self.post(COMPLETIONS, **question_of(question, **body))

    def data(self, path: str, **body: Any) -> Any:
        return self.post(f"/api/core/{path}", **body)["data"]

    def query(self, method: str, path: str, **query: str) -> httpx.Response:
        params = {"outLinkAuthData": json.dumps(self.auth["outLinkAuthData"]), **query}
        return self.client.request(method, f"{self.url}/api/core/{path}", params=params)

    def chats(self) -> list[str]:
        return [chat["chatId"] for chat in self.data("chat/getHistories")["list"]]


@pytest.fixture
def link(caller: Caller) -> ShareLink:
    return caller.server.share_link(caller.server.app("shared", answer="ok"))


def test_a_visitor_needs_no_key_and_sees_no_nodes(caller: Caller, link: ShareLink) -> None:
    answer = Visiting(caller, link).ask(chatId="c", detail=True)
    assert answer["choices"][0]["message"]["content"] == "ok"
    assert (answer["id"], answer["responseData"], answer["newVariables"]) == ("c", [], {})


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize("shows", [True, False])
def test_what_a_visitor_sees_of_a_stream(caller: Caller, api: str, shows: bool) -> None:
    app = caller.server.app(answer=[Search([{"q": "x"}]), Tool("clock"), "Noon."])
    visitor = Visiting(caller, caller.server.share_link(app, shows_status=shows))
    body = {**visitor.auth, **question_of("hello", stream=True, detail=True)}
    found = list(events(caller.client.post(f"{caller.server.url}/api/{api}/chat/completions", json=body).text))
    seen = set(names(found))
    assert seen >= {"chatTitle", "answer", "workflowDuration"}
    assert "flowNodeResponse" not in seen
    assert (seen >= {"flowNodeStatus", "toolCall", "toolParams", "toolResponse"}) is shows
    assert (not seen & {"flowNodeStatus", "toolCall", "toolParams", "toolResponse"}) is not shows
    assert [event["data"] for event in found if event["event"] == "flowResponses"] == ([[]] if api == "v1" else [])


def test_each_visitor_has_chats_of_his_own(caller: Caller, link: ShareLink) -> None:
    ann, ben = Visiting(caller, link, "ann"), Visiting(caller, link, "ben")
    ann.ask(chatId="a", responseChatItemId="d")
    ben.ask(chatId="b")
    assert (ann.chats(), ben.chats()) == (["a"], ["b"])
    refused = ben.ask(chatId="a")
    assert (refused["code"], refused["statusText"]) == (504000, "unAuthChat")
    assert ben.post("/api/core/chat/getPaginationRecords", chatId="a")["statusText"] == "unAuthChat"
    assert ben.post("/api/v2/chat/stop", chatId="a")["statusText"] == "unAuthChat"
    [_, answer] = ann.data("chat/getPaginationRecords", chatId="a")["list"]
    assert (answer["value"][0]["text"]["content"], answer["llmModuleAccount"]) == ("ok", 0)
    assert ann.query("GET", "chat/getResData", chatId="a", dataId="d").json()["data"] == []
    assert ann.query("GET", "chat/outLink/init", chatId="a").json()["data"]["title"] == "hello"


def test_a_visitor_wins_over_a_key_beside_him(caller: Caller, link: ShareLink) -> None:
    ann = Visiting(caller, link)
    caller.ask(caller.server.apps["shared"], chatId="k")
    caller.ask(caller.server.apps["simple"], chatId="c", **ann.auth)
    assert ann.chats() == ["c"]
    assert [chat.source for chat in caller.server.state.chats.values()] == ["api", "share"]


def test_clearing_is_for_ones_own_chats(caller: Caller, link: ShareLink) -> None:
    app = caller.server.apps["shared"]
    ann, ben = Visiting(caller, link, "ann"), Visiting(caller, link, "ben")
    for chat_id, visitor in (("a", ann), ("b", ben)):
        visitor.ask(chatId=chat_id)
    caller.ask(app, chatId="k")
    assert ann.query("DELETE", "chat/clearHistories").json()["code"] == 200
    assert (ann.chats(), ben.chats()) == ([], ["b"])
    caller.send("DELETE", "/api/core/chat/clearHistories", params={"appId": app.id})
    assert [chat["chatId"] for chat in caller.data("chat/getHistories", appId=app.id)["list"]] == ["b"]
    assert caller.data("chat/getHistories", appId=app.id, source="api")["list"] == []
    logged = caller.data("app/logs/list", appId=app.id, dateStart="2020-01-01", dateEnd="2090-01-01", sources=["share"])
    assert sorted((item["chatId"], item["source"], item["outLinkUid"]) for item in logged["list"]) == [
        ("a", "share", "ann"),
        ("b", "share", "ben"),
    ]


def test_a_link_nobody_has(caller: Caller) -> None:
    nobody = Visiting(caller, ShareLink("nosuch", ""))
    for answer in (nobody.ask(), nobody.post("/api/core/chat/getHistories")):
        assert (answer["code"], answer["statusText"]) == (501, "linkUnInvalid")


def test_a_fault_of_the_shared_app_is_met_by_its_visitors(caller: Caller, link: ShareLink) -> None:
    caller.server.fault("error_before_run", app="shared", message="not now")
    assert Visiting(caller, link).ask()["message"] == "not now"


@pytest.mark.parametrize("broken", ["nonsense", "[1]"])
def test_what_names_no_visitor_is_no_visitor(caller: Caller, broken: str) -> None:
    url = f"{caller.server.url}/api/core/chat/outLink/init"
    answer = caller.client.get(url, params={"chatId": "c", "outLinkAuthData": broken}).json()
    assert answer["statusText"] == "unAuthorization"


def test_a_visitor_may_speak(caller: Caller, link: ShareLink) -> None:
    visitor = Visiting(caller, link)
    data = {"sourceType": "app", "sourceId": link.app_id, "chatId": "c", "duration": 3, **visitor.auth}
    url = f"{caller.server.url}/api/v1/audio/transcriptions"

    def said(**data: Any) -> Any:
        return caller.client.post(url, files={"file": b"..."}, data={"data": json.dumps(data)}).json()

    assert said(**data)["data"] == "Hello!"
    assert said(**{**data, "outLinkAuthData": {"shareId": "nosuch", "outLinkUid": "ann"}})["code"] == 501


# --- the link's own server ------------------------------------------------------------------------------------------


def authorize(token: str) -> Mapping[str, Any]:
    answers: dict[str, Mapping[str, Any]] = {
        "good": {"success": True, "data": {"uid": "good"}},
        "other": {"success": True, "data": {"uid": "somebody"}},
        "bad": {"success": False, "message": "who are you?"},
        "msg": {"success": False, "msg": "who?"},
        "silent": {"success": False},
    }
    return answers[token]


@pytest.fixture
def guarded(caller: Caller) -> ShareLink:
    return caller.server.share_link(caller.server.app(answer="ok"), authorize=authorize)


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("bad", {"code": 500, "statusText": "error", "message": "who are you?", "errorType": "UserError"}),
        ("msg", {"code": 500, "statusText": "error", "message": "who?", "errorType": "UserError"}),
        (
            "silent",
            {
                "code": 505003,
                "statusText": "unAuthUser",
                "message": "common:code_error.outlink_error.un_auth_user",
                "errorType": "UserError",
            },
        ),
        ("unknown", {"code": 500, "statusText": "error", "message": "Internal Server Error"}),
    ],
)
def test_a_refused_visitor_still_gets_answers(
    caller: Caller, guarded: ShareLink, token: str, error: dict[str, Any]
) -> None:
    visitor = Visiting(caller, guarded, token)
    assert visitor.ask(chatId="c")["choices"][0]["message"]["content"] == "ok"
    assert visitor.post("/api/core/chat/getHistories") == {**error, "data": None}
    assert visitor.query("GET", "chat/outLink/init", chatId="c").json() == {**error, "data": None}


def test_a_visitor_known_by_another_name_does_not_find_his_chats(caller: Caller, guarded: ShareLink) -> None:
    good, other = Visiting(caller, guarded, "good"), Visiting(caller, guarded, "other")
    good.ask(chatId="g")
    other.ask(chatId="o")
    assert (good.chats(), other.chats()) == (["g"], [])
    assert other.post("/api/core/chat/getPaginationRecords", chatId="o")["statusText"] == "unAuthChat"


# --- older versions -------------------------------------------------------------------------------------------------


def test_links_of_old_are_named_in_fields_of_their_own(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.14")
    app = caller.server.app(answer="ok")
    link = caller.server.share_link(app, authorize=authorize)
    visitor = Visiting(caller, link, "bad")
    visitor.auth = {"appId": app.id, "shareId": link.id, "outLinkUid": "bad"}
    assert visitor.ask(chatId="c")["choices"][0]["message"]["content"] == "ok"
    assert visitor.chats() == ["c"]
    assert len(visitor.data("chat/getPaginationRecords", chatId="c")["list"]) == 2


def test_those_fields_are_not_read_any_more(caller: Caller, link: ShareLink) -> None:
    flat = question_of("hello", chatId="c", shareId=link.id, outLinkUid="ann")
    assert caller.client.post(caller.server.url + COMPLETIONS, json=flat).json()["statusText"] == "unAuthorization"
    caller.send("POST", COMPLETIONS, caller.server.apps["simple"].key, json=flat)
    [chat] = caller.server.state.chats.values()
    assert (chat.source, chat.share_id, chat.app_id) == ("api", None, caller.server.apps["simple"].id)
