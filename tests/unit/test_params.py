"""Parameters: checked for meaning, and in the form that goes over the wire."""

from __future__ import annotations

import re
import time
from collections import UserDict, deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from fastgpt_client._api.params import (
    as_iso,
    check_messages,
    drop_none,
    pagination_params,
    parse_page,
)
from fastgpt_client.exceptions import ValidationError


@pytest.mark.parametrize("messages", ["Hi", b"Hi", {"role": "user"}, {"a"}, None, 5, iter([]), (item for item in ())])
def test_messages_are_a_list(messages: Any) -> None:
    with pytest.raises(ValidationError, match=r"messages must be a list of messages, not \w+: wrap it as \[\{'role'"):
        check_messages(messages)


@pytest.mark.parametrize("message", ["Hi", None, 5, ["user", "Hi"], ("role", "user")])
def test_each_message_is_an_object(message: Any) -> None:
    with pytest.raises(ValidationError, match=r"messages\[1\] must be a dict with a role, not \w+"):
        check_messages([{"role": "user"}, message])


@pytest.mark.parametrize("message", [{}, {"content": "Hi"}, {"role": ""}, {"role": " "}, {"role": None}, {"role": 5}])
def test_each_message_has_a_role(message: Any) -> None:
    with pytest.raises(ValidationError, match=r"messages\[0\] has no role: add 'role': 'user'"):
        check_messages([message])


@pytest.mark.parametrize(
    "messages",
    [
        [],
        (),
        [{"role": "user"}],
        ({"role": "assistant", "content": None},),
        deque([{"role": "x"}]),
        [UserDict({"role": "user"})],
    ],
)
def test_good_messages_are_taken(messages: Any) -> None:
    check_messages(messages)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("2026-01-01", "2026-01-01"),
        (" anything ", " anything "),
        (datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC), "2026-01-02T03:04:05.678Z"),
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=8))), "2026-01-01T19:00:00.000Z"),
    ],
)
def test_a_point_in_time_is_iso_in_utc(value: Any, text: str | None) -> None:
    assert as_iso("dateStart", value) == text


# Zones as POSIX writes them, so that no list of the world's zones is needed. In Brazil the clocks were changed at
# midnight: one day had no 0:00, and another one had 23:00 twice.
SHANGHAI, BERLIN, BRAZIL = "CST-8", "CET-1CEST,M3.5.0,M10.5.0/3", "<-03>3<-02>,M11.1.0/0,M2.3.0/0"


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of this system cannot be changed for a test")
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends"),
    [
        ("UTC0", date(2026, 1, 2), "2026-01-02T00:00:00.000Z", "2026-01-02T23:59:59.999Z"),
        (SHANGHAI, date(2026, 1, 2), "2026-01-01T16:00:00.000Z", "2026-01-02T15:59:59.999Z"),
        (BERLIN, date(2026, 3, 29), "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"),
        (BERLIN, date(2026, 10, 25), "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"),
        (BRAZIL, date(2018, 11, 4), "2018-11-04T03:00:00.000Z", "2018-11-05T01:59:59.999Z"),
        (BRAZIL, date(2018, 2, 17), "2018-02-17T02:00:00.000Z", "2018-02-18T02:59:59.999Z"),
    ],
    indirect=["zone"],
)
def test_a_date_is_the_whole_day_here(zone: None, day: date, begins: str, ends: str) -> None:
    assert as_iso("dateStart", day) == begins
    assert as_iso("dateEnd", day, end=True) == ends


@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize(
    ("zone", "text"), [(SHANGHAI, "2026-07-01T04:00:00.000Z"), (BRAZIL, "2026-07-01T15:00:00.000Z")], indirect=["zone"]
)
def test_a_time_without_a_zone_is_a_local_one(zone: None, text: str, end: bool) -> None:
    naive = datetime(2026, 7, 1, 12)
    assert as_iso("dateStart", naive, end=end) == as_iso("dateStart", naive.astimezone(), end=end) == text


@pytest.mark.parametrize(
    ("zone", "value", "end"),
    [
        (SHANGHAI, datetime.min, False),
        (SHANGHAI, date.min, False),
        (BRAZIL, datetime.max, True),
        (SHANGHAI, date.max, True),
        ("UTC0", datetime.min.replace(tzinfo=timezone(timedelta(hours=1))), False),
        ("UTC0", datetime.max.replace(tzinfo=timezone(-timedelta(hours=1))), True),
    ],
    indirect=["zone"],
)
def test_a_time_beyond_the_calendar_is_refused_by_name(zone: None, value: date, end: bool) -> None:
    with pytest.raises(ValidationError, match=f"^dateX: {re.escape(str(value))} is out of range"):
        as_iso("dateX", value, end=end)


@pytest.mark.parametrize("value", ["", " ", 5, 5.5, True, b"2026", ["2026"]])
def test_what_is_no_point_in_time_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError, match="dateEnd must be ISO 8601 text, a date or a datetime, not"):
        as_iso("dateEnd", value)


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ((None, None, 20), {"offset": 0, "pageNum": None, "pageSize": 20}),
        ((0, None, 1), {"offset": 0, "pageNum": None, "pageSize": 1}),
        ((40, None, 20), {"offset": 40, "pageNum": None, "pageSize": 20}),
        ((None, 3, 20), {"offset": None, "pageNum": 3, "pageSize": 20}),
    ],
)
def test_a_page_is_told_by_its_offset_or_its_number(arguments: Any, parameters: dict[str, Any]) -> None:
    assert pagination_params(*arguments) == parameters


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((-1, None, 20), "offset must be a whole number of at least 0, not -1"),
        ((True, None, 20), "offset"),
        ((1.0, None, 20), "offset"),
        (("1", None, 20), "offset"),
        ((None, 0, 20), "pageNum must be a whole number of at least 1, not 0"),
        ((None, False, 20), "pageNum"),
        ((None, None, 0), "pageSize must be a whole number of at least 1, not 0"),
        ((None, None, True), "pageSize"),
        ((None, None, "20"), "pageSize"),
        ((0, 1, 20), "either offset or pageNum, not both"),
    ],
)
def test_a_page_that_is_none_is_refused(arguments: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        pagination_params(*arguments)


ONE, TWO = {"chatId": "c1"}, {"chatId": "c2"}


@pytest.mark.parametrize(
    ("data", "items", "total"),
    [
        ({"list": [ONE, TWO], "total": 9}, [ONE, TWO], 9),
        ({"list": [ONE, TWO]}, [ONE, TWO], 0),
        ({"list": [ONE], "total": "9"}, [ONE], 0),
        ({"list": None, "total": 9}, [], 9),
        ({"total": 9}, [], 9),
        ([ONE, TWO], [ONE, TWO], 2),
        ([], [], 0),
        (None, [], 0),
        ("text", [], 0),
    ],
)
def test_a_page_is_read_in_every_version(data: Any, items: list[Any], total: int) -> None:
    assert parse_page({"data": data}) == (items, total)
    assert parse_page({}) == ([], 0)


def test_a_page_is_a_list_of_its_own() -> None:
    data = {"list": [ONE, TWO], "total": 2}
    parse_page({"data": data})[0].clear()
    assert data["list"] == [ONE, TWO]


def test_what_is_none_is_left_out_and_nothing_else() -> None:
    assert drop_none({"a": None, "b": "", "c": 0, "d": False, "e": []}) == {"b": "", "c": 0, "d": False, "e": []}
