# Generated from tests/_async/test_conversation_leaving.py by scripts/generate.py: edit the source, not this file.
"""Leaving a turn early: the server stops the run, and the next turn does not meet it."""

from __future__ import annotations

import gc
from typing import Any

import httpx
import pytest

from fastgpt_client import ChatClient, StreamInterruptedError, ValidationError
from fastgpt_client._sync import chat_state
from fastgpt_client.testing import App, FakeFastGPT
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import Talk, asked, runs, saved, settings
from tests.support.fake_server import FakeServer, Silence
from tests.support.faults import HEL, error, text
from tests.support.observing import observing
from tests.support.replies import envelope, events, page, whole

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

V2 = {"completions": "v2"}
STOP = "/api/v2/chat/stop"
NOTHING_SAVED = envelope({"list": [], "total": 0})


class Left(Exception):
    """Raised by the body of a loop."""


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    """Does not come to an end by itself at first."""
    return server.app(answers=[Talk().answer, "Two."])


def test_a_stream_of_v2_that_is_left_is_stopped(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with conversation.stream("go") as stream:
            for _ in stream.text_deltas():
                break
        assert len(asked(server, conversation.chat_id, STOP)) == 1
        answer = conversation.ask("b")
        assert answer.text == "Two."
    (_, (_, said), *_) = saved(server, app, conversation.chat_id)
    assert said == Talk.text
    assert runs(server, app) == 0


def test_a_stream_of_v1_ends_with_its_connection(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app, completions="v1")) as client:
        conversation = client.conversation()
        with conversation.stream("go") as stream:
            for _ in stream.text_deltas():
                break
        assert asked(server, conversation.chat_id, STOP) == []
        # The server notices a moment later: this turn meets the run and waits for its end.
        answer = conversation.ask("b")
        assert answer.text == "Two."
    (_, (_, said), *_) = saved(server, app, conversation.chat_id)
    assert said == Talk.text


@pytest.mark.parametrize("problem", [Left, KeyboardInterrupt, ZeroDivisionError])
def test_what_is_raised_in_the_loop_stops_the_run_and_goes_through(
    server: FakeFastGPT, app: App, problem: type[BaseException]
) -> None:
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        stream = conversation.stream("go")
        with pytest.raises(problem):
            with stream:
                raise problem
        assert len(asked(server, conversation.chat_id, STOP)) == 1
        answer = conversation.ask("b")
    assert answer.text == "Two."


def test_a_stream_that_is_closed_unread_is_stopped_once(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        stream = conversation.stream("go")
        stream.close()
        stream.close()
        assert len(asked(server, conversation.chat_id, STOP)) == 1
        with pytest.raises(ValidationError, match="closed before its end"):
            stream.final()
        answer = conversation.ask("b")
    assert answer.text == "Two."


def test_whoever_asks_anew_leaves_the_own_stream_early(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        stream = conversation.stream("go")
        answer = conversation.ask("b")
        assert answer.text == "Two."
        assert stream.is_closed
        assert len(asked(server, conversation.chat_id, STOP)) == 1
        stream = conversation.stream("c")
        other = conversation.stream("d")
        assert stream.is_closed
        answer = other.final()
    assert answer.text == "Two."


def test_a_stream_that_was_dropped_is_stopped_by_the_next_turn(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        stream = conversation.stream("go")
        for _ in stream.text_deltas():
            break
        del stream, _
        gc.collect()
        assert asked(server, conversation.chat_id, STOP) == []
        answer = conversation.ask("b")
        assert answer.text == "Two."
        assert len(asked(server, conversation.chat_id, STOP)) == 1
        answer = conversation.ask("c")
        assert answer.text == "Two."
    assert len(asked(server, conversation.chat_id, STOP)) == 1


def test_a_dropped_stream_of_v1_frees_the_turn_too(server: FakeFastGPT, app: App) -> None:
    with ChatClient(**settings(server, app, completions="v1")) as client:
        conversation = client.conversation()
        conversation.stream("go")
        gc.collect()
        answer = conversation.ask("b")
    assert answer.text == "Two."


def test_a_stream_that_was_read_to_its_end_is_not_stopped(server: FakeFastGPT) -> None:
    app = server.app(answer="One.")
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        with conversation.stream("go") as stream:
            stream.final()
        stream = conversation.stream("go")
        for event in stream:
            if getattr(event, "finish_reason", None) == "stop":
                break  # the answer is whole, though something might follow
        stream.close()
        assert conversation.last is not None
        assert conversation.last.text == "One."
    assert asked(server, conversation.chat_id, STOP) == []


def test_a_run_in_a_chat_that_is_not_saved_is_not_stopped() -> None:
    fake = FakeServer(events(HEL, text("more"), Silence()))
    conversation = fake.chat().conversation(chatId="NO_RECORD_HISTORIES")
    with conversation.stream("go") as stream:
        for _ in stream.text_deltas():
            break
    assert fake.paths == ["/api/v2/chat/completions"]


def test_a_run_that_failed_is_not_stopped() -> None:
    fake = FakeServer(events(HEL, error(message="trouble")), NOTHING_SAVED, whole())
    conversation = fake.chat(**V2).conversation()
    stream = conversation.stream("go")
    with pytest.raises(Exception, match="trouble"):
        stream.final()
    assert fake.paths == ["/api/v2/chat/completions"]
    stream = conversation.stream("b")
    answer = stream.final()
    assert answer.text == "Hello"


def test_a_cut_stream_that_nobody_looks_up_is_stopped() -> None:
    fake = FakeServer(events(HEL), envelope({"success": True}))
    conversation = fake.chat(**V2).conversation(recover=False)
    stream = conversation.stream("go")
    with pytest.raises(StreamInterruptedError):
        stream.final()
    assert fake.paths == ["/api/v2/chat/completions", STOP]


@pytest.mark.parametrize(
    "answer",
    [page(), envelope({"success": False}), httpx.ConnectError("down"), envelope(None)],
    ids=["older server", "not stopped", "down", "odd"],
)
def test_that_a_run_cannot_be_stopped_is_no_error(answer: Any) -> None:
    fake = FakeServer(events(HEL, text("more"), Silence()), answer, NOTHING_SAVED, whole())
    conversation = fake.chat(**V2).conversation()
    with conversation.stream("go") as stream:
        for _ in stream.text_deltas():
            break
    assert fake.paths == ["/api/v2/chat/completions", STOP]
    stream = conversation.stream("b")
    found = stream.final()
    assert found.text == "Hello"


def test_stopping_never_takes_long(server: FakeFastGPT, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_state, "_STOP_SECONDS", 0.3)
    with ChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        stream = conversation.stream("go")
        with server.fault("stall_before_headers", path="chat/stop"), observing() as seen:
            stream.close()
        assert seen.error is None
        assert seen.seconds > 0.2  # and not an hour, as the server would have it
    assert len(asked(server, conversation.chat_id, STOP)) == 1
