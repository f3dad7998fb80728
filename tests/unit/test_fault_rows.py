"""The judge of the fault tables: a row that does not hold is found out, whatever it is that differs."""

from __future__ import annotations

import http.client
import logging
from collections import Counter
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from fastgpt_client.exceptions import APIConnectionError, APIError, ServerError, StreamInterruptedError
from tests._async.test_faults import TABLES
from tests.support.fault_server import FaultServer
from tests.support.faults import ANSWER, OK, TEXT, Call, Row, fails, gives, plain, rows

CALLS: tuple[Call, ...] = ("completion", "histories", "deltas", "events", "final", "lines")
LOGGER = logging.getLogger("fastgpt_client")
LOST = Row("lost", plain(500), ServerError, completion=1, deltas=1, lines=1)
GOOD = Row("good", OK, ANSWER, completion=1)


def play(
    row: Row,
    call: Call = "completion",
    *,
    asks: int = 1,
    error: Exception | None = None,
    text: str = TEXT,
    waits: float | None = None,
) -> None:
    """Ask the row's server, and say that this came of it."""
    (parameter,) = rows(call, [[row]])
    with parameter.values[0].judged() as run:
        for _ in range(asks):
            with closing(http.client.HTTPConnection(run.client["base_url"].removeprefix("http://"))) as connection:
                connection.request("POST", "/", "{}")
                connection.getresponse().read()
        if waits is not None:
            LOGGER.info("%s %s: attempt %d failed (%s), retrying in %.2f s", "GET", "/", 1, "503", waits)
        if error is not None:
            raise error
        run.text = text


def interrupted(text: str) -> StreamInterruptedError:
    error = StreamInterruptedError("cut")
    partial: Any = SimpleNamespace(text=text)
    error.partial = partial
    return error


def test_a_row_that_holds() -> None:
    play(GOOD)
    play(LOST, error=ServerError("trouble"))
    play(replace(LOST, sees=fails(StreamInterruptedError, partial="Hel")), "deltas", error=interrupted("Hel"))
    play(replace(LOST, sees=fails(StreamInterruptedError, partial="Hel")), "lines", error=interrupted(""))


@pytest.mark.parametrize("error", [None, APIError("trouble"), APIConnectionError("trouble"), ValueError("trouble")])
def test_an_error_of_exactly_this_class(error: Exception | None) -> None:
    with pytest.raises(AssertionError, match="expected ServerError"):
        play(LOST, error=error)


def test_an_error_that_says_nothing() -> None:
    with pytest.raises(AssertionError, match="must say something"):
        play(LOST, error=ServerError(" "))


def test_an_error_with_another_attribute() -> None:
    with pytest.raises(AssertionError, match="the error says"):
        play(replace(LOST, sees=fails(ServerError, attempts=4)), error=ServerError("trouble", attempts=3))


def test_an_error_that_kept_another_text() -> None:
    with pytest.raises(AssertionError, match="kept 'Hel'"):
        play(replace(LOST, sees=fails(StreamInterruptedError, partial="Hello")), error=interrupted("Hel"))


def test_an_error_where_an_answer_was_to_come() -> None:
    with pytest.raises(AssertionError, match="expected 'Hello'"):
        play(GOOD, error=ServerError("trouble"))


def test_another_answer() -> None:
    with pytest.raises(AssertionError, match="expected 'Good bye', got 'Hello'"):
        play(replace(GOOD, sees=gives("Good bye")))


@pytest.mark.parametrize("asks", [1, 3])
def test_a_server_that_was_asked_less_or_more(asks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FaultServer, "wait_until", lambda *_: None)
    with pytest.raises(AssertionError, match=f"got {asks} requests, expected 2"):
        play(replace(GOOD, completion=2), asks=asks)


def test_what_one_call_sees_stands_beside_its_number() -> None:
    play(replace(GOOD, completion=(fails(ServerError), 2)), asks=2, error=ServerError("trouble"))


def test_another_number_of_connections() -> None:
    with pytest.raises(AssertionError, match="got 1 connections"):
        play(replace(GOOD, connections=2))


def test_the_wait_that_a_row_asks_for() -> None:
    play(replace(GOOD, waits=0.5), waits=0.5)


def test_a_wait_that_no_row_asks_for() -> None:
    with pytest.raises(AssertionError, match="waited"):
        play(GOOD, waits=0.01)


def test_a_wait_that_is_not_made() -> None:
    with pytest.raises(AssertionError, match="did not wait"):
        play(replace(GOOD, waits=0.5))


def test_a_call_that_gives_up_too_early() -> None:
    with pytest.raises(AssertionError, match="took"):
        play(replace(GOOD, at_least=60.0))


@pytest.mark.parametrize("call", CALLS)
def test_each_row_has_a_name_of_its_own(call: Call) -> None:
    names = Counter(parameter.id for parameter in rows(call, TABLES))
    assert names
    assert [name for name, count in names.items() if count > 1] == []
