"""Words are not broken at the edge of a terminal, however the text is cut into pieces."""

from __future__ import annotations

import pytest

from fastgpt_client.cli._chat.wrap import WordWrap
from tests.support.display import Display

FOX = "The quick brown fox jumps over the lazy dog while internationalization happens."
EXPENSES = "根据公司差旅费用报销流程，员工应当在三十天内提交发票（并注明公司名称）。否则，财务部有权拒绝报销！"


def shown(text: str, columns: int, *, size: int) -> list[str]:
    """Return the lines that a terminal shows of a text which comes in pieces of so many characters."""
    display, wrap = Display(columns), WordWrap()
    for start in range(0, len(text), size):
        for part in wrap.feed(text[start : start + size], columns):
            display.write(part.replace("\n", "\r\n").encode())
    return display.text.splitlines()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        (FOX, 30, ["The quick brown fox jumps over", "the lazy dog while", "internationalization happens."]),
        (FOX, 79, [FOX]),
        (FOX, 78, ["The quick brown fox jumps over the lazy dog while internationalization", "happens."]),
        ("ab  cd", 4, ["ab", "cd"]),
        ("abcd ef", 4, ["abcd", "ef"]),
        ("abcd \nef", 4, ["abcd", "ef"]),
        ("abcd\nef", 4, ["abcd", "ef"]),
        ("abcdefghij kl", 4, ["abcd", "efgh", "ij", "kl"]),
        ("a bcdefgh", 4, ["a", "bcde", "fgh"]),
        ("a\tb", 8, ["a", "b"]),
        ("a\tb", 9, ["a       b"]),
        ("一二三四五", 4, ["一二", "三四", "五"]),
        ("一二三四五", 5, ["一二", "三四", "五"]),
        ("一二三，四", 6, ["一二", "三，四"]),
        ("一二（三）四", 6, ["一二", "（三）", "四"]),
        ("一二三ab", 7, ["一二三", "ab"]),
        ("x 一", 3, ["x", "一"]),
        ("abc一", 4, ["abc", "一"]),
        ("a 一，", 5, ["a", "一，"]),
        ("ab一，。", 5, ["ab", "一，", "。"]),
    ],
)
def test_lines_end_between_words(text: str, columns: int, lines: list[str], size: int) -> None:
    assert shown(text, columns, size=size) == lines


@pytest.mark.parametrize("columns", [20, 40, 80])
@pytest.mark.parametrize("size", [1, 4])
def test_no_line_of_chinese_begins_with_a_mark_that_ends_one(columns: int, size: int) -> None:
    lines = shown(EXPENSES * 3, columns, size=size)
    assert "".join(lines) == EXPENSES * 3
    assert [line for line in lines if line[0] in "，。）！" or line[-1] == "（"] == []


def test_a_width_that_changes_counts_from_then_on() -> None:
    wrap = WordWrap()
    assert "".join(wrap.feed("one two ", 20)) == "one two "
    assert "".join(wrap.feed("three", 10)) == "th\r\x1b[8C\x1b[K\nthree"
    wrap.reset()
    assert "".join(wrap.feed("0123456789", 10)) == "0123456789"


def test_joined_characters_stay_together() -> None:
    assert "".join(WordWrap().feed("e\u0301" * 3, 2)) == "e\u0301e\u0301\ne\u0301"
    assert "".join(WordWrap().feed("ab\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", 7)) == (
        "ab\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"
    )
    joined = "\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"
    assert "".join(WordWrap().feed(f"abc{joined}", 6)).endswith(f"\n{joined}")
