# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""A stream read as raw lines, for those who parse by hand."""

from __future__ import annotations

import pytest

from fastgpt_client import AsyncChatStream, AuthenticationError, StreamInterruptedError, ValidationError, WorkflowError
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Piece
from tests.support.faults import DONE, HEL, LO, STOP, error, event
from tests.support.replies import events


async def opened(*pieces: Piece) -> AsyncChatStream:
    return await FakeServer(events(*pieces)).async_chat().create_chat_completion(QUESTION, stream=True)


async def collect(stream: AsyncChatStream, into: list[str]) -> None:
    """Note the lines one by one: those before an error count."""
    async for line in stream.aiter_lines():
        into += [line]


async def test_every_line_comes_as_it_was_sent() -> None:
    wire = HEL + b": note\n\nevent: answer\n" + LO + STOP + DONE
    stream = await opened(wire)
    lines: list[str] = []
    await collect(stream, lines)
    assert lines == wire.decode().split("\n")[:-1]
    assert stream.is_closed


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_lines_do_not_depend_on_the_pieces_of_the_wire(size: int) -> None:
    wire = (HEL + LO + STOP + DONE).replace(b"\n", b"\r\n")
    stream = await opened(*[wire[start : start + size] for start in range(0, len(wire), size)])
    lines: list[str] = []
    await collect(stream, lines)
    assert lines == wire.decode().split("\r\n")[:-1]


async def test_a_line_separator_inside_json_is_no_end_of_a_line() -> None:
    wire = event('{"a":"\u2028 \u0085 \x0b"}')
    stream = await opened(wire, STOP, DONE)
    line = await stream.aiter_lines().__anext__()
    assert line == 'data: {"a":"\u2028 \u0085 \x0b"}'
    await stream.close()


async def test_broken_text_is_handed_on_with_marks() -> None:
    stream = await opened(b"data: \xff\xfe\n\n", STOP, DONE)
    line = await stream.aiter_lines().__anext__()
    assert line == "data: \ufffd\ufffd"
    await stream.close()


async def test_data_that_is_no_json_is_handed_on() -> None:
    stream = await opened(b"data: {broken\n\n", STOP, DONE)
    lines: list[str] = []
    await collect(stream, lines)
    assert lines[0] == "data: {broken"


@pytest.mark.parametrize("end", [STOP, DONE])
async def test_either_mark_of_the_end_is_enough(end: bytes) -> None:
    stream = await opened(HEL, end)
    lines: list[str] = []
    await collect(stream, lines)
    assert len(lines) == 4


async def test_lines_that_end_without_a_mark_raise() -> None:
    stream = await opened(HEL, LO)
    lines: list[str] = []
    with pytest.raises(StreamInterruptedError, match="The stream was cut: it ended without"):
        await collect(stream, lines)
    assert len(lines) == 4
    assert stream.is_closed


async def test_an_error_event_raises_after_its_lines() -> None:
    stream = await opened(HEL, error(code=514, statusText="unAuthApiKey", message="m"))
    lines: list[str] = []
    with pytest.raises(AuthenticationError):
        await collect(stream, lines)
    assert lines[-3:-1] == ["event: error", 'data: {"code":514,"statusText":"unAuthApiKey","message":"m"}']


async def test_a_failed_run_raises_after_its_lines() -> None:
    stream = await opened(HEL, error(message="model is down"))
    lines: list[str] = []
    with pytest.raises(WorkflowError, match="The run failed: model is down"):
        await collect(stream, lines)
    assert lines[-3:-1] == ["event: error", 'data: {"message":"model is down"}']


async def test_lines_after_the_mark_of_the_end_are_read() -> None:
    stream = await opened(HEL, STOP, DONE, event([], "flowResponses"))
    lines: list[str] = []
    await collect(stream, lines)
    assert lines[-3:] == ["event: flowResponses", "data: []", ""]


async def test_lines_can_be_read_on_after_a_pause() -> None:
    stream = await opened(HEL + LO, STOP, DONE)
    async for line in stream.aiter_lines():
        assert line.startswith("data: ")
        break
    rest: list[str] = []
    await collect(stream, rest)
    assert len(rest) == 7
    with pytest.raises(ValidationError, match="can be read only once"):
        await collect(stream, rest)


async def test_lines_and_events_are_not_mixed() -> None:
    stream = await opened(HEL, LO, STOP, DONE)
    await stream.aiter_lines().__anext__()
    with pytest.raises(ValidationError, match="as lines or as events"):
        await stream.__anext__()
    with pytest.raises(ValidationError, match="as lines or as events"):
        await stream.final()
    await stream.close()


async def test_events_and_lines_are_not_mixed() -> None:
    stream = await opened(HEL, LO, STOP, DONE)
    await stream.text_deltas().__anext__()
    with pytest.raises(ValidationError, match="as lines or as events"):
        await collect(stream, [])
    answer = await stream.final()
    assert answer.text == "Hello"


async def test_a_line_of_any_length_is_an_error_above_the_bound() -> None:
    server = FakeServer(events(b"data: " + b"x" * 500, b"x" * 600, DONE))
    stream = await server.async_chat(max_response_bytes=1000).create_chat_completion(QUESTION, stream=True)
    with pytest.raises(Exception, match=r"larger than max_response_bytes \(1000 bytes\)"):
        await collect(stream, [])
    assert stream.is_closed
