"""A turn that is cancelled: the server stops its run, the cancellation goes through, and the next turn is free."""

from __future__ import annotations

import asyncio
import math
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
import trio
from anyio.abc import TaskGroup

from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client._async import chat_state
from fastgpt_client._async.conversation import AsyncConversation
from fastgpt_client.testing import App, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import Talk, asked, at_rest, saved, settings, turns
from tests.support.interrupts import interrupted_when
from tests.support.until import PATIENCE, async_until

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

ASYNCIO = pytest.mark.parametrize("anyio_backend", ["asyncio"])
TRIO = pytest.mark.parametrize("anyio_backend", ["trio"])
V1, V2 = {"completions": "v1"}, {"completions": "v2"}
STOP = "chat/stop"

Use = Callable[[AsyncConversation], Awaitable[object]]


async def ask(conversation: AsyncConversation) -> None:
    await conversation.ask("go")


async def read(conversation: AsyncConversation) -> None:
    async with await conversation.stream("go") as stream:
        async for _ in stream:
            pass


async def read_without_block(conversation: AsyncConversation) -> None:
    stream = await conversation.stream("go")
    async for _ in stream.text_deltas():
        pass


STREAMS = pytest.mark.parametrize("use", [read, read_without_block], ids=lambda use: use.__name__)
USES = pytest.mark.parametrize("use", [ask, read, read_without_block], ids=lambda use: use.__name__)


@pytest.fixture
def talk() -> Talk:
    return Talk()


@pytest.fixture
def app(server: FakeFastGPT, talk: Talk) -> App:
    return server.app(answers=[talk.answer, "Two."])


async def begun(talk: Talk) -> None:
    """Wait until the app's run has said something, and goes on."""
    await async_until(talk.said.is_set)


async def once_begun(talk: Talk, do: Callable[[], object]) -> None:
    await begun(talk)
    do()


@asynccontextmanager
async def conversing(server: FakeFastGPT, app: App, **options: Any) -> AsyncIterator[AsyncConversation]:
    """Give a conversation, and see that it can go on after what was done to it."""
    async with AsyncChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        yield conversation
        with anyio.fail_after(PATIENCE):
            assert (await conversation.ask("b")).text == "Two."
    assert saved(server, app, conversation.chat_id) == turns(("go", Talk.text), ("b", "Two."))


@USES
async def test_a_cancelled_turn_of_v2_is_stopped(server: FakeFastGPT, app: App, talk: Talk, use: Use) -> None:
    async with conversing(server, app, **V2) as conversation:
        async with anyio.create_task_group() as group:
            group.start_soon(use, conversation)
            await begun(talk)
            group.cancel_scope.cancel()
        # The cancelled task has seen to it before it ended.
        assert len(asked(server, conversation.chat_id, STOP)) == 1
    assert len(asked(server, conversation.chat_id, STOP)) == 1


@STREAMS
async def test_a_cancelled_turn_of_v1_ends_with_its_connection(
    server: FakeFastGPT, app: App, talk: Talk, use: Use
) -> None:
    async with conversing(server, app, **V1) as conversation:
        async with anyio.create_task_group() as group:
            group.start_soon(use, conversation)
            await begun(talk)
            group.cancel_scope.cancel()
        assert conversation.last is None
    assert asked(server, conversation.chat_id, STOP) == []


async def test_a_cancelled_blocking_turn_of_v1_runs_to_its_end_and_is_waited_for(server: FakeFastGPT) -> None:
    started, go_on = threading.Event(), threading.Event()

    async def answer(messages: list[Any], variables: dict[str, Any]) -> str:
        started.set()
        await asyncio.to_thread(go_on.wait, PATIENCE)
        return "One."

    app = server.app(answers=[answer, "Two."])
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        async with anyio.create_task_group() as group:
            group.start_soon(ask, conversation)
            await async_until(started.is_set)
            group.cancel_scope.cancel()
        go_on.set()
        assert (await conversation.ask("b")).text == "Two."
    assert saved(server, app, conversation.chat_id) == turns(("go", "One."), ("b", "Two."))


