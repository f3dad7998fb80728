# Generated from tests/_async/test_days.py by scripts/generate.py: edit the source, not this file.
"""Spans of time: a date is the whole day here, wherever a call takes one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from fastgpt_client import ValidationError
from tests.support.fake_server import FakeServer
from tests.support.replies import envelope

DAY = date(2026, 7, 1)
# In the time of wherever the tests run.
BEGINS = datetime(2026, 7, 1).astimezone(UTC)
ENDS = datetime(2026, 7, 1, 23, 59, 59, 999000).astimezone(UTC)
SPAN = {"dateStart": DAY, "dateEnd": DAY}
CHANGED = {"startUpdateTime": DAY, "endUpdateTime": DAY}
MADE = {"startCreateTime": DAY, "endCreateTime": DAY}


def called(server: FakeServer, method: str, arguments: dict[str, Any]) -> None:
    client = server.chat() if method == "get_chat_histories" else server.app()
    if method == "iter_app_logs":
        for _ in client.iter_app_logs(**arguments):
            pass
    else:
        getattr(client, method)(**arguments)


CALLS = pytest.mark.parametrize(
    ("method", "span"),
    [
        ("get_app_logs_chart", SPAN),
        ("list_app_logs", SPAN),
        ("list_app_log_users", SPAN),
        ("iter_app_logs", SPAN),
        ("get_chat_histories", CHANGED),
        ("get_chat_histories", MADE),
    ],
)


@CALLS
def test_a_day_is_meant_from_its_first_instant_to_its_last(method: str, span: dict[str, date]) -> None:
    server = FakeServer(envelope({"list": [], "total": 0}))
    called(server, method, span)
    assert [datetime.fromisoformat(server.body[name]) for name in span] == [BEGINS, ENDS]


@CALLS
@pytest.mark.parametrize("which", [0, 1])
def test_a_time_is_meant_as_it_is(method: str, span: dict[str, date], which: int) -> None:
    server = FakeServer(envelope({"list": [], "total": 0}))
    name = [*span][which]
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC) + timedelta(hours=which)
    called(server, method, {**span, name: noon})
    assert server.body[name] == f"2026-07-01T1{2 + which}:00:00.000Z"


@CALLS
@pytest.mark.parametrize("which", [0, 1])
def test_a_time_beyond_the_calendar_is_refused_by_name(method: str, span: dict[str, date], which: int) -> None:
    server = FakeServer(envelope({"list": [], "total": 0}))
    name = [*span][which]
    beyond = datetime.min.replace(tzinfo=timezone(timedelta(hours=8)))
    with pytest.raises(ValidationError, match=f"{name}: .* is out of range"):
        called(server, method, {**span, name: beyond})
    assert server.hits == 0
