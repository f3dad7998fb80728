# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Whoever opens, closes: own connections, borrowed ones, and streams that are still open."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import httpx
import pytest

from fastgpt_client import AsyncAppClient, AsyncChatClient, AsyncFastGPTClient, FastGPTError, ValidationError
from fastgpt_client._async.connections import AsyncConnections
from fastgpt_client._http.connections import ConnectionSettings
from tests.support.call import QUESTION
from tests.support.fake_server import APP_ID, BASE_URL, KEY, FakeServer
from tests.support.fault_server import FaultServer
from tests.support.faults import COMPLETION, DONE, HEL, STOP
from tests.support.replies import envelope, events, plain


async def test_a_closed_client_refuses_calls() -> None:
    server = FakeServer(envelope())
    client = server.async_chat()
    await client.close()
    assert client.is_closed
    with pytest.raises(ValidationError, match="this client is closed"):
        await client.get_chat_histories()
    with pytest.raises(ValidationError, match="this client is closed"):
        await client.create_chat_completion(QUESTION, stream=True)
    with pytest.raises(ValidationError, match="this client is closed"):
        await client.__aenter__()
    assert server.hits == 0


@pytest.mark.parametrize("closes", ["client", "http_client"])
async def test_a_client_that_is_closed_before_a_call_is_repeated_sends_no_more(closes: str) -> None:
    server = FakeServer(plain(503))

    async def close(_: object) -> None:
        await (client.close() if closes == "client" else http.aclose())

    http = httpx.AsyncClient(transport=server.transport, event_hooks={"response": [close]})
    client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, retry_delay=0)
    with pytest.raises(ValidationError, match="closed"):
        await client.get_chat_histories()
    assert server.hits == 1


async def test_a_client_that_is_closed_while_it_begins_to_send_says_so() -> None:
    class Closed(httpx.AsyncClient):
        async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
            await self.aclose()  # as another thread may, just before
            return await super().send(request, **options)

    client = AsyncChatClient(
        KEY, BASE_URL, app_id=APP_ID, http_client=Closed(transport=FakeServer(envelope()).transport)
    )
    with pytest.raises(ValidationError, match="is closed: create a new one"):
        await client.get_chat_histories()


async def test_a_client_that_is_closed_while_it_chooses_its_way_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    choose = AsyncConnections._way

    def close_first(connections: AsyncConnections, url: Any) -> Any:
        connections._closed = True  # as another thread may, which finds nothing to close
        return choose(connections, url)

    monkeypatch.setattr(AsyncConnections, "_way", close_first)
    with FaultServer([COMPLETION]) as server:
        client = AsyncChatClient(KEY, server.url, app_id=APP_ID)
        with pytest.raises(ValidationError, match="this client is closed"):
            await client.create_chat_completion(QUESTION)
        assert server.connections == 0


async def test_closing_twice_is_fine() -> None:
    client = FakeServer(envelope()).async_chat()
    await client.close()
    await client.close()
    assert client.is_closed


async def test_leaving_the_block_closes() -> None:
    async with FakeServer(envelope()).async_app() as client:
        assert not client.is_closed
    assert client.is_closed


async def test_entering_and_leaving_by_hand_works() -> None:
    server = FakeServer(envelope())
    client = server.async_chat()
    assert await client.__aenter__() is client
    await client.get_chat_histories()
    await client.__aexit__(None, None, None)
    assert client.is_closed


async def test_an_error_in_the_block_goes_through_and_closes() -> None:
    client = FakeServer(envelope()).async_chat()
    with pytest.raises(ZeroDivisionError):
        async with client:
            raise ZeroDivisionError
    assert client.is_closed


async def test_own_connections_are_closed() -> None:
    with FaultServer([COMPLETION]) as server:
        async with AsyncChatClient(KEY, server.url, app_id=APP_ID) as client:
            await client.create_chat_completion(QUESTION)
            assert server.open_connections == 1
        assert server.wait_until(lambda it: it.open_connections == 0)


