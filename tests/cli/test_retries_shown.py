"""What a retry notices for is shown at once, at a terminal."""

from __future__ import annotations

import re

import pytest

from fastgpt_client.calls import CallAttempt
from fastgpt_client.cli._base.retries import RetryNotices
from fastgpt_client.exceptions import APIConnectionError, APITimeoutError, RateLimitError, ServerError
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run
from tests.support.terminal import Terminal

URL = "http://x"


@pytest.fixture
def shown() -> tuple[RetryNotices, list[str]]:
    lines: list[str] = []
    notices = RetryNotices(URL, 2)
    notices.show = lines.append
    return notices, lines


def fail(notices: RetryNotices, error: Exception, attempt: int = 1) -> None:
    """Let an attempt fail, and be followed by another one."""
    notices.on_call(CallAttempt("POST /path", attempt, 0.1, error=error, retry_in=0.25))


@pytest.mark.parametrize("command", [("ask", "hello"), ("dataset", "ls")])
def test_a_refused_connection_is_shown_before_the_retries(server: FakeFastGPT, command: tuple[str, ...]) -> None:
    with Terminal(*command, "--base-url", "http://127.0.0.1:1", columns=200) as terminal:
        terminal.wait_for("(1 of 2)")
        assert re.fullmatch(
            r"cannot connect to http://127\.0\.0\.1:1: connection refused; retrying in \d\.\d s \(1 of 2\)",
            terminal.lines[0],
        )
        assert terminal.wait() == 1
        last = terminal.text.splitlines()[-1]
    assert last.startswith("fastgpt-client: cannot connect to http://127.0.0.1:1: connection refused; check --base-url")


def test_without_a_terminal_only_the_error_is_shown(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.0)
    ran = run("histories", "--base-url", "http://127.0.0.1:1")
    assert (ran.code, ran.err.count("\n")) == (1, 1)


def test_a_server_that_is_busy_is_waited_for(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.0)
    server.fault("bad_gateway", path="", times=1)
    ran = run("histories", columns=120)
    assert ran.code == 0
    assert ran.lines[0] == f"{server.url} is not available (HTTP 502); retrying in 0.0 s (1 of 2)"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (APIConnectionError("No connection: ConnectError: [Errno 111] Connection refused", request_sent=False),
         "cannot connect to http://x: connection refused"),
        (APIConnectionError("No connection: ConnectError", request_sent=False), "cannot connect to http://x"),
        (APIConnectionError("The connection failed: ReadError: EOF"), "lost the connection to http://x: EOF"),
        (APIConnectionError("Some other text"), "http://x: Some other text"),
        (APITimeoutError("Timed out: ConnectTimeout"), "http://x did not answer in time"),
        (RateLimitError("Too many", status_code=429), "http://x limits the number of requests"),
        (ServerError("busy", status_code=503), "http://x is not available (HTTP 503)"),
        (ValueError("odd"), "http://x is not available"),
    ],
)  # fmt: skip
def test_each_reason_has_its_words(shown: tuple[RetryNotices, list[str]], error: Exception, said: str) -> None:
    notices, lines = shown
    fail(notices, error)
    assert lines == [f"{said}; retrying in 0.2 s (1 of 2)"]


def test_of_many_calls_that_wait_for_the_same_one_is_shown(shown: tuple[RetryNotices, list[str]]) -> None:
    notices, lines = shown
    for attempt in (1, 1, 2, 2):
        fail(notices, ServerError("busy", status_code=503), attempt)
    assert [line[-8:] for line in lines] == ["(1 of 2)", "(2 of 2)"]
    notices.on_call(CallAttempt("POST /path", 3, 0.1, status=200))
    fail(notices, ServerError("busy", status_code=503))
    assert len(lines) == 3


def test_the_last_failure_is_left_to_the_error(shown: tuple[RetryNotices, list[str]]) -> None:
    notices, lines = shown
    notices.on_call(CallAttempt("POST /path", 3, 0.1, error=ServerError("busy", status_code=503)))
    assert lines == []
