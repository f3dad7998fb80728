"""Texts of a server as a terminal may see them."""

from __future__ import annotations

import time

import pytest

from fastgpt_client.cli._output.formatting import count, duration, local_time, node_label, number, one_line, sanitize


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("你好 👩‍👩‍👧", "你好 👩‍👩‍👧"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\x07b\x9bc", "a\ufffdb\ufffdc"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("over\rwritten", "over\ufffdwritten"),
        ("abc\u202edef", "abc\ufffddef"),
        ("half\ud800", "half\ufffd"),
    ],
)
def test_what_moves_the_cursor_is_made_harmless(text: str, shown: str) -> None:
    assert sanitize(text) == shown


def test_a_line_is_one_line() -> None:
    assert one_line(" one\n two\t ") == "one two"


def test_a_time_is_told_as_it_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert local_time("2026-11-22T20:05:59.123Z") == "2026-11-23 04:05"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(("value", "shown"), [(None, ""), ("soon\x1b", "soon\ufffd"), (5, "5"), ("", "")])
def test_what_is_no_time_is_told_as_it_is(value: object, shown: str) -> None:
    assert local_time(value) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("AI Chat", "AI Chat"),
        ("common:core.module.template.ai_chat", "ai chat"),
        ("step: v1.2", "step: v1.2"),
        ("知识库搜索", "知识库搜索"),
    ],
)
def test_a_name_is_shown_without_its_key(name: str, shown: str) -> None:
    assert node_label(name) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.5, "0.50 s"), (59.99, "59.99 s"), (61.2, "1 min 1 s")])
def test_seconds(value: float, shown: str) -> None:
    assert duration(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(3, "3"), (1234, "1,234"), (1.5, "1.5"), (2.0, "2"), (0.12345, "0.1235")])
def test_numbers(value: float, shown: str) -> None:
    assert number(value) == shown


def test_counts() -> None:
    assert [count(1, "chat"), count(2, "chat"), count(1000, "more", "more")] == ["1 chat", "2 chats", "1,000 more"]
