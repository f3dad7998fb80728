"""Every form in which a server asks for a wait. Without one the client here waits not at all (`retry_delay=0`)."""

from __future__ import annotations

import time
from email.utils import formatdate

from fastgpt_client.exceptions import RateLimitError, ServerError
from tests.support.fault_actions import sent_later
from tests.support.faults import ANSWER, OK, Headers, Row, envelope, fails, plain, reply


def retry_after(*values: str) -> Headers:
    return [("Retry-After", value) for value in values]


def window(reset: str) -> Headers:
    return [("X-RateLimit-Reset", reset)]


def ends_soon() -> bytes:
    """The server's window ends in 0.15 s."""
    return reply("wait", 429, content_type="text/plain", headers=window(str(int((time.time() + 0.15) * 1000))))


def until_now() -> bytes:
    return reply("wait", 429, content_type="text/plain", headers=retry_after(formatdate(usegmt=True)))


def at_once(name: str, *values: str) -> list[Row]:
    """What does not keep the client from asking again at once, or for as long as a row says."""
    headers = retry_after(*values)
    return [
        Row(f"429-wait-{name}", [plain(429, headers), OK], ANSWER, completion=2),
        Row(f"503-wait-{name}", [plain(503, headers), OK], ANSWER, histories=2),
    ]


def too_long(name: str, *values: str, means: float) -> list[Row]:
    """What is longer than any wait that the client makes: the caller gets the error, and the seconds."""
    headers = retry_after(*values)
    return [
        Row(f"429-too-long-{name}", [plain(429, headers), OK], fails(RateLimitError, retry_after=means), completion=1),
        Row(f"503-too-long-{name}", [plain(503, headers), OK], fails(ServerError, retry_after=means), histories=1),
    ]


PAST, FUTURE = "Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"
TENTH = envelope(429, message="Rate limit exceeded. Please try again in 0.1 seconds.", status=429)
AN_HOUR = "Please try again in 3600 seconds."

# fmt: off
ROWS = [
    *at_once("zero",                  "0"),
    *at_once("zero-point-zero",       "0.0"),
    *at_once("spaces",                "  0  "),
    *at_once("past-date",             PAST),
    *at_once("negative",              "-5"),
    *at_once("negative-fraction",     "-0.5"),
    *at_once("garbage",               "soon"),
    *at_once("another-unit",          "5s"),
    *at_once("hexadecimal",           "0x10"),
    *at_once("not-a-number",          "nan"),
    *at_once("infinity",              "inf"),
    *at_once("impossible-date",       "Wed, 99 Foo 2015 99:99:99 GMT"),
    *at_once("empty",                 ""),
    *at_once("doubled",               "0", "86400"),
    *at_once("doubled-dates",         PAST, FUTURE),
    *at_once("doubled-garbage-first", "soon", "0"),
    *at_once("doubled-empty-first",   "", "0"),

    *too_long("over-the-cap",          "60.5",          means=60.5),
    *too_long("a-day",                 "86400",         means=86400.0),
    *too_long("huge",                  "9" * 30,        means=float("9" * 30)),
    *too_long("overflowing",           "9" * 400,       means=float("inf")),
    *too_long("doubled",               "86400", "0",    means=86400.0),
    *too_long("doubled-garbage-first", "soon", "86400", means=86400.0),
    Row("429-too-long-date", [plain(429, retry_after(FUTURE)), OK], RateLimitError, completion=1, histories=1),
    Row("503-too-long-date", [plain(503, retry_after(FUTURE)), OK], ServerError,    completion=1, histories=1),

    # After a 502 the idempotent call alone is repeated, and then waits as well.
    Row("502-wait-zero", [plain(502, retry_after("0")), OK],   ANSWER,      histories=2),
    Row("502-too-long",  [plain(502, retry_after("900")), OK], ServerError, histories=1),

    # Waits that are made.
    Row("429-wait-a-hundredth",   [plain(429, retry_after("0.01")), OK], ANSWER, completion=2, waits=0.01, at_least=0.01),
    Row("503-wait-a-hundredth",   [plain(503, retry_after("0.01")), OK], ANSWER, histories=2, waits=0.01, at_least=0.01),
    Row("fraction-is-waited-for", [plain(429, retry_after("0.1")), OK],  ANSWER, completion=2, histories=2, stream=2, waits=0.1, at_least=0.1),
    Row("window-is-waited-for",   [sent_later(ends_soon), OK],           ANSWER, completion=2, histories=2, waits=0.15, at_least=0.1),
    Row("message-is-waited-for",  [TENTH, OK],                           ANSWER, completion=2, histories=2, waits=0.1, at_least=0.1),
    Row("date-of-now",            [sent_later(until_now), OK],           ANSWER, completion=2, histories=2),

    Row("window-past",     [plain(429, window("1000")), OK],           ANSWER,         completion=2, histories=2),
    Row("window-garbage",  [plain(429, window("soon")), OK],           ANSWER,         completion=2, histories=2),
    Row("window-empty",    [plain(429, window("")), OK],               ANSWER,         completion=2, histories=2),
    Row("window-negative", [plain(429, window("-1")), OK],             ANSWER,         completion=2, histories=2),
    Row("window-far-away", [plain(429, window("99999999999999")), OK], RateLimitError, completion=1, histories=1),

    Row("message-far-away-with-200", [envelope(429, message=AN_HOUR, status=200), OK],
        fails(RateLimitError, retry_after=3600.0), completion=1, histories=1, stream=1),
    Row("message-far-away-with-429", [envelope(429, message=AN_HOUR, status=429), OK],
        fails(RateLimitError, retry_after=3600.0), completion=1, histories=1, stream=1),
    Row("message-far-away-with-500", [envelope(429, message=AN_HOUR, status=500), OK],
        fails(RateLimitError, retry_after=3600.0), completion=1, histories=1, stream=1),
    Row("message-zero", [envelope(429, message="Please try again in 0 seconds.", status=429), OK],
        ANSWER, completion=2, histories=2, stream=2),
    Row("header-before-message", [envelope(429, message="try again in 3600 seconds", status=429, headers=retry_after("0")), OK],
        ANSWER, completion=2, histories=2),
]
