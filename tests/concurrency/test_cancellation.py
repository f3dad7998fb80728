"""Cancelling a call gives its connection back, on asyncio and on trio. The client here has one connection only."""

from __future__ import annotations

import asyncio
import gc
import logging
import math
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import httpx
import pytest
import trio
from anyio.abc import TaskGroup

from fastgpt_client import AsyncChatClient
from tests.support.fault_actions import Drip, Endless, Pause, Read, Send, Stall, Step
from tests.support.fault_server import FaultServer
from tests.support.fault_wire import Wire
from tests.support.faults import (
    CALL,
    CHUNKED_HEAD,
    COMPLETION,
    COMPLETION_BODY,
    DONE,
    HEL,
    LAST_CHUNK,
    LO,
    TEXT,
    WHOLE,
    chunk,
    chunked,
    plain,
    reply,
    settings,
)
from tests.support.observing import waits_logged
from tests.support.until import PATIENCE, async_until

ASYNCIO = pytest.mark.parametrize("anyio_backend", ["asyncio"])
TRIO = pytest.mark.parametrize("anyio_backend", ["trio"])

Use = Callable[[AsyncChatClient], Coroutine[Any, Any, None]]

BLOCKING: dict[str, Step] = {
    "before-the-head": (Stall(),),
    "in-the-body": (Send(reply(COMPLETION_BODY)[:-9]), Stall()),
    "dripping": (Drip(reply(COMPLETION_BODY), 0.05),),
}
STREAMS: dict[str, Step] = {
    "before-the-head": (Stall(),),
    "after-the-head": (Send(CHUNKED_HEAD), Stall()),
    "between-events": (*chunked(HEL), Stall()),
    "in-an-event": (*chunked(HEL, LO[:20]), Stall()),
    "talking": (*chunked(HEL), Endless(chunk(LO), 0.001)),
    "after-done": (*chunked(WHOLE), Stall()),
}
MIDDLE: Step = STREAMS["between-events"]


