# Generated from tests/_async/test_closing.py by scripts/generate.py: edit the source, not this file.
"""Whoever opens, closes: own connections, borrowed ones, and streams that are still open."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import httpx
import pytest

from fastgpt_client import AppClient, ChatClient, FastGPTClient, FastGPTError, ValidationError
from fastgpt_client._http.connections import ConnectionSettings
from fastgpt_client._sync.connections import Connections
from tests.support.call import QUESTION
from tests.support.fake_server import APP_ID, BASE_URL, KEY, FakeServer
from tests.support.fault_server import FaultServer
from tests.support.faults import COMPLETION, DONE, HEL, STOP
from tests.support.replies import envelope, events, plain


def test_a_closed_client_refuses_calls() -> None:
    server = FakeServer(envelope())
    client = server.chat()
    client.close()
    assert client.is_closed
    with pytest.raises(ValidationError, match="this client is closed"):
        client.get_chat_histories()
    with pytest.raises(ValidationError, match="this client is closed"):
        client.create_chat_completion(QUESTION, stream=True)
    with pytest.raises(ValidationError, match="this client is closed"):
        client.__enter__()
    assert server.hits == 0


@pytest.mark.parametrize("closes", ["client", "http_client"])
def test_a_client_that_is_closed_before_a_call_is_repeated_sends_no_more(closes: str) -> None:
    server = FakeServer(plain(503))

    def close(_: object) -> None:
        (client.close() if closes == "client" else http.close())

    http = httpx.Client(transport=server.transport, event_hooks={"response": [close]})
    client = ChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http, retry_delay=0)
    with pytest.raises(ValidationError, match="closed"):
        client.get_chat_histories()
    assert server.hits == 1


def test_a_client_that_is_closed_while_it_begins_to_send_says_so() -> None:
    class Closed(httpx.Client):
        def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
            self.close()  # as another thread may, just before
            return super().send(request, **options)

    client = ChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=Closed(transport=FakeServer(envelope()).transport))
    with pytest.raises(ValidationError, match="is closed: create a new one"):
        client.get_chat_histories()


def test_a_client_that_is_closed_while_it_chooses_its_way_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    choose = Connections._way

    def close_first(connections: Connections, url: Any) -> Any:
        connections._closed = True  # as another thread may, which finds nothing to close
        return choose(connections, url)

    monkeypatch.setattr(Connections, "_way", close_first)
    with FaultServer([COMPLETION]) as server:
        client = ChatClient(KEY, server.url, app_id=APP_ID)
        with pytest.raises(ValidationError, match="this client is closed"):
            client.create_chat_completion(QUESTION)
        assert server.connections == 0


def test_closing_twice_is_fine() -> None:
    client = FakeServer(envelope()).chat()
    client.close()
    client.close()
    assert client.is_closed


def test_leaving_the_block_closes() -> None:
    with FakeServer(envelope()).app() as client:
        assert not client.is_closed
    assert client.is_closed


def test_entering_and_leaving_by_hand_works() -> None:
    server = FakeServer(envelope())
    client = server.chat()
    assert client.__enter__() is client
    client.get_chat_histories()
    client.__exit__(None, None, None)
    assert client.is_closed


def test_an_error_in_the_block_goes_through_and_closes() -> None:
    client = FakeServer(envelope()).chat()
    with pytest.raises(ZeroDivisionError):
        with client:
            raise ZeroDivisionError
    assert client.is_closed


def test_own_connections_are_closed() -> None:
    with FaultServer([COMPLETION]) as server:
        with ChatClient(KEY, server.url, app_id=APP_ID) as client:
            client.create_chat_completion(QUESTION)
            assert server.open_connections == 1
        assert server.wait_until(lambda it: it.open_connections == 0)


def test_a_borrowed_http_client_stays_open() -> None:
    with httpx.Client(transport=FakeServer(envelope()).transport) as http:
        with ChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http) as client:
            client.get_chat_histories()
        assert not http.is_closed
        with AppClient(KEY, BASE_URL, app_id=APP_ID, http_client=http) as client:
            client.list_apps()


def test_a_borrowed_http_client_that_was_closed_is_told_by_our_error() -> None:
    http = httpx.Client(transport=FakeServer(envelope()).transport)
    http.close()
    client = ChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=http)
    with pytest.raises(FastGPTError, match="closed"):
        client.get_chat_histories()


@pytest.mark.parametrize("http", [object(), "http", httpx.ASGITransport(app=None), type])
def test_what_is_no_http_client_is_refused(http: object) -> None:
    with pytest.raises(ValidationError, match=r"http_client must be an httpx\."):
        ChatClient(KEY, BASE_URL, http_client=http)


def test_closing_the_client_closes_the_streams_that_are_open() -> None:
    reply = events(HEL, STOP, DONE)
    client = FakeServer(reply).chat()
    first = client.create_chat_completion(QUESTION, stream=True)
    second = client.create_chat_completion(QUESTION, stream=True)
    first.__next__()
    client.close()
    assert reply.all_closed
    assert (first.is_closed, second.is_closed) == (True, True)
    with pytest.raises(ValidationError, match="closed before its end"):
        first.__next__()


def test_a_forgotten_stream_is_closed_with_the_client() -> None:
    reply = events(HEL, STOP, DONE)
    client = FakeServer(reply).chat()
    stream = client.create_chat_completion(QUESTION, stream=True)
    stream.__next__()
    del stream
    assert not reply.all_closed
    client.close()
    assert reply.all_closed


def test_a_forgotten_stream_is_closed_at_the_next_call() -> None:
    reply = events(HEL, STOP, DONE)
    server = FakeServer(reply, envelope())
    client = server.chat()
    stream = client.create_chat_completion(QUESTION, stream=True)
    stream.__next__()
    del stream
    client.get_chat_histories()
    assert reply.all_closed


def test_a_stream_in_use_is_not_closed_by_the_next_call() -> None:
    server = FakeServer(events(HEL, STOP, DONE), envelope())
    client = server.chat()
    stream = client.create_chat_completion(QUESTION, stream=True)
    client.get_chat_histories()
    answer = stream.final()
    assert answer.text == "Hel"


def test_a_finished_stream_leaves_nothing_to_close() -> None:
    reply = events(HEL, STOP, DONE)
    client = FakeServer(reply).chat()
    stream = client.create_chat_completion(QUESTION, stream=True)
    stream.final()
    assert stream.is_closed
    del stream
    client.close()
    assert reply.all_closed


def test_a_client_is_neither_pickled_nor_copied() -> None:
    client = FakeServer(envelope()).chat()
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a client holds a key"):
            attempt(client)


def test_a_stream_is_not_pickled() -> None:
    client = FakeServer(events(HEL, STOP, DONE)).chat()
    with client.create_chat_completion(QUESTION, stream=True) as stream:
        with pytest.raises(TypeError):
            pickle.dumps(stream)


def test_both_clients_are_kinds_of_one() -> None:
    assert issubclass(ChatClient, FastGPTClient)
    assert issubclass(AppClient, FastGPTClient)


def test_a_call_that_meets_a_client_that_was_closed_meanwhile_is_refused() -> None:
    connections = Connections(ConnectionSettings(proxy=None, verify=True, trust_env=False, transport="own"))
    with FaultServer([COMPLETION]) as server:
        connections.close()
        with pytest.raises(ValidationError, match="this client is closed"):
            connections.handle_request(httpx.Request("GET", server.url))
        assert server.connections == 0
