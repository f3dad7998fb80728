"""`fastgpt-client histories`, `rename`, `pin`, `delete`, `clear`."""

from __future__ import annotations

import pytest

from fastgpt_client import ChatClient
from fastgpt_client.testing import FakeFastGPT
from tests.support import web
from tests.support.command import INTERRUPT, run
from tests.support.terminal import END, Terminal

IDS = [f"chat{number:020}" for number in range(1, 4)]
TITLES = ["Hello there", "你好,世界", "\x1b[31m=red?"]


@pytest.fixture
def chats(server: FakeFastGPT) -> FakeFastGPT:
    """Return a server whose app has three chats, the first one the oldest."""
    with ChatClient() as client:
        for chat_id, title in zip(IDS, TITLES, strict=True):
            client.create_chat_completion([{"role": "user", "content": title}], chatId=chat_id)
    return server


def ids(server: FakeFastGPT) -> list[str]:
    """Return the ids of the chats that are there, in the server's order."""
    return [chat.chat_id for chat in server.state.chats_of(server.apps["simple"].id) if not chat.deleted]


def paths(server: FakeFastGPT) -> list[str]:
    return [request.path.rpartition("/")[2] for request in server.requests]


# --- histories ------------------------------------------------------------------------------------------------------


def test_chats_are_listed_the_newest_first(chats: FakeFastGPT) -> None:
    ran = run("histories")
    head, *rows = ran.out.splitlines()
    assert head.split() == ["chat", "title", "changed", "state"]
    assert [row.split()[0] for row in rows] == IDS[::-1]
    assert (ran.code, ran.err) == (0, "page 1 of 1, 3 chats\n")


def test_a_title_does_nothing_to_the_terminal(chats: FakeFastGPT) -> None:
    ran = run("histories", tty=True)
    assert "\ufffd[31m=red?" in ran.out
    assert "\x1b[31m" not in ran.out


def test_one_page_of_them(chats: FakeFastGPT) -> None:
    ran = run("histories", "--page", "2", "--page-size", "2", "--json")
    assert ([chat["chatId"] for chat in ran.json["list"]], ran.json["total"]) == (IDS[:1], 3)
    assert ran.err == "page 2 of 2, 3 chats\n"


def test_all_pages_of_them(chats: FakeFastGPT) -> None:
    ran = run("histories", "--all", "--page-size", "2", "--json")
    assert ([chat["chatId"] for chat in ran.json["list"]], ran.json["total"]) == (IDS[::-1], 3)
    assert ran.err == "3 chats\n"
    assert paths(chats)[-2:] == ["getHistories"] * 2


def test_json_is_what_the_server_sent(chats: FakeFastGPT) -> None:
    [chat] = run("histories", "--json", "--page-size", "1").json["list"]
    assert chat["title"] == TITLES[2]
    assert set(chat) >= {"appId", "chatId", "customTitle", "top", "updateTime"}


def test_a_page_that_is_not_there(chats: FakeFastGPT) -> None:
    ran = run("histories", "--page", "9", "--page-size", "2")
    assert (ran.code, ran.out, ran.err) == (0, "", "no page 9: the list has 3 chats on 2 pages\n")


@pytest.mark.parametrize("flags", [[], ["--all"]], ids=["page", "all"])
def test_no_chats_are_no_failure(server: FakeFastGPT, flags: list[str]) -> None:
    ran = run("histories", *flags)
    assert (ran.code, ran.out, ran.err) == (0, "", "no chats\n")


def test_the_plain_list_of_old_servers_is_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    with web.serve(lambda _: web.envelope([{"chatId": "c1"}, {"chatId": "c2"}])) as url:
        ran = run("histories", "--base-url", url, "--api-key", "fastgpt-k", "--app-id", "a" * 24)
    assert [row.strip() for row in ran.out.splitlines()[1:]] == ["c1", "c2"]
    assert (ran.code, ran.err) == (0, "page 1 of 1, 2 chats\n")


def test_states_of_a_chat(chats: FakeFastGPT) -> None:
    app_id = chats.apps["simple"].id
    for chat_id, status in zip(IDS, (0, 2, 1), strict=True):
        chats.state.chats[app_id, chat_id].status = status
    chats.state.chats[app_id, IDS[0]].top = True
    chats.state.chats[app_id, IDS[2]].read = True
    chats.state.chats[app_id, IDS[2]].custom_title = "Mine"
    rows = run("histories").out.splitlines()[1:]
    assert rows[0].endswith("pinned, generating, unread")
    assert "Mine" in rows[1]
    assert rows[2].endswith("failed, unread")


