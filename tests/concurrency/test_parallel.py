"""Two hundred calls at once on one client: each gets its own answer, and nobody waits for ever."""

from __future__ import annotations

import asyncio
import gc
import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
import trio

import fastgpt_client._async.reader
import fastgpt_client._sync.reader
from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client.exceptions import APIConnectionError, APITimeoutError, StreamInterruptedError
from tests.support.fake_server import FakeServer, Reply
from tests.support.fault_actions import Close, Pause, Send, Stall, Step
from tests.support.fault_server import FaultServer
from tests.support.fault_wire import Request, Wire
from tests.support.faults import (
    DONE,
    STOP,
    TEXT,
    WHOLE,
    chunk,
    chunked,
    completion_json,
    plain,
    send,
    settings,
    stream,
    text,
)
from tests.support.observing import observing
from tests.support.replies import EVENTS
from tests.support.until import PATIENCE, until

COUNT = 200
FEW = httpx.Limits(max_connections=20, keepalive_expiry=None)
ASYNCIO = pytest.mark.parametrize("anyio_backend", ["asyncio"])
TRIO = pytest.mark.parametrize("anyio_backend", ["trio"])


def echo(request: Request) -> Step:
    """The question as the answer, streamed or not, after a moment in which all the others arrive."""
    body = request.json()
    question = body["messages"][0]["content"]
    if body.get("stream"):
        half = len(question) // 2
        return (Pause(0.05), *stream(text(question[:half]), text(question[half:]), STOP, DONE))
    return (Pause(0.05), *send(completion_json(question)))


def call(number: int) -> Any:
    return {"messages": [{"role": "user", "content": f"question {number}"}], "chatId": f"c{number}"}


async def ask(client: AsyncChatClient, number: int) -> str:
    """Every second one as a stream."""
    if number % 2:
        async with await client.create_chat_completion(**call(number), stream=True) as answer:
            return "".join([delta async for delta in answer.text_deltas()])
    return (await client.create_chat_completion(**call(number), stream=False)).text


def ask_sync(client: ChatClient, number: int) -> str:
    if number % 2:
        with client.create_chat_completion(**call(number), stream=True) as answer:
            return "".join(answer.text_deltas())
    return client.create_chat_completion(**call(number), stream=False).text


EXPECTED = [f"question {number}" for number in range(COUNT)]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer([echo]) as server:
        yield server
        assert server.wait_until(lambda it: it.open_connections == 0, PATIENCE), "a connection was left open"
    gc.collect()


@ASYNCIO
async def test_two_hundred_calls_gathered(server: FaultServer) -> None:
    async with AsyncChatClient(**settings(server.url, timeout=PATIENCE)) as client:
        answers = await asyncio.gather(*[ask(client, number) for number in range(COUNT)])
    assert answers == EXPECTED
    assert server.hits == COUNT


