# Generated from tests/_async/test_faults_memory.py by scripts/generate.py: edit the source, not this file.
"""Answers that are larger than anybody wants: memory stays bounded, whatever the server sends."""

from __future__ import annotations

import pytest

from fastgpt_client import ChatClient
from fastgpt_client.exceptions import ServerError
from tests.support import fault_fixtures
from tests.support.fault_actions import Close, Endless, Send, Step
from tests.support.fault_server import FaultServer
from tests.support.fault_tables import bodies, streams
from tests.support.faults import CALL, CHUNKED_HEAD, DONE, LAST_CHUNK, Row, chunk, event, settings
from tests.support.observing import memory_below, observing

no_certificates = fault_fixtures.no_certificates

# Much more than the limit of one MiB and the buffers on the way, much less than what is sent.
ROOM = 12 << 20
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
