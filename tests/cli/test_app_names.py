"""An app by its name, wherever a command takes an id."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client.cli._base.profiles import Profile, config_path, write_profile
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

COMMANDS = {
    "ask": ("ask", "hello"),
    "chat": ("chat",),
    "histories": ("histories",),
    "records": ("records", "here"),
    "rename": ("rename", "here", "A title"),
    "pin": ("pin", "here"),
    "suggest": ("suggest", "here"),
    "delete": ("delete", "here", "--yes"),
    "clear": ("clear", "--yes"),
    "info": ("app", "info"),
    "logs": ("app", "logs"),
    "chart": ("app", "chart"),
    "doctor": ("doctor", "--no-ask"),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("by", ["flag", "variable", "profile"])
def test_a_name_stands_for_the_id(
    server: FakeFastGPT, command: tuple[str, ...], by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = server.app("客服 Desk", answer="Yes.")
    monkeypatch.setenv("FASTGPT_APP_ID", app.id)
    assert run("ask", "hello", "--chat-id", "here").code == 0
    monkeypatch.delenv("FASTGPT_APP_ID")
    named: tuple[str, ...] = ()
    if by == "flag":
        named = "--app-id", "客服 Desk"
    elif by == "variable":
        monkeypatch.setenv("FASTGPT_APP_ID", "客服 Desk")
    else:
        write_profile(config_path(), "default", Profile(server.url, server.api_key, "客服 Desk"))
    ran = run(*command, *named, stdin="hello\n" if command == ("chat",) else "")
    assert ran.code == 0, ran.err
    if command[0] in ("ask", "chat"):
        assert ran.out == "Yes.\n"


def test_a_name_in_another_case_will_do_unless_another_app_has_it(server: FakeFastGPT) -> None:
    assert run("ask", "hello", "--app-id", " Simple").out == "You said: hello\n"
    server.app("Simple", answer="The other one.")
    assert run("ask", "hello", "--app-id", "Simple").out == "The other one.\n"
    assert run("ask", "hello", "--app-id", "simple").out == "You said: hello\n"


def test_a_name_that_several_apps_have_is_refused(server: FakeFastGPT) -> None:
    first, second = server.app("Twin"), server.app("twin")
    ran = run("histories", "--app-id", "TWIN")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("fastgpt-client: several apps are named 'TWIN': pass one of their IDs: ")
    assert first.id in ran.err
    assert second.id in ran.err


def test_a_folder_is_not_an_app(server: FakeFastGPT) -> None:
    server.app("Drawer", type="folder")
    ran = run("histories", "--app-id", "Drawer")
    assert ran.err == "fastgpt-client: no app 'Drawer': fastgpt-client app list shows the apps of this key\n"


def test_a_key_that_lists_no_apps_needs_an_id(server: FakeFastGPT) -> None:
    server.fault("error_before_run", path="app/list", message="unAuthApp", times=None)
    ran = run("histories", "--app-id", "simple")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "fastgpt-client: cannot look up the app 'simple': this key does not list apps; pass the app's ID\n"
    )


def test_an_id_is_not_looked_up(server: FakeFastGPT) -> None:
    assert run("histories").code == 0
    assert not any("app/list" in request.path for request in server.requests)


def test_commands_about_datasets_look_up_no_app(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", "nobody")
    assert run("dataset", "ls").code == 0


def test_login_takes_a_name(server: FakeFastGPT, home: Path) -> None:
    ran = run("login", stdin=f"{server.url}\n{server.api_key}\nsimple\n")
    assert ran.code == 0, ran.err
    assert run("ask", "hello", "--profile", "default").out == "You said: hello\n"


@pytest.mark.parametrize("command", [("ask", "hello"), ("chat",), ("histories",), ("app", "info")])
def test_without_an_app_each_command_says_how_to_name_one(
    server: FakeFastGPT, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FASTGPT_APP_ID")
    ran = run(*command, stdin="hello\n" if command == ("chat",) else "")
    assert (ran.code in (1, 2), ran.out) == (True, "")
    assert "fastgpt-client: no app: pass --app-id, set FASTGPT_APP_ID, or run fastgpt-client login\n" in ran.err
