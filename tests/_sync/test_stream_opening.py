# Generated from tests/_async/test_stream_opening.py by scripts/generate.py: edit the source, not this file.
"""What comes in place of a stream: recognised by its first bytes, and raised by the call as the error it is."""

from __future__ import annotations

import httpx
import pytest

from fastgpt_client import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ChatStream,
    ConflictError,
    NotFoundError,
    RateLimitError,
    ServerError,
)
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Reply, Silence
from tests.support.faults import DONE, HEL, STOP, error, event
from tests.support.replies import as_json, completion, envelope, page, plain, refusal, undeclared

KEY_ERROR = error(code=514, statusText="unAuthApiKey", message="common:code_error.error_message.514", data=None)
HEARTLESS = (b"data: [DONE]\n\n",)


def open_stream(reply: Reply, **options: object) -> ChatStream:
    return FakeServer(reply).chat(max_retries=0, **options).create_chat_completion(QUESTION, stream=True)


@pytest.mark.parametrize("size", [1, 4, 9, 10, 1000])
def test_an_error_before_the_run_is_raised_by_the_call(size: int) -> None:
    pieces = [KEY_ERROR[start : start + size] for start in range(0, len(KEY_ERROR), size)]
    reply = undeclared(*pieces)
    with pytest.raises(AuthenticationError, match="unAuthApiKey") as caught:
        open_stream(reply)
    assert (caught.value.status_code, caught.value.code, caught.value.attempts) == (200, 514, 1)
    assert reply.all_closed


def test_an_uncoded_error_before_the_run_is_raised_by_the_call() -> None:
    with pytest.raises(BadRequestError, match="messages is empty"):
        open_stream(undeclared(error(message="messages is empty")))
    with pytest.raises(ConflictError, match="chatIsGenerating"):
        open_stream(undeclared(error(code=504001, statusText="chatIsGenerating")))


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b": note\n\n", b"id: 1\n", b"retry: 5\n\n", b"event: answer\n"])
@pytest.mark.parametrize("size", [1, 5, 1000])
def test_a_stream_that_does_not_say_so_is_recognised(head: bytes, size: int) -> None:
    wire = head + HEL + STOP + DONE
    stream = open_stream(undeclared(*[wire[start : start + size] for start in range(0, len(wire), size)]))
    answer = stream.final()
    assert answer.text == "Hel"


def test_a_stream_that_does_not_say_so_and_has_no_event_is_interrupted() -> None:
    stream = open_stream(undeclared(b"data: un", b"finished"))
    with pytest.raises(Exception, match="The stream was cut"):
        stream.final()


def test_a_stream_that_does_not_say_so_may_begin_with_its_end() -> None:
    stream = open_stream(undeclared(*HEARTLESS))
    answer = stream.final()
    assert answer.text == ""


def test_endless_notes_before_the_first_event_are_bounded() -> None:
    with pytest.raises(ServerError, match="larger than max_response_bytes"):
        open_stream(undeclared(*[b": a note, and no event\n\n"] * 500), max_response_bytes=1000)


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (refusal(514, "unAuthApiKey"), AuthenticationError, "unAuthApiKey"),
        (refusal(514, "unAuthApiKey", status=200), AuthenticationError, "unAuthApiKey"),
        (refusal(400, "error", "Data validation error", status=400), BadRequestError, "Data validation error"),
        (refusal(429, "error", "Please try again in 40 seconds", status=429), RateLimitError, "40 seconds"),
        (page(404), NotFoundError, "a web page"),
        (page(502), ServerError, "a web page"),
        (page(200), ServerError, "a web page"),
        (plain(413, b"Body exceeded 10mb limit"), BadRequestError, "Body exceeded"),
        (plain(200, b"hello"), ServerError, "'hello'"),
        (undeclared(), ServerError, "an empty body"),
        (undeclared(b'{"code":500,"message":"messages is empty"}'), BadRequestError, "messages is empty"),
        (undeclared(b"<html>"), ServerError, "a web page"),
        (envelope({"list": []}), ServerError, "instead of a FastGPT response"),
        (completion(), ServerError, "instead of a FastGPT response"),
        (as_json([1, 2]), ServerError, "instead of a FastGPT response"),
    ],
)
def test_what_is_no_stream_is_raised_as_the_error_it_is(reply: Reply, kind: type[APIError], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        open_stream(reply)
    assert type(caught.value) is kind
    assert caught.value.status_code == reply.status
    assert reply.all_closed


def test_an_event_stream_with_a_bad_status_is_an_error() -> None:
    reply = Reply((HEL, STOP, DONE), 500, {"Content-Type": "text/event-stream"})
    with pytest.raises(ServerError, match="HTTP 500"):
        open_stream(reply)
    assert reply.all_closed


def test_a_cut_in_what_is_no_stream_is_a_broken_connection() -> None:
    reply = undeclared(b'{"code"', httpx.ReadError("cut"))
    with pytest.raises(APIConnectionError, match="ReadError: cut"):
        open_stream(reply)
    assert reply.all_closed


def test_a_cut_before_the_first_byte_is_a_broken_connection() -> None:
    reply = undeclared(httpx.RemoteProtocolError("closed"))
    with pytest.raises(APIConnectionError, match="RemoteProtocolError: closed"):
        open_stream(reply)
    assert reply.all_closed


def test_a_deadline_ends_the_wait_for_the_first_bytes() -> None:
    reply = undeclared(b"dat", Silence())
    with pytest.raises(APITimeoutError, match=r"deadline of 0\.5 s"):
        open_stream(reply, deadline=0.5)
    assert reply.all_closed


def test_a_heartbeat_before_an_error_makes_it_one_of_the_run() -> None:
    stream = open_stream(undeclared(event({"choices": [{"delta": {"content": ""}}]}), error(message="down")))
    with pytest.raises(Exception, match="The run failed: down"):
        stream.final()
