"""What is piped in, or typed at something that only looks like a terminal, line by line."""

from __future__ import annotations

import getpass
import sys

import pytest
from rich.console import Console

from fastgpt_client.cli._chat.reader import LineDropped, NotText, Reader, read_all, stdin_is_terminal
from tests.support.command import INTERRUPT, Stream


def reader(monkeypatch: pytest.MonkeyPatch, content: bytes, *, tty: bool = True) -> Reader:
    monkeypatch.setattr(sys, "stdin", Stream(content, tty=tty))
    monkeypatch.setattr(sys, "stdout", Stream(tty=True))
    monkeypatch.setattr(sys, "stderr", Stream(tty=True))
    return Reader(Console(stderr=True))


def test_without_any_input_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not stdin_is_terminal()
    assert read_all() == ""
    with pytest.raises(EOFError):
        Reader(Console(stderr=True)).read("> ")


def test_lines_that_are_piped_in(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = reader(monkeypatch, "\ufeffone\r\n\ntwo".encode(), tty=False)
    assert [lines.read("> "), lines.read("> "), lines.read("> ", secret=True)] == ["one", "", "two"]
    with pytest.raises(EOFError):
        lines.read("> ")
    assert sys.stderr.value() == ""  # type: ignore[attr-defined]


def test_the_prompt_is_not_mixed_with_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = reader(monkeypatch, b"one\n")
    assert lines.read("> ") == "one"
    with pytest.raises(EOFError):
        lines.read("> ")
    assert sys.stderr.value() == "> > \n"  # type: ignore[attr-defined]
    assert sys.stdout.value() == ""  # type: ignore[attr-defined]


def test_bytes_that_are_no_text_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotText, match="byte 0xe9 at 3, for utf-8"):
        reader(monkeypatch, b"caf\xe9\n", tty=False).read("> ")
    with pytest.raises(NotText, match="for utf-8"):
        reader(monkeypatch, b"caf\xe9\n").read("> ")
    lines = reader(monkeypatch, b"")
    monkeypatch.setattr(sys, "stdin", Stream(b"caf\xe9\n", tty=True, errors="surrogateescape"))
    with pytest.raises(NotText, match="some bytes are invalid"):
        lines.read("> ")


def test_a_secret_is_read_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda prompt: f"{prompt}sesame")
    assert reader(monkeypatch, b"").read("Word: ", secret=True) == "Word: sesame"


def test_an_interrupt_drops_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = reader(monkeypatch, f"one{INTERRUPT}\n".encode())
    with pytest.raises(LineDropped):
        lines.read("> ")
    assert sys.stderr.value() == "> \n"  # type: ignore[attr-defined]
