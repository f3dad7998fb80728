# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Bad input is refused before anything is sent, by an error that names the argument."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client import AsyncAppClient, AsyncChatClient, AsyncDatasetClient, ValidationError
from tests.support.call import QUESTION, VISITOR, Call
from tests.support.calls import CALLS
from tests.support.fake_server import APP_ID, FakeServer
from tests.support.replies import completion, envelope

BLANK = ["", " ", "\n"]


def client_of(call: Call, server: FakeServer, **options: Any) -> AsyncAppClient | AsyncChatClient | AsyncDatasetClient:
    if call.client == "dataset":
        return server.async_dataset(**options)
    return server.async_app(**options) if call.client == "app" else server.async_chat(**options)


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("name", ["chatId", "dataId", "contentId", "appId", "parentId", "datasetId", "collectionId"])
async def test_an_empty_id_is_refused_by_every_call_that_takes_it(name: str, blank: str) -> None:
    calls = [call for call in CALLS if name in call.arguments]
    server = FakeServer(envelope())
    for call in calls:
        with pytest.raises(ValidationError, match=f"{name} must be a non-empty str"):
            await getattr(client_of(call, server), call.name)(**{**call.arguments, name: blank})
    assert calls
    assert server.hits == 0


@pytest.mark.parametrize("name", ["responseChatItemId", "customUid", "chatId", "appId"])
@pytest.mark.parametrize("value", ["", " ", 5, b"id", ["id"]])
async def test_a_completion_refuses_what_is_no_id(name: str, value: Any) -> None:
    server = FakeServer(completion())
    with pytest.raises(ValidationError, match=f"{name} must be a non-empty str"):
        await server.async_chat().create_chat_completion(QUESTION, **{name: value})
    assert server.hits == 0


@pytest.mark.parametrize("ids", [{}, {"contentIds": []}, {"contentIds": ()}])
async def test_deleting_a_record_needs_to_be_told_which(ids: dict[str, Any]) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match="contentId is missing"):
        await server.async_chat().delete_chat_record(chatId="c1", **ids)
    assert server.hits == 0


async def test_one_empty_id_among_several_is_refused() -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match="contentIds must be a non-empty str"):
        await server.async_chat().delete_chat_record(chatId="c1", contentIds=["d1", ""])
    assert server.hits == 0


@pytest.mark.parametrize("arguments", [{}, {"chatId": "c1", "messages": QUESTION}])
async def test_suggested_questions_are_about_a_chat_or_about_messages(arguments: dict[str, Any]) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match=r"either chatId.* or messages"):
        await server.async_chat().get_suggested_questions(**arguments)
    assert server.hits == 0


async def test_suggested_questions_refuse_messages_without_a_role() -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match=r"messages\[0\] has no role"):
        await server.async_chat().get_suggested_questions(messages=[{"content": "Hi"}])
    assert server.hits == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", object(), {1, 2}, b"bytes"])
async def test_what_is_no_json_is_refused_before_it_is_sent(value: Any) -> None:
    server = FakeServer(completion())
    with pytest.raises(ValidationError, match="cannot be sent as JSON"):
        await server.async_chat().create_chat_completion(QUESTION, variables={"secret": value})
    assert server.hits == 0


@pytest.mark.parametrize("value", ["\ud800", "a" * 70_000])
async def test_an_id_that_fits_into_no_query_is_refused_before_it_is_sent(value: str) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError):
        await server.async_chat().get_chat_init(chatId=value)
    assert server.hits == 0


async def test_what_is_no_json_is_refused_in_the_query_too() -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError):
        await server.async_chat().clear_chat_histories(extra_query={"a": [object()]})
    assert server.hits == 0


@pytest.mark.parametrize("messages", ["Hi", b"Hi", {"role": "user"}, None, 5, {"a"}])
async def test_messages_that_are_no_list_are_refused(messages: Any) -> None:
    server = FakeServer(completion())
    with pytest.raises(ValidationError, match="messages must be a list of messages, not"):
        await server.async_chat().create_chat_completion(messages)
    assert server.hits == 0


