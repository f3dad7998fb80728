"""The retry policy: given an error, the attempt and the time, how long to wait, or to give up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastgpt_client._http.retry import RetryBudget, RetryPolicy, may_repeat
from fastgpt_client.exceptions import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AuthenticationError,
    ConflictError,
    FastGPTError,
    RateLimitError,
    ServerError,
    StreamInterruptedError,
    ValidationError,
    WorkflowError,
)


def connection(*, sent: bool, kind: type[APIConnectionError] = APIConnectionError) -> APIConnectionError:
    return kind("x", request_sent=sent)


def limited(seconds: float | None) -> RateLimitError:
    error = RateLimitError("x", status_code=429)
    error.retry_after = seconds
    return error


SURELY_NOT_STARTED: list[FastGPTError] = [
    connection(sent=False),
    connection(sent=False, kind=APITimeoutError),
    limited(None),
    RateLimitError("x", status_code=500, code=429),
    RateLimitError("x", status_code=200, code=429),
    ServerError("x", status_code=425),
]
MAYBE_STARTED: list[FastGPTError] = [
    connection(sent=True),
    connection(sent=True, kind=APITimeoutError),
    ServerError("x", status_code=408),
    ServerError("x", status_code=502),
    ServerError("x", status_code=503),
    ServerError("x", status_code=504),
    ServerError("x", status_code=425, code=425),
    ServerError("x", status_code=503, code=503),
]
ANSWERED: list[FastGPTError] = [
    ServerError("x", status_code=500),
    ServerError("x", status_code=501),
    ServerError("x", status_code=505),
    ServerError("x", status_code=200),
    ServerError("x", status_code=503, code=500),
    ServerError("x", status_code=200, code=503),
    ServerError("x", status_code=503, code=425),
    ServerError("x", status_code=502, code=502),
    ServerError("x", status_code=502, code=500),
    APIError("x", status_code=302),
    AuthenticationError("x", status_code=500, code=514),
    ConflictError("x", status_code=409),
    StreamInterruptedError("x"),
    WorkflowError("x"),
    ValidationError("x"),
    FastGPTError("x"),
]


@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize("error", SURELY_NOT_STARTED)
def test_what_did_not_start_may_be_repeated(error: FastGPTError, idempotent: bool) -> None:
    assert may_repeat(error, idempotent=idempotent)


@pytest.mark.parametrize("error", MAYBE_STARTED)
def test_what_may_have_run_may_be_repeated_only_if_that_does_no_harm(error: FastGPTError) -> None:
    assert may_repeat(error, idempotent=True)
    assert not may_repeat(error, idempotent=False)


@pytest.mark.parametrize("idempotent", [True, False])
@pytest.mark.parametrize("error", ANSWERED)
def test_an_answer_is_not_asked_for_again(error: FastGPTError, idempotent: bool) -> None:
    assert not may_repeat(error, idempotent=idempotent)


def wait(
    policy: RetryPolicy,
    error: FastGPTError | None = None,
    *,
    attempt: int = 1,
    idempotent: bool = True,
    elapsed: float = 0.0,
    deadline: float | None = None,
    random: float = 0.5,
) -> float | None:
    return policy.wait(
        error or connection(sent=False),
        attempt=attempt,
        idempotent=idempotent,
        elapsed=elapsed,
        deadline=deadline,
        random=random,
    )


def test_the_defaults_are_those_of_the_documentation() -> None:
    assert RetryPolicy() == (3, 1.0, 60.0, 180.0, True)


@pytest.mark.parametrize(
    ("retries", "attempt", "waits"), [(0, 1, False), (1, 1, True), (1, 2, False), (3, 3, True), (3, 4, False)]
)
def test_there_are_as_many_repeats_as_asked_for(retries: int, attempt: int, waits: bool) -> None:
    assert (wait(RetryPolicy(max_retries=retries), attempt=attempt) is not None) is waits


def test_an_error_that_may_not_be_repeated_is_given_up() -> None:
    assert wait(RetryPolicy(), ServerError("x", status_code=502), idempotent=False) is None
    assert wait(RetryPolicy(), ServerError("x", status_code=502), idempotent=True) is not None


@pytest.mark.parametrize(
    ("attempt", "bound"), [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (6, 32.0), (7, 60.0), (8, 60.0), (90, 60.0)]
)
def test_the_bound_of_a_wait_doubles_up_to_the_cap(attempt: int, bound: float) -> None:
    policy = RetryPolicy(max_retries=100)
    assert wait(policy, attempt=attempt, random=0.5) == bound / 2
    assert wait(policy, attempt=attempt, random=0.0) == 0.0


@given(
    attempt=st.integers(min_value=1, max_value=5000),
    delay=st.floats(min_value=0, max_value=1e9),
    random=st.floats(min_value=0, max_value=1, exclude_max=True),
)
def test_a_wait_lies_between_nothing_and_its_bound(attempt: int, delay: float, random: float) -> None:
    seconds = wait(RetryPolicy(max_retries=5000, retry_delay=delay), attempt=attempt, random=random)
    assert seconds is not None
    assert 0.0 <= seconds <= 60.0
    assert seconds <= delay * 2.0 ** min(attempt - 1, 900)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(0.0, 0.0), (0.5, 0.5), (40.0, 40.0), (60.0, 60.0), (60.1, None), (1e9, None), (float("inf"), None)],
)
def test_what_the_server_asks_for_is_obeyed_up_to_the_cap(asked: float, seconds: float | None) -> None:
    assert wait(RetryPolicy(), limited(asked), random=0.0) == seconds


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 7.5), (2, 8.0), (3, 9.0)])
def test_who_is_asked_to_wait_waits_a_random_time_longer(attempt: int, seconds: float) -> None:
    assert wait(RetryPolicy(), limited(7.0), attempt=attempt, random=0.5) == seconds


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0)])
def test_a_server_that_asks_for_no_wait_is_not_stormed(attempt: int, seconds: float) -> None:
    assert wait(RetryPolicy(), limited(0.0), attempt=attempt, random=0.5) == seconds


def test_no_wait_is_begun_that_would_end_after_the_budget() -> None:
    assert wait(RetryPolicy(), limited(60.0), elapsed=119.9, random=0.0) == 60.0
    assert wait(RetryPolicy(), limited(60.0), elapsed=120.0, random=0.0) is None
    assert wait(RetryPolicy(), elapsed=180.0, random=0.0) is None


def test_no_wait_is_begun_that_would_end_after_the_deadline() -> None:
    assert wait(RetryPolicy(), limited(5.0), elapsed=4.0, deadline=9.5, random=0.25) == 5.25
    assert wait(RetryPolicy(), limited(5.0), elapsed=5.0, deadline=9.5) is None
    assert wait(RetryPolicy(), limited(5.0), elapsed=179.0, deadline=1000.0) is None


def test_a_delay_of_nothing_waits_for_nothing() -> None:
    assert wait(RetryPolicy(retry_delay=0.0), attempt=3, random=0.9) == 0.0


def test_the_calls_of_a_client_have_so_many_repeats_together() -> None:
    budget = RetryBudget()
    assert [budget.take(50.0) for _ in range(251)] == [True] * 250 + [False]


def test_a_second_gives_one_repeat_back() -> None:
    budget = RetryBudget()
    assert all(budget.take(0.0) for _ in range(250))
    assert not budget.take(0.9)
    assert budget.take(1.5)
    assert not budget.take(1.5)
    assert budget.take(2.5)


def test_ten_calls_that_succeed_give_one_repeat_back() -> None:
    budget = RetryBudget()
    assert all(budget.take(0.0) for _ in range(250))
    for _ in range(9):
        budget.succeeded()
    assert not budget.take(0.0)
    for _ in range(2):
        budget.succeeded()
    assert budget.take(0.0)
    assert not budget.take(0.0)


def test_no_more_repeats_than_that_are_saved_up() -> None:
    budget = RetryBudget()
    for _ in range(5000):
        budget.succeeded()
    assert [budget.take(9999.0) for _ in range(251)] == [True] * 250 + [False]


def test_who_has_many_calls_waits_for_all_of_them_himself() -> None:
    patient = RetryPolicy(repeats_limited=False)
    call = {"attempt": 1, "idempotent": False, "elapsed": 0.0, "deadline": None, "random": 0.5}
    assert patient.wait(limited(1.0), **call) is None
    assert patient.wait(connection(sent=False), **call) == RetryPolicy().wait(connection(sent=False), **call) == 0.5
