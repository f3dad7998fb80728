"""Ctrl-C at any line of the package in an event loop leaves nothing behind, and the client is of use to the next."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import trio

from fastgpt_client import AsyncChatClient
from fastgpt_client.testing import FakeFastGPT
from tests.concurrency.test_interrupts import Interrupter, threads_of_clients
from tests.support.fault_server import FaultServer
from tests.support.faults import CALL, COMPLETION, STREAM, settings

# The small version interrupts at each of so many lines.
EVERY = {"small": 29, "full": 1}
# trio raises it in tasks alone, and never in what it does itself.
MAY: dict[str, Callable[[], bool]] = {
    "asyncio": lambda: True,
    "trio": lambda: not trio.lowlevel.currently_ki_protected(),
}
LOOPS: dict[str, Callable[[Callable[[], Awaitable[None]]], object]] = {
    "asyncio": lambda main: asyncio.run(main()),  # type: ignore[arg-type] # each is a coroutine function
    "trio": trio.run,
}


async def blocking(client: AsyncChatClient) -> None:
    await client.create_chat_completion(**CALL, stream=False)


async def streamed(client: AsyncChatClient) -> None:
    async for _ in (await client.create_chat_completion(**CALL, stream=True)).text_deltas():
        pass


async def left(client: AsyncChatClient) -> None:
    async with await client.create_chat_completion(**CALL, stream=True) as stream:
        await anext(stream)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer([COMPLETION]) as server:
        yield server


# What a loop that was interrupted leaves is closed by Python, which says so.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("size", EVERY)
@pytest.mark.parametrize("work", [blocking, streamed, left], ids=lambda work: work.__name__)
@pytest.mark.parametrize("loop", LOOPS)
def test_a_client_that_is_interrupted_in_a_loop_leaves_nothing(
    server: FaultServer, loop: str, work: Callable[[AsyncChatClient], Any], size: str
) -> None:
    run = LOOPS[loop]
    server.script([COMPLETION if work is blocking else STREAM])
    threads = threads_of_clients()
    client = AsyncChatClient(**settings(server.url))

    async def main() -> None:
        await work(client)

    run(main)
    counting = Interrupter(0)
    assert not counting.run(lambda: run(main))
    assert counting.lines > 50
    gc.collect()
    for line in range(1, counting.lines, EVERY[size]):
        Interrupter(line, MAY[loop]).run(lambda: run(main))
        gc.collect()
        # One that was interrupted while its loop closed it is closed when the client is used again.
        assert server.wait_until(lambda it: it.open_connections <= 1), line
        assert threads_of_clients() <= threads
        run(main)
        assert server.wait_until(lambda it: not it.open_connections), line


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("size", EVERY)
@pytest.mark.parametrize("stream", [False, True], ids=["ask", "stream"])
@pytest.mark.parametrize("loop", LOOPS)
def test_a_conversation_that_is_interrupted_in_a_loop_goes_on(loop: str, stream: bool, size: str) -> None:
    run = LOOPS[loop]
    with FakeFastGPT.serve() as server:
        client = AsyncChatClient(server.api_key, server.url, app_id=server.apps["simple"].id)
        conversation = client.conversation()

        async def main() -> None:
            if stream:
                async with await conversation.stream("Hi") as events:
                    async for _ in events:
                        pass
            else:
                await conversation.ask("Hi")

        async def after() -> None:
            assert "Hi" in (await conversation.ask("Hi")).text

        run(after)
        counting = Interrupter(0)
        assert not counting.run(lambda: run(main))
        for line in range(1, counting.lines, EVERY[size]):
            Interrupter(line, MAY[loop]).run(lambda: run(main))
            gc.collect()
            run(after)
