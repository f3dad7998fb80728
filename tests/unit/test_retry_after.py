"""How long an answer asks to wait, in all the forms that servers and proxies write."""

from __future__ import annotations

import pytest

from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.retry import retry_after

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        ("007", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("99999999999999999999", 1e20),
        ("9" * 400, float("inf")),
        ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 09:00:30 +0100", 30.0),
        ("Friday, 15-Jan-27 08:00:30 GMT", 30.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("", None),
        ("-1", None),
        ("-0.5", None),
        ("+5", None),
        ("1e3", None),
        ("5s", None),
        (".5", None),
        ("5.", None),
        ("٧", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1, 2", None),
        ("Fri, 99 Jan 2027 08:00:30 GMT", None),
        ("Fri, 15 Jan 99999 08:00:30 GMT", None),
        ("Fri, 15 Jan 2027 25:61:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    headers = Headers([(b"retry-after", value.encode())])
    assert retry_after(headers, "", NOW, limited=False) == seconds


@pytest.mark.parametrize(
    ("values", "seconds"),
    [(["5", "9"], 5.0), (["soon", "9"], 9.0), (["-1", "", "3"], 3.0), (["soon", "later"], None)],
)
def test_of_several_the_first_that_can_be_read_counts(values: list[str], seconds: float | None) -> None:
    assert retry_after(Headers([("Retry-After", value) for value in values]), "", NOW, limited=False) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1800000030000", 30.0), ("1800000000500", 0.5), ("1700000000000", 0.0), ("soon", None), ("", None), ("-5", None)],
)
def test_the_reset_of_a_limit_is_a_point_in_time_in_milliseconds(value: str, seconds: float | None) -> None:
    headers = Headers({"X-RateLimit-Reset": value})
    assert retry_after(headers, "", NOW, limited=True) == seconds
    assert retry_after(headers, "", NOW, limited=False) is None


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Rate limit exceeded. Maximum 5 requests per 60 seconds. Please try again in 40 seconds.", 40.0),
        ("try again in 2.5s", 2.5),
        ("Try Again In 3 Seconds", 3.0),
        ("try again in 5 minutes", None),
        ("try again in -5 seconds", None),
        ("try again in 9999999999999 seconds", None),
        ("try again later", None),
        ("", None),
    ],
)
def test_the_seconds_stand_in_the_message_of_the_limiter(message: str, seconds: float | None) -> None:
    assert retry_after(Headers(), message, NOW, limited=True) == seconds
    assert retry_after(Headers(), message, NOW, limited=False) is None


def test_the_header_goes_before_the_reset_and_the_reset_before_the_message() -> None:
    message = "try again in 3 seconds"
    reset = ("X-RateLimit-Reset", "1800000002000")
    assert retry_after(Headers([("Retry-After", "1"), reset]), message, NOW, limited=True) == 1.0
    assert retry_after(Headers([("Retry-After", "soon"), reset]), message, NOW, limited=True) == 2.0
    assert retry_after(Headers({"X-RateLimit-Reset": "soon"}), message, NOW, limited=True) == 3.0


@pytest.mark.parametrize("wrong_by", [-120.0, 120.0])
def test_dates_are_compared_with_the_answers_own(wrong_by: float) -> None:
    headers = Headers({"Date": "Fri, 15 Jan 2027 08:00:00 GMT", "Retry-After": "Fri, 15 Jan 2027 08:00:05 GMT"})
    assert retry_after(headers, "", NOW + wrong_by, limited=False) == 5.0
    assert retry_after(Headers({**headers, "Date": "soon"}), "", NOW, limited=False) == 5.0


def test_the_reset_of_a_limit_is_compared_with_the_answers_own_date() -> None:
    headers = Headers({"Date": "Fri, 15 Jan 2027 08:00:00 GMT", "X-RateLimit-Reset": str(int(NOW + 7) * 1000)})
    assert retry_after(headers, "", NOW - 500.0, limited=True) == 7.0
