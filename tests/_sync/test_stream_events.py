# Generated from tests/_async/test_stream_events.py by scripts/generate.py: edit the source, not this file.
"""A stream read as events, as text, and as one answer."""

from __future__ import annotations

import pytest

from fastgpt_client import (
    Answer,
    ChatStream,
    ChatTitle,
    FastAnswer,
    FlowNodeStatus,
    FlowResponses,
    ToolCall,
    ToolParams,
    ToolResponse,
    UnknownEvent,
    UpdateVariables,
    ValidationError,
    WorkflowDuration,
)
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Piece
from tests.support.faults import DONE, HEARTBEAT, HEL, LO, STOP, event, text
from tests.support.replies import events, whole
from tests.support.wire_events import delta

NODES = [{"nodeId": "n1", "moduleType": "chatNode"}]
DETAILED = [
    event({"title": "Trip"}, "chatTitle"),
    event({"status": "running", "name": "AI Chat"}, "flowNodeStatus"),
    b"event: answer\n" + HEL,
    b"event: answer\n" + HEARTBEAT,
    b": ping\n\n",
    event({"tool": {"id": "t1", "toolName": "Search", "functionName": "search", "params": ""}}, "toolCall"),
    event({"tool": {"id": "t1", "params": '{"q":'}}, "toolParams"),
    event({"tool": {"id": "t1", "params": "1}"}}, "toolParams"),
    event({"tool": {"id": "t1", "response": "found"}}, "toolResponse"),
    b"event: fastAnswer\n" + LO,
    event({"news": True}, "somethingNew"),
    event({"durationSeconds": 1.5}, "workflowDuration"),
    b"event: answer\n" + STOP,
    b"event: answer\n" + DONE,
    event(NODES, "flowResponses"),
]


def opened(*pieces: Piece, chatId: str | None = None) -> ChatStream:
    return FakeServer(events(*pieces)).chat().create_chat_completion(QUESTION, stream=True, chatId=chatId)


def test_events_come_typed_and_in_order() -> None:
    stream = opened(*DETAILED)
    kinds = [type(item) for item in stream]
    assert kinds == [
        ChatTitle,
        FlowNodeStatus,
        Answer,
        Answer,
        ToolCall,
        ToolParams,
        ToolParams,
        ToolResponse,
        FastAnswer,
        UnknownEvent,
        WorkflowDuration,
        Answer,
        FlowResponses,
    ]


def test_text_comes_in_pieces_without_the_empty_ones() -> None:
    stream = opened(*DETAILED)
    assert [piece for piece in stream.text_deltas()] == ["Hel", "lo"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100_000])
def test_pieces_of_the_wire_may_be_of_any_size(size: int) -> None:
    wire = b"".join([text("你"), *DETAILED])
    stream = opened(*[wire[start : start + size] for start in range(0, len(wire), size)])
    answer = stream.final()
    assert answer.text == "你Hello"
    assert answer.node_responses == NODES


def test_the_whole_answer_reads_like_a_blocking_one() -> None:
    stream = opened(*DETAILED, chatId="c1")
    answer = stream.final()
    assert (answer.text, answer.title, answer.chat_id, answer.error) == ("Hello", "Trip", "c1", None)
    assert answer.tool_calls == [
        {"id": "t1", "toolName": "Search", "functionName": "search", "params": '{"q":1}', "response": "found"}
    ]
    assert answer.node_responses == NODES
    assert answer.json()["durationSeconds"] == 1.5
    assert answer.json()["choices"][0]["finish_reason"] == "stop"


def test_what_was_iterated_before_counts_in_the_whole_answer() -> None:
    stream = opened(*DETAILED)
    for piece in stream.text_deltas():
        assert piece == "Hel"
        break
    answer = stream.final()
    assert answer.text == "Hello"


def test_events_after_some_text_go_on_where_the_text_was_left() -> None:
    stream = opened(HEL + LO + STOP + DONE)
    first = stream.text_deltas().__next__()
    rest = [item.text for item in stream if isinstance(item, Answer) and item.text]
    assert [first, *rest] == ["Hel", "lo"]


def test_an_event_whose_text_was_read_ahead_is_whole() -> None:
    stream = opened(HEL + LO + STOP + DONE)
    stream.text_deltas().__next__()
    assert stream.__next__() == Answer("lo", "", None, delta(content="lo"))
    stream.close()


def test_text_after_an_event_has_no_empty_pieces() -> None:
    stream = opened(HEL + HEARTBEAT + event({"city": "Oslo"}, "updateVariables") + LO + STOP + DONE)
    stream.__next__()
    assert [piece for piece in stream.text_deltas()] == ["lo"]


