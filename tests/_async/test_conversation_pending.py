# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""What a chat waits for, asked of the server."""

from __future__ import annotations

import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client.exceptions import APIError
from fastgpt_client.interactive import UserSelect
from fastgpt_client.testing import App, FakeFastGPT, Select
from tests.support import embedded_chats
from tests.support.embedded_chats import settings
from tests.support.fake_server import FakeServer
from tests.support.replies import envelope

server = embedded_chats.server


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answers=["Hello.", Select("Which?", {"A": "It is A.", "B": "It is B."}), "Bye."])


async def test_a_chat_that_goes_on_tells_what_it_waits_for(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        first = client.conversation()
        assert await first.pending() is None
        await first.ask("Hi")
        assert await first.pending() is None
        await first.ask("go")
        later = client.conversation(chatId=first.chat_id)
        pause = await later.pending()
        assert isinstance(pause, UserSelect)
        assert [option.value for option in pause.options] == ["A", "B"]
        answer = await later.reply(pause.choose("B"))
        assert answer.text == "It is B."
        assert await later.pending() is None
        await later.ask("end")
        assert await later.pending() is None


async def test_what_cannot_be_asked_is_told(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app, max_retries=0)) as client:
        with server.fault("error_before_run", path="ecords", times=None), pytest.raises(APIError):
            await client.conversation(chatId="some").pending()


async def test_a_question_that_has_no_answer_yet_waits_for_nothing() -> None:
    records = [{"dataId": "1", "obj": "AI", "value": []}, {"dataId": "2", "obj": "Human", "value": []}]
    fake = FakeServer(envelope({"list": records, "total": 2}))
    assert await fake.async_chat().conversation(chatId="some").pending() is None
    assert fake.hits == 1
