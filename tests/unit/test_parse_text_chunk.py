"""Pieces of an answer in every spelling: a stream reads them as the plain decoder of one event does."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastgpt_client import Answer, ChatStream, Event, ServerError, ValidationError
from fastgpt_client._streaming.decoder import decode_event
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer
from tests.support.faults import DONE, HEL, LO, event
from tests.support.replies import events
from tests.support.sse_reference import decode_events
from tests.support.wire_events import WIRE_EVENTS, delta

HEAD = b'data: {"id":"","object":"","created":0,"model":"","choices":[{"delta":{"role":"assistant",'
TAIL = b'},"index":0,"finish_reason":null}]}\n\n'
# Pieces of JSON, whole and broken, that may stand in a delta.
SCRAPS = [
    b'"content":"',
    b'"reasoning_content":"',
    b'"',
    b",",
    b"\\",
    b'\\"',
    b"\\n",
    b"\\u00e9",
    b"\\ud83d\\ude00",  # of halves that are alone there is test_halves.py
]
SCRAPS += [b"a", b"\xe4\xbd\xa0", b"\xff", b"\t", b"}", b"{", b"\ndata: ", b'"content":"x"', b'"content":null']


def opened(body: bytes) -> ChatStream:
    return FakeServer(events(body)).chat().create_chat_completion(QUESTION, stream=True)


def seen(body: bytes) -> list[tuple[str, Any]]:
    """Return the events of a stream as text and JSON, or what it raised after them."""
    found: list[tuple[str, Any]] = []
    try:
        for item in opened(body + DONE):
            found += [(repr(item), json.dumps(item.raw))]
    except ServerError:
        found += [("error", None)]
    return found


def expected(body: bytes) -> list[tuple[str, Any]]:
    """Return the same by way of the plain decoders."""
    found: list[tuple[str, Any]] = []
    for name, data in decode_events(body):
        try:
            item = decode_event(name, data)
        except ServerError:
            return [*found, ("error", None)]
        found.append((repr(item), json.dumps(item.raw)))
    return found


@settings(max_examples=200)
@given(
    text=st.text(),
    key=st.sampled_from(["content", "reasoning_content"]),
    name=st.sampled_from([None, "answer", "fastAnswer"]),
    ascii_only=st.booleans(),
    separators=st.sampled_from([(",", ":"), (", ", ": ")]),
)
def test_a_piece_of_any_text_is_read(
    text: str, key: str, name: str | None, ascii_only: bool, separators: tuple[str, str]
) -> None:
    data = json.dumps(delta(**{key: text}), ensure_ascii=ascii_only, separators=separators)
    body = event(data.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), name)
    assert seen(body) == expected(body)


@settings(max_examples=400)
@given(inside=st.lists(st.sampled_from(SCRAPS), max_size=8).map(b"".join), named=st.booleans())
def test_a_piece_of_any_form_is_read(inside: bytes, named: bool) -> None:
    body = b"event: answer\n" * named + HEAD + inside + TAIL
    assert seen(body) == expected(body)


MORE_THAN_A_TEXT = [
    b'"content":"a","reasoning_content":"b"',
    b'"reasoning_content":"b","content":"a"',
    b'"content":"a","content":"b"',
    b'"content":"\\"a\\" \\\\ \\u00e9 \\ud83d\\ude00"',
    b'"content":"a","x":"y"',
    b'"x":"y"',
]


@pytest.mark.parametrize("inside", [*MORE_THAN_A_TEXT, b'"content":"a\tb"'])
def test_a_piece_with_more_than_a_text_is_read(inside: bytes) -> None:
    body = HEAD + inside + TAIL
    assert seen(body) == expected(body)


@pytest.mark.parametrize("inside", MORE_THAN_A_TEXT)
def test_the_text_of_a_piece_with_more_than_a_text_is_read(inside: bytes) -> None:
    body = HEAD + inside + TAIL + DONE
    texts = [item.text for item in opened(body) if isinstance(item, Answer) and item.text]
    assert list(opened(body).text_deltas()) == texts


@pytest.mark.parametrize("inside", [b'"content":"', b'"content":', b'"reasoning_content":"', b'"content', b'"', b""])
def test_a_piece_that_lacks_its_end_is_no_piece(inside: bytes) -> None:
    body = HEAD + inside + TAIL
    assert expected(body) == [("error", None)]
    assert seen(body) == [("error", None)]


@pytest.mark.parametrize("field", ["text", "raw"])
def test_broken_utf_8_is_marked_in_the_text_and_in_the_raw_json(field: str) -> None:
    stream = opened(HEAD + b'"content":"a\xffb"' + TAIL + DONE)
    piece = next(stream)
    assert isinstance(piece, Answer)
    assert "a\ufffdb" in str(getattr(piece, field))
    stream.close()


def test_the_raw_json_of_a_piece_is_whole() -> None:
    stream = opened(HEL + DONE)
    piece = next(stream)
    assert isinstance(piece, Answer)
    assert piece.raw == delta(content="Hel")
    assert piece == Answer("Hel", "", None, delta(content="Hel"))
    stream.close()


@pytest.mark.parametrize("looked_at", [False, True])
def test_a_piece_of_a_stream_is_an_event_like_any_other(looked_at: bool) -> None:
    stream = opened(b"event: answer\n" + HEL + DONE)
    piece = next(stream)
    stream.close()
    assert isinstance(piece, Answer)
    if looked_at:
        assert piece.raw
    for twin in (pickle.loads(pickle.dumps(piece)), copy.copy(piece), copy.deepcopy(piece)):
        assert twin == piece
        assert twin.raw == delta(content="Hel")
    assert repr(piece) == "Answer(text='Hel', reasoning='', finish_reason=None)"
    assert piece.event == "answer"
    with pytest.raises(AttributeError):
        piece.other  # noqa: B018 - that it raises is the point
    with pytest.raises(dataclasses.FrozenInstanceError):
        piece.raw = {}  # type: ignore[misc]
    assert dataclasses.asdict(piece) == {
        "text": "Hel",
        "reasoning": "",
        "finish_reason": None,
        "raw": delta(content="Hel"),
    }
    assert dataclasses.replace(piece, text="lo") == Answer("lo", "", None, delta(content="Hel"))
    match piece:
        case Answer(text, _, _, raw):
            assert (text, raw) == ("Hel", delta(content="Hel"))
        case _:
            pytest.fail("not matched")


@pytest.mark.parametrize("pieces", [[HEL + LO + DONE], [HEL, LO, DONE]], ids=["at-once", "one-by-one"])
def test_events_after_some_text_go_on_where_the_text_was_left(pieces: list[bytes]) -> None:
    stream = FakeServer(events(*pieces)).chat().create_chat_completion(QUESTION, stream=True)
    first = next(stream.text_deltas())
    rest = [item.text for item in stream if isinstance(item, Answer)]
    assert [first, *rest] == ["Hel", "lo"]


@pytest.mark.parametrize("pieces", [[HEL + LO + DONE], [HEL, LO, DONE]], ids=["at-once", "one-by-one"])
def test_text_after_some_events_goes_on_where_the_events_were_left(pieces: list[bytes]) -> None:
    stream = FakeServer(events(*pieces)).chat().create_chat_completion(QUESTION, stream=True)
    first = next(stream)
    assert isinstance(first, Answer)
    assert [first.text, *stream.text_deltas()] == ["Hel", "lo"]


def test_text_and_events_tell_the_same_of_every_kind_of_event() -> None:
    body = b"".join(event(json.dumps(raw), name or None) for name, raw, _, _ in WIRE_EVENTS)
    found: list[Event] = list(opened(body + DONE))
    assert [repr(item) for item in found] == [text for text, _ in expected(body)]
    texts = [item.text for item in found if isinstance(item, Answer) and item.text]
    assert list(opened(body + DONE).text_deltas()) == texts


def test_what_was_left_over_is_not_lost_to_whoever_asks_for_lines_in_vain() -> None:
    stream = opened(HEL + LO + DONE)
    first = next(stream.text_deltas())
    with pytest.raises(ValidationError, match="as lines or as events"):
        next(stream.iter_lines())
    assert [first, *stream.text_deltas()] == ["Hel", "lo"]
