"""The decoder of server-sent events under every cut: the pieces that a body comes in change nothing."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastgpt_client._streaming.sse import SSEDecoder
from fastgpt_client.exceptions import ServerError
from tests.support.recordings import SETS, Recording, load
from tests.support.sse_reference import decode_events

LIMIT = 1 << 20
# Of the recorded streams, since they take long; the quick lane takes the first share.
SHARES = 4

# Bytes that mean something to the format are likelier than others.
TOKENS = [
    b"data",
    b"event",
    b"id",
    b"retry",
    b":",
    b": ",
    b" ",
    b"\n",
    b"\n\n",
    b"\r",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"[DONE]",
]
BODIES = st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=3)), max_size=30).map(b"".join)
CUTS = st.lists(st.integers(min_value=0, max_value=200), max_size=12)


def decode(chunks: Iterable[bytes], limit: int = LIMIT) -> list[tuple[str, str]]:
    decoder = SSEDecoder(limit)
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def cut(body: bytes, places: Iterable[int]) -> list[bytes]:
    edges = [0, *sorted(min(place, len(body)) for place in places), len(body)]
    return [body[start:end] for start, end in pairwise(edges)]


def streams() -> list[Recording]:
    """Return the recorded bodies that are streams, each once."""
    found = {
        recording.body: recording
        for version in SETS
        for recording in load(version).values()
        if recording.body.startswith((b"data:", b"event:"))
    }
    return list(found.values())


def outcome(chunks: Iterable[bytes], limit: int) -> list[tuple[str, str]] | str:
    try:
        return decode(chunks, limit)
    except ServerError:
        return "too large"


@settings(max_examples=400)
@given(body=BODIES)
def test_it_reads_what_the_standard_says(body: bytes) -> None:
    assert decode([body]) == decode_events(body)


@settings(max_examples=400)
@given(body=BODIES, places=CUTS)
def test_any_split_of_any_bytes_gives_the_same_events(body: bytes, places: list[int]) -> None:
    assert decode(cut(body, places)) == decode_events(body)


@given(body=BODIES)
def test_byte_by_byte_gives_the_same_events(body: bytes) -> None:
    assert decode(body[index : index + 1] for index in range(len(body))) == decode_events(body)


@given(body=BODIES, places=CUTS)
def test_id_and_retry_do_not_depend_on_the_split(body: bytes, places: list[int]) -> None:
    whole, pieces = SSEDecoder(LIMIT), SSEDecoder(LIMIT)
    whole.feed(body)
    for chunk in cut(body, places):
        pieces.feed(chunk)
    assert (pieces.last_event_id, pieces.retry) == (whole.last_event_id, whole.retry)


@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=5), places=CUTS)
def test_events_of_half_the_bound_are_taken_however_they_come(texts: list[str], places: list[int]) -> None:
    # Half of it: of two events that come in one piece, the end of one and the beginning of the other may be held.
    lines = [text.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace") for text in texts]
    body = b"".join(b"data:%s\n\n" % line for line in lines)
    bound = 2 * max(len(b"data:%s\n" % line) for line in lines)
    assert decode(cut(body, places), bound) == decode_events(body)


@given(size=st.integers(min_value=100, max_value=300), places=CUTS)
def test_an_event_above_the_bound_is_refused_however_it_comes(size: int, places: list[int]) -> None:
    # In pieces: what has come in one piece is held already.
    body = b"data: " + b"x" * size + b"\n\n"
    assert outcome(cut(body, [*places, 50, 100, 150, 200, 250]), 100) == "too large"


def test_there_are_recorded_streams() -> None:
    assert len(streams()) > 100
    assert sum(len(decode_events(recording.body)) for recording in streams()) > 1000


def test_recorded_streams_are_read_as_the_standard_says() -> None:
    for recording in streams():
        assert decode(recording.chunks) == decode_events(recording.body), recording.name


@pytest.mark.parametrize("share", range(SHARES), ids=lambda share: f"share-{share + 1}")
def test_every_split_point_of_every_recorded_stream(share: int) -> None:
    for recording in streams()[share::SHARES]:
        body, blocks = recording.body, recording.body.split(b"\n\n")
        # What a decoder holds ends with a block: of a long stream, the block that is cut and the next one will do.
        parts = [body] if len(body) < 6000 else [b"\n\n".join(pair) + b"\n\n" for pair in pairwise(blocks)]
        for part in parts:
            events = decode_events(part)
            for place in range(len(part) + 1):
                decoder = SSEDecoder(LIMIT)
                assert decoder.feed(part[:place]) + decoder.feed(part[place:]) == events, (recording.name, place)


def test_recorded_streams_byte_by_byte() -> None:
    for recording in streams():
        body = recording.body
        assert decode(body[index : index + 1] for index in range(len(body))) == decode_events(body), recording.name


@pytest.mark.parametrize("end", [b"\r", b"\r\n"])
def test_recorded_streams_with_other_line_ends(end: bytes) -> None:
    for recording in streams():
        body = recording.body.replace(b"\n", end)
        pieces = [body[start : start + 7] for start in range(0, len(body), 7)]
        assert decode(pieces) == decode_events(recording.body), recording.name


def allocated(feed: Callable[[bytes], object], chunks: Iterable[bytes]) -> int:
    """Return how many bytes were asked of memory in all, freed ones included: each copy of a buffer counts."""
    total = 0
    tracemalloc.start()
    try:
        for chunk in chunks:
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            feed(chunk)
            total += tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    return total


@pytest.mark.parametrize(
    "chunk", [b"x" * 100, b"data: " + b"x" * 93 + b"\n", b"data\n" * 20], ids=["line", "lines", "empty-lines"]
)
def test_the_cost_of_an_event_grows_with_its_size_not_with_its_square(chunk: bytes) -> None:
    once = allocated(SSEDecoder(1 << 30).feed, [b"data: ", *[chunk] * 500])
    many = allocated(SSEDecoder(1 << 30).feed, [b"data: ", *[chunk] * 4000])
    assert many < once * 8 * 2


def test_the_check_of_cost_sees_a_buffer_that_is_copied() -> None:
    def copying() -> Callable[[bytes], object]:
        buffer = b""

        def feed(chunk: bytes) -> None:
            nonlocal buffer
            buffer = buffer + chunk

        return feed

    assert allocated(copying(), [b"x" * 100] * 4000) > allocated(copying(), [b"x" * 100] * 500) * 8 * 2
