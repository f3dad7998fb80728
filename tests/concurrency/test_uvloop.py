"""What web services run on: uvloop, whose sockets are its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import AsyncChatClient, StreamInterruptedError
from tests.support.call import QUESTION
from tests.support.fault_actions import SILENCE, sent
from tests.support.fault_server import FaultServer
from tests.support.faults import CHUNKED_HEAD, COMPLETION, HEL, STREAM, chunk, completion_json, settings
from tests.support.until import async_until
from tests.support.web import Reply, serve

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="uvloop has no version for this system")
CERTIFICATE = Path(__file__).parents[1] / "cli" / "data" / "good.pem"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": True}


async def test_calls_and_streams_are_answered_over_one_connection() -> None:
    with FaultServer([COMPLETION, STREAM, COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            assert (await client.create_chat_completion(QUESTION)).text == "Hello"
            stream = await client.create_chat_completion(QUESTION, stream=True)
            assert [delta async for delta in stream.text_deltas()] == ["Hel", "lo"]
            assert (await client.create_chat_completion(QUESTION)).text == "Hello"
        assert {request.connection for request in server.requests} == {1}
        assert server.wait_until(lambda it: not it.open_connections)


async def test_closing_wakes_a_reader_and_leaves_nothing_open() -> None:
    with FaultServer([sent(CHUNKED_HEAD + chunk(HEL)) + SILENCE]) as server:
        client = AsyncChatClient(**settings(server.url))
        stream = await client.create_chat_completion(QUESTION, stream=True)
        deltas = stream.text_deltas()
        assert await anext(deltas) == "Hel"
        reading = asyncio.ensure_future(anext(deltas))
        await asyncio.sleep(0)
        await client.close()
        with pytest.raises(StreamInterruptedError):
            await reading
        assert server.wait_until(lambda it: not it.open_connections)


async def test_a_call_that_is_cancelled_leaves_nothing_open() -> None:
    with FaultServer([SILENCE, COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            call = asyncio.ensure_future(client.create_chat_completion(QUESTION))
            await async_until(lambda: bool(server.requests))
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert server.wait_until(lambda it: not it.open_connections)
            assert (await client.create_chat_completion(QUESTION)).text == "Hello"


async def test_an_encrypted_connection_is_used_and_closed() -> None:
    answer = Reply(200, completion_json().encode(), {"Content-Type": "application/json"})
    with serve(lambda _: answer, certificate=CERTIFICATE) as url:
        async with AsyncChatClient("fastgpt-key", url, app_id="a", verify=CERTIFICATE) as client:
            for _ in range(2):
                assert (await client.create_chat_completion(QUESTION)).text == "Hello"
