"""What differs from version to version, as far as no recording shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fastgpt_client.testing import Failure, Fixed, Reasoning, Select, Tool
from fastgpt_client.testing._server.versions import Version
from tests.embedded.conftest import Caller, names, question_of

ALL = ("4.9", "4.11", "4.14", "4.16")
Calling = Callable[..., Caller]


@pytest.mark.parametrize(
    ("text", "version"),
    [("4.9", (4, 9, 0)), ("4.11", (4, 11, 1)), ("4.14", (4, 14, 5)), ("4.16", (4, 16, 0)), ("4.14.16", (4, 14, 16))],
)
def test_names_of_versions(text: str, version: tuple[int, int, int]) -> None:
    assert Version.parse(text) == version
    assert str(Version.parse(text)) == ".".join(map(str, version))


@pytest.mark.parametrize("text", ["4.8.1", "5", "new", "4.16.0.1"])
def test_versions_that_there_are_not(text: str) -> None:
    with pytest.raises(ValueError, match=f"version '{text}'"):
        Version.parse(text)


@pytest.mark.parametrize(
    ("version", "statuses"),
    [
        # no key, unknown key, no app, a body that fails the schema
        ("4.9", (500, 500, 500, 200)),
        ("4.11", (500, 500, 500, 200)),
        ("4.14", (500, 500, 500, 200)),
        ("4.14.11", (403, 500, 500, 400)),
        ("4.16", (403, 500, 500, 400)),
    ],
)
def test_statuses_of_errors(calling: Calling, version: str, statuses: tuple[int, ...]) -> None:
    caller = calling(version=version)
    url, key, body = caller.server.url + "/api/v1/chat/completions", caller.server.app_key("simple"), question_of("hi")

    def status(header: str | None, **more: Any) -> int:
        headers = {"Authorization": header} if header else {}
        return caller.client.post(url, json={**body, **more}, headers=headers).status_code

    team = f"Bearer {caller.server.api_key}"
    found = (status(None), status("Bearer fastgpt-x"), status(team), status(f"Bearer {key}", stream="no", detail=1))
    assert found[:3] == statuses[:3]
    # Before the schema whatever is true counts: this was a stream, with all of its events.
    assert found[3] == statuses[3]


@pytest.mark.parametrize("version", ALL)
def test_a_team_key_needs_an_app(calling: Calling, version: str) -> None:
    caller = calling(version=version)
    path = "/api/v1/chat/completions"
    answer = caller.send("POST", path, json=question_of("hi")).json()
    assert ("appId is empty" in answer["message"]) is (version == "4.16")
    unknown = {**question_of("hi"), "appId": "0" * 24}
    assert (caller.send("POST", path, json=unknown).json()["statusText"] == "appUnExist") is (version == "4.16")


@pytest.mark.parametrize(("version", "own"), [("4.14", True), ("4.15.0", False)])
def test_whose_app_runs(calling: Calling, version: str, own: bool) -> None:
    caller = calling(version=version)
    mine, other = (caller.server.app(answer=text) for text in ("mine", "other"))
    assert caller.text(mine, appId=other.id) == ("mine" if own else "other")


@pytest.mark.parametrize(("version", "status"), [("4.9", "unAuthorization"), ("4.15.0", "unAuthApiKey")])
def test_a_key_with_many_dashes(calling: Calling, version: str, status: str) -> None:
    caller = calling(version=version)
    assert caller.send("POST", "/api/core/app/list", "fastgpt-a-b-c", json={}).json()["statusText"] == status


@pytest.mark.parametrize(
    ("version", "v2", "stop", "status", "delete"),
    [
        ("4.9", 404, 404, 404, "item"),
        ("4.11", 200, 404, 404, "item"),
        ("4.14", 200, 200, 404, "item"),
        ("4.14.11", 200, 200, 200, "record"),
        ("4.16", 200, 200, 200, "record"),
    ],
)
def test_paths(calling: Calling, version: str, v2: int, stop: int, status: int, delete: str) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    asked = {**question_of("hi"), "appId": app.id, "chatId": "c"}
    about = {"appId": app.id, "chatId": "c", "chatIds": ["c"]}
    paths = ("/api/v2/chat/completions", "/api/v2/chat/stop", "/api/core/chat/history/getHistoryStatus")
    found = [
        caller.send("POST", path, app.key, json=body).status_code
        for path, body in zip(paths, (asked, about, about), strict=True)
    ]
    assert found == [v2, stop, status]
    there = [name for name in ("item", "record") if _delete(caller, name, about) != 404]
    assert there == [delete]


def _delete(caller: Caller, name: str, about: dict[str, Any]) -> int:
    query = {"appId": about["appId"], "chatId": "c", "contentId": "d"}
    return caller.send("DELETE", f"/api/core/chat/{name}/delete", params=query, json=query).status_code


@pytest.mark.parametrize(
    ("version", "order"),
    [
        ("4.9", ["flowNodeStatus", "answer", "answer", "answer", "flowResponses"]),
        ("4.11", ["flowNodeStatus", "answer", "workflowDuration", "answer", "answer", "flowResponses"]),
        ("4.14.11", ["flowNodeStatus", "answer", "workflowDuration", "answer", "flowResponses", "answer"]),
        ("4.16", ["chatTitle", "flowNodeStatus", "answer", "workflowDuration", "answer", "flowResponses", "answer"]),
    ],
)
def test_the_order_of_a_v1_stream(calling: Calling, version: str, order: list[str]) -> None:
    caller = calling(version=version)
    assert names(caller.stream(caller.server.app(answer="ok"))) == order


@pytest.mark.parametrize(
    ("version", "v1", "v2"),
    [
        ("4.9", "", None),
        ("4.9.8", "made", ""),
        ("4.14", "", ""),
        ("4.14.11", "made", ""),
        ("4.16", "made", "made"),
    ],
)
def test_the_id_of_an_answer(calling: Calling, version: str, v1: str, v2: str | None) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    for api, expected in (("v1", v1), ("v2", v2)):
        if expected is not None:
            told = caller.ask(app, api=api)["id"]
            assert ("made" if told else "") == expected
            assert caller.ask(app, api=api, chatId="mine")["id"] == "mine"


@pytest.mark.parametrize(
    ("version", "limit", "request_id"),
    [("4.11", False, False), ("4.14", True, False), ("4.14.7", True, True), ("4.16", True, True)],
)
def test_headers(calling: Calling, version: str, limit: bool, request_id: bool) -> None:
    caller = calling(version=version)
    key = caller.server.app_key("simple")
    headers = caller.send("POST", "/api/v1/chat/completions", key, json=question_of("hi")).headers
    assert ("x-ratelimit-limit" in headers, "x-request-id" in headers) == (limit, request_id)


@pytest.mark.parametrize(("version", "shared"), [("4.9", False), ("4.14", False), ("4.15.0", True), ("4.16", True)])
def test_ids_of_records(calling: Calling, version: str, shared: bool) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer="ok")
    for _ in range(2):
        caller.ask(app, chatId="c", responseChatItemId="d")
    records = caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]
    assert [item["dataId"] == "d" for item in records] == ([True, True] if shared else [False, True, False, True])


PAUSED = Select("Which?", ["A"])


@pytest.mark.parametrize(
    ("version", "detail", "answer", "content"),
    [
        ("4.11", True, "ok", "ok"),
        ("4.11", True, [Fixed("a"), "b"], "\nab"),
        ("4.11", True, Failure(), [{"text": {"content": ""}, "type": "text"}]),
        ("4.11", False, PAUSED, ""),
        ("4.14", False, PAUSED, None),
        ("4.14", True, PAUSED, None),
        ("4.14", True, Failure(), ""),
        ("4.14", True, [Reasoning("r"), "t"], [["reasoning"], ["text"]]),
        ("4.14", False, [Reasoning("r"), "t"], "t"),
        ("4.14", True, ["a", PAUSED], [["text"], ["interactive"]]),
        ("4.16", True, [Reasoning("r"), "t"], "t"),
        ("4.16", True, ["a", PAUSED], [["text"], ["interactive"]]),
        ("4.16", True, Failure(), ""),
        ("4.16", False, ["a", PAUSED], "a"),
        ("4.16", True, PAUSED, [["interactive"]]),
    ],
)
def test_the_content_of_a_message(calling: Calling, version: str, detail: bool, answer: Any, content: Any) -> None:
    caller = calling(version=version)
    found = caller.text(caller.server.app(answer=answer), detail=detail, chatId="c")
    if isinstance(found, list) and isinstance(content[0], list):
        found = [[key for key in item if key != "type"] for item in found]
    assert found == content


def test_4_14_5_tells_of_a_pause_only_in_the_stream(calling: Calling) -> None:
    caller = calling(version="4.14")
    app = caller.server.app(answer=PAUSED)
    assert caller.ask(app, detail=True, chatId="c")["choices"][0]["message"] == {"role": "assistant"}
    [event] = [event for event in caller.stream(app, chatId="d") if event["event"] == "interactive"]
    assert event["data"]["interactive"]["memoryEdges"][1]["status"] == "waiting"
    assert "interactiveId" not in event["data"]["interactive"]


@pytest.mark.parametrize(
    ("version", "items", "error"),
    [
        ("4.9", {"error": {"message": "500 boom", "name": "Error", "code": "500", "status": 500}}, True),
        ("4.11", {"errorText": "500 boom"}, False),
        ("4.14", {"errorText": "500 boom", "error": "500 boom"}, True),
    ],
)
def test_a_failed_node(calling: Calling, version: str, items: dict[str, Any], error: bool) -> None:
    caller = calling(version=version)
    answer = caller.ask(caller.server.app(answer=Failure("500 boom")), detail=True)
    assert items.items() <= answer["responseData"][-1].items()
    assert ("error" in answer) is error


def test_4_9_has_no_number_for_other_errors(calling: Calling) -> None:
    caller = calling(version="4.9")
    node = caller.ask(caller.server.app(answer=Failure("boom")), detail=True)["responseData"][-1]
    assert (node["error"]["code"], node["error"]["status"]) == ("boom", None)


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("4.11", {"toolDetail": 1, "childTotalPoints": 0}),
        ("4.16", {"toolDetail": 0, "childrenResponses": 1}),
    ],
)
def test_where_the_children_of_a_node_are(calling: Calling, version: str, found: dict[str, int]) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer=[Tool("clock", response="12"), "Noon."])
    node = caller.ask(app, detail=True)["responseData"][-1]
    shown = {key: value if isinstance(value, int) else len(value) for key, value in node.items() if key in found}
    assert shown == found
    rounds = names(caller.stream(app)).count("flowNodeStatus")
    assert rounds == (3 if version == "4.16" else 1)


@pytest.mark.parametrize(("version", "empty"), [("4.14", True), ("4.14.7", False)])
def test_tool_events_once_had_an_empty_response(calling: Calling, version: str, empty: bool) -> None:
    caller = calling(version=version)
    found = caller.stream(caller.server.app(answer=Tool("clock")))
    [call] = [event["data"] for event in found if event["event"] == "toolCall"]
    assert ("response" in call["tool"], "responseValueId" in call) == (empty, not empty)
