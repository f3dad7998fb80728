"""What is typed and pasted while an answer arrives, and what the chat itself is told while the app waits."""

from __future__ import annotations

import os
import pty
import re
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from fastgpt_client.cli._chat.reader import Reader
from fastgpt_client.testing import Delay, Failure, FakeFastGPT, Fixed, Select
from tests.cli.conftest import questions
from tests.support.command import INTERRUPT, run
from tests.support.terminal import END, Terminal

PIECES = ["First ", Delay(1.0), "answer."]


@pytest.fixture
def slow(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    """The server, whose app takes its time for the first answer."""
    app = server.app(answers=[PIECES, "Second answer.", "Third answer."])
    monkeypatch.setenv("FASTGPT_APP_ID", app.id)
    return server


def test_what_is_typed_ahead_is_the_next_question(slow: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("one\r")
        terminal.wait_for("First")
        terminal.send("two and")
        terminal.wait_for("> two and")
        # It did not get between the pieces of the answer.
        assert "First answer." in terminal.lines
        terminal.send(" more\r")
        terminal.wait_for("Second answer.")
        terminal.wait_for_prompt()
    assert questions(slow) == ["one", "two and more"]


def test_what_is_entered_ahead_is_asked_and_ctrl_d_leaves_after_it(slow: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("one\r")
        terminal.wait_for("First")
        terminal.send(f"two\rthree\r{END}")
        assert terminal.wait() == 0
        assert terminal.text.count("answer.") == 3
        assert b"Traceback" not in terminal.seen
    assert questions(slow) == ["one", "two", "three"]


def test_a_paste_ahead_is_one_question(slow: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("one\r")
        terminal.wait_for("First")
        terminal.send("\x1b[200~two\nthree\x1b[201~")
        terminal.wait_for("three")
        terminal.send("\r")
        terminal.wait_for("Second answer.")
    assert questions(slow) == ["one", "two\nthree"]


def test_an_interrupt_leaves_the_terminal_as_it_was(endless: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("one\r")
        terminal.wait_for("Once")
        terminal.press(INTERRUPT)
        terminal.wait_for_prompt()
        terminal.send("typed")
        terminal.wait_for("> typed")


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A reader of a pseudo-terminal, and that terminal."""
    master, slave = pty.openpty()
    with open(slave, encoding="utf-8") as stdin, open(slave, "w", encoding="utf-8", closefd=False) as stdout:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", stdout)
        yield Reader(Console(file=stdout)), slave
    os.close(master)


def test_a_terminal_shows_what_is_typed_again_afterwards(reader: Any) -> None:
    held, slave = reader
    before = termios.tcgetattr(slave)
    with held.holding():
        assert not termios.tcgetattr(slave)[3] & (termios.ECHO | termios.ICANON)
    assert termios.tcgetattr(slave) == before


def test_without_a_way_to_hide_it_it_is_shown(reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    held, slave = reader
    monkeypatch.setitem(sys.modules, "termios", None)
    with held.holding():
        pass
    assert termios.tcgetattr(slave)[3] & termios.ECHO


# --- while the app waits --------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    """The server, whose app asks back."""
    monkeypatch.setattr("fastgpt_client.cli._chat.reader.stdin_is_terminal", lambda: True)
    choice = Select("Which?", {"A": Fixed("A it is."), "/B": Fixed("B it is.")})
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=choice).id)
    return server


def test_the_chat_obeys_while_the_app_waits(waiting: FakeFastGPT, tmp_path: Path) -> None:
    file = tmp_path / "chat.md"
    ran = run("chat", stdin=f"Hi\n/help\n/save {file}\n/retry\n1\n")
    assert ran.err.count("Which?\n") == 4
    assert "/file PATH" in ran.err
    assert f"wrote 2 messages to {file}\n" in ran.err
    assert "fastgpt-client: the app waits for your answer; /new begins another chat\n" in ran.err
    assert ran.out == "A it is.\n"


def test_a_new_chat_leaves_one_that_waits(waiting: FakeFastGPT) -> None:
    ran = run("chat", stdin="Hi\n/new\nHi\n1\n")
    assert "a new chat\n" in ran.err
    assert ran.out == "A it is.\n"
    assert len(waiting.state.chats) == 2


def test_what_is_no_command_is_an_answer(waiting: FakeFastGPT) -> None:
    assert run("chat", stdin="Hi\n/B\n").out == "B it is.\n"


def test_what_a_run_cost_before_it_waited_is_counted(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    choice = Select("Which?", {"A": "A it is."})
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=["Some words first. ", choice]).id)
    ran = run("chat", stdin="Hi\nA\n")
    [cost] = [line for line in ran.err.splitlines() if " tokens (" in line]
    first, second = (int(part.split()[0]) for part in cost.partition("(")[2].split(", ")[:2])
    nodes = [node for chat in server.state.chats.values() for record in chat.records for node in record.nodes]
    assert (first, second) == (
        sum(node.get("inputTokens", 0) for node in nodes),
        sum(node.get("outputTokens", 0) for node in nodes),
    )


# --- attachments ----------------------------------------------------------------------------------------------------


def test_files_are_shown(server: FakeFastGPT, tmp_path: Path) -> None:
    server.apps["simple"].takes_files = True
    for name in ("notes.txt", "图.png"):
        (tmp_path / name).write_bytes(b"x")
    files = "--file", str(tmp_path / "notes.txt"), "--file", str(tmp_path / "图.png")
    ran = run("chat", "--chat-id", "here", *files, stdin="what is in them?\nand now?\n", columns=80)
    assert ran.code == 0
    assert "with the next question: notes.txt, 图.png" in ran.lines
    assert [line for line in ran.lines if line.startswith("[file ")] == ["[file notes.txt]", "[file 图.png]"]
    assert "· uploading notes.txt, 图.png…".encode() in ran.seen
    again = run("chat", "--chat-id", "here", stdin="", columns=80)
    assert again.code == 0


def test_files_of_the_last_messages_are_shown_again(server: FakeFastGPT, tmp_path: Path) -> None:
    server.apps["simple"].takes_files = True
    (tmp_path / "notes.txt").write_text("x")
    assert run("ask", "hello", "--chat-id", "here", "--file", str(tmp_path / "notes.txt")).code == 0
    ran = run("chat", "--chat-id", "here", stdin="")
    assert ran.err.splitlines()[:3] == ["[file notes.txt]", "> hello", "You said: hello"]


def test_a_question_that_is_asked_again_brings_its_files(
    server: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastgpt_client.cli._chat.reader.stdin_is_terminal", lambda: True)
    server.apps["simple"].takes_files = True
    (tmp_path / "notes.txt").write_text("x")
    file = tmp_path / "chat.md"
    ran = run("chat", "--file", str(tmp_path / "notes.txt"), stdin=f"hello\n/retry\n/save {file}\n")
    assert ran.err.count("[file notes.txt]\n") == 2
    assert file.read_text("utf-8").count("## user\n\n[file notes.txt]\n\nhello\n") == 2


# --- waits ----------------------------------------------------------------------------------------------------------


def test_a_retry_is_a_status_that_goes_away(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._base.session._FIRST_WAIT", 0.0)
    server.fault("rate_limit", path="completions", times=1, seconds=0.01)
    ran = run("chat", stdin="hello\n", columns=120)
    assert ran.code == 0
    assert "limits the number of requests; retrying in " in ran.seen.decode()
    assert "retrying" not in ran.text


# --- what a chat costs ----------------------------------------------------------------------------------------------


def test_a_run_that_was_not_continued_is_in_the_total(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._chat.reader.stdin_is_terminal", lambda: True)
    choice = Select("Which?", {"A": "A it is."})
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answers=[["Some words first. ", choice], "Yes."]).id)
    ran = run("chat", stdin="Hi\n/new\nHello\n")
    [shown, total] = map(int, re.findall(r"(\d+) tokens \(", ran.err))
    assert total > shown
    assert f"total of 2 answers · {total} tokens (" in ran.err


def test_a_run_that_failed_is_in_the_total(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answers=[["Some words. ", Failure("500 no")], "Yes."]).id)
    ran = run("chat", stdin="Hi\nHello\n")
    assert ran.code == 1
    assert [line for line in ran.err.splitlines() if line.startswith("total of 2 answers · ")] != []
