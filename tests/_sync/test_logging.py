# Generated from tests/_async/test_logging.py by scripts/generate.py: edit the source, not this file.
"""What is logged: a line per attempt, per retry and per empty answer, and never what was asked or answered."""

from __future__ import annotations

import logging
import re

import httpx
import pytest

from fastgpt_client import APIConnectionError, RateLimitError
from tests.support.call import QUESTION
from tests.support.fake_server import KEY, FakeServer, Reply
from tests.support.faults import DONE, HEL, STOP
from tests.support.replies import completion, envelope, events, page, plain, refusal, whole
from tests.support.wire_events import FULL_SELECT

COMPLETIONS = "POST /api/v1/chat/completions"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, logger="fastgpt_client")
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[str]:
    """Level and text of our records, times put aside."""
    ours = [record for record in log.records if record.name == "fastgpt_client"]
    return [record.levelname + " " + re.sub(r"\d+ ms$", "N ms", record.getMessage()) for record in ours]


def test_one_line_for_an_answered_call(log: pytest.LogCaptureFixture) -> None:
    FakeServer(completion()).chat().create_chat_completion(QUESTION)
    assert lines(log) == ["DEBUG " + COMPLETIONS + " -> 200 in N ms"]


def test_one_line_for_a_refused_call(log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(refusal(514, "unAuthApiKey")).chat()
    with pytest.raises(Exception, match="unAuthApiKey"):
        client.create_chat_completion(QUESTION)
    assert lines(log) == ["DEBUG " + COMPLETIONS + " -> 500 in N ms"]


def test_one_line_for_each_attempt_and_one_for_each_retry(log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(plain(429), httpx.ConnectError("refused"), completion()).chat()
    client.create_chat_completion(QUESTION)
    assert lines(log) == [
        "DEBUG " + COMPLETIONS + " -> 429 in N ms",
        "INFO " + COMPLETIONS + ": attempt 1 failed (RateLimitError), retrying in 0.00 s",
        "DEBUG " + COMPLETIONS + " -> ConnectError in N ms",
        "INFO " + COMPLETIONS + ": attempt 2 failed (APIConnectionError), retrying in 0.00 s",
        "DEBUG " + COMPLETIONS + " -> 200 in N ms",
    ]


def test_giving_up_is_no_retry(log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(plain(429)).chat(max_retries=0)
    with pytest.raises(RateLimitError):
        client.create_chat_completion(QUESTION)
    assert lines(log) == ["DEBUG " + COMPLETIONS + " -> 429 in N ms"]


def test_each_path_that_is_tried_has_its_line(log: pytest.LogCaptureFixture) -> None:
    FakeServer(page(), envelope()).chat().clear_chat_histories()
    assert lines(log) == [
        "DEBUG DELETE /api/core/chat/clearHistories -> 404 in N ms",
        "DEBUG DELETE /api/core/chat/history/clearHistories -> 200 in N ms",
    ]


def test_a_stream_has_one_line(log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(events(HEL)).chat()
    with client.create_chat_completion(QUESTION, stream=True):
        pass
    assert lines(log) == ["DEBUG " + COMPLETIONS + " -> 200 in N ms"]


def test_a_broken_connection_has_the_name_of_its_fault(log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(httpx.RemoteProtocolError("closed")).chat()
    with pytest.raises(APIConnectionError):
        client.create_chat_completion(QUESTION)
    assert lines(log) == ["DEBUG " + COMPLETIONS + " -> RemoteProtocolError in N ms"]


def test_an_attempt_that_something_else_ends_has_its_line_too(log: pytest.LogCaptureFixture) -> None:
    client = FakeServer(KeyboardInterrupt()).chat()
    with pytest.raises(KeyboardInterrupt):
        client.create_chat_completion(QUESTION)
    assert lines(log) == ["DEBUG " + COMPLETIONS + " -> cancelled in N ms"]


def test_no_query_header_body_or_key_is_in_a_record(log: pytest.LogCaptureFixture) -> None:
    server = FakeServer(plain(429, b"SECRET-answer", **{"X-Secret": "SECRET-header"}), envelope({"SECRET": 1}))
    client = server.chat(headers={"X-Mine": "SECRET-mine"})
    client.get_chat_init(chatId="SECRET-chat", appId="SECRET-app", extra_body={"a": "SECRET-body"})
    told = [repr(record.__dict__) for record in log.records if record.name == "fastgpt_client"]
    assert len(told) == 3
    assert not [text for text in told if "SECRET" in text or KEY in text]


EMPTY = "WARNING The answer is empty and has no node details: "


def warnings(log: pytest.LogCaptureFixture) -> list[str]:
    return [line[: len(EMPTY)] for line in lines(log) if not line.startswith("DEBUG")]


@pytest.mark.parametrize("content", ["", None, []])
def test_an_empty_answer_that_may_hide_a_pause_is_warned_of_once(
    content: object, log: pytest.LogCaptureFixture
) -> None:
    answer = FakeServer(completion(content)).chat().create_chat_completion(QUESTION)
    assert answer.text == ""
    assert warnings(log) == [EMPTY]
    assert "detail=True" in lines(log)[-1]


def test_an_empty_stream_that_may_hide_a_pause_is_warned_of_once(log: pytest.LogCaptureFixture) -> None:
    stream = FakeServer(events(STOP, DONE)).chat().create_chat_completion(QUESTION, stream=True)
    answer = stream.final()
    assert (answer.text, stream.final().text) == ("", "")
    assert warnings(log) == [EMPTY]


@pytest.mark.parametrize(
    "reply",
    [
        completion("Hi"),
        completion("", responseData=[{"moduleType": "workflowStart"}]),
        completion([{"interactive": FULL_SELECT}]),
    ],
    ids=["text", "nodes", "pause"],
)
def test_an_answer_that_hides_nothing_is_not_warned_of(reply: Reply, log: pytest.LogCaptureFixture) -> None:
    FakeServer(reply).chat().create_chat_completion(QUESTION)
    assert warnings(log) == []


def test_a_stream_that_is_read_as_lines_is_not_warned_of(log: pytest.LogCaptureFixture) -> None:
    stream = FakeServer(whole()).chat().create_chat_completion(QUESTION, stream=True)
    for _ in stream.iter_lines():
        pass
    assert warnings(log) == []
