# Generated from tests/_async/test_stream_ends.py by scripts/generate.py: edit the source, not this file.
"""Where an answer ends: whole, cut, or failed; never one told as another."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    AuthenticationError,
    ChatStream,
    ConflictError,
    FastGPTError,
    RateLimitError,
    ServerError,
    StreamInterruptedError,
    WorkflowError,
)
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Piece, Silence
from tests.support.faults import DONE, HEARTBEAT, HEL, LO, STOP, error, event
from tests.support.replies import events

FAILED_NODE = event([{"nodeId": "n1", "errorText": "model is down"}], "flowResponses")
CUTS = [httpx.ReadError("reset"), httpx.RemoteProtocolError("incomplete"), httpx.ReadTimeout("slow"), OSError("gone")]


def opened(*pieces: Piece, **options: Any) -> ChatStream:
    client = FakeServer(events(*pieces, headers={"x-request-id": "r1"})).chat(**options)
    return client.create_chat_completion(QUESTION, stream=True, detail=True, chatId="c1")


@pytest.mark.parametrize("end", [STOP, DONE, STOP + DONE])
def test_either_mark_of_the_end_makes_an_answer_whole(end: bytes) -> None:
    stream = opened(HEL, LO, end)
    answer = stream.final()
    assert answer.text == "Hello"


def test_a_stream_that_ends_without_its_end_was_interrupted() -> None:
    stream = opened(HEL, LO)
    with pytest.raises(StreamInterruptedError, match=r"without \[DONE\], stop chunk or error") as caught:
        stream.final()
    error = caught.value
    assert error.partial is not None
    assert (error.partial.text, error.partial.chat_id) == ("Hello", "c1")
    assert (error.attempts, error.request_id) == (1, "r1")
    assert stream.is_closed


def test_an_event_that_was_not_finished_is_none() -> None:
    stream = opened(HEL, LO.removesuffix(b"\n"))
    with pytest.raises(StreamInterruptedError) as caught:
        stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: type(cut).__name__)
def test_a_cut_stream_was_interrupted(cut: Exception) -> None:
    stream = opened(HEL, cut)
    with pytest.raises(StreamInterruptedError, match=r"was cut before its end \(.*" + type(cut).__name__) as caught:
        stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.__cause__ is cut


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: type(cut).__name__)
@pytest.mark.parametrize("end", [STOP, DONE])
def test_a_cut_after_the_end_takes_nothing_away(cut: Exception, end: bytes) -> None:
    stream = opened(HEL, end, cut)
    answer = stream.final()
    assert answer.text == "Hel"
    assert stream.is_closed


@pytest.mark.parametrize("end", [STOP, DONE])
def test_what_comes_after_the_end_is_taken(end: bytes) -> None:
    stream = opened(HEL, end, event([{"nodeId": "n1"}], "flowResponses"))
    answer = stream.final()
    assert answer.node_responses == [{"nodeId": "n1"}]


def test_a_run_of_which_nothing_came_failed() -> None:
    stream = opened(HEARTBEAT, STOP, DONE, FAILED_NODE)
    with pytest.raises(WorkflowError, match="The run failed: model is down") as caught:
        stream.final()
    assert caught.value.completion is not None
    assert caught.value.completion.node_responses[0]["nodeId"] == "n1"
    assert caught.value.partial is caught.value.completion
    assert (caught.value.attempts, caught.value.request_id) == (1, "r1")


def test_a_failed_run_ends_iteration_by_its_error_too() -> None:
    stream = opened(STOP, DONE, FAILED_NODE)
    assert stream.__next__()
    assert stream.__next__()
    with pytest.raises(WorkflowError):
        stream.__next__()


def test_a_run_that_failed_in_part_is_an_answer_with_an_error() -> None:
    stream = opened(HEL, STOP, FAILED_NODE, DONE)
    answer = stream.final()
    assert (answer.text, answer.error) == ("Hel", "model is down")
    with pytest.raises(WorkflowError, match="model is down") as caught:
        answer.raise_for_status()
    assert caught.value.completion is answer


@pytest.mark.parametrize(
    "came",
    [
        event({"interactive": {"type": "userSelect", "params": {}}}, "interactive"),
        event([{"moduleType": "pluginOutput", "pluginOutput": {"x": 1}}, {"errorText": "e"}], "flowResponses"),
    ],
)
def test_a_pause_or_an_output_is_something(came: bytes) -> None:
    stream = opened(came, STOP, DONE)
    answer = stream.final()
    assert answer.text == ""
    assert (answer.interactive or answer.plugin_output) is not None


def test_a_run_without_text_and_error_is_an_empty_answer() -> None:
    stream = opened(HEARTBEAT, STOP, DONE)
    answer = stream.final()
    assert (answer.text, answer.error) == ("", None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"code": 514, "statusText": "unAuthApiKey", "message": "m"}, AuthenticationError),
        ({"code": 504001, "statusText": "chatIsGenerating", "message": "m"}, ConflictError),
        ({"code": 429, "statusText": "tooManyRequest", "message": "try again in 7 seconds"}, RateLimitError),
        ({"code": 500, "statusText": "error", "message": "m"}, ServerError),
    ],
)
@pytest.mark.parametrize("before", [(), (HEL,), (HEL, STOP, DONE)])
def test_a_coded_error_event_is_that_error(
    body: dict[str, Any], kind: type[FastGPTError], before: tuple[bytes, ...]
) -> None:
    stream = opened(*before, error(**body), LO)
    with pytest.raises(kind) as caught:
        stream.final()
    assert type(caught.value) is kind
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel" * bool(before)
    assert (caught.value.attempts, caught.value.request_id) == (1, "r1")
    assert stream.is_closed


@pytest.mark.parametrize(
    "body", [{"message": "500 model is down"}, "500 model is down", {"error": "500 model is down"}]
)
def test_an_uncoded_error_event_in_a_run_is_its_failure(body: Any) -> None:
    stream = opened(HEL, event(body, "error"))
    with pytest.raises(WorkflowError, match="The run failed: 500 model is down") as caught:
        stream.final()
    assert caught.value.completion is caught.value.partial
    assert caught.value.completion is not None
    assert caught.value.completion.text == "Hel"


def test_an_uncoded_error_event_before_the_run_is_judged_by_its_text() -> None:
    stream = opened(error(message="Chat dataId already exists: d1"))
    with pytest.raises(ConflictError, match="Chat dataId already exists: d1") as caught:
        stream.final()
    assert caught.value.code is None


def test_a_piece_of_the_answer_that_is_no_json_is_an_error() -> None:
    stream = opened(HEL, b'data: {"choices": [\n\n', LO, DONE)
    with pytest.raises(ServerError, match="that is not valid JSON") as caught:
        stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"


def test_an_event_above_the_bound_is_an_error() -> None:
    stream = opened(HEL, b"data: " + b"x" * 400, b"x" * 700, max_response_bytes=1000)
    with pytest.raises(ServerError, match=r"One event .* larger than max_response_bytes \(1000 bytes\)") as caught:
        stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"


def test_the_bound_is_for_one_event_not_for_the_stream() -> None:
    stream = opened(*[HEL] * 100, DONE, max_response_bytes=1000)
    answer = stream.final()
    assert answer.text == "Hel" * 100


def test_what_follows_the_end_is_bounded_too() -> None:
    stream = opened(HEL, DONE, *[b": and more\n\n" * 10] * 20, max_response_bytes=1000)
    with pytest.raises(ServerError, match=r"larger than max_response_bytes \(1000 bytes\)"):
        stream.final()
    assert stream.is_closed


def test_text_stops_at_an_error_event() -> None:
    stream = opened(HEL + LO + error(message="down") + HEL)
    deltas = stream.text_deltas()
    assert [deltas.__next__(), deltas.__next__()] == ["Hel", "lo"]
    with pytest.raises(WorkflowError, match="down") as caught:
        deltas.__next__()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hello"


class Stopped(BaseException):
    """What is none of our errors, as the end of a program is."""


def test_whatever_ends_the_reading_closes_the_stream() -> None:
    reply = events(HEL, Stopped())
    stream = FakeServer(reply).chat().create_chat_completion(QUESTION, stream=True)
    with pytest.raises(Stopped):
        stream.final()
    assert stream.is_closed
    assert reply.all_closed
    assert stream.partial.text == "Hel"


def test_an_error_of_a_stream_pickles_with_what_came() -> None:
    stream = opened(HEL, error(message="down"))
    with pytest.raises(WorkflowError) as caught:
        stream.final()
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.completion.text == "Hel"
    assert str(copy) == str(caught.value)


def test_reading_on_after_an_error_is_refused() -> None:
    stream = opened(HEL, error(message="down"), LO)
    with pytest.raises(WorkflowError):
        stream.final()
    with pytest.raises(FastGPTError, match="closed before its end"):
        stream.final()
    assert stream.partial.text == "Hel"


def test_a_deadline_ends_the_wait_for_the_first_event() -> None:
    stream = opened(b": note\n\n", Silence(), deadline=0.5)
    with pytest.raises(Exception, match="first event did not come within the call's deadline") as caught:
        stream.final()
    assert type(caught.value).__name__ == "APITimeoutError"
    assert stream.is_closed


def test_a_deadline_ends_the_wait_for_the_first_line() -> None:
    stream = opened(Silence(), deadline=0.5)
    with pytest.raises(Exception, match="first event did not come within the call's deadline"):
        stream.iter_lines().__next__()
    assert stream.is_closed


def test_a_deadline_is_over_with_the_first_event() -> None:
    stream = opened(HEL, LO, STOP, DONE, deadline=30)
    answer = stream.final()
    assert answer.text == "Hello"
