"""`(chatId, responseChatItemId)` is a completion's idempotency key; what becomes of a run whose connection is cut."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from fastgpt_client.testing import App, Delay
from tests.embedded.conftest import Caller, question_of

PATIENCE = 20.0
IDS = {"chatId": "c", "responseChatItemId": "d"}
GENERATING = {
    "code": 504001,
    "statusText": "chatIsGenerating",
    "message": "common:code_error.chat_error.chat_generating",
    "data": None,
}
EXISTS = {
    "code": 500,
    "statusText": "error",
    "message": "Chat dataId already exists: d",
    "data": None,
    "errorType": "UserError",
}


class Gate:
    """What a run waits at until the test opens it."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self.waiting = threading.Event()

    def open(self) -> None:
        self._open.set()

    async def __call__(self, messages: list[dict[str, Any]], variables: dict[str, Any]) -> str:
        self.waiting.set()
        assert await asyncio.to_thread(self._open.wait, PATIENCE)
        return "two"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


def until(condition: Callable[[], Any]) -> Any:
    """Return what a condition gives, as soon as that is true."""
    limit = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < limit, "this takes too long"
        time.sleep(0.01)
    return found


def again(caller: Caller, app: App, api: str) -> tuple[int, Any]:
    """Send the completion once more."""
    answer = caller.send("POST", f"/api/{api}/chat/completions", app.key, json=question_of("hello", **IDS))
    return answer.status_code, answer.json()


def texts(caller: Caller, app: App) -> list[str]:
    listed = caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]
    return ["".join(item["text"]["content"] for item in record["value"]) for record in listed]


def is_over(caller: Caller, app: App) -> bool:
    found = caller.data("chat/history/getHistoryStatus", appId=app.id, chatIds=["c"])["list"]
    return bool(found and found[0]["chatGenerateStatus"] != 0)


def ask_and_hang_up(caller: Caller, app: App, api: str, gate: Gate) -> None:
    """Ask for a blocking answer, and close the connection as soon as the run waits at the gate."""
    url = httpx.URL(caller.server.url)
    body = json.dumps(question_of("hello", **IDS))
    head = f"POST /api/{api}/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {app.key}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((url.host, url.port or 0)) as connection:
        connection.sendall((head + body).encode())
        assert gate.waiting.wait(PATIENCE)


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_second_copy_after_the_end_is_refused(caller: Caller, api: str) -> None:
    app = caller.server.app(answer="ok")
    assert "choices" in caller.ask(app, api=api, **IDS)
    assert again(caller, app, api) == (500, EXISTS)
    assert texts(caller, app) == ["hello", "ok"]
    assert "choices" in caller.ask(app, api=api, chatId="other", responseChatItemId="d")


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_second_copy_by_a_stream_is_refused_in_it(caller: Caller, api: str) -> None:
    app = caller.server.app(answer="ok")
    caller.ask(app, api=api, **IDS)
    found = caller.stream(app, api=api, **IDS)
    assert found == [{"event": "error", "data": {"message": "Chat dataId already exists: d"}}]


