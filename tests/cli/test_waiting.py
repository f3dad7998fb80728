"""What a slow call waits for is shown at a terminal, and goes away again."""

from __future__ import annotations

import io
import time

import pytest
from rich.console import Console

from fastgpt_client.cli._base.waiting import Waiting
from fastgpt_client.testing import Delay, FakeFastGPT, Search
from tests.support.command import run
from tests.support.terminal import Terminal

ERASE = "\r\x1b[2K"


def console(*, terminal: bool = True) -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, force_terminal=terminal, width=20, color_system=None, _environ={"TERM": "x"}), file


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.waiting._DELAY", 0.0)


def wait_until_written(file: io.StringIO) -> None:
    while not file.getvalue():
        time.sleep(0.001)


def test_the_line_is_cut_to_the_terminal_and_goes_away(at_once: None) -> None:
    shown, file = console()
    waiting = Waiting(shown)
    with waiting.until_done("waiting for a server with a name"):
        wait_until_written(file)
        waiting.pause()
        waiting.pause()
    waiting.end()
    assert file.getvalue() == f"· waiting for a se…{ERASE}"


def test_what_is_quick_shows_nothing() -> None:
    shown, file = console()
    with Waiting(shown).until_done("waiting"):
        pass
    assert file.getvalue() == ""


def test_a_line_that_comes_too_late_is_not_shown() -> None:
    shown, file = console()
    waiting = Waiting(shown)
    waiting.begin("waiting")
    waiting.end()
    waiting._show("waiting")
    assert file.getvalue() == ""


def test_without_a_terminal_nothing_is_shown(at_once: None) -> None:
    shown, file = console(terminal=False)
    with Waiting(shown).until_done("waiting"):
        time.sleep(0.01)
    assert file.getvalue() == ""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("histories",), "· waiting for http://127.0.0.1:"),
        (("ask", "hello"), "· waiting for the answer…"),
        (("ask", "hello", "--events"), "· waiting for the answer…"),
    ],
)
def test_a_slow_server_is_waited_for(server: FakeFastGPT, command: tuple[str, ...], said: str) -> None:
    server.fault("stall_before_headers", path="" if command[0] == "histories" else "completions", times=1, seconds=1.5)
    with Terminal(*command, columns=120) as terminal:
        terminal.wait_for(said)
        assert terminal.wait() == 0
        assert said not in terminal.text


def test_a_pause_of_the_model_is_waited_for(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [Search([{"q": "One", "sourceName": "a.md"}]), Delay(1.5), "Yes."]
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=slow).id)
    with Terminal("ask", "hello") as terminal:
        terminal.wait_for("· waiting for the answer…")
        assert terminal.wait() == 0
        assert terminal.text == "Yes."


def test_a_message_takes_the_place_of_the_line(
    server: FakeFastGPT, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.1)
    server.fault("bad_gateway", path="", times=1)
    ran = run("histories", columns=120)
    assert ran.code == 0
    assert ran.lines[0].startswith(f"{server.url} is not available (HTTP 502); retrying in 0.")
    assert "waiting" not in ran.text
