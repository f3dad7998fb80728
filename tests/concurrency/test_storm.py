"""Many streams at once, cut, cancelled and left at random: no place of the pool, descriptor, thread or turn is lost."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import anyio
import pytest

from fastgpt_client import AsyncChatClient, AsyncConversation, FastGPTError
from fastgpt_client._async.transport import AsyncHTTP11Transport
from tests.support import fault_fixtures
from tests.support.fault_actions import CLOSE, RESET, SILENCE, Pause, Step, sent
from tests.support.fault_server import FaultServer
from tests.support.fault_wire import Request
from tests.support.faults import CALL, CHUNKED_HEAD, HEL, STREAM, chunked, histories_json, send, settings, stream, text
from tests.support.until import PATIENCE, async_until

no_certificates = fault_fixtures.no_certificates

BITS = [chunked(HEL) + end for end in (CLOSE, RESET, SILENCE)]
ANSWERS: list[Step] = [
    STREAM,
    STREAM,
    stream(*(text(f"{number} ") for number in range(200)), HEL),
    (*chunked(HEL), Pause(0.02), *STREAM[1:], *RESET),
    sent(CHUNKED_HEAD[:20]) + RESET,
    SILENCE,
    RESET,
    send("busy", 429),
    *BITS,
]


@dataclass
class Storm:
    """How many streams at once, how often each of them one after the other, and for how many seconds at least."""

    streams: int
    rounds: int
    seconds: float


class Chance:
    """What the server does is chosen at random, by a seed."""

    def __init__(self) -> None:
        self._random = Random(7)
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Step:
        if "completions" not in request.target:
            return send(histories_json({"list": [], "total": 0}))
        with self._lock:
            return self._random.choice(ANSWERS)


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    with FaultServer([Chance()]) as server:
        yield server


async def ask(client: AsyncChatClient, talk: AsyncConversation | None, random: Random) -> None:
    """Read a stream, leave it, or be cancelled at whatever it waits for."""
    with anyio.move_on_after(random.random() * 0.8):
        try:
            if talk is None:
                answer = await client.create_chat_completion(**CALL, stream=True)
            else:
                answer = await talk.stream("Hi")
            async with answer:
                async for _ in answer:
                    if random.random() < 0.05:
                        break
        except FastGPTError:
            pass


def descriptors() -> int | None:
    """Return how many files and sockets this process has open, None where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.exists() else None


def threads_of_the_package() -> set[threading.Thread]:
    """Return the threads that the package has started; anyio and trio keep some of their own for the next use."""
    return {thread for thread in threading.enumerate() if thread.name.endswith("(run)")}


def own_transport(client: AsyncChatClient) -> AsyncHTTP11Transport:
    connections: Any = client._sender._connections
    [found] = connections._transports.values()
    transport = found.get()
    assert isinstance(transport, AsyncHTTP11Transport)
    return transport


# The runner's own limit is for tests that are soon over.
LARGE = pytest.param(Storm(500, 20, 60.0), id="full", marks=pytest.mark.timeout(900))


@pytest.mark.parametrize("size", [pytest.param(Storm(60, 4, 0.0), id="small"), LARGE])
async def test_nothing_is_lost_in_a_storm(server: FaultServer, size: Storm) -> None:
    before = descriptors()
    threads = threads_of_the_package()
    options = {"max_retries": 0, "completions": "v1"}
    async with AsyncChatClient(**settings(server.url) | options) as client:
        talks = [client.conversation(recover=False) for _ in range(size.streams // 2)]
        ends = anyio.current_time() + size.seconds

        async def blow(number: int) -> None:
            random = Random(number)
            talk = talks[number // 2] if number % 2 else None
            done = 0
            while done < size.rounds or anyio.current_time() < ends:
                await ask(client, talk, random)
                done += 1

        async with anyio.create_task_group() as tasks:
            for number in range(size.streams):
                tasks.start_soon(blow, number)

        transport = own_transport(client)
        assert transport._slots._free.value == transport._max_open
        assert transport._open == {one for idle in transport._idle.values() for one in idle}
        for talk in talks:
            await talk._turn_lock.acquire(PATIENCE)
    assert server.connections > 0
    assert await anyio.to_thread.run_sync(server.wait_until, lambda it: it.open_connections == 0)
    await async_until(lambda: threads_of_the_package() <= threads)
    await async_until(lambda: before is None or (descriptors() or 0) <= before)
