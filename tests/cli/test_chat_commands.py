"""What somebody who types can say to the chat itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fastgpt_client.cli._chat.slash import is_command
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import Ran, run


@pytest.fixture(autouse=True)
def somebody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._chat.reader.stdin_is_terminal", lambda: True)


def asked(server: FakeFastGPT) -> list[dict[str, Any]]:
    return [request.json for request in server.requests if "completions" in request.path]


def typed(*lines: str) -> Ran:
    return run("chat", stdin="".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/help", True),
        ("/file a b", True),
        ("/nope", True),
        ("/etc/passwd?", False),
        ("/2 of it", False),
        ("a /new", False),
    ],
)
def test_a_path_or_a_fraction_is_a_question(text: str, found: bool) -> None:
    assert is_command(text) == found


def test_help_lists_the_commands(server: FakeFastGPT) -> None:
    ran = typed("/help")
    assert [word for word in ("/file PATH", "/retry", "/new", "/save FILE", "/help") if word not in ran.err] == []
    assert asked(server) == []


def test_what_is_piped_in_is_asked_whatever_it_is(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._chat.reader.stdin_is_terminal", lambda: False)
    assert typed("/help", "a \\").out == "You said: /help\nYou said: a \\\n"


def test_a_line_goes_on_after_a_backslash(server: FakeFastGPT) -> None:
    typed("one \\", "two\\", "three")
    [call] = asked(server)
    assert call["messages"][-1]["content"] == "one\ntwo\nthree"


def test_a_file_is_shown_with_the_next_question(server: FakeFastGPT, tmp_path: Path) -> None:
    (tmp_path / "a note.txt").write_text("Oslo")
    ran = typed(f"/file '{tmp_path}/a note.txt'", "what is in it?", "and now?")
    assert "with the next question: a note.txt\n" in ran.err
    first, second = (call["messages"][-1]["content"] for call in asked(server))
    assert [part["type"] for part in first] == ["file_url", "text"]
    assert second == "and now?"


def test_the_last_question_is_asked_again(server: FakeFastGPT) -> None:
    ran = typed("/retry", "hello", "/retry")
    assert "fastgpt-client: nothing was asked yet\n" in ran.err
    assert ran.out == "You said: hello\nYou said: hello\n"
    assert len({call["chatId"] for call in asked(server)}) == 1


def test_a_new_chat_begins(server: FakeFastGPT) -> None:
    ran = typed("one", "/new", "two")
    first, second = (call["chatId"] for call in asked(server))
    assert first != second
    assert "a new chat\n" in ran.err
    assert ran.err.endswith(f"Continue with: fastgpt-client chat --chat-id {second}\n")


def test_a_chat_is_saved(server: FakeFastGPT, tmp_path: Path) -> None:
    file = tmp_path / "chat.md"
    ran = typed(f"/save {file}", "one", f"/save {file}")
    assert "fastgpt-client: nothing to save yet\n" in ran.err
    assert f"wrote 2 messages to {file}\n" in ran.err
    assert file.read_text("utf-8") == "## user\n\none\n\n## assistant\n\nYou said: one\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/nope", "unknown command: /nope; /help lists all, Ctrl-D leaves"),
        ("/file", "/file takes a path"),
        ("/new chat", "/new takes no argument"),
        ("/file 'nowhere", '/file: no such file: "\'nowhere"'),
        ("/file .", "/file: '.' is a folder"),
        ("/file nowhere.txt", "/file: no such file: 'nowhere.txt'"),
        (
            "/save nowhere/chat.md",
            "'nowhere/chat.md' cannot be written: name a file in an existing folder",
        ),
    ],
)
def test_what_cannot_be_done_is_told(server: FakeFastGPT, line: str, said: str) -> None:
    ran = typed(line, "hello")
    assert f"fastgpt-client: {said}\n" in ran.err
    assert ran.out == "You said: hello\n"
