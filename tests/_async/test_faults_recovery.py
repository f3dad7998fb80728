# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""After a fault: stale connections are replaced, and the same client works on."""

from __future__ import annotations

import httpx
import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client.exceptions import APIConnectionError, FastGPTError
from tests.support import fault_fixtures
from tests.support.fault_actions import Action, Close, Endless, Reset, Send, Stall, Step
from tests.support.fault_server import FaultServer
from tests.support.faults import (
    CALL,
    COMPLETION,
    GZIP,
    HEL,
    HISTORIES,
    HISTORIES_BODY,
    STREAM,
    TEXT,
    chunked,
    head,
    page,
    reply,
    send,
    settings,
)

no_certificates = fault_fixtures.no_certificates

HISTORIES_ANSWER = send(HISTORIES_BODY)
ENDS = pytest.mark.parametrize("end", [Close(), Reset()], ids=["closed", "reset"])

FAULTS: dict[str, Step] = {
    "closed": (Close(),),
    "cut-in-the-json": (Send(reply(b'{"choices": [')[:-3]), Close()),
    "silent": (Send(reply(b"{}", length=10)), Stall()),
    "page": page(200),
    "server-error": page(500),
    "bad-gzip": send(b"no gzip", headers=GZIP),
    "endless-headers": (Send(head()[:-2]), Endless(b"X-Filler: 1\r\n")),
    "endless-body": (Send(head(200, (("Content-Length", "99999999"),))), Endless(b" " * 65536)),
}
STREAM_FAULTS: dict[str, Step] = {
    "cut": (*chunked(HEL), Close()),
    "reset": (*chunked(HEL), Reset()),
    "silent": (*chunked(HEL), Stall()),
    "too-large": (*chunked(HEL), Endless(b"10000\r\n" + b"a" * 65536 + b"\r\n")),
}
SMALL = {"max_retries": 0, "timeout": httpx.Timeout(10.0, read=1.0), "max_response_bytes": 1 << 20}


@ENDS
async def test_an_idle_connection_that_ended_is_replaced(end: Action) -> None:
    with FaultServer([(*COMPLETION, end), COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            await client.create_chat_completion(**CALL, stream=False)
            assert server.wait_until(lambda it: it.open_connections == 0)
            completion = await client.create_chat_completion(**CALL, stream=False)
        assert completion.text == TEXT
        assert (server.hits, server.connections) == (2, 2)


@ENDS
async def test_a_stream_replaces_an_idle_connection_that_ended(end: Action) -> None:
    with FaultServer([(*STREAM, end), STREAM]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            first = await client.create_chat_completion(**CALL, stream=True)
            await first.final()
            assert server.wait_until(lambda it: it.open_connections == 0)
            second = await client.create_chat_completion(**CALL, stream=True)
            completion = await second.final()
        assert completion.text == TEXT
        assert (server.hits, server.connections) == (2, 2)


async def test_an_idle_connection_is_used_again() -> None:
    with FaultServer([COMPLETION, STREAM, COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            await client.create_chat_completion(**CALL, stream=False)
            stream = await client.create_chat_completion(**CALL, stream=True)
            await stream.final()
            await client.create_chat_completion(**CALL, stream=False)
        assert (server.hits, server.connections) == (3, 1)


@ENDS
async def test_a_completion_lost_on_a_used_connection_is_not_repeated(end: Action) -> None:
    with FaultServer([COMPLETION, (end,), COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            await client.create_chat_completion(**CALL, stream=False)
            with pytest.raises(APIConnectionError):
                await client.create_chat_completion(**CALL, stream=False)
        assert server.hits == 2


@ENDS
async def test_an_idempotent_call_lost_on_a_used_connection_is_repeated(end: Action) -> None:
    with FaultServer([HISTORIES_ANSWER, (end,), HISTORIES_ANSWER]) as server:
        async with AsyncChatClient(**settings(server.url)) as client:
            await client.get_chat_histories()
            response = await client.get_chat_histories()
        assert response.data == HISTORIES
        assert server.hits == 3


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_the_next_call_works_after_a_failed_completion(fault: Step) -> None:
    with FaultServer([fault, COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url, **SMALL)) as client:
            with pytest.raises(FastGPTError):
                await client.create_chat_completion(**CALL, stream=False)
            completion = await client.create_chat_completion(**CALL, stream=False)
        assert completion.text == TEXT
        assert server.wait_until(lambda it: it.open_connections == 0)
        assert server.hits == 2


@pytest.mark.parametrize("fault", STREAM_FAULTS.values(), ids=STREAM_FAULTS)
async def test_the_next_call_works_after_a_failed_stream(fault: Step) -> None:
    with FaultServer([fault, COMPLETION]) as server:
        async with AsyncChatClient(**settings(server.url, **SMALL)) as client:
            stream = await client.create_chat_completion(**CALL, stream=True)
            with pytest.raises(FastGPTError):
                await stream.final()
            completion = await client.create_chat_completion(**CALL, stream=False)
        assert completion.text == TEXT
        assert server.wait_until(lambda it: it.open_connections == 0)
        assert server.hits == 2
