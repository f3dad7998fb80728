"""Runs that go on, are stopped, or are left by their caller."""

from __future__ import annotations

import asyncio
import itertools
import threading
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
from tests.support.until import until


class Gate:
    """A part of an answer at which a run waits until it is let through."""

    def __init__(self) -> None:
        self._open = threading.Event()

    async def __call__(self, messages: object, variables: object) -> list[Any]:
        while not self._open.is_set():  # noqa: ASYNC110 - it is a thread that opens it
            await asyncio.sleep(0.005)
        return []

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def app(caller: Caller, gate: Gate) -> App:
    """Says one word, and another one when the gate is open."""
    return caller.server.app(answer=["one ", gate, "two"])


# Says one word, and nothing more unless it is stopped.
ENDLESS = ["one ", Delay(3600), "never"]


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
    until(lambda: state(caller, app) != 0)
    return [item["value"] for item in caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]]


def test_a_chat_is_listed_while_it_is_answered(caller: Caller, app: App, gate: Gate) -> None:
    with running(caller, app):
        assert state(caller, app) == 0
        values = [item["value"] for item in caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]]
        assert values == [[{"text": {"content": "hello"}, "type": "text"}], []]
        gate.open()
    assert len(records(caller, app)[1]) == 1


def test_a_v1_run_stops_with_its_caller(caller: Caller) -> None:
    app = caller.server.app(answer=ENDLESS)
    with running(caller, app, "v1"):
        pass
    assert records(caller, app)[1][0]["text"]["content"] == "one "


def test_a_v2_run_outlives_its_caller(caller: Caller, app: App, gate: Gate) -> None:
    with running(caller, app):
        pass
    assert state(caller, app) == 0
    gate.open()
    assert records(caller, app)[1][0]["text"]["content"] == "one two"


def test_a_v2_run_of_old_stops_with_its_caller(calling: Callable[..., Caller]) -> None:
    caller = calling(version="4.14.3")
    app = caller.server.app(answer=ENDLESS)
    with running(caller, app):
        pass

    def listed() -> Any:
        return caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]

    until(listed)
    assert listed()[1]["value"][0]["text"]["content"] == "one "


@pytest.mark.parametrize(("api", "whole"), [("v1", False), ("v2", True)])
def test_a_blocking_run_of_old_and_its_caller(calling: Callable[..., Caller], api: str, whole: bool) -> None:
    caller = calling(version="4.14.11")
    gate = Gate()
    app = caller.server.app(answer=["one ", gate, "two"] if whole else ENDLESS)
    with httpx.Client(timeout=1) as client, pytest.raises(httpx.ReadTimeout):
        Caller(caller.server, client).ask(app, api=api, chatId="c")
    gate.open()
    assert records(caller, app)[1][0]["text"]["content"] == ("one two" if whole else "one ")


def test_stopping_a_v2_run(caller: Caller) -> None:
    app = caller.server.app(answer=ENDLESS)
    about = {"appId": app.id, "chatId": "c"}
    with running(caller, app):
        told = caller.send("POST", "/api/v2/chat/stop", json=about).json()["data"]
    assert told == {"success": True, "completed": False, "chatGenerateStatus": 0}
    assert records(caller, app)[1][0]["text"]["content"] == "one "
    told = caller.send("POST", "/api/v2/chat/stop", json=about).json()["data"]
    assert told == {"success": True, "completed": True, "chatGenerateStatus": 1}


def test_stopping_does_nothing_to_a_v1_run(caller: Caller, app: App, gate: Gate) -> None:
    body = question_of("hello", stream=True, chatId="c")
    url, key = f"{caller.server.url}/api/v1/chat/completions", {"Authorization": f"Bearer {app.key}"}
    with caller.client.stream("POST", url, json=body, headers=key) as answer:
        told = caller.send("POST", "/api/v2/chat/stop", json={"appId": app.id, "chatId": "c"}).json()["data"]
        gate.open()
        answer.read()
    assert told["completed"] is False
    assert records(caller, app)[1][0]["text"]["content"] == "one two"


def test_silence_is_filled_with_heartbeats(calling: Callable[..., Caller]) -> None:
    caller, gate = calling(heartbeat=0.01), Gate()
    app = caller.server.app(answer=[gate, "ok"])
    body = question_of("hello", stream=True)
    url, key = f"{caller.server.url}/api/v1/chat/completions", {"Authorization": f"Bearer {app.key}"}
    with caller.client.stream("POST", url, json=body, headers=key) as answer:
        lines = answer.iter_lines()
        silence = "\n".join(itertools.islice(lines, 8))
        gate.open()
        rest = "\n".join(lines)
    assert texts(silence) == [""] * 4
    assert "".join(texts(rest)) == "ok"


def texts(stream: str) -> list[str]:
    """Return what the chunks of a stream say."""
    found = [event["data"] for event in events(stream) if event["data"] != "[DONE]"]
    return [chunk["choices"][0]["delta"]["content"] or "" for chunk in found]


def test_a_reset_forgets_what_still_runs(caller: Caller, app: App, gate: Gate) -> None:
    with running(caller, app):
        caller.server.reset()
        assert state(caller, app) is None
        gate.open()
        assert "choices" in caller.ask(app, api="v2", chatId="c")
    until(lambda: not caller.server._context._tasks)
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
