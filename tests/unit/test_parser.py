"""Reading a stream chunk by chunk: what it keeps, and for how long."""

from __future__ import annotations

import pytest

from fastgpt_client._http.httpx import Headers
from fastgpt_client._http.redaction import Secret
from fastgpt_client._streaming.parser import EventStreamParser
from fastgpt_client.events import Answer
from tests.support.faults import DONE, HEL, LO, STOP, event, text


def parser_of(*chunks: bytes) -> EventStreamParser:
    parser = EventStreamParser(Headers(), Secret("fastgpt-key"), 1 << 20, lambda: 0.0)
    for chunk in chunks:
        parser.items(chunk)
    return parser


def thought(piece: str) -> bytes:
    return text(piece).replace(b'"content"', b'"reasoning_content"')


@pytest.mark.parametrize("at_once", [1, 7, 3000])
def test_small_pieces_are_joined_from_time_to_time(at_once: int) -> None:
    pieces = [text(f"{number},") if number % 2 else thought(f"{number},") for number in range(5000)]
    chunks = [b"".join(pieces[start : start + at_once]) for start in range(0, len(pieces), at_once)]
    accumulator = parser_of(*chunks).accumulator
    assert len(accumulator.texts) + len(accumulator.reasonings) <= 2000
    message = accumulator.completion(None)["choices"][0]["message"]
    assert message["content"] == "".join(f"{number}," for number in range(1, 5000, 2))
    assert message["reasoning_content"] == "".join(f"{number}," for number in range(0, 5000, 2))
    assert accumulator.completion(None)["choices"][0]["message"] == message


def test_plain_pieces_stay_as_they_are_until_they_are_asked_for_as_events() -> None:
    plain, other, stop = parser_of().items(HEL + event({"choices": [{"delta": {"content": "x"}}]}) + STOP + DONE)
    assert plain == ("Hel", "", HEL.removesuffix(b"\n\n"))
    assert other == Answer("x", raw={"choices": [{"delta": {"content": "x"}}]})
    assert isinstance(stop, Answer)
    assert [type(item) for item in parser_of().events(HEL + LO)] == [Answer, Answer]
