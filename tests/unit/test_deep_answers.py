"""Answers that are nested deeply: whatever a server sends, a call fails by one of our errors or returns, and closes."""

from __future__ import annotations

import pytest

from fastgpt_client import FastGPTError, ServerError
from tests.support.call import QUESTION
from tests.support.fake_server import KEY, FakeServer, Reply
from tests.support.faults import DONE, HEL, STOP
from tests.support.replies import JSON, events

# Around Python's own bounds, which differ with its version; the deepest one no parser reads.
LEVELS = pytest.mark.parametrize("levels", [250, 450, 600, 900, 3_000, 9_000, 100_000])


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@LEVELS
@pytest.mark.parametrize("start", [b'{"code":500,"message":"m","data":', b'{"detail":', b'{"code":500,"message":'])
def test_an_error_that_is_nested_deeply(start: bytes, levels: int) -> None:
    reply = Reply((start + nested(levels) + b"}",), 400, JSON)
    with pytest.raises(FastGPTError) as caught:
        FakeServer(reply).chat(max_retries=0).create_chat_completion(QUESTION)
    assert len(repr(caught.value) + str(caught.value)) < 10_000


@LEVELS
def test_a_completion_that_is_nested_deeply(levels: int) -> None:
    body = b'{"choices":[{"message":{"content":"Hi"}}],"responseData":[{"x":' + nested(levels) + b"}]}"
    chat = FakeServer(Reply((body,), 200, JSON)).chat(max_retries=0)
    if levels > 300:
        with pytest.raises(ServerError):
            chat.create_chat_completion(QUESTION, detail=True)
        return
    answer = chat.create_chat_completion(QUESTION, detail=True)
    assert (answer.text, len(answer.trace), answer.error) == ("Hi", 1, None)


@LEVELS
@pytest.mark.parametrize(
    ("start", "opening", "closing", "end"),
    [
        (b'flowResponses\ndata: [{"id":"1","x":', b"[", b"]", b"}]"),
        (b"flowResponses\ndata: [", b'{"childrenResponses":[', b"]}", b"]"),
        (b'interactive\ndata: {"interactive":{"type":"x","params":', b'{"childrenResponse":{"params":', b"}}", b"}}"),
        (b'updateVariables\ndata: {"k":"' + KEY.encode() + b'","x":', b"[", b"]", b"}"),
    ],
    ids=["node", "children", "pause", "echoed-key"],
)
def test_an_event_that_is_nested_deeply(start: bytes, opening: bytes, closing: bytes, end: bytes, levels: int) -> None:
    innermost = b"" if closing[:1] == b"]" else b"{}"
    event = b"event: " + start + opening * levels + innermost + closing * levels + end + b"\n\n"
    chat = FakeServer(events(HEL, event, STOP, DONE)).chat()
    stream = chat.create_chat_completion(QUESTION, stream=True, detail=True)
    answer = stream.final()
    assert stream.is_closed
    assert answer.text == "Hel"
    assert KEY not in str(answer.json())
    for told in (answer.error, answer.interactive, answer.node_responses):
        assert repr(told)


@LEVELS
def test_an_error_event_that_is_nested_deeply(levels: int) -> None:
    body = b'event: error\ndata: {"code":500,"message":"m","data":' + nested(levels) + b"}\n\n"
    stream = FakeServer(events(HEL, body)).chat().create_chat_completion(QUESTION, stream=True)
    with pytest.raises(FastGPTError):
        stream.final()
    assert stream.is_closed
