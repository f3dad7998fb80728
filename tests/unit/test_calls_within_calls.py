"""A call within another has what is left of the caller's deadline, and its error names the deadline itself."""

from __future__ import annotations

import pytest

from fastgpt_client._http.config import Options
from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.redaction import Secret
from fastgpt_client._http.sender import BaseSender


def sender(deadline: float | None) -> BaseSender:
    options = Options(deadline=deadline)
    return BaseSender(base_url="https://x.example", secret=Secret("key"), headers=Headers(), options=options)


def test_the_deadline_stays_the_caller_s() -> None:
    within = sender(0.3).within(0.25).within(0.2)
    assert within.options.within == 0.3
    assert within.options.deadline == pytest.approx(0.2, abs=0.002)


@pytest.mark.parametrize("left", [0.0001, 0.1234567, 1.9994999, 5.0])
def test_it_does_not_end_before_the_time_that_is_left(left: float) -> None:
    seconds = sender(10).within(left).options.deadline
    assert seconds is not None
    assert left <= seconds <= left + 0.001


def test_a_bound_of_our_own_is_named_as_such() -> None:
    bounded = sender(10).within(8, at_most=5)
    assert (bounded.options.within, bounded.options.deadline) == (None, 5)
    assert sender(10).within(3, at_most=5).options.within == 10
    assert sender(None).within(3).options.within is None


def test_another_deadline_begins_anew() -> None:
    options = sender(10).within(3).options.changed(deadline=20)
    assert (options.within, options.deadline) == (None, 20)


def test_repeats_can_be_left_out() -> None:
    assert sender(10).within(3).options.retry.max_retries > 0
    assert sender(10).within(3, retries=False).options.retry.max_retries == 0