async def test_a_page_beyond_the_server_s_own_is_refused_at_once() -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match="offset or pageNum"):
        await server.async_chat().get_chat_histories(offset=0, pageNum=1)
    with pytest.raises(ValidationError, match="pageSize must be"):
        await server.async_app().list_app_logs(dateStart="2026", dateEnd="2027", pageSize=0)
    with pytest.raises(ValidationError, match="dateEnd must be ISO 8601"):
        await server.async_app().get_app_logs_chart(dateStart="2026", dateEnd="")
    assert server.hits == 0


@pytest.mark.parametrize("ids", [[], (), "c1", [""], ["c1", " "], ["c1", None], [5]])
async def test_a_list_of_ids_holds_ids(ids: Any) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match=r"chatIds (must be a non-empty|contains None)"):
        await server.async_chat().get_history_status(chatIds=ids)
    assert server.hits == 0


async def test_a_page_of_messages_is_linked_at_one_end() -> None:
    server = FakeServer(envelope())
    client = server.async_chat()
    with pytest.raises(ValidationError, match="one of initialId, nextId and prevId"):
        await client.get_linked_chat_records(chatId="c1", nextId="d1", prevId="d2")
    blanks: list[dict[str, Any]] = [{"initialId": " "}, {"nextId": " "}, {"prevId": " "}]
    for blank in blanks:
        with pytest.raises(ValidationError, match="Id must be a non-empty str"):
            await client.get_linked_chat_records(chatId="c1", **blank)
    with pytest.raises(ValidationError, match="pageSize must be"):
        await client.get_linked_chat_records(chatId="c1", pageSize=0)
    assert server.hits == 0


CLEARING = [
    {"customUid": "u1"},
    {"customUid": "u1", "server_version": "4.17.9"},
    {"customUid": "u1", "server_version": "4.9"},
    {"customUid": "u1", "server_version": ""},
    {"customUid": "u1", "server_version": "newest"},
    {"customUid": "u1", "server_version": 4.18},
    {"extra_query": {"customUid": "u1"}},
    {"extra_query": {"customUid": None}},
    {"extra_body": {"customUid": "u1"}},
]


@pytest.mark.parametrize("arguments", CLEARING)
async def test_one_user_s_chats_are_cleared_only_where_the_server_is_known_to_do_that(arguments: Any) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match=r"customUid requires server_version='4\.18\.0' or later"):
        await server.async_chat().clear_chat_histories(**arguments)
    assert server.hits == 0


@pytest.mark.parametrize("version", ["4.18", "4.18.0", "v4.18.2", "4.20.1-beta", "5.0"])
async def test_one_user_s_chats_are_cleared_by_4_18_and_later(version: str) -> None:
    server = FakeServer(envelope())
    await server.async_chat().clear_chat_histories(customUid="u1", server_version=version)
    assert server.query == {"appId": APP_ID, "customUid": "u1"}


@pytest.mark.parametrize("who", [{"outLinkAuthData": VISITOR}, VISITOR], ids=["visitor", "visitor of old"])
async def test_a_visitor_acts_for_nobody_else(who: Any) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match="authProxy acts for a team member"):
        await server.async_chat().get_chat_histories(authProxy={"username": "ann"}, **who)
    with pytest.raises(ValidationError, match="authProxy acts for a team member"):
        await server.async_chat().create_chat_completion(QUESTION, authProxy={"username": "ann"}, **who)
    assert server.hits == 0


@pytest.mark.parametrize("half", [{"shareId": "s1"}, {"outLinkUid": "u1"}])
async def test_half_a_visitor_is_refused(half: dict[str, str]) -> None:
    client = FakeServer(envelope()).async_chat()
    with pytest.raises(ValidationError, match="shareId and outLinkUid go together"):
        await client.get_chat_histories(**half)
    with pytest.raises(ValidationError, match="shareId and outLinkUid go together"):
        await client.create_chat_completion([], **half)