@pytest.mark.parametrize(("source", "found"), [("all", 3), ("api", 3), ("share", 0)])
def test_where_they_come_from(chats: FakeFastGPT, source: str, found: int) -> None:
    assert len(run("histories", "--source", source, "--json").json["list"]) == found


@pytest.mark.parametrize("flags", [[], ["--all"]], ids=["page", "all"])
@pytest.mark.parametrize(("span", "found"), [(["--from", "2020-01-01"], 3), (["--to", "2020-01-01"], 0)])
def test_when_they_were_changed(chats: FakeFastGPT, flags: list[str], span: list[str], found: int) -> None:
    assert len(run("histories", "--json", *flags, *span).json["list"]) == found


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--source", "nowhere"], "--source: 'nowhere' is not one of test, online, share, api"),
        (["--from", "yesterday"], "--from: 'yesterday' is not a date: write it as 20"),
        (["--from", "2026-02-02", "--to", "2026-02-01"], "--from: 2026-02-02 is after 2026-02-01, the last day"),
        (["--page", "0"], "--page"),
    ],
)
def test_wrong_flags(server: FakeFastGPT, flags: list[str], said: str) -> None:
    ran = run("histories", *flags)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not server.requests


def test_a_wrong_key_is_one_line(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "fastgpt-wrong")
    ran = run("histories")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "unAuthApiKey" in ran.err


