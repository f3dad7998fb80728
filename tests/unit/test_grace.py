"""After the mark of the end: what may still come is waited for, for a moment."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import anyio
import pytest

import fastgpt_client._async.reader
import fastgpt_client._sync.reader
from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client._async.body import AsyncBody
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Silence
from tests.support.fault_actions import endless, sent
from tests.support.fault_server import FaultServer
from tests.support.fault_wire import Wire
from tests.support.faults import CALL, DONE, HEL, LAST_CHUNK, STOP, chunk, chunked, event, settings
from tests.support.replies import events
from tests.support.until import PATIENCE

NODES = [{"nodeId": "n1"}]
LATE = event(NODES, "flowResponses")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    # Long enough for a busy machine to read what is there already.
    monkeypatch.setattr(fastgpt_client._async.reader, "_GRACE_SECONDS", 1.0)
    monkeypatch.setattr(fastgpt_client._sync.reader, "_GRACE_SECONDS", 1.0)


@pytest.mark.parametrize("end", [STOP, DONE])
async def test_async_silence_after_the_end_is_no_error(end: bytes) -> None:
    reply = events(HEL, end, Silence())
    stream = await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True)
    assert (await stream.final()).text == "Hel"
    assert reply.all_closed


@pytest.mark.parametrize("end", [STOP, DONE])
def test_silence_after_the_end_is_no_error(end: bytes) -> None:
    reply = events(HEL, end, Silence())
    stream = FakeServer(reply).chat().create_chat_completion(QUESTION, stream=True)
    assert stream.final().text == "Hel"
    assert reply.all_closed


async def test_async_what_came_before_the_silence_counts() -> None:
    stream = (
        await FakeServer(events(HEL, DONE, LATE, Silence())).async_chat().create_chat_completion(QUESTION, stream=True)
    )
    assert (await stream.final()).node_responses == NODES


def test_what_came_before_the_silence_counts() -> None:
    stream = FakeServer(events(HEL, DONE, LATE, Silence())).chat().create_chat_completion(QUESTION, stream=True)
    assert stream.final().node_responses == NODES


async def test_async_what_came_while_the_loop_was_busy_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is over when the loop looks again, and so is the wait; but what had come is there."""
    monkeypatch.setattr(fastgpt_client._async.reader, "_GRACE_SECONDS", 0.2)
    waits, sends, sent_all = anyio.Event(), threading.Event(), threading.Event()
    next_chunk_until = AsyncBody.next_chunk_until

    async def watched(body: AsyncBody, ends: float) -> bytes:
        waits.set()
        return await next_chunk_until(body, ends)

    monkeypatch.setattr(AsyncBody, "next_chunk_until", watched)

    async def keep_busy() -> None:
        await waits.wait()
        sends.set()
        stand_still(sent_all)

    late = (Wait(sends), *sent(chunk(LATE[:9])), *sent(chunk(LATE[9:]) + LAST_CHUNK), Set(sent_all))
    with FaultServer([chunked(HEL, DONE) + late]) as server:
        async with AsyncChatClient(**settings(server.url)) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(keep_busy)
            stream = await client.create_chat_completion(**CALL, stream=True)
            answer = await stream.final()
    assert answer.node_responses == NODES


def stand_still(until: threading.Event) -> None:
    assert until.wait(PATIENCE)
    time.sleep(0.3)


@dataclass(frozen=True)
class Wait:
    """The server waits for the test."""

    event: threading.Event

    def run(self, wire: Wire) -> None:
        assert self.event.wait(PATIENCE)


@dataclass(frozen=True)
class Set:
    """The server says that it is there."""

    event: threading.Event

    def run(self, wire: Wire) -> None:
        self.event.set()


def test_a_server_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastgpt_client._sync.reader, "_GRACE_SECONDS", 0.05)
    with FaultServer([chunked(HEL, DONE) + endless(chunk(b": more\n\n"))]) as server:
        with ChatClient(**settings(server.url)) as client:
            assert client.create_chat_completion(**CALL, stream=True).final().text == "Hel"
        assert server.wait_until(lambda it: it.open_connections == 0)
