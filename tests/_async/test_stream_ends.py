# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Where an answer ends: whole, cut, or failed; never one told as another."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    AsyncChatStream,
    AuthenticationError,
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


async def opened(*pieces: Piece, **options: Any) -> AsyncChatStream:
    client = FakeServer(events(*pieces, headers={"x-request-id": "r1"})).async_chat(**options)
    return await client.create_chat_completion(QUESTION, stream=True, detail=True, chatId="c1")


@pytest.mark.parametrize("end", [STOP, DONE, STOP + DONE])
async def test_either_mark_of_the_end_makes_an_answer_whole(end: bytes) -> None:
    stream = await opened(HEL, LO, end)
    answer = await stream.final()
    assert answer.text == "Hello"


async def test_a_stream_that_ends_without_its_end_was_interrupted() -> None:
    stream = await opened(HEL, LO)
    with pytest.raises(StreamInterruptedError, match=r"without \[DONE\], stop chunk or error") as caught:
        await stream.final()
    error = caught.value
    assert error.partial is not None
    assert (error.partial.text, error.partial.chat_id) == ("Hello", "c1")
    assert (error.attempts, error.request_id) == (1, "r1")
    assert stream.is_closed


async def test_an_event_that_was_not_finished_is_none() -> None:
    stream = await opened(HEL, LO.removesuffix(b"\n"))
    with pytest.raises(StreamInterruptedError) as caught:
        await stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: type(cut).__name__)
async def test_a_cut_stream_was_interrupted(cut: Exception) -> None:
    stream = await opened(HEL, cut)
    with pytest.raises(StreamInterruptedError, match=r"was cut before its end \(.*" + type(cut).__name__) as caught:
        await stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.__cause__ is cut


@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: type(cut).__name__)
@pytest.mark.parametrize("end", [STOP, DONE])
async def test_a_cut_after_the_end_takes_nothing_away(cut: Exception, end: bytes) -> None:
    stream = await opened(HEL, end, cut)
    answer = await stream.final()
    assert answer.text == "Hel"
    assert stream.is_closed


@pytest.mark.parametrize("end", [STOP, DONE])
async def test_what_comes_after_the_end_is_taken(end: bytes) -> None:
    stream = await opened(HEL, end, event([{"nodeId": "n1"}], "flowResponses"))
    answer = await stream.final()
    assert answer.node_responses == [{"nodeId": "n1"}]


async def test_a_run_of_which_nothing_came_failed() -> None:
    stream = await opened(HEARTBEAT, STOP, DONE, FAILED_NODE)
    with pytest.raises(WorkflowError, match="The run failed: model is down") as caught:
        await stream.final()
    assert caught.value.completion is not None
    assert caught.value.completion.node_responses[0]["nodeId"] == "n1"
    assert caught.value.partial is caught.value.completion
    assert (caught.value.attempts, caught.value.request_id) == (1, "r1")


async def test_a_failed_run_ends_iteration_by_its_error_too() -> None:
    stream = await opened(STOP, DONE, FAILED_NODE)
    assert await stream.__anext__()
    assert await stream.__anext__()
    with pytest.raises(WorkflowError):
        await stream.__anext__()


async def test_a_run_that_failed_in_part_is_an_answer_with_an_error() -> None:
    stream = await opened(HEL, STOP, FAILED_NODE, DONE)
    answer = await stream.final()
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
async def test_a_pause_or_an_output_is_something(came: bytes) -> None:
    stream = await opened(came, STOP, DONE)
    answer = await stream.final()
    assert answer.text == ""
    assert (answer.interactive or answer.plugin_output) is not None


async def test_a_run_without_text_and_error_is_an_empty_answer() -> None:
    stream = await opened(HEARTBEAT, STOP, DONE)
    answer = await stream.final()
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
async def test_a_coded_error_event_is_that_error(
    body: dict[str, Any], kind: type[FastGPTError], before: tuple[bytes, ...]
) -> None:
    stream = await opened(*before, error(**body), LO)
    with pytest.raises(kind) as caught:
        await stream.final()
    assert type(caught.value) is kind
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel" * bool(before)
    assert (caught.value.attempts, caught.value.request_id) == (1, "r1")
    assert stream.is_closed