@pytest.fixture(autouse=True)
def nothing_is_left(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No task, generator or socket complains when it is collected; asyncio says such things in its log."""
    yield
    gc.collect()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@asynccontextmanager
async def one_connection(server: FaultServer) -> AsyncIterator[AsyncChatClient]:
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=1)) as http:
        yield AsyncChatClient(**settings(server.url, http_client=http, timeout=PATIENCE))
        # Here and not later: what is collected must still find its loop running.
        gc.collect()


async def wait_until(server: FaultServer, true: Callable[[FaultServer], bool]) -> None:
    assert await anyio.to_thread.run_sync(server.wait_until, true, PATIENCE)


async def once_asked(server: FaultServer, do: Callable[[], object], times: int = 1) -> None:
    """Do something when so many requests have arrived: before, httpcore may lose the connection (1.0.9)."""
    await wait_until(server, lambda it: it.hits == times)
    do()


async def works(client: AsyncChatClient, server: FaultServer) -> None:
    """The cancelled call's connection is closed, and the next call gets its place."""
    await wait_until(server, lambda it: it.open_connections == 0)
    completion = await client.create_chat_completion(**CALL, stream=False)
    assert completion.text == TEXT


async def cancel_once_asked(server: FaultServer, use: Use, client: AsyncChatClient) -> None:
    """Cancel a call a moment after its request has arrived."""
    async with anyio.create_task_group() as group:
        group.start_soon(use, client)
        await wait_until(server, lambda it: it.hits == 1)
        await anyio.sleep(0.03)  # mostly in the middle of the answer by then; wherever it is, the same must hold
        group.cancel_scope.cancel()


async def ask(client: AsyncChatClient) -> None:
    await client.create_chat_completion(**CALL, stream=False)


async def read_events(client: AsyncChatClient) -> None:
    async with await client.create_chat_completion(**CALL, stream=True) as stream:
        async for _ in stream:
            pass


async def read_events_without_block(client: AsyncChatClient) -> None:
    async for _ in await client.create_chat_completion(**CALL, stream=True):
        pass


async def read_deltas(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    async for _ in stream.text_deltas():
        pass


async def read_lines(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    async for _ in stream.aiter_lines():
        pass


async def read_all(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    await stream.final()


@dataclass(frozen=True)
class Stop:
    """An action of the server that takes until it is told to go on."""

    reached: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def run(self, wire: Wire) -> None:
        self.reached.set()
        assert self.left.wait(PATIENCE)


USES = pytest.mark.parametrize(
    "use", [read_events, read_events_without_block, read_deltas, read_lines, read_all], ids=lambda use: use.__name__
)


@pytest.mark.parametrize("step", BLOCKING.values(), ids=BLOCKING)
async def test_a_blocking_call_is_cancelled(step: Step) -> None:
    with FaultServer([step, COMPLETION]) as server:
        async with one_connection(server) as client:
            await cancel_once_asked(server, ask, client)
            await works(client, server)


@pytest.mark.parametrize("step", STREAMS.values(), ids=STREAMS)
async def test_a_stream_is_cancelled(step: Step) -> None:
    with FaultServer([step, COMPLETION]) as server:
        async with one_connection(server) as client:
            await cancel_once_asked(server, read_events, client)
            await works(client, server)


async def test_a_call_is_cancelled_while_its_request_is_being_sent() -> None:
    large = "a" * (16 << 20)  # more than fits into the buffers of the sockets
    stop = Stop()
    with FaultServer(on_connect=(Read(1), stop, Read(1 << 30))) as server:
        async with one_connection(server) as client:
            async with anyio.create_task_group() as group:
                group.start_soon(partial(client.create_chat_completion, [{"role": "user", "content": large}]))
                await async_until(stop.reached.is_set)
                group.cancel_scope.cancel()
            stop.left.set()
            await wait_until(server, lambda it: it.open_connections == 0)
            assert (server.hits, server.connections) == (0, 1)


@ASYNCIO
async def test_a_task_is_cancelled_at_each_step_of_its_way() -> None:
    with FaultServer([(Stall(),)]) as server:
        async with AsyncChatClient(**settings(server.url, timeout=PATIENCE)) as client:
            for steps in range(60):
                task = asyncio.ensure_future(ask(client))
                for _ in range(steps):
                    await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            del task
            assert server.connections > 0
            await wait_until(server, lambda it: it.open_connections == 0)
            gc.collect()


async def test_a_cancelled_wait_between_attempts_asks_no_more() -> None:
    with FaultServer([plain(429, [("Retry-After", "30")]), COMPLETION]) as server:
        async with one_connection(server) as client:
            with waits_logged() as waits:
                async with anyio.create_task_group() as group:
                    group.start_soon(ask, client)
                    await async_until(lambda: waits)
                    group.cancel_scope.cancel()
            assert (len(waits), server.hits) == (1, 1)
            assert waits[0] >= 30.0
            await ask(client)


async def test_a_call_that_waits_for_a_connection_is_cancelled() -> None:
    with FaultServer([MIDDLE, COMPLETION]) as server:
        async with one_connection(server) as client:
            async with await client.create_chat_completion(**CALL, stream=True):
                with anyio.move_on_after(0.1) as scope:
                    await ask(client)
                assert scope.cancelled_caught
            await works(client, server)


async def test_a_stream_outlives_a_cancelled_neighbour() -> None:
    slow: Step = (*chunked(HEL), Pause(0.3), Send(chunk(LO + DONE) + LAST_CHUNK))
    with FaultServer([slow, (Stall(),)]) as server:
        async with AsyncChatClient(**settings(server.url, timeout=PATIENCE)) as client:
            stream = await client.create_chat_completion(**CALL, stream=True)
            async with anyio.create_task_group() as group:
                group.start_soon(ask, client)
                await once_asked(server, group.cancel_scope.cancel, times=2)
            completion = await stream.final()
            assert completion.text == TEXT


@USES
@ASYNCIO
async def test_an_asyncio_task_is_cancelled_in_mid_stream(use: Use) -> None:
    with FaultServer([MIDDLE, COMPLETION]) as server:
        async with one_connection(server) as client:
            task = asyncio.ensure_future(use(client))
            await once_asked(server, task.cancel)
            with pytest.raises(asyncio.CancelledError):
                await task
            del task
            await works(client, server)


@USES
@ASYNCIO
async def test_an_asyncio_timeout_ends_a_stream(use: Use) -> None:
    async def use_in_time(client: AsyncChatClient, group: TaskGroup) -> None:
        async with asyncio.timeout(None) as time:
            group.start_soon(once_asked, server, lambda: time.reschedule(0.0))
            await use(client)

    with FaultServer([MIDDLE, COMPLETION]) as server:
        async with one_connection(server) as client:
            async with anyio.create_task_group() as group:
                with pytest.raises(TimeoutError):
                    await use_in_time(client, group)
            await works(client, server)


@ASYNCIO
async def test_one_failing_task_of_a_group_ends_the_streams_of_the_others() -> None:
    async def fail() -> None:
        await wait_until(server, lambda it: it.hits == 20)
        raise LookupError

    async def together(client: AsyncChatClient) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(read_deltas(client))
            group.create_task(fail())

    with FaultServer([MIDDLE]) as server:
        async with AsyncChatClient(**settings(server.url, timeout=PATIENCE)) as client:
            with pytest.raises(ExceptionGroup) as caught:
                await together(client)
            # The cancelled ones must not come up with errors of their own.
            assert [type(error) for error in caught.value.exceptions] == [LookupError]
            del caught
            await wait_until(server, lambda it: it.open_connections == 0)
            gc.collect()


@USES
@TRIO
async def test_a_trio_scope_is_cancelled_in_mid_stream(use: Use) -> None:
    with FaultServer([MIDDLE, COMPLETION]) as server:
        async with one_connection(server) as client:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(use, client)
                await once_asked(server, nursery.cancel_scope.cancel)
            await works(client, server)


@USES
@TRIO
async def test_a_trio_timeout_ends_a_stream(use: Use) -> None:
    async def use_in_time(client: AsyncChatClient, nursery: trio.Nursery) -> None:
        with trio.fail_after(math.inf) as scope:
            nursery.start_soon(once_asked, server, lambda: setattr(scope, "deadline", 0.0))
            await use(client)

    with FaultServer([MIDDLE, COMPLETION]) as server:
        async with one_connection(server) as client:
            async with trio.open_nursery() as nursery:
                with pytest.raises(trio.TooSlowError):
                    await use_in_time(client, nursery)
            await works(client, server)