def test_no_app_is_one_line(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASTGPT_APP_ID")
    ran = run("histories")
    assert (ran.code, ran.err) == (
        2,
        "fastgpt-client: no app: pass --app-id, set FASTGPT_APP_ID, or run fastgpt-client login\n",
    )


def test_an_app_key_says_which_app_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASTGPT_APP_ID", raising=False)
    with FakeFastGPT.serve(version="4.18") as server:
        to = ["--base-url", server.url, "--api-key", server.app_key("simple")]
        assert run("ask", "hello", *to).out == "You said: hello\n"
        with ChatClient(server.app_key("simple"), server.url) as client:
            client.conversation(chatId="c1").ask("hello")
        ran = run("histories", *to)
    assert (ran.code, ran.out.splitlines()[1].split()[0]) == (0, "c1")


def test_piped_there_is_no_terminal_in_it(chats: FakeFastGPT) -> None:
    ran = run("histories")
    assert ran.code == 0
    assert [row.split()[0] for row in ran.out.splitlines()[1:]] == IDS[::-1]
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("columns", [80, 40])
def test_in_a_terminal_ids_are_whole(chats: FakeFastGPT, columns: int) -> None:
    ran = run("histories", columns=columns)
    assert ran.code == 0
    assert all(chat_id in ran.text for chat_id in IDS)
    assert "你好" in ran.text
    assert "page 1 of 1, 3 chats" in ran.text


def test_the_demo_has_chats() -> None:
    assert "demo-weather" in run("histories", "--demo").out


# --- rename, pin ----------------------------------------------------------------------------------------------------


def test_rename(chats: FakeFastGPT) -> None:
    ran = run("rename", IDS[0], "新 name")
    assert (ran.code, ran.out, ran.err) == (0, "", f"renamed {IDS[0]} to 新 name\n")
    assert chats.state.chats[chats.apps["simple"].id, IDS[0]].custom_title == "新 name"


def test_pin_and_unpin(chats: FakeFastGPT) -> None:
    assert run("pin", IDS[0]).err == f"pinned {IDS[0]}\n"
    assert ids(chats)[0] == IDS[0]
    run("pin", IDS[1])
    assert run("pin", IDS[1], "--off").err == f"unpinned {IDS[1]}\n"
    assert ids(chats)[0] == IDS[0]


def test_a_chat_that_may_not_be_there_is_told(chats: FakeFastGPT) -> None:
    said = "fastgpt-client: no chat nonsense with messages: fastgpt-client histories lists the chats\n"
    for command in (("rename", "nonsense", "x"), ("pin", "nonsense"), ("delete", "nonsense", "--yes")):
        ran = run(*command)
        assert (ran.code, ran.out, ran.err) == (1, "", said)
    assert run("delete", "nonsense", IDS[0], "--yes").err == f"deleted {IDS[0]}\n{said}"


def test_renaming_through_pipes_and_in_a_terminal(chats: FakeFastGPT) -> None:
    assert run("rename", IDS[0], "piped").code == 0
    ran = run("pin", IDS[0], columns=80)
    assert (ran.code, ran.text) == (0, f"pinned {IDS[0]}")
    chat = chats.state.chats[chats.apps["simple"].id, IDS[0]]
    assert (chat.custom_title, chat.top) == ("piped", True)


# --- delete, clear --------------------------------------------------------------------------------------------------


def test_deleting_asks_first(chats: FakeFastGPT) -> None:
    ran = run("delete", IDS[0], IDS[1], tty=True, stdin="y\n")
    assert ran.code == 0
    assert f"Delete 2 chats: {IDS[0]}, {IDS[1]}? [y/N] " in ran.err
    assert ran.err.endswith(f"deleted {IDS[0]}\ndeleted {IDS[1]}\n")
    assert ids(chats) == [IDS[2]]


@pytest.mark.parametrize("reply", ["\n", "n\n", "yesss\n", ""], ids=["return", "no", "neither", "end"])
def test_what_is_not_yes_is_no(chats: FakeFastGPT, reply: str) -> None:
    ran = run("delete", IDS[0], tty=True, stdin=reply)
    assert (ran.code, ran.err.rpartition("fastgpt-client: ")[2]) == (1, "nothing was deleted\n")
    assert len(ids(chats)) == 3


def test_an_interrupt_is_no(chats: FakeFastGPT) -> None:
    assert run("delete", IDS[0], tty=True, stdin=INTERRUPT + "\n").code == 130
    assert len(ids(chats)) == 3


@pytest.mark.parametrize("command", [["delete", "x"], ["delete", "x", "--record", "y"], ["clear"]])
def test_without_a_terminal_nothing_is_asked_and_nothing_sent(server: FakeFastGPT, command: list[str]) -> None:
    ran = run(*command, stdin="y\n")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "fastgpt-client: cannot ask for confirmation without a terminal: add --yes\n"
    assert not server.requests


def test_yes_is_said_beforehand(chats: FakeFastGPT) -> None:
    assert run("delete", IDS[0], "--yes").code == 0
    assert len(ids(chats)) == 2


def test_a_message_is_deleted(chats: FakeFastGPT) -> None:
    chat = chats.state.chats[chats.apps["simple"].id, IDS[0]]
    data_id = chat.records[0].data_id
    ran = run("delete", IDS[0], "--record", data_id, tty=True, stdin="YES\n")
    assert (ran.code, chat.alive) == (0, [])
    assert f"Delete the message {data_id} of the chat {IDS[0]}? [y/N] deleted the message {data_id}\n" in ran.err


def test_a_message_is_of_one_chat(chats: FakeFastGPT) -> None:
    ran = run("delete", IDS[0], IDS[1], "--record", "x", "--yes")
    assert (ran.code, ran.err) == (2, "fastgpt-client: --record: name one chat only, that of the message\n")


def test_clearing_names_the_app(chats: FakeFastGPT) -> None:
    ran = run("clear", tty=True, stdin="y\n")
    assert ran.code == 0
    app_id = chats.apps["simple"].id
    assert f"Delete all chats with simple ({app_id}) that anybody in the team started with an API key? [y/N]" in ran.err
    assert ids(chats) == []


def test_clearing_names_the_app_as_far_as_it_is_told(chats: FakeFastGPT) -> None:
    chats.fault("error_before_run", path="chat/init", times=None)
    ran = run("clear", tty=True, stdin="n\n")
    assert f"Delete all chats with {chats.apps['simple'].id} that anybody" in ran.err


def test_clearing_without_asking(chats: FakeFastGPT) -> None:
    assert run("clear", "--yes").err == "deleted all of the app's chats that were started with an API key\n"
    assert paths(chats)[-1] == "clearHistories"
    assert "init" not in paths(chats)


@pytest.mark.parametrize(("key", "code"), [(END, 1), (INTERRUPT, 130)])
def test_asking_in_a_terminal(chats: FakeFastGPT, key: str, code: int) -> None:
    with Terminal("delete", IDS[0]) as terminal:
        terminal.wait_for("[y/N]")
        terminal.press(key)
        assert terminal.wait() == code
    assert IDS[0] in ids(chats)
