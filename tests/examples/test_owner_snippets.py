"""The owner's own calls run as written, over real sockets, against recorded answers of a real server."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import anyio
import pytest

from fastgpt_client import CommercialFeatureError
from tests.examples import owner_snippets as snippets
from tests.examples.recorded_server import API_KEY, VERSION, RecordedServer
from tests.support.recordings import load

COMPLETIONS = "/api/v1/chat/completions"
CHART = "/api/proApi/core/app/logs/getChartData"
# What the API's documentation shows: no server here has the commercial edition.
CHART_DATA = {
    "userData": [],
    "chatData": [{"timestamp": 1758585600000, "summary": {"chatItemCount": 1, "chatCount": 1, "points": 1.11}}],
    "appData": [],
}
STREAM = load(VERSION)["v1-chat-completions--basic-stream"]

AsyncSnippet = Callable[[str], Coroutine[Any, Any, None]]
Snippet = Callable[[str], None]


def on(backend: str, snippet: AsyncSnippet) -> Snippet:
    def run(base_url: str) -> None:
        anyio.run(partial(snippet, base_url), backend=backend)

    return run


def flavours(async_snippet: AsyncSnippet, snippet: Snippet) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "run",
        [
            pytest.param(on("asyncio", async_snippet), id="asyncio"),
            pytest.param(on("trio", async_snippet), id="trio"),
            pytest.param(snippet, id="plain"),
        ],
    )


@flavours(snippets.async_blocking_answer, snippets.blocking_answer)
def test_blocking_answer(run: Snippet, server: RecordedServer, capsys: pytest.CaptureFixture[str]) -> None:
    run(server.url)
    assert capsys.readouterr().out == "You said: hello\n"
    [request] = server.requests
    assert (request.method, request.path) == ("POST", COMPLETIONS)
    assert request.headers["authorization"] == f"Bearer {API_KEY}"
    assert json.loads(request.body) == {"messages": [{"role": "user", "content": "Hello!"}], "stream": False} | (
        {"appId": "6b01f15628cb02049eb4cec5"}  # from the environment
    )


@flavours(snippets.async_raw_lines, snippets.raw_lines)
def test_raw_lines(run: Snippet, server: RecordedServer, capsys: pytest.CaptureFixture[str]) -> None:
    run(server.url)
    assert capsys.readouterr().out == "".join(f"{line}\n" for line in STREAM.body.decode().split("\n") if line)
    [request] = server.requests
    assert json.loads(request.body)["chatId"] == "my-chat"
    assert json.loads(request.body)["stream"] is True


def test_many_at_once(server: RecordedServer, capsys: pytest.CaptureFixture[str]) -> None:
    anyio.run(snippets.async_many_at_once, server.url)
    told = capsys.readouterr().out.splitlines()
    assert told == ["You said: hello", "You said: why?", "You said: What is the capital of France?"]
    assert server.count == 3


@flavours(snippets.async_entered_by_hand, snippets.entered_by_hand)
def test_entered_by_hand(run: Snippet, server: RecordedServer, capsys: pytest.CaptureFixture[str]) -> None:
    run(server.url)
    answer, client = capsys.readouterr().out.splitlines()
    assert answer == "You said: hello"
    assert client.endswith(f"ChatClient {server.url} closed>")


@flavours(snippets.async_closed_by_hand, snippets.closed_by_hand)
def test_closed_by_hand(run: Snippet, server: RecordedServer, capsys: pytest.CaptureFixture[str]) -> None:
    run(server.url)
    answer, client = capsys.readouterr().out.splitlines()
    assert answer == "You said: hello"
    assert client.endswith(f"ChatClient {server.url} closed>")


def async_chart(base_url: str) -> Coroutine[Any, Any, None]:
    del base_url  # as written, the call takes it from the environment
    return snippets.async_logs_chart()


def chart(base_url: str) -> None:
    del base_url
    snippets.logs_chart()


@flavours(async_chart, chart)
def test_logs_chart(run: Snippet, server: RecordedServer, capsys: pytest.CaptureFixture[str]) -> None:
    envelope = {"code": 200, "statusText": "", "message": "", "data": CHART_DATA}
    good = dataclasses.replace(load(VERSION)["app-list--appkey"], body=json.dumps(envelope).encode())
    server.serve(good, path=CHART)
    run(server.url)
    assert capsys.readouterr().out == f"{CHART_DATA}\n"
    [request] = server.requests
    body = json.loads(request.body)
    assert (body["dateStart"], body["dateEnd"], body["source"]) == ("2024-01-01", "2024-12-31", ["api"])


@flavours(async_chart, chart)
def test_logs_chart_of_a_community_server(run: Snippet, server: RecordedServer) -> None:
    with pytest.raises(CommercialFeatureError, match="commercial edition"):
        run(server.url)
