"""What can be made to go wrong."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from fastgpt_client.testing import App, FakeFastGPT, Reasoning
from tests.embedded.conftest import Caller, names, pieces, question_of
from tests.support.until import until


@pytest.fixture
def app(caller: Caller) -> App:
    return caller.server.app(answer="one two three four")


def read(caller: Caller, app: App, path: str = "/api/v1/chat/completions", **body: Any) -> tuple[str, Exception | None]:
    """Return what came of an answer, and how it broke."""
    got, asked = "", question_of("hello", **{"stream": True, "detail": True, **body})
    try:
        with caller.client.stream(
            "POST", caller.server.url + path, json=asked, headers={"Authorization": f"Bearer {app.key}"}
        ) as answer:
            for text in answer.iter_text():
                got += text
    except httpx.HTTPError as exc:
        return got, exc
    return got, None


def test_a_model_that_fails(caller: Caller, app: App) -> None:
    caller.server.fault("llm_failure", message="502 no model")
    assert caller.ask(app)["error"] == "502 no model"
    assert caller.text(app) == "one two three four"


def test_a_model_that_fails_before_it_thinks(caller: Caller) -> None:
    app = caller.server.app(answer=[Reasoning("a long thought"), "never"])
    caller.server.fault("llm_failure")
    assert pieces(caller.stream(app)) == []


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("", {"message": "the server failed"}),
        ("aiPointsNotEnough", {"code": 500004, "statusText": "aiPointsNotEnough"}),
        ("database is down", {"message": "database is down"}),
    ],
)
def test_an_error_before_the_run(caller: Caller, app: App, message: str, told: dict[str, Any]) -> None:
    caller.server.fault("error_before_run", message=message, times=2)
    answer = caller.ask(app, chatId="c")
    [event] = caller.stream(app, chatId="c")
    assert told.items() <= answer.items()
    assert (event["event"], told.items() <= event["data"].items()) == ("error", True)
    assert caller.data("chat/getHistories", appId=app.id)["list"] == []


def test_an_error_event_in_mid_stream(caller: Caller, app: App) -> None:
    caller.server.fault("error_event", after=2, message="lost the database", times=2)
    found = caller.stream(app, chatId="c")
    assert (pieces(found), found[-1]) == (
        ["one ", "two "],
        {"event": "error", "data": {"message": "lost the database"}},
    )
    assert caller.ask(app, chatId="d")["message"] == "lost the database"
    [_, chat] = caller.data("chat/getHistories", appId=app.id)["list"]
    assert chat["chatGenerateStatus"] == 2


@pytest.mark.parametrize("reset", [False, True])
def test_a_connection_cut_before_the_headers(caller: Caller, app: App, reset: bool) -> None:
    caller.server.fault("cut_before_headers", reset=reset)
    got, error = read(caller, app)
    assert (got, type(error)) == ("", httpx.ReadError if reset else httpx.RemoteProtocolError)


def test_a_connection_cut_in_the_middle_of_json(caller: Caller, app: App) -> None:
    caller.server.fault("cut_in_json")
    got, error = read(caller, app, stream=False)
    assert got.startswith('{"')
    assert not got.endswith("}")
    assert isinstance(error, httpx.RemoteProtocolError)


@pytest.mark.parametrize("after", [0, 3])
def test_a_connection_cut_in_the_middle_of_an_event(caller: Caller, app: App, after: int) -> None:
    caller.server.fault("cut_in_event", after=after)
    got, error = read(caller, app)
    assert got.count("\n\n") == after
    assert "data: {" in got.split("\n\n")[-1]
    assert isinstance(error, httpx.RemoteProtocolError)


def test_a_connection_cut_before_done(caller: Caller, app: App) -> None:
    caller.server.fault("cut_before_done")
    got, error = read(caller, app)
    assert '"finish_reason":"stop"' in got
    assert "[DONE]" not in got
    assert isinstance(error, httpx.RemoteProtocolError)


def test_a_cut_v1_run_is_stopped_and_keeps_what_was_said(caller: Caller) -> None:
    app = caller.server.app(answer="one two three four", delay=0.05)
    caller.server.fault("cut_in_event", after=3)
    read(caller, app, chatId="c")
    [_, answer] = wait_for_records(caller, app)
    assert answer["value"][0]["text"]["content"] in ("one ", "one two ", "one two three ")


def wait_for_records(caller: Caller, app: App) -> list[dict[str, Any]]:
    """Return the records of a chat when its run is over."""

    def is_over() -> bool:
        states = caller.data("chat/history/getHistoryStatus", appId=app.id, chatIds=["c"])["list"]
        return bool(states) and states[0]["chatGenerateStatus"] != 0

    until(is_over)
    found: list[dict[str, Any]] = caller.data("chat/getPaginationRecords", appId=app.id, chatId="c")["list"]
    return found


def test_a_stall_ends_by_itself_if_it_is_to(caller: Caller, app: App) -> None:
    started = time.monotonic()
    caller.server.fault("stall", seconds=0.2)
    assert pieces(caller.stream(app)) == ["one ", "two ", "three ", "four"]
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(("kind", "came"), [("stall", True), ("stall_before_headers", False)])
def test_a_stall_lasts_until_the_caller_has_enough(caller: Caller, app: App, kind: Any, came: bool) -> None:
    caller.server.fault(kind)
    with httpx.Client(timeout=2) as client:
        got, error = read(Caller(caller.server, client), app)
    assert isinstance(error, httpx.ReadTimeout)
    assert bool(got) is came


def test_a_blocking_answer_stalls_before_its_body(caller: Caller, app: App) -> None:
    caller.server.fault("stall")
    with httpx.Client(timeout=2) as client:
        got, error = read(Caller(caller.server, client), app, stream=False)
    assert (got, type(error)) == ("", httpx.ReadTimeout)


@pytest.mark.parametrize("stream", [False, True])
def test_too_many_requests(caller: Caller, app: App, stream: bool) -> None:
    caller.server.fault("rate_limit", seconds=7, headers={"Retry-After": "7"})
    answer = caller.send("POST", "/api/v1/chat/completions", app.key, json=question_of("hello", stream=stream))
    assert (answer.status_code, answer.headers["retry-after"], answer.json()["code"]) == (429, "7", 429)
    assert "try again in 7 seconds" in answer.json()["message"]
    caller.server.fault("rate_limit", message="slow down")
    answer = caller.send("POST", "/api/v1/chat/completions", app.key, json=question_of("hello", stream=stream))
    assert ("retry-after" in answer.headers, answer.json()["message"]) == (False, "slow down")


@pytest.mark.parametrize("status", [0, 503])
def test_a_proxys_page(caller: Caller, app: App, status: int) -> None:
    caller.server.fault("bad_gateway", status=status)
    answer = caller.send("POST", "/api/v1/chat/completions", app.key, json=question_of("hello"))
    assert (answer.status_code, answer.headers["content-type"]) == (status or 502, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")


@pytest.mark.parametrize(("kind", "least"), [("bytewise", 0.0), ("slow", 0.1)])
def test_byte_by_byte(caller: Caller, app: App, kind: Any, least: float) -> None:
    started = time.monotonic()
    caller.server.fault(kind, seconds=0.0002)
    assert pieces(caller.stream(app)) == ["one ", "two ", "three ", "four"]
    assert time.monotonic() - started >= least


def test_a_chat_that_is_still_generating(caller: Caller, app: App) -> None:
    caller.server.fault("generating", times=2)
    assert caller.ask(app)["statusText"] == "chatIsGenerating"
    assert caller.stream(app)[0]["data"]["code"] == 504001


def test_faults_of_one_app(caller: Caller, app: App) -> None:
    other = caller.server.app(answer="ok")
    caller.server.fault("llm_failure", app=app, times=None)
    caller.server.fault("bad_gateway", app="simple", times=None)
    assert caller.text(other) == "ok"
    assert [caller.text(app), caller.text(app)] == ["", ""]


def test_faults_of_other_calls(caller: Caller, app: App) -> None:
    fault = caller.server.fault("error_before_run", path="getHistories", message="unAuthApp")
    assert caller.text(app) == "one two three four"
    assert caller.post("chat/getHistories", appId=app.id)["statusText"] == "unAuthApp"
    assert (fault.hits, fault.left) == (1, 0)
    caller.server.fault("cut_before_headers", path="")
    with pytest.raises(httpx.RemoteProtocolError):
        caller.post("chat/getHistories", appId=app.id)


def test_faults_of_single_calls(caller: Caller, app: App) -> None:
    caller.server.fault("llm_failure", when=lambda request: request.json["chatId"] == "b", times=None)
    assert [caller.text(app, chatId=name) for name in "abc"] == ["one two three four", "", "one two three four"]


def test_a_fault_for_a_block(caller: Caller, app: App) -> None:
    with caller.server.fault("llm_failure", times=None) as fault:
        assert caller.text(app) == ""
    assert caller.text(app) == "one two three four"
    assert fault.hits == 1


def test_faults_of_one_kind_come_one_after_the_other(caller: Caller, app: App) -> None:
    for message in ("first", "second"):
        caller.server.fault("llm_failure", message=message)
    assert [caller.ask(app).get("error") for _ in range(3)] == ["first", "second", None]


def test_faults_of_different_kinds_meet(caller: Caller, app: App) -> None:
    caller.server.fault("bytewise")
    caller.server.fault("error_event", after=1)
    assert names(caller.stream(app))[-2:] == ["answer", "error"]


def test_unknown_faults_are_refused(caller: Caller) -> None:
    with pytest.raises(ValueError, match="'explode' is not one of llm_failure, "):
        caller.server.fault("explode")  # type: ignore[arg-type]


def test_without_a_connection_a_cut_is_an_error_of_the_application() -> None:
    server = FakeFastGPT()
    server.fault("cut_before_headers")
    transport = httpx.ASGITransport(server)

    async def ask() -> None:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.post("/api/v1/chat/completions", json={})

    with pytest.raises(ConnectionResetError):
        asyncio.run(ask())


@pytest.mark.parametrize(("version", "status"), [("4.11", 500), ("4.14", 500), ("4.14.11", 429)])
def test_the_status_of_too_many_requests(calling: Callable[..., Caller], version: str, status: int) -> None:
    caller = calling(version=version)
    caller.server.fault("rate_limit", path="app/list")
    answer = caller.send("POST", "/api/core/app/list", json={})
    assert (answer.status_code, answer.json()["code"]) == (status, 429)
