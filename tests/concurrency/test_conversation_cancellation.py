"""A turn that is cancelled: the server stops its run, the cancellation goes through, and the next turn is free."""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
import trio

from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client._async import turn
from fastgpt_client._async.conversation import AsyncConversation
from fastgpt_client.testing import App, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import asked, at_rest, runs, saved, settings
from tests.support.observing import observing

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

ASYNCIO = pytest.mark.parametrize("anyio_backend", ["asyncio"])
TRIO = pytest.mark.parametrize("anyio_backend", ["trio"])
LONG = "many words " * 200
V2 = {"completions": "v2"}
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


USES = pytest.mark.parametrize("use", [ask, read, read_without_block], ids=lambda use: use.__name__)


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    """Says much, and slowly: ten seconds' worth."""
    return server.app(answers=[LONG, "Two."], delay=0.025)


def wait_for_run(server: FakeFastGPT, app: App) -> None:
    end = time.monotonic() + 10
    while not runs(server, app):
        assert time.monotonic() < end, "no run began"
        time.sleep(0.002)


async def begun(server: FakeFastGPT, app: App) -> None:
    """Wait until a run of the app is going on, and has said something."""
    await anyio.to_thread.run_sync(wait_for_run, server, app)
    await anyio.sleep(0.03)


@asynccontextmanager
async def conversing(server: FakeFastGPT, app: App, **options: Any) -> AsyncIterator[AsyncConversation]:
    """Give a conversation, and see that it can go on after what was done to it."""
    async with AsyncChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        yield conversation
        with anyio.fail_after(10):
            assert (await conversation.ask("b")).text == "Two."
    said = saved(server, app, conversation.chat_id)
    assert [who for who, _ in said] == ["Human", "AI", "Human", "AI"]
    assert len(said[1][1]) < len(LONG) / 2


@USES
async def test_a_cancelled_turn_of_v2_is_stopped(server: FakeFastGPT, app: App, use: Use) -> None:
    async with conversing(server, app, **V2) as conversation:
        async with anyio.create_task_group() as group:
            group.start_soon(use, conversation)
            await begun(server, app)
            group.cancel_scope.cancel()
        # The cancelled task has seen to it before it ended.
        assert len(asked(server, conversation.chat_id, STOP)) == 1
    assert len(asked(server, conversation.chat_id, STOP)) == 1


@USES
async def test_a_cancelled_turn_of_v1_ends_with_its_connection(server: FakeFastGPT, app: App, use: Use) -> None:
    async with conversing(server, app) as conversation:
        async with anyio.create_task_group() as group:
            group.start_soon(use, conversation)
            await begun(server, app)
            group.cancel_scope.cancel()
        assert conversation.last is None
    assert asked(server, conversation.chat_id, STOP) == []


@USES
@ASYNCIO
async def test_an_asyncio_task_is_cancelled(server: FakeFastGPT, app: App, use: Use) -> None:
    async with conversing(server, app, **V2) as conversation:
        task = asyncio.ensure_future(use(conversation))
        await begun(server, app)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(asked(server, conversation.chat_id, STOP)) == 1


@USES
@ASYNCIO
async def test_an_asyncio_timeout(server: FakeFastGPT, app: App, use: Use) -> None:
    async with conversing(server, app, **V2) as conversation:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await use(conversation)
        assert len(asked(server, conversation.chat_id, STOP)) == 1


@USES
@TRIO
async def test_a_trio_timeout(server: FakeFastGPT, app: App, use: Use) -> None:
    async with conversing(server, app, **V2) as conversation:
        with pytest.raises(trio.TooSlowError), trio.fail_after(0.2):
            await use(conversation)
        assert len(asked(server, conversation.chat_id, STOP)) == 1


async def test_a_stream_that_is_cancelled_before_its_head_came(server: FakeFastGPT, app: App) -> None:
    async with conversing(server, app, **V2) as conversation:
        with server.fault("stall_before_headers", app=app), anyio.move_on_after(0.2) as scope:
            await conversation.stream("go")
        assert scope.cancelled_caught
        assert len(asked(server, conversation.chat_id, STOP)) == 1


async def test_a_turn_that_is_cancelled_while_it_is_looked_up(server: FakeFastGPT, app: App) -> None:
    async with conversing(server, app, **V2) as conversation:
        with server.fault("cut_in_event", app=app), anyio.move_on_after(0.4) as scope:
            await read(conversation)
        assert scope.cancelled_caught
        assert len(asked(server, conversation.chat_id, "getPaginationRecords")) > 0
        assert len(asked(server, conversation.chat_id, STOP)) == 1


@USES
async def test_a_cancellation_never_takes_long(
    server: FakeFastGPT, app: App, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "_STOP_SECONDS", 0.3)
    async with AsyncChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with server.fault("stall_before_headers", path=STOP), observing() as seen:
            async with anyio.create_task_group() as group:
                group.start_soon(use, conversation)
                await begun(server, app)
                group.cancel_scope.cancel()
        assert seen.error is None
        assert seen.seconds < 3
    assert len(asked(server, conversation.chat_id, STOP)) == 1
    await client.close()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system has no signals for a thread")
@pytest.mark.parametrize("options", [{}, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("streamed", [False, True], ids=["blocking", "streamed"])
def test_ctrl_c(server: FakeFastGPT, app: App, options: dict[str, Any], streamed: bool) -> None:
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        wait_for_run(server, app)
        signal.pthread_kill(main, signal.SIGINT)

    with ChatClient(**settings(server, app, **options)) as client:
        conversation = client.conversation()
        pressing = threading.Thread(target=interrupt)
        pressing.start()
        with pytest.raises(KeyboardInterrupt):
            _talk(conversation, streamed)
        pressing.join()
        assert len(asked(server, conversation.chat_id, STOP)) == len(options)
        assert at_rest(server, app)
        assert conversation.ask("b").text == "Two."


def _talk(conversation: Any, streamed: bool) -> None:
    if not streamed:
        conversation.ask("go")
        return
    with conversation.stream("go") as stream:
        for _ in stream:
            pass
