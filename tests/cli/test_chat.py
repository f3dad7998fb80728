"""`fastgpt-client chat`: its turns, and what is said around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import ChatClient, ChatCompletion
from fastgpt_client.cli._chat.chat_view import ChatView
from fastgpt_client.events import Event
from fastgpt_client.testing import Failure, FakeFastGPT, Fixed, Form, Select
from tests.cli.conftest import use
from tests.support.command import INTERRUPT, run
from tests.support.processes import start


def completions(server: FakeFastGPT) -> list[dict[str, Any]]:
    return [request.json for request in server.requests if "completions" in request.path]


@pytest.fixture
def app(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that makes the app of the chat."""

    def make(answer: Any, **options: Any) -> str:
        made = server.app(answer=answer, **options)
        monkeypatch.setenv("FASTGPT_APP_ID", made.id)
        return made.id

    return make


# --- piped ----------------------------------------------------------------------------------------------------------


def test_what_is_piped_in_is_asked_line_by_line(server: FakeFastGPT) -> None:
    ran = run("chat", "--chat-id", "here", stdin="one\n\ntwo")
    assert (ran.code, ran.out) == (0, "You said: one\nYou said: two\n")
    lines = ran.err.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("14 tokens")
    assert lines[2] == "total of 2 answers · 34 tokens (26 in, 8 out) · 0.042 points"
    assert lines[-1] == "Continue with: fastgpt-client chat --chat-id here"


def test_an_answer_that_says_nothing_of_its_nodes_has_no_cost_to_show(
    server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChatCompletion, "node_responses", [])
    ran = run("chat", "--chat-id", "here", stdin="one")
    assert (ran.code, ran.out) == (0, "You said: one\n")
    assert ran.err.splitlines() == ["Continue with: fastgpt-client chat --chat-id here"]


def test_the_welcome_is_said_aside(server: FakeFastGPT) -> None:
    ran = run("chat", stdin="")
    assert (ran.code, ran.out, ran.err) == (0, "", "Welcome! [Ask me]\n")


def test_a_failed_turn_is_one_line_and_the_chat_goes_on(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answers=[Failure("500 no"), "Hello."]).id)
    ran = run("chat", stdin="one\ntwo\n")
    assert (ran.code, ran.out) == (1, "Hello.\n")
    assert sum(line.startswith("fastgpt-client: The run failed: 500") for line in ran.err.splitlines()) == 1


def test_a_line_that_is_no_text_is_passed_over(server: FakeFastGPT) -> None:
    ran = run("chat", stdin=b"caf\xe9\nhello\n")
    assert (ran.code, ran.out) == (1, "You said: hello\n")
    assert "fastgpt-client: the input is not valid text (byte 0xe9 at 3, for utf-8): encode it as UTF-8" in ran.err


def test_a_key_that_stops_being_good_ends_the_chat(server: FakeFastGPT) -> None:
    server.fault("error_before_run", message="unAuthApiKey")
    ran = run("chat", stdin="one\ntwo\n")
    assert (ran.code, ran.out) == (1, "")
    assert "set another key with fastgpt-client login" in ran.err


def test_interrupted_piped_it_ends_with_130(endless: FakeFastGPT) -> None:
    with start("chat") as started:
        started.type("hello\n")
        assert started.out.read(4) == b"Once"
        started.interrupt()
        ran = started.end()
    assert ran.code == 130
    assert "Traceback" not in ran.err


def test_interrupted_between_questions_it_ends_with_130(server: FakeFastGPT) -> None:
    assert run("chat", stdin=b"").code == 0
    with start("chat") as started:
        started.type("one\n")
        while not started.err.readline().startswith(b"14 tokens"):
            pass
        started.interrupt()
        ran = started.end()
    assert (ran.code, ran.out) == (130, "You said: one\n")


def test_a_reader_that_leaves_ends_it_quietly(talkative: FakeFastGPT) -> None:
    with start("chat") as started:
        started.type("hello\n")
        assert started.out.read(4) == b"once"
        started.out.close()
        err = started.err.read()
        assert started.wait() == 1
    assert b"Traceback" not in err
    assert b"Broken" not in err


def test_no_server_ends_it_at_once(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.0)
    ran = run("chat", "--base-url", "http://127.0.0.1:9", stdin="hello\n")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_no_such_app_ends_it_at_once(server: FakeFastGPT) -> None:
    ran = run("chat", "--app-id", "6b0000000000000000000999", stdin="hello\n")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_a_greeting_that_is_not_to_be_had_is_no_reason_to_end(server: FakeFastGPT) -> None:
    server.fault("bad_gateway", path="chat/init", times=None)
    ran = run("chat", stdin="hello\n")
    assert (ran.code, ran.out) == (0, "You said: hello\n")
    assert "Welcome" not in ran.err


