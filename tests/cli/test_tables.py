"""Columns that fit, ids that are never cut."""

from __future__ import annotations

import io

from rich.console import Console

from fastgpt_client.cli._output.tables import Column, print_table, widths

COLUMNS = (Column("id", whole=True), Column("title"), Column("n", right=True))
ID = "chat00000000000000000001"


def printed(rows: list[list[str]], width: int, *, terminal: bool = True) -> list[str]:
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=terminal, no_color=True, color_system=None, highlight=False
    )
    print_table(console, COLUMNS, rows)
    return file.getvalue().splitlines()


def test_columns_are_as_wide_as_what_is_in_them() -> None:
    assert printed([["a", "Hello", "1"], ["b", "Hi", "200"]], 80) == [
        "id  title    n",
        "a   Hello    1",
        "b   Hi     200",
    ]


def test_wide_characters_take_two_cells() -> None:
    assert printed([["a", "你好", "1"], ["b", "Hello", "2"]], 80)[1:] == ["a   你好   1", "b   Hello  2"]


def test_a_title_gives_way_and_an_id_does_not() -> None:
    [_, row] = printed([[ID, "A title that is too long for its column", "1"]], 50)
    assert row == f"{ID}  A title that is too …  1"


def test_a_wide_title_is_cut_between_its_characters() -> None:
    [_, row] = printed([[ID, "一二三四五六七八九十", "1"]], 45)
    assert row == f"{ID}  一二三四五六七 …  1"


def test_without_room_each_field_has_a_line() -> None:
    assert printed([[ID, "A title of some length", "1"], [ID, "", "2"]], 30) == [
        f"id: {ID}",
        "title: A title of some length",
        "n: 1",
        "",
        f"id: {ID}",
        "n: 2",
    ]


def test_what_is_extra_is_omitted_before_each_field_has_a_line() -> None:
    columns = (Column("id", whole=True), Column("about", extra=True), Column("title"), Column("more", extra=True))
    rows = [["a" * 20, "What it is about", "A title of some length", "And more of it"]]
    for width, expected in (
        (70, "id about title more"),
        (50, "id about title"),
        (36, "id title"),
        (30, f"id: {'a' * 20}"),
    ):
        file = io.StringIO()
        print_table(Console(file=file, width=width, force_terminal=True, color_system=None), columns, rows)
        assert file.getvalue().splitlines()[0].split() == expected.split()


def test_what_is_no_terminal_gets_whole_lines() -> None:
    title = "long " * 40
    assert printed([[ID, title.strip(), "1"]], 30, terminal=False)[1] == f"{ID}  {title.strip()}  1"


def test_markup_of_a_server_is_text() -> None:
    assert printed([["a", "[red]not red[/red] :smile:", "1"]], 80)[1] == "a   [red]not red[/red] :smile:  1"


def test_the_widest_column_gives_way_first() -> None:
    columns = (Column("a"), Column("b"))
    assert widths(columns, [["x" * 60, "y" * 30]], 62) == [30, 30]
    assert widths(columns, [["x" * 60, "y" * 30]], 20) is None
