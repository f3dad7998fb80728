"""`fastgpt-client app info | list | logs`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import ChatClient
from fastgpt_client.asks import spreadsheet_cell
from fastgpt_client.testing import FakeFastGPT
from tests.cli.conftest import use
from tests.support import web
from tests.support.command import run
from tests.support.interrupts import interrupted_when
from tests.support.processes import start

# --- info -----------------------------------------------------------------------------------------------------------


def test_what_an_app_is(server: FakeFastGPT) -> None:
    ran = run("app", "info")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "name        simple",
        "id          6b0000000000000000000001",
        "type        simple",
        "about       repeats the question",
        "models      fake-chat",
        "greeting    Welcome! [Ask me]",
        "variable    lang (input, default en): Language",
        "variable    level (numberInput, default 1): Level",
        "takes       files, images",
    ]


def test_what_a_plugin_takes(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "plugin", monkeypatch)
    assert "input       text (string, required)\n" in run("app", "info").out


def test_what_a_key_may_know_as_json(server: FakeFastGPT) -> None:
    data = run("app", "info", "--json").json
    assert (data["appId"], data["chatConfig"]["welcomeText"]) == (server.apps["simple"].id, "Welcome! [Ask me]")


def test_an_app_that_tells_little_or_much() -> None:
    config = {
        "questionGuide": {"open": True},
        "fileSelectConfig": {"canSelectFile": True, "canSelectImg": True},
        "variables": [{}, "odd"],
    }
    app = {"name": "\x1b[2J", "chatConfig": config, "chatModels": ["m1", "m2"]}
    with web.serve(lambda _: web.envelope({"app": app})) as url:
        ran = run("app", "info", "--base-url", url, "--api-key", "fastgpt-k", "--app-id", "a" * 24)
    assert ran.out.splitlines() == [
        "name        \ufffd[2J",
        "id          " + "a" * 24,
        "models      m1, m2",
        "variable    ? (any)",
        "suggests    yes",
        "takes       files, images",
    ]


def test_json_for_programs_does_nothing_to_a_terminal() -> None:
    with web.serve(lambda _: web.envelope({"app": {"name": "\x9b2J你好\x7f"}})) as url:
        ran = run("app", "info", "--json", "--base-url", url, "--api-key", "fastgpt-k", "--app-id", "a" * 24, tty=True)
    assert ran.json["name"] == "\x9b2J你好\x7f"
    assert '"name": "\\u009b2J你好\\u007f"' in ran.out


def test_an_app_in_a_terminal(server: FakeFastGPT) -> None:
    ran = run("app", "info", columns=40)
    assert ran.code == 0
    assert "id          6b0000000000000000000001" in ran.text


# --- list -----------------------------------------------------------------------------------------------------------


def test_apps_are_listed(server: FakeFastGPT) -> None:
    ran = run("app", "list")
    assert (ran.code, ran.err) == (0, "9 apps\n")
    assert sorted(row.split()[1] for row in ran.out.splitlines()[1:]) == sorted(server.apps)


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        (["--search", "TOOL"], {"plugin", "tools"}),
        (["--type", "plugin"], {"plugin"}),
        (["--type", "plugin", "--type", "advanced"], {"plugin", "tools", "multi", "workflow_form", "workflow_select"}),
        (["--folder", "f" * 24], {"hidden"}),
        (["--deep"], None),
    ],
)
def test_some_apps_are_listed(server: FakeFastGPT, flags: list[str], names: set[str] | None) -> None:
    hidden = server.app("hidden", id="a" * 24)
    hidden.parent_id = "f" * 24
    folder = server.app("folder", id="f" * 24, type="folder")
    found = {app["name"] for app in run("app", "list", "--json", *flags).json["list"]}
    assert found == (set(server.apps) if names is None else names)
    # A folder in itself is not looked into for ever.
    folder.parent_id, hidden.parent_id = "f" * 24, "f" * 24
    assert len(run("app", "list", "--json", "--deep", "--folder", "f" * 24).json["list"]) == 4


def test_no_apps(server: FakeFastGPT) -> None:
    ran = run("app", "list", "--search", "nothing of the kind")
    assert (ran.code, ran.out, ran.err) == (0, "", "no apps\n")


def test_deep_and_search_do_not_go_together(server: FakeFastGPT) -> None:
    ran = run("app", "list", "--deep", "--search", "x")
    assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_apps_in_a_narrow_terminal_have_whole_ids(server: FakeFastGPT) -> None:
    ran = run("app", "list", columns=40)
    assert ran.code == 0
    assert all(f"id: {app.id}" in ran.text for app in server.apps.values())
    assert "workflow_select" in run("app", "list").out


# --- logs -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def logged(server: FakeFastGPT) -> FakeFastGPT:
    """Return a server whose app has 120 chats."""
    with ChatClient() as client:
        client.create_chat_completion([{"role": "user", "content": "=1+1"}], chatId="c0", customUid="ann")
        client.create_chat_completion([{"role": "user", "content": "你好"}], chatId="c1", responseChatItemId="i1")
        client.send_feedback(chatId="c1", dataId="i1", userGoodFeedback="yes")
    pattern = server.state.chats[server.apps["simple"].id, "c0"]
    from dataclasses import replace  # noqa: PLC0415 - for what comes next alone

    for number in range(2, 120):
        made = replace(pattern, chat_id=f"c{number}", id=f"{number:024x}", order=number + 10)
        server.state.chats[made.app_id, made.chat_id] = made
    return server


def test_the_log_is_listed(logged: FakeFastGPT) -> None:
    ran = run("app", "logs", "--page", "6")
    assert (ran.code, ran.err) == (0, "page 6 of 6, 120 chats\n")
    *_, last = ran.out.splitlines()
    assert last.split()[0] == "c0"
    assert last.split()[-1] == "ann"
    assert "你好" in ran.out
    assert "1 good" in ran.out


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        (["--user", "ann"], 119),
        (["--feedback", "good"], 1),
        (["--search", "你好"], 1),
        (["--errors"], 0),
        (["--source", "share"], 0),
        (["--source", "api", "--source", "share"], 120),
        (["--to", "2020-01-01"], 0),
        (["--unread", "--member", "m"], 120),
    ],
)
def test_filters_of_the_log(logged: FakeFastGPT, flags: list[str], found: int) -> None:
    assert run("app", "logs", "--json", *flags).json["total"] == found
    assert run("app", "logs", "--json", "--all", "--page-size", "100", *flags).json["total"] == found


def test_filters_are_sent_as_the_server_reads_them(logged: FakeFastGPT) -> None:
    run("app", "logs", "--unread", "--member", "m", "--from", "2026-01-31", "--to", "2026-02-01")
    body = logged.requests[-1].json
    assert (body["unreadOnly"], body["tmbIds"]) == (True, ["m"])
    assert body["dateStart"] < body["dateEnd"]


@pytest.mark.parametrize("flags", [["--feedback", "odd"], ["--csv", "a", "--json"], ["--csv", "a", "--jsonl", "b"]])
def test_wrong_flags_of_the_log(server: FakeFastGPT, flags: list[str]) -> None:
    ran = run("app", "logs", *flags)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert not server.requests


def test_a_server_that_keeps_its_log_from_keys() -> None:
    with FakeFastGPT.serve(version="4.14") as server:
        app = server.apps["simple"].id
        ran = run("app", "logs", "--base-url", server.url, "--api-key", server.api_key, "--app-id", app)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "4.15.2" in ran.err


# --- export ---------------------------------------------------------------------------------------------------------


def test_all_pages_as_csv(logged: FakeFastGPT, tmp_path: Path) -> None:
    path = tmp_path / "logs.csv"
    ran = run("app", "logs", "--csv", str(path))
    assert (ran.code, ran.out, ran.err) == (0, "", f"wrote 120 chats to {path}\n")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf_id,chatId,title,")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["chatId"] for row in rows}) == 120
    assert rows[-1]["title"] == "'=1+1"
    assert json.loads(rows[-1]["sourceMember"])["name"] == "Owner"
    assert [each.name for each in tmp_path.iterdir() if each.name != "home"] == ["logs.csv"]


def test_all_pages_as_json_lines(logged: FakeFastGPT, tmp_path: Path) -> None:
    path = tmp_path / "logs.jsonl"
    assert run("app", "logs", "--jsonl", str(path), "--feedback", "good").code == 0
    [item] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert (item["chatId"], item["title"]) == ("c1", "你好")


def test_an_export_to_stdout(logged: FakeFastGPT) -> None:
    ran = run("app", "logs", "--jsonl", "-")
    assert (len(ran.json_lines), ran.err) == (120, "wrote 120 chats\n")
    assert run("app", "logs", "--csv", "-").out.count("\n") == 121


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("a=1", "a=1"),
        ("half\ud800", "half?"),
        (-5, -5),
        (None, None),
        ({"a": "é"}, '{"a": "é"}'),
    ],
)
def test_no_cell_is_a_formula(value: object, cell: object) -> None:
    assert spreadsheet_cell(value) == cell


def test_a_failure_leaves_what_was_there(logged: FakeFastGPT, tmp_path: Path) -> None:
    path = tmp_path / "logs.csv"
    path.write_text("before")

    def second(request: Any) -> bool:
        return bool(request.json["offset"])

    logged.fault("bad_gateway", path="logs/list", when=second, times=None, status=500)
    ran = run("app", "logs", "--csv", str(path))
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir() if each.name != "home"] == ["logs.csv"]


@pytest.mark.parametrize("name", ["", "nowhere/logs.csv", "."])
def test_what_cannot_be_written_is_told_first(server: FakeFastGPT, name: str) -> None:
    ran = run("app", "logs", "--csv", name)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert not server.requests


def test_a_device_is_written_to_and_stays(logged: FakeFastGPT) -> None:
    assert run("app", "logs", "--csv", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_half_of_a_character_is_written_as_json(tmp_path: Path) -> None:
    path = tmp_path / "logs.jsonl"
    body = b'{"code":200,"statusText":"","message":"","data":{"total":1,"list":[{"chatId":"c","title":"\\ud800"}]}}'
    with web.serve(lambda _: web.Reply(200, body, {"Content-Type": "application/json"})) as url:
        flags = ("--base-url", url, "--api-key", "fastgpt-k", "--app-id", "a" * 24)
        assert run("app", "logs", "--jsonl", str(path), *flags).code == 0
        assert run("app", "logs", "--json", *flags).json["list"][0]["title"] == "\ud800"
    assert path.read_text() == '{"chatId": "c", "title": "\\ud800"}\n'


def test_a_terminal_sees_how_far_it_is(logged: FakeFastGPT, tmp_path: Path) -> None:
    path = tmp_path / "logs.csv"
    ran = run("app", "logs", "--csv", str(path), columns=200)
    assert ran.code == 0
    assert b"/120" in ran.seen
    assert ran.text == f"wrote 120 chats to {path}"


def test_an_interrupt_leaves_no_file(logged: FakeFastGPT, tmp_path: Path) -> None:
    second = logged.fault(
        "stall", path="logs/list", when=lambda request: bool(request.json["offset"]), times=None, seconds=600
    )
    with interrupted_when(lambda: second.hits):
        ran = run("app", "logs", "--csv", str(tmp_path / "logs.csv"), columns=80)
    assert ran.code == 130
    assert b"/120" in ran.seen
    assert [each.name for each in tmp_path.iterdir()] == ["home"]


def test_a_reader_that_leaves_is_no_failure(logged: FakeFastGPT) -> None:
    with start("app", "logs", "--jsonl", "-", "--from", "2020-01-01") as started:
        started.out.readline()
        started.out.close()
        err = started.err.read()
        started.wait()
    assert b"Traceback" not in err
