"""A conversation goes on after a cancellation at any await of `ask`, `stream`, `reply` and `close`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable

import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client._async.conversation import AsyncConversation
from fastgpt_client.testing import FakeFastGPT
from tests.support import embedded_chats, fault_fixtures

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

# Turns of the event loop before the task is cancelled: each await of a turn is met by some of them.
TURNS = [*range(1, 25), 30, 40, 60, 90, 130, 200]
PATIENCE = 60.0

Use = Callable[[AsyncConversation], Awaitable[object]]


async def ask(conversation: AsyncConversation) -> None:
    await conversation.ask("go")


async def read(conversation: AsyncConversation) -> None:
    async with await conversation.stream("go") as stream:
        async for _ in stream:
            pass


async def leave(conversation: AsyncConversation) -> None:
    async with await conversation.stream("go") as stream:
        await anext(stream)


async def ask_after_a_dropped_stream(conversation: AsyncConversation) -> None:
    stream = await conversation.stream("go")
    await anext(stream)
    del stream
    gc.collect()
    await conversation.ask("go on")


async def cancelled_after(turns: int, use: Use, conversation: AsyncConversation) -> None:
    task = asyncio.ensure_future(use(conversation))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


@pytest.mark.parametrize("completions", ["v1", "v2"])
@pytest.mark.parametrize("use", [ask, read, leave, ask_after_a_dropped_stream], ids=lambda use: use.__name__)
def test_the_next_question_is_answered(server: FakeFastGPT, use: Use, completions: str) -> None:
    app = server.app(answer="one two three")

    async def main() -> None:
        async with AsyncChatClient(app.key, server.url, app_id=app.id, completions=completions) as client:
            for turns in TURNS:
                conversation = client.conversation()
                await cancelled_after(turns, use, conversation)
                answer = await asyncio.wait_for(conversation.ask("and now?"), PATIENCE)
                assert answer.text == "one two three"

    asyncio.run(main())
