"""Whatever goes wrong with a command about chats and apps is one line, and no key is in it."""

from __future__ import annotations

import json
from traceback import format_exception

import pytest

from fastgpt_client.exceptions import AuthenticationError
from fastgpt_client.testing import FakeFastGPT
from tests.support import web
from tests.support.command import run
from tests.support.interrupts import interrupted_when

COMMANDS = {
    "histories": ("histories",),
    "records": ("records", "c"),
    "detail": ("detail", "c", "d"),
    "rename": ("rename", "c", "t"),
    "pin": ("pin", "c"),
    "delete": ("delete", "c", "--yes"),
    "delete record": ("delete", "c", "--record", "d", "--yes"),
    "clear": ("clear", "--yes"),
    "feedback": ("feedback", "c", "d", "--good"),
    "suggest": ("suggest", "c"),
    "info": ("app", "info"),
    "list": ("app", "list"),
    "logs": ("app", "logs"),
    "chart": ("app", "chart"),
}
every = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


@every
def test_a_wrong_key(server: FakeFastGPT, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "fastgpt-wrong-key")
    ran = run(*command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "set another key with fastgpt-client login" in ran.err
    assert "wrong-key" not in ran.err


@every
def test_no_key(command: tuple[str, ...]) -> None:
    ran = run(*command, "--app-id", "a" * 24)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("fastgpt-client: no API key: run fastgpt-client login")


@every
def test_no_fastgpt(server: FakeFastGPT, command: tuple[str, ...]) -> None:
    with web.serve(lambda _: web.page(404)) as url:
        ran = run(*command, "--base-url", url)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "no such path on this server: check --base-url" in ran.err


@every
def test_a_server_that_fails(server: FakeFastGPT, command: tuple[str, ...]) -> None:
    server.fault("error_before_run", path="", times=None, message="\x1b[2J boom")
    ran = run(*command)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "boom" in ran.err
    assert "\x1b" not in ran.err


def test_a_server_that_is_not_there(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.0)
    ran = run("histories", "--base-url", "http://127.0.0.1:1")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "run fastgpt-client doctor" in ran.err


def test_debug_shows_where(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "fastgpt-wrong-key")
    with pytest.raises(AuthenticationError) as caught:
        run("histories", "--debug")
    assert "wrong-key" not in "".join(format_exception(caught.value))


@pytest.mark.parametrize("name", ["records", "suggest", "logs"])
def test_an_interrupt_while_it_waits(server: FakeFastGPT, name: str) -> None:
    server.fault("stall_before_headers", path="", times=None, seconds=600)
    with interrupted_when(lambda: server.requests):
        ran = run(*COMMANDS[name])
    assert ran.code == 130
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "data",
    [None, "text", 5, {"list": [5, None, {}], "total": "x"}, {"app": {"chatConfig": 5, "chatModels": 7}}, [{"_id": 5}]],
    ids=["null", "text", "number", "list", "app", "plain list"],
)
@pytest.mark.parametrize("as_json", [False, True], ids=["people", "json"])
def test_answers_of_another_shape_are_no_traceback(data: object, as_json: bool) -> None:
    flags = ["--app-id", "a" * 24, "--api-key", "fastgpt-k"]
    shown = {name: COMMANDS[name] for name in ("histories", "records", "suggest", "info", "list", "logs", "chart")}
    with web.serve(lambda _: web.envelope(data)) as url:
        for command in shown.values():
            ran = run(*command, *(["--json"] if as_json else []), "--base-url", url, *flags)
            if ran.code == 1 and command[0] in ("records", "suggest"):
                assert "no chat" in ran.err
                continue
            assert ran.code == 0
            if as_json:
                json.loads(ran.out)
        assert run("app", "list", "--deep", "--base-url", url, *flags).code == 0
        assert run("rename", "c", "t", "--base-url", url, *flags).code in (0, 1)  # whether it is there, nobody tells


def test_words_of_an_error_are_not_broken_at_the_edge(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.0)
    ran = run("histories", "--base-url", "http://127.0.0.1:1", columns=80)
    assert ran.text.splitlines()[-2:] == [
        "fastgpt-client: cannot connect to http://127.0.0.1:1: connection refused; check",
        "--base-url, or run fastgpt-client doctor",
    ]
