# Generated from tests/_async/test_pages.py by scripts/generate.py: edit the source, not this file.
"""Iterators over paged lists: each page fetched when it is needed, each item handed out once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fastgpt_client import PageIterator, Record, ServerError, ValidationError
from tests.support.fake_server import APP_ID, FakeServer, Reply
from tests.support.replies import envelope, plain

DAYS = {"dateStart": "2026-01-01", "dateEnd": "2026-02-01"}


def chats(*ids: int, total: int) -> Reply:
    return envelope({"list": [{"chatId": f"c{number}"} for number in ids], "total": total})


def records(*ids: int, total: int) -> Reply:
    """Each turn is a question and an answer with one id, as 4.15 and later have it."""
    items = [{"dataId": f"d{number // 2}", "obj": "AI" if number % 2 else "Human", "n": number} for number in ids]
    return envelope({"list": items, "total": total})


def numbers(iterator: PageIterator[Any]) -> list[Any]:
    items = [item.raw if isinstance(item, Record) else item for item in iterator]
    return [item.get("n", item.get("chatId", item.get("_id"))) for item in items]


def collect(iterator: PageIterator[Any], found: list[str]) -> None:
    """Note the chats one by one: those before an error count."""
    for item in iterator:
        found += [item["chatId"]]


def test_all_pages_of_the_histories_are_read_in_order() -> None:
    server = FakeServer(chats(1, 2, total=5), chats(3, 4, total=5), chats(5, total=5))
    found = numbers(server.chat().iter_chat_histories(pageSize=2))
    assert found == ["c1", "c2", "c3", "c4", "c5"]
    assert server.hits == 3
    assert server.body == {"appId": APP_ID, "source": "api", "offset": 4, "pageSize": 2}


def test_pages_are_stepped_by_the_size_that_was_sent() -> None:
    server = FakeServer(chats(1, total=6), chats(total=6), chats(5, 6, total=6))
    found = numbers(server.chat().iter_chat_histories(pageSize=2))
    assert found == ["c1", "c5", "c6"]
    assert [json.loads(request.content)["offset"] for request in server.requests] == [0, 2, 4]


def test_an_iterator_takes_the_filters_of_its_call() -> None:
    server = FakeServer(chats(1, total=2), chats(2, total=2))
    day = datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)
    iterator = server.chat().iter_chat_histories(
        source="share",
        pageSize=1,
        startCreateTime="2026-01-01T00:00:00.000Z",
        endCreateTime=day,
        startUpdateTime=day,
        endUpdateTime=day + timedelta(days=1),
    )
    assert numbers(iterator) == ["c1", "c2"]
    assert server.body == {
        "appId": APP_ID,
        "source": "share",
        "offset": 1,
        "pageSize": 1,
        "startCreateTime": "2026-01-01T00:00:00.000Z",
        "endCreateTime": "2026-11-22T01:02:03.000Z",
        "startUpdateTime": "2026-11-22T01:02:03.000Z",
        "endUpdateTime": "2026-11-23T01:02:03.000Z",
    }


@pytest.mark.parametrize("old", [False, True])
def test_a_visitor_of_a_share_link_is_named_for_each_page(old: bool) -> None:
    visitor: Any = {"shareId": "s1", "outLinkUid": "u1"}
    named, sent = (visitor, {"appId": APP_ID, **visitor}) if old else ({"outLinkAuthData": visitor},) * 2
    server = FakeServer(chats(1, total=2), chats(2, total=2))
    assert numbers(server.chat().iter_chat_histories(pageSize=1, **named)) == ["c1", "c2"]
    assert server.body == {**sent, "source": "api", "offset": 1, "pageSize": 1}
    server = FakeServer(records(1, total=1))
    assert numbers(server.chat().iter_chat_records(chatId="c1", **named)) == [1]
    assert server.body == {**sent, "chatId": "c1", "offset": 0, "pageSize": 20}


def test_nothing_is_sent_before_the_first_item_is_asked_for() -> None:
    server = FakeServer(chats(1, 2, total=4))
    iterator = server.chat().iter_chat_histories(pageSize=2)
    assert server.hits == 0
    for item in iterator:
        assert item == {"chatId": "c1"}
        break
    assert server.hits == 1


def test_an_iterator_goes_on_where_a_loop_was_left() -> None:
    server = FakeServer(chats(1, 2, total=3), chats(3, total=3))
    iterator = server.chat().iter_chat_histories(pageSize=2)
    for _ in iterator:
        break
    assert numbers(iterator) == ["c2", "c3"]
    assert numbers(iterator) == []
    assert server.hits == 2


def test_an_item_that_moved_to_the_next_page_is_handed_out_once() -> None:
    server = FakeServer(chats(1, 2, 3, total=7), chats(3, 4, 5, total=8), chats(6, 7, total=8))
    assert numbers(server.chat().iter_chat_histories(pageSize=3)) == [
        "c1",
        "c2",
        "c3",
        "c4",
        "c5",
        "c6",
        "c7",
    ]


def test_a_page_of_known_items_only_is_passed_over() -> None:
    server = FakeServer(chats(1, 2, total=6), chats(1, 2, total=6), chats(5, 6, total=6))
    assert numbers(server.chat().iter_chat_histories(pageSize=2)) == ["c1", "c2", "c5", "c6"]


@pytest.mark.parametrize("data", [{"list": 5}, {"list": "ab"}, {"list": [5, None]}, [[]], {"list": {"chatId": "c1"}}])
def test_what_is_no_page_is_an_error(data: Any) -> None:
    server = FakeServer(envelope(data))
    with pytest.raises(ServerError, match="does not contain the requested page"):
        numbers(server.chat().iter_chat_histories())


def test_items_with_ids_of_any_kind_are_handed_out() -> None:
    odd = [{"dataId": [], "obj": {}, "n": 1}, {"dataId": {}, "obj": None, "n": 2}]
    server = FakeServer(envelope({"list": odd, "total": 2}))
    assert numbers(server.chat().iter_chat_records(chatId="c1")) == [2, 1]


def test_two_empty_pages_end_the_list_whatever_the_total() -> None:
    server = FakeServer(chats(1, total=9), chats(total=9))
    assert numbers(server.chat().iter_chat_histories(pageSize=1)) == ["c1"]
    assert server.hits == 3


def test_an_empty_list_asks_once() -> None:
    server = FakeServer(chats(total=0))
    assert numbers(server.chat().iter_chat_histories()) == []
    assert server.hits == 1


def test_the_plain_list_of_an_old_server_is_one_page() -> None:
    server = FakeServer(envelope([{"chatId": "c1"}, {"chatId": "c2"}]))
    assert numbers(server.chat().iter_chat_histories()) == ["c1", "c2"]
    assert server.hits == 1


@pytest.mark.parametrize("data", [None, {}, {"list": None, "total": 3}, {"total": None, "list": []}])
def test_an_answer_without_a_list_is_an_empty_one(data: Any) -> None:
    server = FakeServer(envelope(data))
    assert numbers(server.chat().iter_chat_histories()) == []
    assert server.hits == 1


def test_records_come_from_the_newest_to_the_oldest() -> None:
    server = FakeServer(records(3, 4, 5, total=6), records(0, 1, 2, total=6))
    iterator = server.chat().iter_chat_records(chatId="c1", pageSize=3, loadCustomFeedbacks=True)
    assert numbers(iterator) == [5, 4, 3, 2, 1, 0]
    assert server.body == {
        "appId": APP_ID,
        "chatId": "c1",
        "loadCustomFeedbacks": True,
        "offset": 3,
        "pageSize": 3,
    }


def test_a_turn_that_comes_while_records_are_read_repeats_none() -> None:
    server = FakeServer(records(2, 3, total=4), records(2, 3, total=6), records(0, 1, total=6))
    assert numbers(server.chat().iter_chat_records(chatId="c1", pageSize=2)) == [3, 2, 1, 0]


def test_the_log_of_an_app_is_told_apart_by_its_own_ids() -> None:
    first = [{"_id": "1", "chatId": "same"}, {"_id": "2", "chatId": "same"}]
    second = [{"_id": "2", "chatId": "same"}, {"_id": "3", "chatId": "same"}]
    server = FakeServer(envelope({"list": first, "total": 4}), envelope({"list": second, "total": 4}))
    iterator = server.app().iter_app_logs(**DAYS, pageSize=2, extra_body={"sources": ["api"]})
    assert [item["_id"] for item in iterator] == ["1", "2", "3"]
    assert server.paths == ["/api/core/app/logs/list"] * 2
    assert server.body == {"appId": APP_ID, **DAYS, "offset": 2, "pageSize": 2, "sources": ["api"]}


def test_a_page_that_failed_can_be_asked_for_again() -> None:
    server = FakeServer(chats(1, total=2), plain(500), chats(2, total=2))
    iterator = server.chat().iter_chat_histories(pageSize=1)
    found: list[str] = []
    with pytest.raises(ServerError):
        collect(iterator, found)
    assert found == ["c1"]
    assert numbers(iterator) == ["c2"]
    assert server.body["offset"] == 1


@pytest.mark.parametrize("size", [0, -1, True, 2.0, "20"])
def test_a_page_size_is_checked_before_a_page_is_asked_for(size: Any) -> None:
    server = FakeServer(chats(total=0))
    with pytest.raises(ValidationError, match="pageSize must be"):
        numbers(server.chat().iter_chat_histories(pageSize=size))
    assert server.hits == 0


def test_iterators_refuse_what_their_calls_refuse() -> None:
    server = FakeServer(chats(total=0))
    with pytest.raises(ValidationError, match="chatId must be"):
        server.chat().iter_chat_records(chatId=" ")
    assert server.hits == 0
