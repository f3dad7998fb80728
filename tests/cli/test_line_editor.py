"""What is typed at a terminal, edited, pasted and brought back."""

from __future__ import annotations

import os
import pty
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.input import create_input
from prompt_toolkit.input.typeahead import clear_typeahead
from rich.console import Console

from fastgpt_client.cli._chat.reader import NotText, Reader
from fastgpt_client.testing import FakeFastGPT
from tests.cli.conftest import questions
from tests.support.command import INTERRUPT
from tests.support.processes import COMMAND
from tests.support.terminal import END, Terminal

UP = "\x1b[A"
CURSOR = "\x1b[1;1R"  # where a terminal says that its cursor is


Typed = Callable[[str | bytes], Reader]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    """Return a reader of a terminal in which a text was typed."""
    master, slave = pty.openpty()
    with open(slave, encoding="utf-8") as stdin, open(slave, "w", encoding="utf-8", closefd=False) as stdout:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", stdout)
        reader = Reader(Console(file=stdout))

        def type_in(text: str | bytes) -> Reader:
            os.write(master, text.encode() if isinstance(text, str) else text)
            return reader

        type_in(CURSOR)
        with reader.holding():
            yield type_in
        clear_typeahead(create_input(stdin))  # kept by the number of the file
    os.close(master)


def test_what_is_entered(typed: Typed) -> None:
    lines = typed("one\rtwo\r")
    assert [lines.read("> "), lines.read("> ")] == ["one", "two"]


def test_a_question_of_several_lines(typed: Typed) -> None:
    assert typed("one\x1b\rtwo\r").read("> ", recall=True) == "one\ntwo"
    assert typed("\x1b[200~three\nfour\x1b[201~\r").read("> ", recall=True) == "three\nfour"


def test_fields(typed: Typed) -> None:
    lines = typed("\x1b[200~Ann\n\x1b[201~\rone\x1b\rtwo\r")
    assert [lines.read("Name: "), lines.read("Text: ")] == ["Ann", "one\ntwo"]


def test_what_was_cut_from_a_secret_stays_there(typed: Typed) -> None:
    lines = typed("sesame\x15other\r\x19seen\r")
    assert [lines.read("Word: ", secret=True), lines.read("Name: ")] == ["other", "seen"]


def test_ctrl_space_does_nothing(typed: Typed) -> None:
    assert typed("a\0b\r").read("> ") == "ab"


def test_the_end_and_what_is_not_text(typed: Typed) -> None:
    with pytest.raises(EOFError):
        typed(END).read("> ")
    with pytest.raises(NotText, match="some bytes are invalid"):
        typed(b"caf\xe9\r").read("> ")


def test_a_question_comes_back_whole(server: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("one\\\r")
        terminal.wait_for_prompt(".")
        terminal.send("two\r")
        terminal.wait_for("tokens")
        terminal.wait_for_prompt()
        terminal.send(UP)
        terminal.wait_for_prompt("> one\n. two")
        terminal.send("!\r")
        terminal.wait_until(lambda: len(questions(server)) == 2, "the second question")
    assert questions(server) == ["one\ntwo", "one\ntwo!"]


def test_what_is_typed_before_an_interrupt_is_kept(endless: FakeFastGPT) -> None:
    with Terminal("chat") as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hello\r")
        terminal.wait_for("Once")
        terminal.press("better")
        terminal.press(INTERRUPT)
        terminal.wait_for("stopped")
        terminal.wait_for("> better")


@pytest.mark.parametrize("answers", [False, True], ids=["prompt", "answer"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_it_leaves_the_terminal_as_it_was(
    endless: FakeFastGPT, answers: bool, number: signal.Signals
) -> None:
    with Terminal("chat") as terminal:
        before = terminal.modes
        terminal.wait_for_prompt()
        if answers:
            terminal.send("Hello\r")
            terminal.wait_for("Once")
        terminal.kill(number)
        assert terminal.wait() == 128 + number
        assert terminal.modes == before
        assert b"Traceback" not in terminal.seen
        assert terminal.seen.rfind(b"\x1b[?2004l") > terminal.seen.rfind(b"\x1b[?2004h")


def test_a_signal_that_is_ignored_stays_so(server: FakeFastGPT) -> None:
    with Terminal("chat", command=["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"', *COMMAND]) as terminal:
        terminal.wait_for_prompt()
        terminal.kill(signal.SIGHUP)
        terminal.send("Hello\r")
        terminal.wait_for("You said: Hello")


def test_pastes_are_marked_where_errors_go_elsewhere(endless: FakeFastGPT, tmp_path: Path) -> None:
    errors = tmp_path / "errors.txt"
    with Terminal("chat", command=["/bin/sh", "-c", f'exec "$0" "$@" 2>{errors}', *COMMAND]) as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hello\r")
        terminal.wait_for("Once")
        assert terminal.seen.rfind(b"\x1b[?2004h") > terminal.seen.rfind(b"\x1b[?2004l")
    assert b"\x1b[?" not in errors.read_bytes()


def test_the_prompt_is_seen_where_the_answers_go_elsewhere(server: FakeFastGPT, tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    shell = ["/bin/sh", "-c", f'exec "$0" "$@" >{answers}', *COMMAND]
    with Terminal("chat", command=shell) as terminal:
        terminal.wait_for_prompt()
        terminal.send("Helo\x1b[Dl\r")
        terminal.wait_for("tokens")
        terminal.wait_for_prompt()
        terminal.send(END)
        assert terminal.wait() == 0
    assert answers.read_text("utf-8") == "You said: Hello\n"


def test_a_terminal_that_cannot_move_its_cursor(server: FakeFastGPT) -> None:
    with Terminal("chat", environment={"TERM": "dumb"}) as terminal:
        terminal.wait_for_prompt()
        terminal.send("Hello\r")
        terminal.wait_for("You said: Hello")
        terminal.wait_for("tokens")
        terminal.wait_for_prompt()
        terminal.send(END)
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.seen