async def test_a_borrowed_http_client_stays_open() -> None:
    async with httpx.AsyncClient(transport=FakeServer(envelope()).transport) as http:
        async with AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http) as client:
            await client.get_chat_histories()
        assert not http.is_closed
        async with AsyncAppClient(KEY, BASE_URL, app_id=APP_ID, http_client=http) as client:
            await client.list_apps()


async def test_a_borrowed_http_client_that_was_closed_is_told_by_our_error() -> None:
    http = httpx.AsyncClient(transport=FakeServer(envelope()).transport)
    await http.aclose()
    client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http)
    with pytest.raises(FastGPTError, match="closed"):
        await client.get_chat_histories()


@pytest.mark.parametrize("http", [object(), "http", httpx.ASGITransport(app=None), type])
async def test_what_is_no_http_client_is_refused(http: object) -> None:
    with pytest.raises(ValidationError, match=r"http_client must be an httpx\."):
        AsyncChatClient(KEY, BASE_URL, http_client=http)


async def test_closing_the_client_closes_the_streams_that_are_open() -> None:
    reply = events(HEL, STOP, DONE)
    client = FakeServer(reply).async_chat()
    first = await client.create_chat_completion(QUESTION, stream=True)
    second = await client.create_chat_completion(QUESTION, stream=True)
    await first.__anext__()
    await client.close()
    assert reply.all_closed
    assert (first.is_closed, second.is_closed) == (True, True)
    with pytest.raises(ValidationError, match="closed before its end"):
        await first.__anext__()


async def test_a_forgotten_stream_is_closed_with_the_client() -> None:
    reply = events(HEL, STOP, DONE)
    client = FakeServer(reply).async_chat()
    stream = await client.create_chat_completion(QUESTION, stream=True)
    await stream.__anext__()
    del stream
    assert not reply.all_closed
    await client.close()
    assert reply.all_closed


async def test_a_forgotten_stream_is_closed_at_the_next_call() -> None:
    reply = events(HEL, STOP, DONE)
    server = FakeServer(reply, envelope())
    client = server.async_chat()
    stream = await client.create_chat_completion(QUESTION, stream=True)
    await stream.__anext__()
    del stream
    await client.get_chat_histories()
    assert reply.all_closed


async def test_a_stream_in_use_is_not_closed_by_the_next_call() -> None:
    server = FakeServer(events(HEL, STOP, DONE), envelope())
    client = server.async_chat()
    stream = await client.create_chat_completion(QUESTION, stream=True)
    await client.get_chat_histories()
    answer = await stream.final()
    assert answer.text == "Hel"


async def test_a_finished_stream_leaves_nothing_to_close() -> None:
    reply = events(HEL, STOP, DONE)
    client = FakeServer(reply).async_chat()
    stream = await client.create_chat_completion(QUESTION, stream=True)
    await stream.final()
    assert stream.is_closed
    del stream
    await client.close()
    assert reply.all_closed


async def test_a_client_is_neither_pickled_nor_copied() -> None:
    client = FakeServer(envelope()).async_chat()
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a client holds a key"):
            attempt(client)


async def test_a_stream_is_not_pickled() -> None:
    client = FakeServer(events(HEL, STOP, DONE)).async_chat()
    async with await client.create_chat_completion(QUESTION, stream=True) as stream:
        with pytest.raises(TypeError):
            pickle.dumps(stream)


async def test_both_clients_are_kinds_of_one() -> None:
    assert issubclass(AsyncChatClient, AsyncFastGPTClient)
    assert issubclass(AsyncAppClient, AsyncFastGPTClient)


async def test_a_call_that_meets_a_client_that_was_closed_meanwhile_is_refused() -> None:
    connections = AsyncConnections(ConnectionSettings(proxy=None, verify=True, trust_env=False, transport="own"))
    with FaultServer([COMPLETION]) as server:
        await connections.aclose()
        with pytest.raises(ValidationError, match="this client is closed"):
            await connections.handle_async_request(httpx.Request("GET", server.url))
        assert server.connections == 0
