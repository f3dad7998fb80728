# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Pauses that 4.14.4 to 4.15.1 leave out of blocking answers: they are read from the records."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from fastgpt_client.interactive import UserSelect
from tests.support.fake_server import FakeServer, Reply
from tests.support.replies import as_json, completion, envelope, page, refusal

PARAMS = {"description": "Which?", "userSelectOptions": [{"key": "k", "value": "Red"}]}
SELECT = {"interactive": {"type": "userSelect", "params": PARAMS}}
NOTHING_TOLD = as_json({"id": "c1", "choices": [{"message": {"role": "assistant"}, "finish_reason": "stop"}]})
RECORDS = "the record of the turn, which is a pause"


def server_with(*answers: Any) -> FakeServer:
    """Return a server that gives these answers, `RECORDS` as it would have it."""

    def records(request: httpx.Request) -> Reply:
        item_id = json.loads(fake.requests[0].content)["responseChatItemId"]
        return envelope({"list": [{"dataId": item_id, "obj": "AI", "value": [SELECT]}], "total": 2})

    fake = FakeServer(*(records if answer == RECORDS else answer for answer in answers))
    return fake


async def test_a_pause_is_read_from_the_records() -> None:
    fake = server_with(NOTHING_TOLD, RECORDS, completion("Red it is."))
    conversation = fake.async_chat().conversation()
    first = await conversation.ask("go")
    assert isinstance(first.interactive, UserSelect)
    assert (first.text, first.chat_id, first.http_response.request.url.path) == ("", "c1", fake.paths[0])
    answer = await conversation.reply(first.interactive.choose("Red"))
    assert answer.text == "Red it is."
    assert fake.hits == 3


@pytest.mark.parametrize("records", [{"list": [], "total": 0}, None])
async def test_an_answer_of_which_nothing_is_told_anywhere_is_empty(records: Any) -> None:
    fake = FakeServer(NOTHING_TOLD, envelope(records))
    answer = await fake.async_chat().conversation().ask("go")
    assert (answer.text, answer.interactive) == ("", None)
    assert fake.hits == 2


async def test_a_pause_that_cannot_be_read_now_is_read_for_the_reply() -> None:
    fake = server_with(NOTHING_TOLD, refusal(), RECORDS, page(), completion("Red it is."))
    conversation = fake.async_chat().conversation()
    answer = await conversation.ask("go")
    assert answer.interactive is None
    answer = await conversation.reply("Red")
    assert answer.text == "Red it is."


async def test_without_details_no_pause_is_looked_for() -> None:
    fake = FakeServer(NOTHING_TOLD)
    await fake.async_chat().conversation(detail=False).ask("go")
    assert fake.hits == 1
