"""One pace for all calls of a run: it halves when there were too many, and recovers."""

from __future__ import annotations

import pytest

from fastgpt_client._http.pace import Pace


def started(*times: float) -> Pace:
    pace = Pace()
    for time in times:
        pace.start(time)
    return pace


def test_nothing_waits_at_first() -> None:
    pace = Pace()
    assert [pace.start(1.0), pace.start(1.0), pace.interval] == [0.0, 0.0, 0.0]


def test_it_halves_once_for_all_calls_that_began_before() -> None:
    pace = started(0, 1, 2, 3, 4)  # one a second
    pace.slow_down(4, 5, None)
    pace.slow_down(3, 5.1, None)
    assert pace.interval == 2
    assert [pace.start(5), pace.start(5), pace.start(30)] == [pytest.approx(2.1), pytest.approx(4.1), 0]
    pace.slow_down(30, 31, None)
    assert pace.interval == 4


def test_it_waits_as_long_as_the_server_says() -> None:
    pace = started(0)
    pace.slow_down(0, 1, 7)
    assert pace.interval == pytest.approx(0.1)
    assert pace.start(1) == 7


def test_it_is_never_slower_than_a_call_in_half_a_minute() -> None:
    pace = started(0, 1000)
    pace.slow_down(1000, 1001, None)
    assert pace.interval == 30


def test_it_recovers() -> None:
    pace = started(0, 1)
    pace.slow_down(1, 1, None)
    for _ in range(10):
        pace.went_well()
    assert pace.interval == pytest.approx(2 * 0.9**10)
    for _ in range(50):
        pace.went_well()
    assert pace.interval == 0


def test_it_is_never_faster_than_it_may_be() -> None:
    pace = Pace(0.5)
    assert [pace.start(0), pace.start(0), pace.start(0), pace.start(9)] == [0, 0.5, 1.0, 0]
    pace.slow_down(9, 9, None)
    assert pace.interval == 1.0
    pace.went_well()
    assert pace.interval == 0.9
    for _ in range(50):
        pace.went_well()
    assert pace.interval == 0.5
