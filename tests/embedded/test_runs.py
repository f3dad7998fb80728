"""Runs that go on, are stopped, or are left by their caller."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from fastgpt_client.testing import App, Delay
from fastgpt_client.testing._server.client_disconnected import client_disconnected
from fastgpt_client.testing._server.wire import block
from tests.embedded.comparison import events
from tests.embedded.conftest import Caller, names, question_of


@pytest.fixture
def app(caller: Caller) -> App:
    return caller.server.app(answer="one two three four five six", delay=0.1)


@contextmanager
def running(caller: Caller, app: App, api: str = "v2", **headers: str) -> Iterator[httpx.Response]:
    """Begin a stream on chat "c", and read as far as its first piece."""
    body = question_of("hello", stream=True, detail=True, chatId="c")
    url = f"{caller.server.url}/api/{api}/chat/completions"
    with caller.client.stream(
        "POST", url, json=body, headers={"Authorization": f"Bearer {app.key}", **headers}
    ) as answer:
        assert next(line for line in answer.iter_lines() if '"one ' in line)
        yield answer


def state(caller: Caller, app: App) -> int | None:
    found = caller.data("chat/history/getHistoryStatus", appId=app.id, chatIds=["c"])["list"]
    return found[0]["chatGenerateStatus"] if found else None


def records(caller: Caller, app: App) -> list[Any]:
    """Return the values of the chat's records, when its run is over."""
    limit = time.monotonic() + 5
    while state(caller, app) == 0 and time.monotonic() < limit:
        time.sleep(0.02)
    return [item["value"] for item in caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]]


def test_a_chat_is_listed_while_it_is_answered(caller: Caller, app: App) -> None:
    with running(caller, app):
        assert state(caller, app) == 0
        values = [item["value"] for item in caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]]
        assert values == [[{"text": {"content": "hello"}, "type": "text"}], []]
    assert len(records(caller, app)[1]) == 1


def test_a_v1_run_stops_with_its_caller(caller: Caller, app: App) -> None:
    with running(caller, app, "v1"):
        pass
    said = records(caller, app)[1][0]["text"]["content"]
    assert "one two three four five six".startswith(said)
    assert said != "one two three four five six"


def test_a_v2_run_outlives_its_caller(caller: Caller, app: App) -> None:
    with running(caller, app):
        pass
    assert records(caller, app)[1][0]["text"]["content"] == "one two three four five six"


def test_a_v2_run_of_old_stops_with_its_caller(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.14.3")
    app = caller.server.app(answer="one two three four five six", delay=0.1)
    with running(caller, app):
        pass
    limit = time.monotonic() + 5
    found: list[Any] = []
    while not found and time.monotonic() < limit:
        found = caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]
    assert found[1]["value"][0]["text"]["content"] != "one two three four five six"


@pytest.mark.parametrize(("api", "whole"), [("v1", False), ("v2", True)])
def test_a_blocking_run_of_old_and_its_caller(calling: Callable[..., Caller], api: str, whole: bool) -> None:
    caller = calling(version="4.14.11")
    app = caller.server.app(answer="one two three four five six", delay=0.1)
    with httpx.Client(timeout=0.4) as client, pytest.raises(httpx.ReadTimeout):
        Caller(caller.server, client).ask(app, api=api, chatId="c")
    said = records(caller, app)[1][0]["text"]["content"]
    assert (said == "one two three four five six") is whole


def test_stopping_a_v2_run(caller: Caller, app: App) -> None:
    about = {"appId": app.id, "chatId": "c"}
    with running(caller, app):
        told = caller.send("POST", "/api/v2/chat/stop", json=about).json()["data"]
    assert told == {"success": True, "completed": False, "chatGenerateStatus": 0}
    said = records(caller, app)[1][0]["text"]["content"]
    assert said.startswith("one")
    assert not said.endswith("six")
    told = caller.send("POST", "/api/v2/chat/stop", json=about).json()["data"]
    assert told == {"success": True, "completed": True, "chatGenerateStatus": 1}


def test_stopping_does_nothing_to_a_v1_run(caller: Caller, app: App) -> None:
    body = question_of("hello", stream=True, chatId="c")
    url, key = f"{caller.server.url}/api/v1/chat/completions", {"Authorization": f"Bearer {app.key}"}
    with caller.client.stream("POST", url, json=body, headers=key) as answer:
        told = caller.send("POST", "/api/v2/chat/stop", json={"appId": app.id, "chatId": "c"}).json()["data"]
        answer.read()
    assert told["completed"] is False
    assert records(caller, app)[1][0]["text"]["content"] == "one two three four five six"


def test_silence_is_filled_with_heartbeats(calling: Callable[..., Caller]) -> None:
    caller = calling(heartbeat=0.05)
    app = caller.server.app(answer="ok", delay=1.0)
    found = caller.stream(app, detail=False)
    chunks = [event["data"]["choices"][0]["delta"]["content"] for event in found if event["data"] != "[DONE]"]
    assert chunks[0] == ""
    assert "".join(chunk or "" for chunk in chunks) == "ok"
    assert len(chunks) > 3


def test_a_reset_forgets_what_still_runs(caller: Caller, app: App) -> None:
    with running(caller, app):
        caller.server.reset()
        assert state(caller, app) is None
        assert "choices" in caller.ask(app, api="v2", chatId="c")
    time.sleep(0.8)
    assert len(records(caller, app)) == 2


def test_events_have_a_name_and_data_in_writes_of_their_own() -> None:
    assert block("answer", "{}") == [b"event: answer\n", b"data: {}\n\n"]
    assert block("", "{}") == [b"data: {}\n\n"]


def test_a_run_can_be_stopped_before_its_first_word(caller: Caller) -> None:
    app = caller.server.app(answer=[Delay(60), "never"])
    about = {"appId": app.id, "chatId": "c"}
    with caller.client.stream(
        "POST",
        caller.server.url + "/api/v2/chat/completions",
        json=question_of("hello", stream=True, detail=True, chatId="c"),
        headers={"Authorization": f"Bearer {app.key}"},
    ) as answer:
        caller.send("POST", "/api/v2/chat/stop", json=about)
        found = list(events(answer.read().decode()))
    assert names(found) == ["chatTitle", "flowNodeResponse", "workflowDuration", "answer", "answer"]


async def test_what_is_read_before_the_end_is_passed_over() -> None:
    messages: Iterator[dict[str, Any]] = iter([{"type": "http.request"}, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    await client_disconnected(receive)
    assert list(messages) == []