@pytest.mark.parametrize("api", ["v1", "v2"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_second_copy_meanwhile_is_refused(caller: Caller, gate: Gate, api: str, stream: bool) -> None:
    app = caller.server.app(answer=["one ", gate])
    with ThreadPoolExecutor(1) as pool:
        path, body = f"/api/{api}/chat/completions", question_of("hello", stream=stream, **IDS)
        first = pool.submit(caller.send, "POST", path, app.key, json=body)
        assert gate.waiting.wait(PATIENCE)
        assert again(caller, app, api) == (500, GENERATING)
        gate.open()
        assert first.result().status_code == 200
    assert again(caller, app, api) == (500, EXISTS)
    assert texts(caller, app) == ["hello", "one two"]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_of_copies_at_the_same_moment_one_is_answered(caller: Caller, gate: Gate, api: str) -> None:
    app = caller.server.app(answer=gate)
    with ThreadPoolExecutor(5) as pool:
        sent = [pool.submit(again, caller, app, api) for _ in range(5)]
        until(lambda: sum(one.done() for one in sent) == 4)
        gate.open()
        answers = [one.result() for one in sent]
    assert sorted(status for status, _ in answers) == [200, 500, 500, 500, 500]
    assert [body for status, body in answers if status == 500] == [GENERATING] * 4
    assert texts(caller, app) == ["hello", "two"]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_an_older_server_refuses_no_copy(calling: Callable[..., Caller], api: str) -> None:
    caller = calling(version="4.14")
    app = caller.server.app(answer="ok")
    for _ in range(2):
        assert "choices" in caller.ask(app, api=api, **IDS)
    assert texts(caller, app) == ["hello", "ok", "hello", "ok"]


@pytest.mark.parametrize(("version", "status"), [("4.14.11", 409), ("4.15.0", 409), ("4.16", 500)])
def test_a_v2_run_meanwhile_and_its_status(
    calling: Callable[..., Caller], gate: Gate, version: str, status: int
) -> None:
    caller = calling(version=version)
    app = caller.server.app(answer=gate)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(again, caller, app, "v2")
        assert gate.waiting.wait(PATIENCE)
        assert again(caller, app, "v2") == (status, GENERATING)
        gate.open()
        assert first.result()[0] == 200


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_a_blocking_run_outlives_its_caller(caller: Caller, gate: Gate, api: str) -> None:
    app = caller.server.app(answer=["one ", gate])
    ask_and_hang_up(caller, app, api, gate)
    assert again(caller, app, api) == (500, GENERATING)
    assert texts(caller, app) == ["hello", ""]
    gate.open()
    until(lambda: is_over(caller, app))
    assert again(caller, app, api) == (500, EXISTS)
    assert texts(caller, app) == ["hello", "one two"]


def test_a_v2_stream_outlives_its_caller_and_is_empty_until_it_ends(caller: Caller, gate: Gate) -> None:
    app = caller.server.app(answer=["one ", gate])
    with streaming(caller, app, "v2") as answer:
        assert next(line for line in answer.iter_lines() if '"one ' in line)
    assert again(caller, app, "v2") == (500, GENERATING)
    assert texts(caller, app) == ["hello", ""]
    gate.open()
    until(lambda: is_over(caller, app))
    assert again(caller, app, "v2") == (500, EXISTS)
    assert texts(caller, app) == ["hello", "one two"]


def streaming(caller: Caller, app: App, api: str) -> Any:
    body, key = question_of("hello", stream=True, **IDS), {"Authorization": f"Bearer {app.key}"}
    return caller.client.stream("POST", f"{caller.server.url}/api/{api}/chat/completions", json=body, headers=key)


def test_a_v1_stream_ends_with_its_caller_and_keeps_what_came(caller: Caller) -> None:
    app = caller.server.app(answer=["one ", Delay(3600), "two"])
    with streaming(caller, app, "v1") as answer:
        assert next(line for line in answer.iter_lines() if '"one ' in line)
    until(lambda: is_over(caller, app))
    assert again(caller, app, "v1") == (500, EXISTS)
    assert texts(caller, app) == ["hello", "one "]


def test_a_v1_stream_that_is_cut_before_its_head_ends_too(caller: Caller) -> None:
    app = caller.server.app(answer=[Delay(3600), "one"])
    caller.server.fault("cut_before_headers", app=app)
    with pytest.raises(httpx.RemoteProtocolError), streaming(caller, app, "v1"):
        pass
    until(lambda: is_over(caller, app))
    assert again(caller, app, "v1") == (500, EXISTS)
    assert texts(caller, app) == ["hello", ""]


@pytest.mark.parametrize(("version", "status"), [("4.14.11", 404), ("4.15.0", 200), ("4.16", 200)])
def test_the_age_is_told_by_the_api_document(calling: Callable[..., Caller], version: str, status: int) -> None:
    caller = calling(version=version)
    path = f"{caller.server.url}/api/apidoc/systemopenapi.json"
    answer = caller.client.get(path)
    assert answer.status_code == caller.client.head(path).status_code == status
    if status == 200:
        assert answer.json()["openapi"] == "3.1.0"
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_what_is_refused_leaves_the_chat_alone(caller: Caller) -> None:
    app = caller.server.app(answers=["first", "second"])
    caller.ask(app, **IDS)
    assert again(caller, app, "v2") == (500, EXISTS)
    assert caller.text(app, "more", chatId="c") == "second"
    assert texts(caller, app) == ["hello", "first", "more", "second"]
