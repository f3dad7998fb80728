# Generated from tests/_async/test_stream_lines.py by scripts/generate.py: edit the source, not this file.
"""A stream read as raw lines, for those who parse by hand."""

from __future__ import annotations

import pytest

from fastgpt_client import AuthenticationError, ChatStream, StreamInterruptedError, ValidationError, WorkflowError
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Piece
from tests.support.faults import DONE, HEL, LO, STOP, error, event
from tests.support.replies import events


def opened(*pieces: Piece) -> ChatStream:
    return FakeServer(events(*pieces)).chat().create_chat_completion(QUESTION, stream=True)


def collect(stream: ChatStream, into: list[str]) -> None:
    """Note the lines one by one: those before an error count."""
    for line in stream.iter_lines():
        into += [line]


def test_every_line_comes_as_it_was_sent() -> None:
    wire = HEL + b": note\n\nevent: answer\n" + LO + STOP + DONE
    stream = opened(wire)
    lines: list[str] = []
    collect(stream, lines)
    assert lines == wire.decode().split("\n")[:-1]
    assert stream.is_closed


@pytest.mark.parametrize("size", [1, 2, 5])
def test_lines_do_not_depend_on_the_pieces_of_the_wire(size: int) -> None:
    wire = (HEL + LO + STOP + DONE).replace(b"\n", b"\r\n")
    stream = opened(*[wire[start : start + size] for start in range(0, len(wire), size)])
    lines: list[str] = []
    collect(stream, lines)
    assert lines == wire.decode().split("\r\n")[:-1]


def test_a_line_separator_inside_json_is_no_end_of_a_line() -> None:
    wire = event('{"a":"\u2028 \u0085 \x0b"}')
    stream = opened(wire, STOP, DONE)
    line = stream.iter_lines().__next__()
    assert line == 'data: {"a":"\u2028 \u0085 \x0b"}'
    stream.close()


def test_broken_text_is_handed_on_with_marks() -> None:
    stream = opened(b"data: \xff\xfe\n\n", STOP, DONE)
    line = stream.iter_lines().__next__()
    assert line == "data: \ufffd\ufffd"
    stream.close()


def test_data_that_is_no_json_is_handed_on() -> None:
    stream = opened(b"data: {broken\n\n", STOP, DONE)
    lines: list[str] = []
    collect(stream, lines)
    assert lines[0] == "data: {broken"


@pytest.mark.parametrize("end", [STOP, DONE])
def test_either_mark_of_the_end_is_enough(end: bytes) -> None:
    stream = opened(HEL, end)
    lines: list[str] = []
    collect(stream, lines)
    assert len(lines) == 4


def test_lines_that_end_without_a_mark_raise() -> None:
    stream = opened(HEL, LO)
    lines: list[str] = []
    with pytest.raises(StreamInterruptedError, match="The stream was cut: it ended without"):
        collect(stream, lines)
    assert len(lines) == 4
    assert stream.is_closed


def test_an_error_event_raises_after_its_lines() -> None:
    stream = opened(HEL, error(code=514, statusText="unAuthApiKey", message="m"))
    lines: list[str] = []
    with pytest.raises(AuthenticationError):
        collect(stream, lines)
    assert lines[-3:-1] == ["event: error", 'data: {"code":514,"statusText":"unAuthApiKey","message":"m"}']


def test_a_failed_run_raises_after_its_lines() -> None:
    stream = opened(HEL, error(message="model is down"))
    lines: list[str] = []
    with pytest.raises(WorkflowError, match="The run failed: model is down"):
        collect(stream, lines)
    assert lines[-3:-1] == ["event: error", 'data: {"message":"model is down"}']


def test_lines_after_the_mark_of_the_end_are_read() -> None:
    stream = opened(HEL, STOP, DONE, event([], "flowResponses"))
    lines: list[str] = []
    collect(stream, lines)
    assert lines[-3:] == ["event: flowResponses", "data: []", ""]


def test_lines_can_be_read_on_after_a_pause() -> None:
    stream = opened(HEL + LO, STOP, DONE)
    for line in stream.iter_lines():
        assert line.startswith("data: ")
        break
    rest: list[str] = []
    collect(stream, rest)
    assert len(rest) == 7
    with pytest.raises(ValidationError, match="can be read only once"):
        collect(stream, rest)


def test_lines_and_events_are_not_mixed() -> None:
    stream = opened(HEL, LO, STOP, DONE)
    stream.iter_lines().__next__()
    with pytest.raises(ValidationError, match="as lines or as events"):
        stream.__next__()
    with pytest.raises(ValidationError, match="as lines or as events"):
        stream.final()
    stream.close()


def test_events_and_lines_are_not_mixed() -> None:
    stream = opened(HEL, LO, STOP, DONE)
    stream.text_deltas().__next__()
    with pytest.raises(ValidationError, match="as lines or as events"):
        collect(stream, [])
    answer = stream.final()
    assert answer.text == "Hello"


def test_a_line_of_any_length_is_an_error_above_the_bound() -> None:
    server = FakeServer(events(b"data: " + b"x" * 500, b"x" * 600, DONE))
    stream = server.chat(max_response_bytes=1000).create_chat_completion(QUESTION, stream=True)
    with pytest.raises(Exception, match=r"larger than max_response_bytes \(1000 bytes\)"):
        collect(stream, [])
    assert stream.is_closed