def test_no_event_is_lost_when_text_was_read_before() -> None:
    stream = opened(HEL + event({"city": "Oslo"}, "updateVariables") + LO + STOP + DONE)
    stream.text_deltas().__next__()
    assert UpdateVariables in [type(item) for item in stream]


def test_the_whole_answer_can_be_asked_for_twice() -> None:
    stream = opened(*DETAILED)
    first = stream.final()
    again = stream.final()
    assert first.json() == again.json()


def test_a_stream_that_was_read_says_so() -> None:
    for again in (lambda stream: stream, lambda stream: stream.text_deltas()):
        stream = opened(*DETAILED)
        for _ in stream:
            pass
        with pytest.raises(ValidationError, match="can be read only once; the answer of this one is in"):
            for _ in again(stream):
                pass
        assert stream.final().text == stream.partial.text


def test_an_iterator_at_its_end_stays_there() -> None:
    stream = opened(HEL, LO, STOP, DONE)
    stream.final()
    for ended in (stream, stream.text_deltas()):
        with pytest.raises(StopIteration):
            ended.__next__()


def test_what_is_left_of_a_stream_can_be_read() -> None:
    stream = opened(HEL, LO, STOP, DONE)
    deltas = stream.text_deltas()
    for piece in deltas:
        assert piece == "Hel"
        break
    assert [piece for piece in deltas] == ["lo"]
    with pytest.raises(ValidationError, match="can be read only once"):
        [piece for piece in deltas]


def test_the_part_that_came_so_far_can_be_read_at_any_time() -> None:
    stream = opened(HEL, LO, STOP, DONE)
    assert stream.partial.text == ""
    stream.__next__()
    assert stream.partial.text == "Hel"
    stream.close()
    assert stream.partial.text == "Hel"


def test_a_stream_closes_itself_at_its_end() -> None:
    reply = whole()
    stream = FakeServer(reply).chat().create_chat_completion(QUESTION, stream=True)
    assert not stream.is_closed
    for _ in stream:
        pass
    assert stream.is_closed
    assert reply.all_closed


def test_a_block_closes_the_stream_wherever_it_is_left() -> None:
    reply = whole()
    with FakeServer(reply).chat().create_chat_completion(QUESTION, stream=True) as stream:
        for _ in stream:
            break
    assert stream.is_closed
    assert reply.all_closed
    stream.close()


def test_reading_on_after_closing_is_refused() -> None:
    stream = opened(HEL, LO, STOP, DONE)
    stream.__next__()
    stream.close()
    with pytest.raises(ValidationError, match="closed before its end"):
        stream.__next__()
    with pytest.raises(ValidationError, match="closed before its end"):
        stream.final()
    with pytest.raises(ValidationError, match="closed before its end"):
        stream.iter_lines().__next__()


def test_a_stream_tells_of_its_answer() -> None:
    reply = events(HEL, STOP, DONE, headers={"x-request-id": "r1"})
    stream = FakeServer(reply).chat().create_chat_completion(QUESTION, stream=True, chatId="c1")
    assert (stream.status_code, stream.request_id, stream.chat_id) == (200, "r1", "c1")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.http_response.status_code == 200
    assert stream.raise_for_status() is stream
    answer = stream.final()
    assert (answer.request_id, answer.status_code, answer.attempts) == ("r1", 200, 1)


def test_a_repr_shows_the_status_and_whether_it_is_closed() -> None:
    stream = opened(HEL, STOP, DONE)
    name = ChatStream.__name__
    assert repr(stream) == "<" + name + " [200]>"
    stream.close()
    assert repr(stream) == "<" + name + " [200] closed>"


def test_a_stream_says_what_it_takes() -> None:
    server = FakeServer(whole())
    stream = server.chat().create_chat_completion(QUESTION, stream=True, detail=True)
    stream.close()
    assert server.body["stream"] is True
    assert server.body["detail"] is True
    assert server.last.headers["accept"] == "text/event-stream, application/json"


def test_a_chat_without_an_id_has_none() -> None:
    stream = opened(HEL, STOP, DONE)
    answer = stream.final()
    assert (stream.chat_id, answer.chat_id) == (None, None)


def test_the_last_error_of_a_node_beside_text_is_kept() -> None:
    nodes = [{"nodeId": "n1", "errorText": "401 no key"}]
    stream = opened(HEL, STOP, event(nodes, "flowResponses"), DONE)
    answer = stream.final()
    assert (answer.text, answer.error) == ("Hel", "401 no key")
