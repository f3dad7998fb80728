"""Rows: every form in which a server asks for a wait. Without one the wait here is none (`retry_delay=0`)."""

from __future__ import annotations

import time
from email.utils import formatdate

from fastgpt_client.exceptions import APIError, RateLimitError, ServerError
from tests.support.fault_actions import SendLater, Step
from tests.support.fault_answers import Headers, envelope, plain, reply
from tests.support.fault_row import OK, Call, Row, blocking, everywhere

PAST, NEXT_YEARS = "Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"

# What does not keep the client from trying again at once.
AT_ONCE: dict[str, list[str]] = {
    "zero": ["0"],
    "zero-point-zero": ["0.0"],
    "a-hundredth": ["0.01"],
    "spaces": ["  0  "],
    "past-date": [PAST],
    "negative": ["-5"],
    "negative-fraction": ["-0.5"],
    "garbage": ["soon"],
    "another-unit": ["5s"],
    "hexadecimal": ["0x10"],
    "not-a-number": ["nan"],
    "infinity": ["inf"],
    "impossible-date": ["Wed, 99 Foo 2015 99:99:99 GMT"],
    "empty": [""],
    "doubled": ["0", "86400"],
    "doubled-dates": [PAST, NEXT_YEARS],
    "doubled-garbage-first": ["soon", "0"],
    "doubled-empty-first": ["", "0"],
}
# What is longer than any wait this client makes, and the seconds it means.
TOO_LONG: dict[str, tuple[list[str], float]] = {
    "over-the-cap": (["60.5"], 60.5),
    "a-day": (["86400"], 86400.0),
    "huge": (["9" * 30], float("9" * 30)),
    "overflowing": (["9" * 400], float("inf")),
    "doubled": (["86400", "0"], 86400.0),
    "doubled-garbage-first": (["soon", "86400"], 86400.0),
}


def _retry_after(values: list[str]) -> Headers:
    return [("Retry-After", value) for value in values]


def _soon() -> bytes:
    """The server's window ends in 0.15 s."""
    reset = str(int((time.time() + 0.15) * 1000))
    return reply("wait", 429, content_type="text/plain", headers=[("X-RateLimit-Reset", reset)])


def _now() -> bytes:
    return reply("wait", 429, content_type="text/plain", headers=[("Retry-After", formatdate(usegmt=True))])


def _header() -> list[Row]:
    rows: list[Row] = []
    statuses: list[tuple[Call, int, type[APIError]]] = [
        ("completion", 429, RateLimitError),
        ("histories", 503, ServerError),
    ]
    for call, status, error in statuses:
        for name, values in AT_ONCE.items():
            step = plain(status, _retry_after(values))
            rows.append(Row(id=f"{status}-wait-{name}-{call}", call=call, script=(step, OK), hits=2, within=4.0))
        for name, (values, seconds) in TOO_LONG.items():
            step = plain(status, _retry_after(values))
            rows.append(
                Row(
                    id=f"{status}-too-long-{name}-{call}",
                    call=call,
                    script=(step, OK),
                    error=error,
                    attributes={"retry_after": seconds},
                    hits=1,
                )
            )
    for status, error in {429: RateLimitError, 503: ServerError}.items():
        rows += blocking(
            f"{status}-too-long-date", plain(status, _retry_after([NEXT_YEARS])), OK, error=error, completion=1,
            histories=1,
        )  # fmt: skip
    # The idempotent call alone is repeated after a 502, and then waits as well.
    rows += [
        Row(id="502-wait-zero", call="histories", script=(plain(502, _retry_after(["0"])), OK), hits=2),
        Row(id="502-too-long", call="histories", script=(plain(502, _retry_after(["900"])), OK), error=ServerError,
            hits=1),
    ]  # fmt: skip
    return rows


def _really_waiting() -> list[Row]:
    soon: Step = (SendLater(_soon),)
    now: Step = (SendLater(_now),)
    message = envelope(429, "error", "Rate limit exceeded. Please try again in 0.1 seconds.", status=429)
    rows = everywhere("fraction-is-waited-for", plain(429, _retry_after(["0.1"])), OK, completion=2, histories=2,
        at_least=0.1)  # fmt: skip
    rows += blocking("window-is-waited-for", soon, OK, completion=2, histories=2, at_least=0.1)
    rows += blocking("message-is-waited-for", message, OK, completion=2, histories=2, at_least=0.1)
    rows += blocking("date-of-now", now, OK, completion=2, histories=2)
    return rows


def _other_places() -> list[Row]:
    rows: list[Row] = []
    for name, reset in {"past": "1000", "garbage": "soon", "empty": "", "negative": "-1"}.items():
        step = plain(429, [("X-RateLimit-Reset", reset)])
        rows += blocking(f"window-{name}", step, OK, completion=2, histories=2)
    far = plain(429, [("X-RateLimit-Reset", "99999999999999")])
    rows += blocking("window-far-away", far, OK, error=RateLimitError, completion=1, histories=1)
    for status in (200, 429, 500):
        later = envelope(429, "error", "Please try again in 3600 seconds.", status=status)
        rows += everywhere(
            f"message-far-away-with-{status}", later, OK, error=RateLimitError, completion=1, histories=1,
            attributes={"retry_after": 3600.0},
        )  # fmt: skip
    at_once = envelope(429, "error", "Please try again in 0 seconds.", status=429)
    rows += everywhere("message-zero", at_once, OK, completion=2, histories=2)
    header_wins = envelope(429, "error", "try again in 3600 seconds", status=429, headers=_retry_after(["0"]))
    rows += blocking("header-before-message", header_wins, OK, completion=2, histories=2)
    return rows


ROWS = [*_header(), *_really_waiting(), *_other_places()]
