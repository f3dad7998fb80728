# Generated from tests/_async/test_faults_leaving.py by scripts/generate.py: edit the source, not this file.
"""Leaving a stream early: the connection comes back. The client here has one, so that a leak would block it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import httpx
import pytest

from fastgpt_client import ChatClient
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
def client(step: Step) -> Iterator[ChatClient]:
    """A client of one connection; the server does the step and answers all that comes after."""
    with FaultServer([step, COMPLETION]) as server:
        with httpx.Client(limits=ONE) as http:
            yield ChatClient(**settings(server.url, http_client=http, timeout=PATIENCE))


def works(client: ChatClient) -> None:
    """The connection has come back: the next call gets it, or the place for another."""
    completion = client.create_chat_completion(**CALL, stream=False)
    assert completion.text == TEXT


@STEPS
def test_leaving_the_loop_in_a_block(client: ChatClient) -> None:
    with client.create_chat_completion(**CALL, stream=True) as stream:
        for _ in stream:
            break
    works(client)


@STEPS
def test_leaving_the_loop_over_deltas_and_closing(client: ChatClient) -> None:
    stream = client.create_chat_completion(**CALL, stream=True)
    for _ in stream.text_deltas():
        break
    stream.close()
    works(client)


@STEPS
def test_leaving_the_loop_over_lines_and_closing(client: ChatClient) -> None:
    stream = client.create_chat_completion(**CALL, stream=True)
    for _ in stream.iter_lines():
        break
    stream.close()
    works(client)


@STEPS
def test_an_error_in_the_loop_of_a_block(client: ChatClient) -> None:
    stream = client.create_chat_completion(**CALL, stream=True)
    with observing() as seen:
        with stream:
            for _ in stream:
                raise Left
    assert isinstance(seen.error, Left)
    works(client)


@STEPS
def test_a_stream_that_is_closed_unread(client: ChatClient) -> None:
    stream = client.create_chat_completion(**CALL, stream=True)
    stream.close()
    works(client)


@STEPS
@pytest.mark.parametrize("shared", [False, True], ids=["its own", "shared"])
def test_a_forgotten_stream_leaves_its_connection_to_the_next_call(client: ChatClient, shared: bool) -> None:
    client._sender.state.multiplexed = shared  # with others, as by HTTP/2: it must not be cut
    stream = client.create_chat_completion(**CALL, stream=True)
    for _ in stream.text_deltas():
        break
    del stream
    gc.collect()
    works(client)


def test_closing_twice_is_fine(client: ChatClient) -> None:
    stream = client.create_chat_completion(**CALL, stream=True)
    stream.close()
    stream.close()
    works(client)


def test_a_call_that_finds_no_free_connection_times_out_and_is_tried_again() -> None:
    with FaultServer([UNFINISHED["silent"], COMPLETION]) as server:
        with httpx.Client(limits=ONE) as http:
            brief = httpx.Timeout(60.0, pool=0.1)
            client = ChatClient(**settings(server.url, http_client=http, timeout=brief, max_retries=2))
            with client.create_chat_completion(**CALL, stream=True):
                with pytest.raises(APITimeoutError) as caught:
                    client.create_chat_completion(**CALL, stream=False)
            works(client)
        assert caught.value.attempts == 3
        assert server.hits == 2


@STEPS
def test_closing_the_client_closes_what_a_forgotten_stream_holds(step: Step) -> None:
    with FaultServer([step]) as server:
        with ChatClient(**settings(server.url)) as client:
            stream = client.create_chat_completion(**CALL, stream=True)
            for _ in stream:
                break
        assert server.wait_until(lambda it: it.open_connections == 0)


def test_each_retry_gives_its_connection_back() -> None:
    with FaultServer([plain(425), plain(429), plain(425), COMPLETION]) as server:
        with httpx.Client(limits=ONE) as http:
            client = ChatClient(**settings(server.url, http_client=http))
            works(client)
        assert server.connections == 1


def test_a_closed_client_sends_nothing() -> None:
    with FaultServer([STREAM]) as server:
        client = ChatClient(**settings(server.url))
        client.close()
        with pytest.raises(ValidationError):
            client.create_chat_completion(**CALL, stream=True)
        assert server.connections == 0
