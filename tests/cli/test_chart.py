"""`fastgpt-client app chart`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from fastgpt_client.cli._chart.bars import bars
from fastgpt_client.cli._chart.metrics import daily_series, grouped
from fastgpt_client.testing import FakeFastGPT
from tests.support import web
from tests.support.command import run
from tests.support.interrupts import interrupted_when

DAY = date(2026, 11, 1)
NOON = 1_793_534_400  # of that day, UTC


def days(number: int) -> list[date]:
    return [DAY + timedelta(days=offset) for offset in range(number)]


# --- figures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [1, 1000], ids=["seconds", "milliseconds"])
@pytest.mark.parametrize("hours", [-11, -4, 0, 8, 12])
def test_a_point_is_of_the_day_that_it_begins_wherever_the_server_is(factor: int, hours: int) -> None:
    midnight = NOON - 12 * 3600 - hours * 3600
    found = daily_series({"chatData": [{"timestamp": midnight * factor, "summary": {"chatCount": 3}}]}, DAY, DAY)
    assert (found.days, found.values["chats"]) == ([DAY], [3.0])


def test_days_without_anything_are_days_too() -> None:
    data = {"userData": [{"timestamp": NOON - 43_200, "summary": {"userCount": "2"}}], "chatData": None}
    found = daily_series(data, DAY - timedelta(days=1), DAY + timedelta(days=1))
    assert found.values["users"] == [0, 2, 0]
    assert (found.total("users"), found.best("users")) == (2, (DAY, 2))
    assert daily_series(data, DAY - timedelta(days=1), DAY, fill=False).days == [DAY]


@pytest.mark.parametrize("number", [None, "x", [], float("inf"), "nan"])
def test_what_is_no_number_counts_nothing(number: object) -> None:
    data = {"chatData": [{"timestamp": NOON, "summary": {"points": number}}]}
    assert daily_series(data, DAY, DAY).total("points") == 0


@pytest.mark.parametrize("timestamp", [None, 0, "soon", 1e300, -5, 99_999_999_999])
def test_what_is_no_time_is_passed_over(timestamp: object) -> None:
    data = {"chatData": ["odd", {"timestamp": timestamp, "summary": {"chatCount": 1}}]}
    found = daily_series(data, DAY, DAY)
    assert DAY in found.days
    assert found.values["chats"][found.days.index(DAY)] == 0


def test_values_are_grouped() -> None:
    assert grouped([1, 2, 3], 3) == ([1, 2, 3], 1)
    assert grouped([1, 2, 3], 2) == ([3, 3], 2)


# --- bars -----------------------------------------------------------------------------------------------------------


def test_bars_with_both_axes() -> None:
    assert bars(days(7), [0, 1, 2, 4, 8, 16, 20], 80) == (
        [
            "20 ┤                                          ██████",
            "   │                                   ██████ ██████",
            "10 ┤                                   ██████ ██████",
            "   │                            ██████ ██████ ██████",
            "   │       ▂▂▂▂▂▂ ▄▄▄▄▄▄ ██████ ██████ ██████ ██████",
            " 0 ┼─────────────────────────────────────────────────",
            "    11-01  11-02  11-03  11-04  11-05  11-06  11-07",
        ],
        1,
    )


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("number", [1, 2, 30, 365, 1000])
@pytest.mark.parametrize("top", [0.004, 1.0, 99_999.5])
def test_bars_fit_into_any_width(width: int, number: int, top: float) -> None:
    lines, size = bars(days(number), [top] * number, width)
    assert max(map(len, lines)) <= width
    assert len(lines) == 7
    assert size * (width - 3) >= number


def test_the_smallest_value_is_seen() -> None:
    lines, _ = bars(days(2), [1, 10_000], 80)
    assert "▁" in lines[4]


def test_bars_in_ascii() -> None:
    assert bars(days(3), [0, 1, 2], 40, ascii_only=True)[0] == [
        "2 +              ######",
        "  |              ######",
        "1 +       ###### ######",
        "  |       ###### ######",
        "  |       ###### ######",
        "0 +---------------------",
        "   11-01  11-02  11-03",
    ]


def test_a_long_span_has_years() -> None:
    lines, _ = bars(days(800), [1.0] * 800, 80)
    assert lines[6].split()[0] == "26-11"


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_figures_of_the_demo() -> None:
    ran = run("app", "chart", "--demo")
    assert (ran.code, ran.err) == (0, "")
    assert "chats: 51 together, 7 at most, on 20" in ran.out
    assert "points: none\n" in ran.out
    assert "since the app was created: " in ran.out
    assert "█" in ran.out


def test_one_metric_of_some_days(server: FakeFastGPT) -> None:
    ran = run("app", "chart", "--demo", "--metric", "good", "--from", "2020-01-01", "--to", "2020-01-31")
    assert ran.out.startswith("good: none\n\nsince the app was created")


@pytest.mark.parametrize("columns", [80, 40])
def test_a_chart_in_a_terminal(columns: int) -> None:
    ran = run("app", "chart", "--demo", "--metric", "chats", columns=columns)
    assert ran.code == 0
    assert "┤" in ran.text
    assert " together, " in ran.text.replace("\n", "")
    assert "█" in ran.text
    assert "a bar is" not in ran.text


def test_a_chart_where_only_ascii_is_known() -> None:
    ran = run("app", "chart", "--demo", encoding="ascii")
    assert ran.code == 0
    assert "#" in ran.out
    assert ran.out.isascii()


def test_many_days_share_bars() -> None:
    ran = run("app", "chart", "--demo", "--metric", "chats", "--from", "2020-01-01")
    assert " days)\n" in ran.out


@pytest.fixture
def odd() -> Iterator[tuple[str, ...]]:
    """Give the flags for a server that has figures, but no totals."""

    def answer(asked: web.Asked) -> web.Reply:
        if "getTotalData" in asked.path:
            return web.page(404)
        points = [{"timestamp": (NOON + 86_400 * 7 * week) * 1000, "summary": {"chatCount": 1.5}} for week in range(3)]
        return web.envelope({"chatData": points})

    with web.serve(answer) as url:
        yield "--base-url", url, "--api-key", "fastgpt-k", "--app-id", "a" * 24


def test_weeks_are_as_the_server_has_them(odd: tuple[str, ...]) -> None:
    ran = run("app", "chart", "--by", "week", "--metric", "chats", "--from", "2026-11-01", "--to", "2026-11-20", *odd)
    assert ran.out.startswith("chats: 4.5 together, 1.5 at most, on 2026-11-")
    assert "since" not in ran.out


def test_figures_as_json(odd: tuple[str, ...]) -> None:
    assert len(run("app", "chart", "--json", *odd).json["chatData"]) == 3


def test_figures_as_csv(odd: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "usage.csv"
    ran = run("app", "chart", "--out", str(path), "--by", "week", *odd)
    assert (ran.code, ran.out, ran.err) == (0, "", f"wrote {path}\n")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["chats"] for row in rows] == ["1.5"] * 3
    assert [row["users"] for row in rows] == ["0"] * 3


@pytest.mark.parametrize(
    ("name", "start"), [("usage.png", b"\x89PNG\r\n"), ("usage.SVG", b"<?xml")], ids=["png", "svg"]
)
def test_figures_as_a_picture(tmp_path: Path, name: str, start: bytes) -> None:
    path = tmp_path / name
    assert run("app", "chart", "--demo", "--out", str(path), "--metric", "chats", "--metric", "users").code == 0
    assert path.read_bytes().startswith(start)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["home", name]


def test_a_picture_without_any_figures(odd: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "usage.svg"
    assert run("app", "chart", "--out", str(path), "--by", "month", *odd).code == 0
    assert b"</svg>" in path.read_bytes()


def test_no_picture_without_matplotlib(server: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._chart.picture.find_spec", lambda _: None)
    ran = run("app", "chart", "--out", str(tmp_path / "usage.png"))
    assert ran.code == 2
    assert ran.err == "fastgpt-client: a picture needs matplotlib: pip install matplotlib\n"
    assert not server.requests


@pytest.mark.parametrize(
    "flags", [["--out", "usage.pdf"], ["--out", "a.png", "--json"], ["--metric", "x"], ["--by", "hour"]]
)
def test_wrong_flags(server: FakeFastGPT, flags: list[str]) -> None:
    ran = run("app", "chart", *flags)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert not server.requests


def test_a_community_server_is_one_line() -> None:
    with FakeFastGPT.serve() as server:
        flags = ("--base-url", server.url, "--api-key", server.api_key, "--app-id", server.apps["simple"].id)
        ran = run("app", "chart", *flags)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "commercial edition" in ran.err


def test_an_interrupt_while_it_waits(server: FakeFastGPT) -> None:
    server.fault("stall_before_headers", path="getChartData", times=None, seconds=600)
    with interrupted_when(lambda: server.requests):
        assert run("app", "chart").code == 130
