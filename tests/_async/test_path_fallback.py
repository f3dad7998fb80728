# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Servers of other ages: the next spelling of a path after an HTML 404, and which one this server knows."""

from __future__ import annotations

import pytest

from fastgpt_client import NotFoundError, ServerError
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer
from tests.support.faults import DONE, HEL, STOP
from tests.support.replies import completion, envelope, events, page, plain, refusal

CHAT = {"chatId": "c1"}
RECORD = {"chatId": "c1", "dataId": "d1"}
SPELLINGS = {
    "get_chat_histories": ({}, "getHistories", "history/getHistories"),
    "update_chat_history": (CHAT, "updateHistory", "history/updateHistory"),
    "delete_chat_history": (CHAT, "delHistory", "history/delHistory"),
    "clear_chat_histories": ({}, "clearHistories", "history/clearHistories"),
    "get_chat_records": (CHAT, "getPaginationRecords", "record/getPaginationRecords"),
    "get_record_detail": (RECORD, "getResData", "record/getResData"),
    "delete_chat_record": (CHAT | {"contentId": "d1"}, "record/delete", "item/delete"),
}
V1, V2 = "/api/v1/chat/completions", "/api/v2/chat/completions"


@pytest.mark.parametrize("name", SPELLINGS)
async def test_the_other_spelling_is_tried_and_remembered(name: str) -> None:
    arguments, first, second = SPELLINGS[name]
    server = FakeServer(page(), envelope())
    client = server.async_chat()
    await getattr(client, name)(**arguments)
    await getattr(client, name)(**arguments)
    assert server.paths == ["/api/core/chat/" + path for path in (first, second, second)]
    assert server.requests[0].content == server.requests[1].content


async def test_a_spelling_that_vanishes_is_looked_for_again() -> None:
    server = FakeServer(page(), envelope(), page(), envelope())
    client = server.async_chat()
    for _ in range(2):
        await client.clear_chat_histories()
    old, new = "/api/core/chat/clearHistories", "/api/core/chat/history/clearHistories"
    assert server.paths == [old, new, new, old]


async def test_v2_falls_back_to_v1() -> None:
    server = FakeServer(page(), completion())
    client = server.async_chat(completions="v2")
    first = await client.create_chat_completion(QUESTION)
    await client.create_chat_completion(QUESTION)
    assert first.text == "Hello"
    assert server.paths == [V2, V1, V1]


async def test_a_stream_of_v2_falls_back_to_v1() -> None:
    server = FakeServer(page(), events(HEL, STOP, DONE))
    client = server.async_chat(completions="v2")
    for _ in range(2):
        stream = await client.create_chat_completion(QUESTION, stream=True)
        await stream.final()
    assert server.paths == [V2, V1, V1]


async def test_v1_has_no_other_spelling() -> None:
    server = FakeServer(page())
    with pytest.raises(NotFoundError, match="no such path on this server: check base_url"):
        await server.async_chat().create_chat_completion(QUESTION)
    assert server.paths == [V1]


async def test_a_path_that_no_spelling_finds_is_told_as_unknown() -> None:
    server = FakeServer(page())
    with pytest.raises(NotFoundError, match="no such path") as caught:
        await server.async_chat().clear_chat_histories()
    assert server.hits == 2
    assert (caught.value.status_code, caught.value.attempts) == (404, 1)


async def test_a_path_that_needs_a_newer_server_says_which() -> None:
    server = FakeServer(page())
    with pytest.raises(NotFoundError, match=r"and its version: stopping a run requires FastGPT 4\.14\.4"):
        await server.async_chat().stop_chat(chatId="c1")
    with pytest.raises(NotFoundError, match=r"4\.15\.2 and later"):
        await server.async_app().list_app_logs(dateStart="2026", dateEnd="2027")


async def test_a_404_of_the_server_itself_is_an_answer() -> None:
    server = FakeServer(refusal(507002, "fileNotFound", status=404))
    with pytest.raises(NotFoundError, match="fileNotFound"):
        await server.async_chat().clear_chat_histories()
    assert server.hits == 1


async def test_a_404_in_plain_text_is_no_unknown_path() -> None:
    server = FakeServer(plain(404))
    with pytest.raises(NotFoundError, match="upstream trouble"):
        await server.async_chat().clear_chat_histories()
    assert server.hits == 1


async def test_a_web_page_with_another_status_is_no_unknown_path() -> None:
    server = FakeServer(page(500))
    with pytest.raises(ServerError, match="a web page"):
        await server.async_chat().clear_chat_histories()
    assert server.hits == 1


async def test_a_failed_call_teaches_no_path() -> None:
    server = FakeServer(page(), refusal(), envelope())
    client = server.async_chat()
    with pytest.raises(ServerError):
        await client.clear_chat_histories()
    await client.clear_chat_histories()
    assert server.paths[2] == "/api/core/chat/clearHistories"


async def test_clients_learn_each_for_themselves() -> None:
    server = FakeServer(page(), envelope())
    await server.async_chat().clear_chat_histories()
    await server.async_chat().clear_chat_histories()
    assert server.paths[2] == "/api/core/chat/clearHistories"