@USES
@ASYNCIO
async def test_an_asyncio_task_is_cancelled(server: FakeFastGPT, app: App, talk: Talk, use: Use) -> None:
    async with conversing(server, app, **V2) as conversation:
        task = asyncio.ensure_future(use(conversation))
        await begun(talk)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(asked(server, conversation.chat_id, STOP)) == 1


@USES
@ASYNCIO
async def test_an_asyncio_timeout(server: FakeFastGPT, app: App, talk: Talk, use: Use) -> None:
    async def use_in_time(conversation: AsyncConversation, group: TaskGroup) -> None:
        async with asyncio.timeout(None) as time:
            group.start_soon(once_begun, talk, lambda: time.reschedule(0.0))
            await use(conversation)

    async with conversing(server, app, **V2) as conversation:
        async with anyio.create_task_group() as group:
            with pytest.raises(TimeoutError):
                await use_in_time(conversation, group)
        assert len(asked(server, conversation.chat_id, STOP)) == 1


@USES
@TRIO
async def test_a_trio_timeout(server: FakeFastGPT, app: App, talk: Talk, use: Use) -> None:
    async def use_in_time(conversation: AsyncConversation, nursery: trio.Nursery) -> None:
        with trio.fail_after(math.inf) as scope:
            nursery.start_soon(once_begun, talk, lambda: setattr(scope, "deadline", 0.0))
            await use(conversation)

    async with conversing(server, app, **V2) as conversation:
        async with trio.open_nursery() as nursery:
            with pytest.raises(trio.TooSlowError):
                await use_in_time(conversation, nursery)
        assert len(asked(server, conversation.chat_id, STOP)) == 1


async def test_a_stream_that_is_cancelled_before_its_head_came(server: FakeFastGPT, app: App, talk: Talk) -> None:
    async with conversing(server, app, **V2) as conversation:
        with server.fault("stall_before_headers", app=app):
            async with anyio.create_task_group() as group:
                group.start_soon(conversation.stream, "go")
                await begun(talk)
                group.cancel_scope.cancel()
        assert len(asked(server, conversation.chat_id, STOP)) == 1


async def test_a_turn_that_is_cancelled_while_it_is_looked_up(server: FakeFastGPT, app: App, talk: Talk) -> None:
    before = len(server.requests)
    async with conversing(server, app, **V2) as conversation:
        with server.fault("cut_in_event", app=app):
            async with anyio.create_task_group() as group:
                group.start_soon(read, conversation)
                await async_until(lambda: any("HistoryStatus" in one.path for one in server.requests[before:]))
                await begun(talk)  # else the next question would be the first to be answered
                group.cancel_scope.cancel()
        assert len(asked(server, conversation.chat_id, STOP)) == 1


@USES
async def test_a_cancellation_never_takes_long(
    server: FakeFastGPT, app: App, talk: Talk, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server would take an hour to stop the run.
    monkeypatch.setattr(chat_state, "_STOP_SECONDS", 0.3)
    async with AsyncChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("stall_before_headers", path=STOP):
            async with anyio.create_task_group() as group:
                group.start_soon(use, conversation)
                await begun(talk)
                group.cancel_scope.cancel()
    assert len(asked(server, conversation.chat_id, STOP)) == 1
    await client.close()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system has no signals for a thread")
@pytest.mark.parametrize(
    ("options", "streamed"), [(V1, True), (V2, False), (V2, True)], ids=["v1-streamed", "v2-blocking", "v2-streamed"]
)
def test_ctrl_c(server: FakeFastGPT, app: App, talk: Talk, options: dict[str, Any], streamed: bool) -> None:
    waits = talk.said if not streamed else threading.Event()

    def talk_on() -> None:
        if not streamed:
            conversation.ask("go")
            return
        with conversation.stream("go") as stream:
            for _ in stream.text_deltas():
                waits.set()

    with ChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        with pytest.raises(KeyboardInterrupt), interrupted_when(waits.is_set):
            talk_on()
        assert len(asked(server, conversation.chat_id, STOP)) == (options == V2)
        assert at_rest(server, app)
        assert conversation.ask("b").text == "Two."
