"""Which threads a program gets that does not start any: on the client's own connections none, but for files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import httpx
import pytest

import fastgpt_client._sync.reader
from fastgpt_client import APITimeoutError, ChatClient
from tests.support.fault_actions import SILENCE, Step
from tests.support.fault_server import FaultServer
from tests.support.faults import CALL, COMPLETION, HEL, STREAM, WHOLE, chunked, settings

Read = Callable[[ChatClient], object]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The threads that this one starts; the server's start others."""
    names: list[str] = []
    start = threading.Thread.start
    me = threading.current_thread()

    def note(thread: threading.Thread) -> None:
        if threading.current_thread() is me:
            names.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", note)
    return names


def final(client: ChatClient) -> object:
    return client.create_chat_completion(**CALL, stream=True).final()


def texts(client: ChatClient) -> object:
    return [*client.create_chat_completion(**CALL, stream=True).text_deltas()]


def lines(client: ChatClient) -> object:
    return [*client.create_chat_completion(**CALL, stream=True).iter_lines()]


def leave(client: ChatClient) -> object:
    with client.create_chat_completion(**CALL, stream=True) as stream:
        return next(stream)


def late(client: ChatClient) -> object:
    with pytest.raises(APITimeoutError):
        client.create_chat_completion(**CALL, stream=True)
    return True


def blocking(client: ChatClient) -> object:
    return client.create_chat_completion(**CALL)


@pytest.mark.parametrize(
    ("step", "read"),
    [
        (STREAM, final),
        (STREAM, texts),
        (STREAM, lines),
        (STREAM, leave),
        (chunked(HEL, WHOLE) + SILENCE, final),
        (SILENCE, late),
        (COMPLETION, blocking),
    ],
    ids=["final", "texts", "lines", "left early", "silence after the end", "silence", "blocking"],
)
def test_on_the_client_s_own_connections_no_thread_is_started(
    step: Step, read: Read, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastgpt_client._sync.reader, "_GRACE_SECONDS", 0.05)
    with FaultServer([step]) as server:
        begun = len(started)  # the server's own
        with ChatClient(**settings(server.url, deadline=0.1 if read is late else 60.0)) as client:
            assert read(client)
        assert started[begun:] == []


def test_on_a_borrowed_client_what_takes_too_long_is_left_to_a_thread(
    started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fastgpt_client._sync.reader, "_GRACE_SECONDS", 0.05)
    with FaultServer([chunked(HEL, WHOLE) + SILENCE]) as server, httpx.Client() as http:
        begun = len(started)
        assert final(ChatClient(**settings(server.url, http_client=http)))
        assert len(started) > begun
