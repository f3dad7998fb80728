# Generated from tests/_async/test_faults_memory.py by scripts/generate.py: edit the source, not this file.
"""Answers that are larger than anybody wants: memory stays bounded, whatever the server sends."""

from __future__ import annotations

import gzip

import httpx
import pytest

from fastgpt_client import ChatClient, ChatStream
from fastgpt_client.exceptions import ServerError
from tests.support import fault_fixtures
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Reply
from tests.support.fault_actions import Close, Endless, Send, Step
from tests.support.fault_server import FaultServer
from tests.support.fault_tables import bodies, streams
from tests.support.faults import CALL, CHUNKED_HEAD, DONE, HEL, LAST_CHUNK, STOP, Row, chunk, event, settings
from tests.support.observing import memory_below, observing
from tests.support.replies import EVENTS, events, undeclared

no_certificates = fault_fixtures.no_certificates

# Much more than the limit of one MiB and the buffers on the way, much less than what is sent.
ROOM = 12 << 20
# Tiny events take thirty times the memory of their bytes.
TINY = b'data: {"a":1}\n\n' * (4 << 16)
NODES = event({"status": "running", "name": "a" * 1000}, "flowNodeStatus") * 64


@pytest.mark.parametrize("row", bodies.TOO_LARGE, ids=lambda row: row.id)
def test_a_blocking_answer_over_the_limit(row: Row) -> None:
    with row.open("completion") as server:
        with ChatClient(**settings(server.url, **row.client)) as client:
            with memory_below(ROOM), pytest.raises(ServerError):
                client.create_chat_completion(**CALL, stream=False)


@pytest.mark.parametrize("row", streams.TOO_LARGE, ids=lambda row: row.id)
def test_an_event_over_the_limit(row: Row) -> None:
    with row.open("events") as server:
        with ChatClient(**settings(server.url, **row.client)) as client:
            with memory_below(ROOM), observing() as seen:
                stream = client.create_chat_completion(**CALL, stream=True)
                for _ in stream:
                    pass
    assert isinstance(seen.error, ServerError)


def test_a_long_stream_is_not_kept() -> None:
    body = chunk(NODES) * 256 + chunk(DONE) + LAST_CHUNK
    with FaultServer([(Send(CHUNKED_HEAD + body),)]) as server:
        with ChatClient(**settings(server.url)) as client:
            with memory_below(len(body) // 4):
                stream = client.create_chat_completion(**CALL, stream=True, detail=True)
                for _ in stream:
                    pass


def test_the_body_of_an_error_is_not_kept_whole() -> None:
    step: Step = (Send(b"HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n"), *[Send(b"x" * 65536)] * 8, Close())
    with FaultServer([step]) as server:
        with ChatClient(**settings(server.url)) as client:
            with pytest.raises(ServerError) as caught:
                client.create_chat_completion(**CALL, stream=False)
    assert len(str(caught.value)) < 4096
    assert len(repr(caught.value.body)) < 4096


def test_lines_without_end_are_not_kept() -> None:
    with FaultServer([(Send(CHUNKED_HEAD), Endless(chunk(b"data: " + b"a" * 65530)))]) as server:
        with ChatClient(**settings(server.url, max_response_bytes=1 << 20)) as client:
            with memory_below(ROOM), observing() as seen:
                stream = client.create_chat_completion(**CALL, stream=True)
                for _ in stream.iter_lines():
                    pass
    assert isinstance(seen.error, ServerError)


def first_of(stream: ChatStream, count: int) -> int:
    """Take so many events of a stream, and leave it."""
    taken = 0
    with stream:
        for _ in stream:
            taken += 1
            if taken == count:
                break
    return taken


@pytest.mark.parametrize("how", ["compressed", "plain", "after the end", "read by a hook"])
def test_events_are_made_as_they_are_asked_for(how: str) -> None:
    body = HEL + STOP + DONE + TINY if how == "after the end" else TINY
    reply = events(body)
    if how == "compressed":
        reply = Reply((gzip.compress(TINY, mtime=0),), 200, {**EVENTS, "Content-Encoding": "gzip"})
    client = FakeServer(reply).chat()
    if how == "read by a hook":
        client.http_client.event_hooks = {"response": [read]}
    with memory_below(2 * len(TINY)):
        stream = client.create_chat_completion(QUESTION, stream=True)
        assert first_of(stream, 20) == 20


def read(response: httpx.Response) -> None:
    response.read()


def test_all_events_come_however_they_are_handed_on() -> None:
    client = FakeServer(events(HEL + TINY[: 15 << 13] + STOP + DONE + TINY[: 15 << 13])).chat()
    stream = client.create_chat_completion(QUESTION, stream=True)
    assert first_of(stream, 1 << 20) == 2 * (1 << 13) + 2


def test_the_head_of_a_stream_is_looked_at_once() -> None:
    """What may be an error before the run is looked for until the first event; comments may come without end."""
    comments = b": waiting\n\n" * 5_000
    reply = undeclared(*[comments] * 20, HEL, STOP, DONE)
    stream = FakeServer(reply).chat().create_chat_completion(QUESTION, stream=True)
    assert stream.final().text == "Hel"


def test_a_head_without_end_is_refused() -> None:
    reply = undeclared(*[b": waiting\n\n" * 10_000] * 20)
    with pytest.raises(ServerError, match="larger than max_response_bytes"):
        FakeServer(reply).chat(max_response_bytes=1 << 20).create_chat_completion(QUESTION, stream=True)
