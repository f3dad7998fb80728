# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""A stream read as events, as text, and as one answer."""

from __future__ import annotations

import pytest

from fastgpt_client import (
    Answer,
    AsyncChatStream,
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


async def opened(*pieces: Piece, chatId: str | None = None) -> AsyncChatStream:
    return await FakeServer(events(*pieces)).async_chat().create_chat_completion(QUESTION, stream=True, chatId=chatId)


async def test_events_come_typed_and_in_order() -> None:
    stream = await opened(*DETAILED)
    kinds = [type(item) async for item in stream]
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


async def test_text_comes_in_pieces_without_the_empty_ones() -> None:
    stream = await opened(*DETAILED)
    assert [piece async for piece in stream.text_deltas()] == ["Hel", "lo"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100_000])
async def test_pieces_of_the_wire_may_be_of_any_size(size: int) -> None:
    wire = b"".join([text("你"), *DETAILED])
    stream = await opened(*[wire[start : start + size] for start in range(0, len(wire), size)])
    answer = await stream.final()
    assert answer.text == "你Hello"
    assert answer.node_responses == NODES


async def test_the_whole_answer_reads_like_a_blocking_one() -> None:
    stream = await opened(*DETAILED, chatId="c1")
    answer = await stream.final()
    assert (answer.text, answer.title, answer.chat_id, answer.error) == ("Hello", "Trip", "c1", None)
    assert answer.tool_calls == [
        {"id": "t1", "toolName": "Search", "functionName": "search", "params": '{"q":1}', "response": "found"}
    ]
    assert answer.node_responses == NODES
    assert answer.json()["durationSeconds"] == 1.5
    assert answer.json()["choices"][0]["finish_reason"] == "stop"


async def test_what_was_iterated_before_counts_in_the_whole_answer() -> None:
    stream = await opened(*DETAILED)
    async for piece in stream.text_deltas():
        assert piece == "Hel"
        break
    answer = await stream.final()
    assert answer.text == "Hello"


async def test_events_after_some_text_go_on_where_the_text_was_left() -> None:
    stream = await opened(HEL + LO + STOP + DONE)
    first = await stream.text_deltas().__anext__()
    rest = [item.text async for item in stream if isinstance(item, Answer) and item.text]
    assert [first, *rest] == ["Hel", "lo"]


async def test_an_event_whose_text_was_read_ahead_is_whole() -> None:
    stream = await opened(HEL + LO + STOP + DONE)
    await stream.text_deltas().__anext__()
    assert await stream.__anext__() == Answer("lo", "", None, delta(content="lo"))
    await stream.close()


async def test_text_after_an_event_has_no_empty_pieces() -> None:
    stream = await opened(HEL + HEARTBEAT + event({"city": "Oslo"}, "updateVariables") + LO + STOP + DONE)
    await stream.__anext__()
    assert [piece async for piece in stream.text_deltas()] == ["lo"]


async def test_no_event_is_lost_when_text_was_read_before() -> None:
    stream = await opened(HEL + event({"city": "Oslo"}, "updateVariables") + LO + STOP + DONE)
    await stream.text_deltas().__anext__()
    assert UpdateVariables in [type(item) async for item in stream]


async def test_the_whole_answer_can_be_asked_for_twice() -> None:
    stream = await opened(*DETAILED)
    first = await stream.final()
    again = await stream.final()
    assert first.json() == again.json()


async def test_a_stream_that_was_read_says_so() -> None:
    for again in (lambda stream: stream, lambda stream: stream.text_deltas()):
        stream = await opened(*DETAILED)
        async for _ in stream:
            pass
        with pytest.raises(ValidationError, match="can be read only once; the answer of this one is in"):
            async for _ in again(stream):
                pass
        assert (await stream.final()).text == stream.partial.text


async def test_an_iterator_at_its_end_stays_there() -> None:
    stream = await opened(HEL, LO, STOP, DONE)
    await stream.final()
    for ended in (stream, stream.text_deltas()):
        with pytest.raises(StopAsyncIteration):
            await ended.__anext__()


async def test_what_is_left_of_a_stream_can_be_read() -> None:
    stream = await opened(HEL, LO, STOP, DONE)
    deltas = stream.text_deltas()
    async for piece in deltas:
        assert piece == "Hel"
        break
    assert [piece async for piece in deltas] == ["lo"]
    with pytest.raises(ValidationError, match="can be read only once"):
        [piece async for piece in deltas]


async def test_the_part_that_came_so_far_can_be_read_at_any_time() -> None:
    stream = await opened(HEL, LO, STOP, DONE)
    assert stream.partial.text == ""
    await stream.__anext__()
    assert stream.partial.text == "Hel"
    await stream.close()
    assert stream.partial.text == "Hel"


async def test_a_stream_closes_itself_at_its_end() -> None:
    reply = whole()
    stream = await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True)
    assert not stream.is_closed
    async for _ in stream:
        pass
    assert stream.is_closed
    assert reply.all_closed


async def test_a_block_closes_the_stream_wherever_it_is_left() -> None:
    reply = whole()
    async with await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True) as stream:
        async for _ in stream:
            break
    assert stream.is_closed
    assert reply.all_closed
    await stream.close()


async def test_reading_on_after_closing_is_refused() -> None:
    stream = await opened(HEL, LO, STOP, DONE)
    await stream.__anext__()
    await stream.close()
    with pytest.raises(ValidationError, match="closed before its end"):
        await stream.__anext__()
    with pytest.raises(ValidationError, match="closed before its end"):
        await stream.final()
    with pytest.raises(ValidationError, match="closed before its end"):
        await stream.aiter_lines().__anext__()


async def test_a_stream_tells_of_its_answer() -> None:
    reply = events(HEL, STOP, DONE, headers={"x-request-id": "r1"})
    stream = await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True, chatId="c1")
    assert (stream.status_code, stream.request_id, stream.chat_id) == (200, "r1", "c1")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.http_response.status_code == 200
    assert stream.raise_for_status() is stream
    answer = await stream.final()
    assert (answer.request_id, answer.status_code, answer.attempts) == ("r1", 200, 1)


async def test_a_repr_shows_the_status_and_whether_it_is_closed() -> None:
    stream = await opened(HEL, STOP, DONE)
    name = AsyncChatStream.__name__
    assert repr(stream) == "<" + name + " [200]>"
    await stream.close()
    assert repr(stream) == "<" + name + " [200] closed>"


async def test_a_stream_says_what_it_takes() -> None:
    server = FakeServer(whole())
    stream = await server.async_chat().create_chat_completion(QUESTION, stream=True, detail=True)
    await stream.close()
    assert server.body["stream"] is True
    assert server.body["detail"] is True
    assert server.last.headers["accept"] == "text/event-stream, application/json"


async def test_a_chat_without_an_id_has_none() -> None:
    stream = await opened(HEL, STOP, DONE)
    answer = await stream.final()
    assert (stream.chat_id, answer.chat_id) == (None, None)


async def test_the_last_error_of_a_node_beside_text_is_kept() -> None:
    nodes = [{"nodeId": "n1", "errorText": "401 no key"}]
    stream = await opened(HEL, STOP, event(nodes, "flowResponses"), DONE)
    answer = await stream.final()
    assert (answer.text, answer.error) == ("Hel", "401 no key")
