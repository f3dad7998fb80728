"""Chunked bodies: every split gives the same, and h11 is the judge of what is right.

Known differences to h11 0.16, all of them bounds: a size line of more than 4 KiB and trailers of more than 16 KiB are
refused here; h11's bound is that of its buffer.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastgpt_client._http.chunked import ChunkedDecoder
from fastgpt_client._http.http11 import Exchange
from fastgpt_client._http.httpcore import RemoteProtocolError

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

# payload, whether the body ended, what was left after it, whether the framing was refused
Verdict = tuple[bytes, bool, bytes, bool]


def by_us(reads: list[bytes]) -> Verdict:
    exchange = Exchange(b"GET")
    exchange.send_head(b"/", [(b"Host", b"fastgpt.test")])
    exchange.send_end()
    exchange.receive_head(HEAD)
    decoder = exchange._chunked
    assert decoder is not None
    payload = bytearray()
    try:
        for data in reads:
            if not exchange.finished:
                payload += exchange.receive_body(data)
        payload += exchange.receive_body(None)  # a failure that was kept back is raised now
    except RemoteProtocolError:
        return bytes(payload), False, b"", True
    return bytes(payload), decoder.finished, decoder.unused, False


def by_h11(body: bytes) -> Verdict:
    connection = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=100 * 1024)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "fastgpt.test")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(HEAD + body)
    payload = bytearray()
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Data):
                payload += event.data
            elif isinstance(event, h11.EndOfMessage):
                return bytes(payload), True, connection.trailing_data[0], False
            elif event is h11.NEED_DATA:
                return bytes(payload), False, b"", False
    except h11.RemoteProtocolError:
        return bytes(payload), False, b"", True


def chunked(*payloads: bytes, end: bytes = b"0\r\n\r\n", extension: bytes = b"") -> bytes:
    return b"".join(b"%x%b\r\n%b\r\n" % (len(data), extension, data) for data in payloads) + end


BODIES = {
    "one": chunked(b"hello"),
    "several": chunked(b"a", b"bc" * 40, b"\r\n0\r\n\r\n", b"d"),
    "none": chunked(),
    "an extension": chunked(b"hello", extension=b';name="value"'),
    "blanks": b"5 \t\r\nhello\r\n0 \r\n\r\n",
    "upper case": b"A\r\n0123456789\r\n0\r\n\r\n",
    "leading zeros": b"0005\r\nhello\r\n000\r\n\r\n",
    "trailers": chunked(b"hello", end=b"0\r\nDigest: abc\r\nX-Other: d\r\n\r\n"),
    "trailers by LF": chunked(b"hello", end=b"0\r\nDigest: abc\n\n"),
    "unasked": chunked(b"hello") + b"HTTP/1.1 200 OK\r\n",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_every_split_gives_what_h11_gives(body: bytes) -> None:
    expected = by_h11(body)
    assert expected[1]
    assert by_us([body]) == expected
    for at in range(1, len(body)):
        assert by_us([body[:at], body[at:]])[:2] == expected[:2]
    assert by_us([body[at : at + 1] for at in range(len(body))])[:2] == expected[:2]


BROKEN = {
    "no size": b"\r\nhello\r\n",
    "no number": b"xyz\r\nhello\r\n",
    "a sign": b"+5\r\nhello\r\n",
    "a prefix": b"0x5\r\nhello\r\n",
    "an underscore": b"1_0\r\n" + b"a" * 16 + b"\r\n",
    "a leading blank": b" 5\r\nhello\r\n",
    "too many digits": b"0" * 20 + b"5\r\nhello\r\n",
    "a chunk without its end": b"5\r\nhelloworld\r\n",
    "a chunk that ends by LF": b"5\r\nhello\n0\r\n\r\n",
    "a line feed in an extension": b"5;a\nb\r\nhello\r\n",
    "trailers that are no fields": chunked(b"hello", end=b"0\r\nno colon\r\n\r\n"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_broken_framing_is_refused_after_what_came_before_it(body: bytes) -> None:
    body = chunked(b"before", end=b"") + body
    assert by_h11(body)[3]
    whole = by_us([body])
    assert whole[3]
    assert whole[0].startswith(b"before")
    assert by_us([body[at : at + 1] for at in range(len(body))])[3]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"5;" + b"a" * 5000, "too long"),
        (b"5;" + b"a" * 5000 + b"\r\n", "Invalid chunk size line"),
        (b"0\r\nX: " + b"a" * 20000, "too long"),
    ],
    ids=["unfinished size line", "size line", "trailers"],
)
def test_lines_have_a_bound(body: bytes, text: str) -> None:
    decoder = ChunkedDecoder(_no_trailers)
    with pytest.raises(RemoteProtocolError, match=text):
        decoder.feed(body)


def test_size_lines_that_never_repeat_are_not_kept_for_ever() -> None:
    decoder = ChunkedDecoder(_no_trailers)
    for size in range(1, 2000):
        assert decoder.feed(chunked(b"a" * size, end=b"")) == b"a" * size
    assert len(decoder._known_sizes) == 1024


def test_a_failure_stays_one() -> None:
    decoder = ChunkedDecoder(_no_trailers)
    assert decoder.feed(b"1\r\na\r\nnonsense\r\n") == b"a"
    for _ in range(2):
        with pytest.raises(RemoteProtocolError):
            decoder.feed(b"")


def _no_trailers(lines: bytes) -> None:
    raise AssertionError(lines)


@given(st.lists(st.binary(max_size=50)), st.lists(st.integers(0, 400), max_size=6))
def test_any_payload_in_any_split_comes_out(payloads: list[bytes], cuts: list[int]) -> None:
    body = chunked(*filter(None, payloads))
    places = sorted({min(cut, len(body)) for cut in cuts} | {0, len(body)})
    reads = [body[begin:end] for begin, end in pairwise(places)]
    assert by_us(reads) == (b"".join(payloads), True, b"", False)


# --- against h11 ----------------------------------------------------------------------------------------------------

_PIECES = (b"\r\n", b"\r", b"\n", b"0", b"5", b"a", b"F", b";", b" ", b"\t", b":", b"x", b"0\r\n\r\n", b"3\r\nabc\r\n")


def _valid(rng: random.Random) -> bytes:
    end = rng.choice([b"0\r\n\r\n", b"0\r\nA: b\r\n\r\n", b"00\r\nA: b\r\nC: d\r\n\r\n", b"0;x\r\n\r\n"])
    payloads = [rng.randbytes(rng.choice([1, 2, 15, 16, 17, 300])) for _ in range(rng.randrange(4))]
    return chunked(*payloads, end=end, extension=rng.choice([b"", b"", b";a=b", b" "]))


def _one_change(rng: random.Random) -> bytes:
    body = bytearray(_valid(rng))
    at = rng.randrange(len(body) + 1)
    change = rng.randrange(3)
    if change == 0:
        body[at:at] = rng.choice(_PIECES)
    elif change == 1:
        del body[at : at + 1]
    else:
        body[at : at + 1] = rng.choice(_PIECES)
    return bytes(body)


def _nonsense(rng: random.Random) -> bytes:
    return b"".join(rng.choice(_PIECES) for _ in range(rng.randrange(1, 12)))


@pytest.mark.parametrize(
    ("make", "number"),
    [(_valid, 2000), (_one_change, 5000), (_nonsense, 3000)],
    ids=["valid", "one change", "nonsense"],
)
def test_h11_says_the_same(make: Callable[[random.Random], bytes], number: int) -> None:
    rng = random.Random(7)
    ended = 0
    for _ in range(number):
        body = make(rng)
        expected, got = by_h11(body), by_us([body])
        assert got == expected, body
        ended += expected[1]
    assert ended > number / 50  # there was something to compare