@pytest.fixture
def time_for_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take longer than two seconds to read what follows an answer; its connection is closed then."""
    for module in (fastgpt_client._async.reader, fastgpt_client._sync.reader):
        monkeypatch.setattr(module, "_GRACE_SECONDS", PATIENCE)


@ASYNCIO
@pytest.mark.usefixtures("time_for_the_end")
async def test_two_hundred_calls_gathered_over_few_connections(server: FaultServer) -> None:
    async with httpx.AsyncClient(limits=FEW) as http:
        client = AsyncChatClient(**settings(server.url, http_client=http, timeout=PATIENCE))
        answers = await asyncio.gather(*[ask(client, number) for number in range(COUNT)])
    assert answers == EXPECTED
    assert server.hits == COUNT
    assert server.connections <= 20


@ASYNCIO
async def test_failing_calls_do_not_disturb_their_neighbours(server: FaultServer) -> None:
    def moody(request: Request) -> Step:
        number = int(request.json()["messages"][0]["content"].split()[1])
        return (Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), Close()) if number % 10 == 0 else echo(request)

    server.script([moody])
    async with AsyncChatClient(**settings(server.url, timeout=PATIENCE)) as client:
        answers = await asyncio.gather(*[ask(client, number) for number in range(COUNT)], return_exceptions=True)
    failed = [number for number, answer in enumerate(answers) if isinstance(answer, APIConnectionError)]
    assert failed == list(range(0, COUNT, 10))
    assert [answer for answer in answers if isinstance(answer, str)] == [
        text for number, text in enumerate(EXPECTED) if number % 10
    ]
    assert server.hits == COUNT


@TRIO
async def test_two_hundred_calls_in_a_nursery(server: FaultServer) -> None:
    answers = [""] * COUNT

    async def store(number: int) -> None:
        answers[number] = await ask(client, number)

    async with AsyncChatClient(**settings(server.url, timeout=PATIENCE)) as client, trio.open_nursery() as nursery:
        for number in range(COUNT):
            nursery.start_soon(store, number)
    assert answers == EXPECTED
    assert server.hits == COUNT


def test_two_hundred_threads(server: FaultServer) -> None:
    start = threading.Barrier(COUNT)

    def work(number: int) -> str:
        start.wait(PATIENCE)
        return ask_sync(client, number)

    with ChatClient(**settings(server.url, timeout=PATIENCE)) as client, ThreadPoolExecutor(COUNT) as pool:
        assert list(pool.map(work, range(COUNT))) == EXPECTED
    assert server.hits == COUNT


@pytest.mark.usefixtures("time_for_the_end")
def test_two_hundred_threads_over_few_connections(server: FaultServer) -> None:
    with httpx.Client(limits=FEW) as http, ThreadPoolExecutor(COUNT) as pool:
        client = ChatClient(**settings(server.url, http_client=http, timeout=PATIENCE))
        assert list(pool.map(lambda number: ask_sync(client, number), range(COUNT))) == EXPECTED
    assert server.hits == COUNT
    assert server.connections <= 20


def test_threads_that_retry_each_get_their_own_answer(server: FaultServer) -> None:
    asked: Counter[str] = Counter()
    lock = threading.Lock()

    def refuse_first(request: Request) -> Step:
        with lock:
            asked[request.json()["chatId"]] += 1
            first = asked[request.json()["chatId"]] == 1
        return plain(429) if first else echo(request)

    server.script([refuse_first])
    with ChatClient(**settings(server.url, timeout=PATIENCE)) as client, ThreadPoolExecutor(COUNT) as pool:
        assert list(pool.map(lambda number: ask_sync(client, number), range(COUNT))) == EXPECTED
    assert set(asked.values()) == {2}
    assert server.hits == 2 * COUNT


def test_threads_with_a_deadline_leave_no_thread_behind(server: FaultServer) -> None:
    before = threading.active_count()
    with (
        ChatClient(**settings(server.url, deadline=PATIENCE, timeout=PATIENCE)) as client,
        ThreadPoolExecutor(COUNT) as pool,
    ):
        assert list(pool.map(lambda number: ask_sync(client, number), range(COUNT))) == EXPECTED
    assert server.wait_until(lambda it: it.open_connections == 0, PATIENCE)
    # The server's threads end a moment after their connections.
    until(lambda: threading.active_count() <= before)


@dataclass(frozen=True)
class Lingering:
    """Comments without end, or silence, until the client leaves."""

    comment: bytes

    def run(self, wire: Wire) -> None:
        while True:
            wire.send(self.comment)
            wire.wait(0.05)


# After the end of the answer the rest is waited for 2 s. Without that bound these would wait for ever.
LINGERING: list[Step] = [(*chunked(WHOLE), Lingering(b"")), (*chunked(WHOLE), Lingering(chunk(b": ping\n\n")))]


@ASYNCIO
async def test_nobody_waits_long_for_what_may_follow_the_end() -> None:
    with FaultServer(LINGERING) as server, anyio.fail_after(PATIENCE):
        async with AsyncChatClient(**settings(server.url, timeout=None)) as client, anyio.create_task_group() as group:
            for number in (1, 3):
                group.start_soon(ask, client, number)


def test_no_thread_waits_long_for_what_may_follow_the_end() -> None:
    with (
        FaultServer(LINGERING) as server,
        ChatClient(**settings(server.url, timeout=None)) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        assert list(pool.map(lambda number: ask_sync(client, number), (1, 3))) == [TEXT, TEXT]


def test_a_deadline_that_passes_leaves_no_thread_and_no_connection_behind() -> None:
    before = set(threading.enumerate())
    with FaultServer([(Stall(),)]) as server, ChatClient(**settings(server.url, deadline=0.1, timeout=15.0)) as client:
        with observing() as seen:
            client.create_chat_completion(**call(0), stream=False)
        assert isinstance(seen.error, APITimeoutError)
        assert server.wait_until(lambda it: it.open_connections == 0, PATIENCE)
        left = [thread for thread in threading.enumerate() if thread not in before and "fault" not in thread.name]
        for thread in left:
            thread.join(PATIENCE)
        assert [thread for thread in left if thread.is_alive()] == []


async def test_others_have_their_turns_while_a_small_body_becomes_a_large_one() -> None:
    body = gzip.compress(b'data: {"a":1}\n\n' * (1 << 16), mtime=0)  # 15 pieces of 64 KB, from one of 3
    fake = FakeServer(Reply((body,), 200, {**EVENTS, "Content-Encoding": "gzip"}))
    answer = await fake.async_chat().create_chat_completion(**call(1), stream=True)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await anyio.lowlevel.checkpoint()
            turns += 1

    async with anyio.create_task_group() as group:
        group.start_soon(others)
        with pytest.raises(StreamInterruptedError):
            await answer.final()
        group.cancel_scope.cancel()
    assert turns >= 14
