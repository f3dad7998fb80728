"""Each example runs as a program of its own, against recorded answers of a real server."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import fastgpt_client
from tests.examples.recorded_server import VERSION, RecordedServer
from tests.support.fault_server import ClosedPort
from tests.support.recordings import load
from tests.support.until import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PACKAGE_FOLDER = Path(fastgpt_client.__file__).resolve().parents[1]

RUNS = {
    "basic_chat": ([], ["You said: hello"]),
    "stream_events": (
        ["Use the TOOL please"],
        [
            "# use the TOOL please",
            "[Tool call]",
            "[fake-chat]",
            "[calls get_weather]",
            "[tool said 'none']",
            "[fake-chat]",
            "The tool answered: none",
            "[0.24 s]",
            'get_weather({"city": "Paris"}) -> none',
            "2 nodes ran",
        ],
    ),
    "concurrent_calls": (["Hello!", "Why?"], ["Hello! -> You said: hello", "Why? -> You said: why?"]),
    "chat_app": (["My name is Ann", "What did I say?"], ["You said: my name is Ann", "You said: what did I say?"]),
    "trio_chat": ([], ["You said: hello"]),
    "error_handling": ([], ["You said: hello"]),
    "app_analytics": (
        [],
        [
            "wire-simple",
            "No figures by day: only the commercial edition, 4.12 and later, supports it; "
            "only FastGPT's commercial edition and its cloud support this call",
            "177 chats",
        ],
    ),
}


def run(example: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run an example; warnings are errors there too."""
    return subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "examples" / f"{example}.py"), *arguments],
        env={**os.environ, "PYTHONPATH": str(PACKAGE_FOLDER), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_every_example_is_run() -> None:
    run_there = {
        "chat_with_file",
        "conversation",
        "interactive_form",
        "citations_and_cost",
        "test_with_fake_server",
    }  # by tests of their own
    assert {*RUNS} | run_there == {path.stem for path in (ROOT / "examples").glob("*.py")}


@pytest.mark.parametrize("example", RUNS)
def test_output(example: str, server: RecordedServer) -> None:
    arguments, lines = RUNS[example]
    done = run(example, *arguments)
    assert done.stderr == ""
    assert done.stdout.splitlines() == lines
    assert done.returncode == 0
    assert server.count > 0


def test_chat_app_keeps_its_chat_id(server: RecordedServer) -> None:
    run("chat_app", "My name is Ann", "What did I say?")
    first, second = (json.loads(request.body) for request in server.requests)
    assert first["chatId"] == second["chatId"]
    assert second["messages"] == [{"role": "user", "content": "What did I say?"}]


def test_one_failed_call_does_not_cost_the_others(server: RecordedServer) -> None:
    done = run("concurrent_calls", "LLM500", "Hello!")
    assert done.stdout.splitlines() == [
        "LLM500 -> failed: The run failed: 500 fake upstream exploded "
        f"[request {load(VERSION)['v1-chat-completions--err-llm500-json'].header('x-request-id')}]",
        "Hello! -> You said: hello",
    ]


@pytest.mark.parametrize(
    ("recording", "kind", "advice", "code"),
    [
        ("err-unknown-key-stream", "AuthenticationError", "check the key", 2),
        ("err-message-bad-role-stream", "BadRequestError", "it is named above", 2),
        ("err-429-stream", "RateLimitError", "try again in 40 s", 1),
        ("concurrent-second", "ConflictError", "the chat is still answering", 1),
        ("err-llm500-stream-detail", "WorkflowError", "ask again", 1),
        ("err-body-too-large", "BadRequestError", "it is named above", 2),
    ],
)
def test_advice(recording: str, kind: str, advice: str, code: int, server: RecordedServer) -> None:
    server.serve(load(VERSION)[f"v1-chat-completions--{recording}"], "chunks")
    done = run("error_handling")
    assert done.stderr.startswith(f"{kind}: ")
    assert advice in done.stderr.splitlines()[-1]
    assert (done.returncode, done.stdout) == (code, "")


def test_advice_when_the_stream_is_cut(server: RecordedServer) -> None:
    whole = load(VERSION)["v1-chat-completions--basic-stream"]
    head, *_ = whole.chunks
    server.serve(dataclasses.replace(whole, body=head, chunk_sizes=(len(head),), end="closed-by-server"), "chunks")
    done = run("error_handling")
    assert done.stderr.startswith("StreamInterruptedError: ")
    assert done.stderr.endswith("-> the connection broke; until then it said 'You '\n")
    assert done.returncode == 1


def test_advice_when_nothing_listens() -> None:
    with ClosedPort() as port:
        done = run("error_handling", FASTGPT_API_KEY="fastgpt-xxxxx", FASTGPT_BASE_URL=port.url)
    assert done.stderr.startswith("APIConnectionError: ")
    assert "is the server running" in done.stderr
    assert done.returncode == 1


def test_advice_without_a_key() -> None:
    done = run("error_handling", FASTGPT_API_KEY="")
    assert done.stderr.startswith("ValidationError: api_key is missing")
    assert done.returncode == 2


def test_figures_by_day(server: RecordedServer) -> None:
    points = [{"timestamp": stamp, "summary": {"chatCount": 7}} for stamp in (1758585600000, 1758672000)]
    data = {"userData": [], "chatData": points, "appData": []}
    body = json.dumps({"code": 200, "statusText": "", "message": "", "data": data}).encode()
    good = dataclasses.replace(load(VERSION)["app-list--appkey"], body=body)
    server.serve(good, path="/api/proApi/core/app/logs/getChartData")
    done = run("app_analytics", "2025-09-23", "2025-09-24")
    assert done.stdout.splitlines() == ["wire-simple", "2025-09-23: 7 chats", "2025-09-24: 7 chats"]
