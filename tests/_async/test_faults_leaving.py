# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Leaving a stream early: the connection comes back. The client here has one, so that a leak would block it."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator

import httpx
import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client.exceptions import APITimeoutError, ValidationError
from tests.support import fault_fixtures
from tests.support.fault_actions import SILENCE, Step, endless
from tests.support.fault_server import FaultServer
from tests.support.faults import CALL, COMPLETION, HEL, STREAM, TEXT, WHOLE, chunk, chunked, plain, settings
from tests.support.observing import observing

no_certificates = fault_fixtures.no_certificates

ONE = httpx.Limits(max_connections=1)
PATIENCE = httpx.Timeout(60.0, pool=10.0)

UNFINISHED: dict[str, Step] = {
    "silent": chunked(HEL) + SILENCE,
    "talking": chunked(HEL) + endless(chunk(HEL)),
    "done-but-open": chunked(HEL, WHOLE) + SILENCE,
    "finished": STREAM,
}
STEPS = pytest.mark.parametrize("step", UNFINISHED.values(), ids=UNFINISHED)


class Left(Exception):
    """Raised by the body of a loop."""


@pytest.fixture
def step() -> Step:
    """What the server does first, where a test is not about several ways."""
    return STREAM


@pytest.fixture
async def client(step: Step) -> AsyncIterator[AsyncChatClient]:
    """A client of one connection; the server does the step and answers all that comes after."""
    with FaultServer([step, COMPLETION]) as server:
        async with httpx.AsyncClient(limits=ONE) as http:
            yield AsyncChatClient(**settings(server.url, http_client=http, timeout=PATIENCE))


async def works(client: AsyncChatClient) -> None:
    """The connection has come back: the next call gets it, or the place for another."""
    completion = await client.create_chat_completion(**CALL, stream=False)
    assert completion.text == TEXT


@STEPS
async def test_leaving_the_loop_in_a_block(client: AsyncChatClient) -> None:
    async with await client.create_chat_completion(**CALL, stream=True) as stream:
        async for _ in stream:
            break
    await works(client)


@STEPS
async def test_leaving_the_loop_over_deltas_and_closing(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    async for _ in stream.text_deltas():
        break
    await stream.close()
    await works(client)


@STEPS
async def test_leaving_the_loop_over_lines_and_closing(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    async for _ in stream.aiter_lines():
        break
    await stream.close()
    await works(client)


@STEPS
async def test_an_error_in_the_loop_of_a_block(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    with observing() as seen:
        async with stream:
            async for _ in stream:
                raise Left
    assert isinstance(seen.error, Left)
    await works(client)


@STEPS
async def test_a_stream_that_is_closed_unread(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    await stream.close()
    await works(client)


@STEPS
@pytest.mark.parametrize("shared", [False, True], ids=["its own", "shared"])
async def test_a_forgotten_stream_leaves_its_connection_to_the_next_call(client: AsyncChatClient, shared: bool) -> None:
    client._sender.state.multiplexed = shared  # with others, as by HTTP/2: it must not be cut
    stream = await client.create_chat_completion(**CALL, stream=True)
    async for _ in stream.text_deltas():
        break
    del stream
    gc.collect()
    await works(client)


async def test_closing_twice_is_fine(client: AsyncChatClient) -> None:
    stream = await client.create_chat_completion(**CALL, stream=True)
    await stream.close()
    await stream.close()
    await works(client)


async def test_a_call_that_finds_no_free_connection_times_out_and_is_tried_again() -> None:
    with FaultServer([UNFINISHED["silent"], COMPLETION]) as server:
        async with httpx.AsyncClient(limits=ONE) as http:
            brief = httpx.Timeout(60.0, pool=0.1)
            client = AsyncChatClient(**settings(server.url, http_client=http, timeout=brief, max_retries=2))
            async with await client.create_chat_completion(**CALL, stream=True):
                with pytest.raises(APITimeoutError) as caught:
                    await client.create_chat_completion(**CALL, stream=False)
            await works(client)
        assert caught.value.attempts == 3
        assert server.hits == 2


@STEPS
async def test_closing_the_client_closes_what_a_forgotten_stream_holds(step: Step) -> None:
    with FaultServer([step]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            stream = await client.create_chat_completion(**CALL, stream=True)
            async for _ in stream:
                break
        assert server.wait_until(lambda it: it.open_connections == 0)


async def test_each_retry_gives_its_connection_back() -> None:
    with FaultServer([plain(425), plain(429), plain(425), COMPLETION]) as server:
        async with httpx.AsyncClient(limits=ONE) as http:
            client = AsyncChatClient(**settings(server.url, http_client=http))
            await works(client)
        assert server.connections == 1


async def test_a_closed_client_sends_nothing() -> None:
    with FaultServer([STREAM]) as server:
        client = AsyncChatClient(**settings(server.url))
        await client.close()
        with pytest.raises(ValidationError):
            await client.create_chat_completion(**CALL, stream=True)
        assert server.connections == 0