def test_an_app_that_the_key_names_needs_no_id(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", server.app_key("simple"))
    monkeypatch.delenv("FASTGPT_APP_ID")
    assert run("chat", stdin="hello\n").out == "You said: hello\n"


# --- what is asked --------------------------------------------------------------------------------------------------


def test_variables_and_system_go_with_each_question(server: FakeFastGPT) -> None:
    assert run("chat", "--var", "lang=de", "--system", "Be brief.", stdin="one\ntwo\n").code == 0
    for sent in completions(server):
        assert sent["variables"] == {"lang": "de"}
        assert [message["role"] for message in sent["messages"]] == ["system", "user"]


def test_files_go_with_the_first_question(server: FakeFastGPT, tmp_path: Path) -> None:
    server.apps["simple"].takes_files = True
    path = tmp_path / "notes.txt"
    path.write_text("hello")
    assert run("chat", "--file", str(path), stdin="What is in it?\nAnd now?\n").code == 0
    [first, second] = [sent["messages"][-1]["content"] for sent in completions(server)]
    assert [part["type"] for part in first] == ["file_url", "text"]
    assert second == "And now?"


def test_a_missing_file_is_told_before_anything_is_asked(server: FakeFastGPT) -> None:
    assert run("chat", "--file", "nowhere.txt").code == 2
    assert server.requests == []


# --- what is said of an answer --------------------------------------------------------------------------------------


def test_sources_are_numbered(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "search", monkeypatch)
    ran = run("chat", stdin="hello\n")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "You said: hello"
    assert ran.out.splitlines()[1].startswith("[1] ")


def test_a_run_that_failed_in_part_is_told(server: FakeFastGPT, app: Callable[..., str]) -> None:
    app([Fixed("The first half."), Failure("no more")])
    ran = run("chat", stdin="hello\n")
    assert (ran.code, ran.out) == (1, "The first half.\n")
    assert "fastgpt-client: a part of the run failed: no more" in ran.err


# --- a chat that goes on --------------------------------------------------------------------------------------------


def test_a_chat_that_goes_on_shows_where_it_was_left(server: FakeFastGPT) -> None:
    assert run("ask", "first", "--chat-id", "here").code == 0
    ran = run("chat", "--chat-id", "here", "--app-id", server.apps["simple"].id, stdin="second\n")
    assert ran.out == "You said: second\n"
    lines = ran.err.splitlines()
    assert lines[:2] == ["> first", "You said: first"]
    assert lines[-1] == f"Continue with: fastgpt-client chat --chat-id here --app-id {server.apps['simple'].id}"


def test_a_chat_that_waits_is_answered_first(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "workflow_select", monkeypatch)
    assert run("ask", "hello", "--chat-id", "here").code == 0
    ran = run("chat", "--chat-id", "here", stdin="red\n")
    assert (ran.code, ran.out) == (0, "You chose red: Red\n")
    assert ran.err.splitlines()[:4] == ["> hello", "Pick a colour", "  1. Red", "  2. Blue"]


def test_a_chat_that_is_not_there_begins(server: FakeFastGPT) -> None:
    assert run("chat", "--chat-id", "new", stdin="hello\n").out == "You said: hello\n"


def test_a_run_that_waits_still_waits_after_a_failed_reply(server: FakeFastGPT, app: Callable[..., str]) -> None:
    app([Select("Which?", {"A": "It is A.", "B": "It is B."})])
    reply = server.fault("error_before_run", message="aiPointsNotEnough", when=lambda request: "A" in str(request.json))
    ran = run("chat", stdin="hello\nA\nA\n")
    assert (reply.hits, ran.code, ran.out) == (1, 1, "It is A.\n")
    assert ran.err.count("Which?") == 2


def test_a_failed_turn_without_a_look_at_the_chat(server: FakeFastGPT, app: Callable[..., str]) -> None:
    app([Select("Which?", {"A": "It is A."})])
    server.fault("error_before_run", message="aiPointsNotEnough", when=lambda request: "A" in str(request.json))
    server.fault("bad_gateway", path="Records", times=None)
    ran = run("chat", stdin="hello\nA\nA\n")
    assert (ran.code, ran.out) == (1, "It is A.\n")


# --- at a terminal, without one -------------------------------------------------------------------------------------


def test_interrupted_at_the_prompt_it_goes_on(server: FakeFastGPT) -> None:
    ran = run("chat", stdin=f"one\n{INTERRUPT}\ntwo\n", tty=True)
    assert ran.code == 0
    assert "You said: two" in ran.out


def test_interrupted_an_answer_is_stopped(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    show, shown = ChatView.show, []

    def interrupted(self: ChatView, event: Event) -> None:
        shown.append(event)
        if len(shown) == 3:
            raise KeyboardInterrupt
        show(self, event)

    monkeypatch.setattr(ChatView, "show", interrupted)
    ran = run("chat", stdin="one\ntwo\n", tty=True)
    assert ran.code == 0
    assert "stopped" in ran.err
    assert "You said: two" in ran.out


def test_interrupted_piped_it_ends(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: ChatView, event: Event) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ChatView, "show", interrupted)
    assert run("chat", stdin="one\ntwo\n").code == 130


def test_an_empty_line_asks_nothing(server: FakeFastGPT) -> None:
    assert run("chat", stdin=" \n", tty=True).code == 0
    assert not completions(server)


def test_debug_shows_where_a_turn_failed(server: FakeFastGPT) -> None:
    ran = run("chat", "--debug", stdin="LLM500\n", tty=True)
    assert ran.code == 0
    assert "Traceback" in ran.err


def test_a_failed_turn_is_no_failure_for_somebody_who_types(server: FakeFastGPT) -> None:
    assert run("chat", stdin="LLM500\n", tty=True).code == 0


def test_a_form_takes_files_and_urls(server: FakeFastGPT, app: Callable[..., str], tmp_path: Path) -> None:
    fields = [{"key": "files", "label": "Files", "type": "fileSelect", "maxFiles": 3}]
    app(Form("Your files?", fields, lambda values: str(values["files"])), files=True)
    notes, dot = tmp_path / "notes.txt", tmp_path / "dot.png"
    notes.write_text("hello")
    dot.write_bytes(b"\x89PNG\r\n\x1a\n")
    ran = run("chat", stdin=f"hello\nhttp://a.test/b.pdf, {notes}, {dot}\n")
    assert ran.code == 0
    assert "http://a.test/b.pdf" in ran.out
    assert "'name': 'notes.txt'" in ran.out
    assert ran.out.count("'url'") == 2


def test_a_file_that_cannot_be_read_is_asked_for_again(server: FakeFastGPT, app: Callable[..., str]) -> None:
    app(Form("Your files?", [{"key": "files", "label": "Files", "type": "fileSelect"}], "Thanks."))
    ran = run("chat", stdin="hello\nnowhere.txt\n\n")
    assert (ran.code, ran.out) == (0, "Thanks.\n")
    assert "no such file: 'nowhere.txt'" in ran.err


def test_a_file_that_fails_to_be_read_is_one_line(
    server: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("hello")

    def refuse(self: ChatClient, *given: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ChatClient, "upload_file", refuse)
    ran = run("chat", "--file", str(path), stdin="What is in it?\nhello\n")
    assert (ran.code, ran.out) == (1, "You said: hello\n")
    assert f"fastgpt-client: cannot read {path}: Permission denied\n" in ran.err


def test_what_a_prompt_says_is_not_obeyed(server: FakeFastGPT, app: Callable[..., str]) -> None:
    app(Form("[b]", [{"key": "a", "label": "\x1b[2J\x01A\nB", "description": "[i]"}], "Thanks."))
    ran = run("chat", stdin="hello\nx\n", tty=True)
    assert ran.code == 0
    assert "�[2J�A B: " in ran.err
    assert "\x1b[2J" not in ran.out + ran.err
    assert "[b]\n[i]\n" in ran.err.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")


def test_the_cost_is_on_a_line_of_its_own_in_a_pipe_of_both_streams(server: FakeFastGPT) -> None:
    ran = run("chat", stdin="hello\n")
    assert b"You said: hello\r\n14 tokens (10 in, 4 out)" in ran.seen


# --- the demo -------------------------------------------------------------------------------------------------------


def test_the_demo_runs_piped() -> None:
    ran = run("chat", "--demo", stdin="What does it cost?\nwhich plan\nPro\n")
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == [
        "[1] prices.md: Basic costs 5 a month, for up to 3 people.",
        "[2] prices.md: Pro costs 20 a month, for as many people as you like.",
        "[3] terms.md: Each plan can be tried for 14 days.",
        "Pro it is.",
    ]
    assert ran.err.startswith("This is a demo without a model. --app-id: tour, simple, workflow_select, ")


def test_the_demo_greets_who_types() -> None:
    ran = run("chat", "--demo", stdin="", tty=True)
    assert ran.code == 0
    assert "Ask for the weather (a tool is called)" in ran.err


def test_a_chat_of_the_demo_goes_on() -> None:
    ran = run("chat", "--demo", "--chat-id", "demo-order", stdin="Ann\n12\nn\n")
    assert (ran.code, ran.out) == (0, "Thank you, Ann! 12 seats are yours; the invoice comes by post.\n")