@pytest.mark.parametrize(
    "body", [{"message": "500 model is down"}, "500 model is down", {"error": "500 model is down"}]
)
async def test_an_uncoded_error_event_in_a_run_is_its_failure(body: Any) -> None:
    stream = await opened(HEL, event(body, "error"))
    with pytest.raises(WorkflowError, match="The run failed: 500 model is down") as caught:
        await stream.final()
    assert caught.value.completion is caught.value.partial
    assert caught.value.completion is not None
    assert caught.value.completion.text == "Hel"


async def test_an_uncoded_error_event_before_the_run_is_judged_by_its_text() -> None:
    stream = await opened(error(message="Chat dataId already exists: d1"))
    with pytest.raises(ConflictError, match="Chat dataId already exists: d1") as caught:
        await stream.final()
    assert caught.value.code is None


async def test_a_piece_of_the_answer_that_is_no_json_is_an_error() -> None:
    stream = await opened(HEL, b'data: {"choices": [\n\n', LO, DONE)
    with pytest.raises(ServerError, match="that is not valid JSON") as caught:
        await stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"


async def test_an_event_above_the_bound_is_an_error() -> None:
    stream = await opened(HEL, b"data: " + b"x" * 400, b"x" * 700, max_response_bytes=1000)
    with pytest.raises(ServerError, match=r"One event .* larger than max_response_bytes \(1000 bytes\)") as caught:
        await stream.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hel"


async def test_the_bound_is_for_one_event_not_for_the_stream() -> None:
    stream = await opened(*[HEL] * 100, DONE, max_response_bytes=1000)
    answer = await stream.final()
    assert answer.text == "Hel" * 100


async def test_what_follows_the_end_is_bounded_too() -> None:
    stream = await opened(HEL, DONE, *[b": and more\n\n" * 10] * 20, max_response_bytes=1000)
    with pytest.raises(ServerError, match=r"larger than max_response_bytes \(1000 bytes\)"):
        await stream.final()
    assert stream.is_closed


async def test_text_stops_at_an_error_event() -> None:
    stream = await opened(HEL + LO + error(message="down") + HEL)
    deltas = stream.text_deltas()
    assert [await deltas.__anext__(), await deltas.__anext__()] == ["Hel", "lo"]
    with pytest.raises(WorkflowError, match="down") as caught:
        await deltas.__anext__()
    assert caught.value.partial is not None
    assert caught.value.partial.text == "Hello"


class Stopped(BaseException):
    """What is none of our errors, as the end of a program is."""


async def test_whatever_ends_the_reading_closes_the_stream() -> None:
    reply = events(HEL, Stopped())
    stream = await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True)
    with pytest.raises(Stopped):
        await stream.final()
    assert stream.is_closed
    assert reply.all_closed
    assert stream.partial.text == "Hel"


async def test_an_error_of_a_stream_pickles_with_what_came() -> None:
    stream = await opened(HEL, error(message="down"))
    with pytest.raises(WorkflowError) as caught:
        await stream.final()
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.completion.text == "Hel"
    assert str(copy) == str(caught.value)


async def test_reading_on_after_an_error_is_refused() -> None:
    stream = await opened(HEL, error(message="down"), LO)
    with pytest.raises(WorkflowError):
        await stream.final()
    with pytest.raises(FastGPTError, match="closed before its end"):
        await stream.final()
    assert stream.partial.text == "Hel"


async def test_a_deadline_ends_the_wait_for_the_first_event() -> None:
    stream = await opened(b": note\n\n", Silence(), deadline=0.5)
    with pytest.raises(Exception, match="first event did not come within the call's deadline") as caught:
        await stream.final()
    assert type(caught.value).__name__ == "APITimeoutError"
    assert stream.is_closed


async def test_a_deadline_ends_the_wait_for_the_first_line() -> None:
    stream = await opened(Silence(), deadline=0.5)
    with pytest.raises(Exception, match="first event did not come within the call's deadline"):
        await stream.aiter_lines().__anext__()
    assert stream.is_closed


async def test_a_deadline_is_over_with_the_first_event() -> None:
    stream = await opened(HEL, LO, STOP, DONE, deadline=30)
    answer = await stream.final()
    assert answer.text == "Hello"
