"""The decoder of server-sent events: the format's rules, one by one."""

from __future__ import annotations

import pytest

from fastgpt_client._http.httpx import Headers
from fastgpt_client._streaming.sse import SNIFFED_BYTES, SSEDecoder, declares_events, looks_like_events
from fastgpt_client.exceptions import ServerError

BOM = b"\xef\xbb\xbf"


def decode(*chunks: bytes, limit: int = 1 << 20) -> list[tuple[str, str]]:
    decoder = SSEDecoder(limit)
    return [event for chunk in chunks for event in decoder.feed(chunk)]


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b"data: a\n\n", [("", "a")]),
        (b"data:a\n\n", [("", "a")]),
        (b"data:  a \n\n", [("", " a ")]),
        (b"data: a: b\n\n", [("", "a: b")]),
        (b"data: a\ndata: b\ndata:\n\n", [("", "a\nb\n")]),
        (b"data\n\n", [("", "")]),
        (b"data:\n\n", [("", "")]),
        (b"data:\ndata:\n\n", [("", "\n")]),
        (b"event: x\ndata: a\n\n", [("x", "a")]),
        (b"data: a\nevent: x\n\n", [("x", "a")]),
        (b"event: x\nevent: y\ndata: a\n\n", [("y", "a")]),
        (b"event\ndata: a\n\n", [("", "a")]),
        (b"event: x\n\ndata: a\n\n", [("", "a")]),
        (b"event: x\ndata: a\n\ndata: b\n\n", [("x", "a"), ("", "b")]),
        (b": a comment\n\n", []),
        (b":\ndata: a\n: between\ndata: b\n\n", [("", "a\nb")]),
        (b"\n\n\n", []),
        (b"", []),
        (b"data: a\n", []),
        (b"data: a", []),
        (b"data: a\n\ndata: b", [("", "a")]),
        (b"Data: a\nDATA: b\n data: c\n\n", []),
        (b"nonsense\nother: field\ndata: a\n\n", [("", "a")]),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", [("", "a"), ("", "b")]),
        (b"data: a\r\rdata: b\r\r", [("", "a"), ("", "b")]),
        (b"data: a\n\r\ndata: b\r\n\n", [("", "a"), ("", "b")]),
        (b"data: a\n\rdata: b\r\n\r", [("", "a"), ("", "b")]),
        (BOM + b"data: a\n\n", [("", "a")]),
        (BOM + BOM + b"data: a\n\n", []),
        (b"data: a\n\n" + BOM + b"data: b\n\n", [("", "a")]),
        (b"data: [DONE]\n\n", [("", "[DONE]")]),
        (b"data: \xff\xc3(\n\n", [("", "\ufffd\ufffd(")]),
        (b"event: \xff\ndata: a\n\n", [("\ufffd", "a")]),
        (b"data: \x00\n\n", [("", "\x00")]),
    ],
)
def test_the_rules_of_the_format(body: bytes, events: list[tuple[str, str]]) -> None:
    assert decode(body) == events


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_nothing_but_cr_and_lf_ends_a_line(separator: str) -> None:
    text = f'{{"a":"x{separator}y"}}'
    assert decode(f"data: {text}\n\n".encode()) == [("", text)]


def test_a_letter_may_be_cut_in_its_bytes() -> None:
    body = "data: 你😀\n\n".encode()
    assert decode(*[body[index : index + 1] for index in range(len(body))]) == [("", "你😀")]


def test_a_line_end_of_two_bytes_may_be_cut() -> None:
    assert decode(b"data: a\r", b"\n", b"\r", b"\n") == [("", "a")]
    assert decode(b"data: a\r", b"", b"\ndata: b\r\n\r\n") == [("", "a\nb")]


def test_an_event_comes_with_the_first_half_of_its_line_end() -> None:
    assert decode(b"data: a\r\r") == [("", "a")]


def test_a_half_of_a_line_end_is_not_taken_for_that_of_a_later_piece() -> None:
    assert decode(b"data: a\r", b"data: b\n", b"\ndata: c\n\n") == [("", "a\nb"), ("", "c")]
    assert decode(b"data: a\n", b"\ndata: b\r\n\r\n") == [("", "a"), ("", "b")]


def test_an_empty_line_at_the_beginning_of_a_body_ends_nothing() -> None:
    assert decode(b"\n", b"data: a\n\n") == [("", "a")]


def test_a_mark_of_the_byte_order_is_one_at_the_beginning_only() -> None:
    assert decode(b"data: a\n\n", BOM + b"data: b\n\n") == [("", "a")]


def test_blocks_are_what_stands_between_blank_lines() -> None:
    decoder = SSEDecoder(1000)
    assert decoder.blocks(b"data: a") == []
    assert decoder.blocks(b"\r\n\r\ndata: b\n\n: c\n\nid") == [b"data: a", b"data: b", b": c"]


def test_empty_chunks_change_nothing() -> None:
    assert decode(b"", b"data: a", b"", b"\n", b"", b"\n", b"") == [("", "a")]


def test_the_id_is_that_of_the_last_block_that_ended() -> None:
    decoder = SSEDecoder(1000)
    assert decoder.last_event_id == ""
    decoder.feed(b"id: 1\ndata: a\n")
    assert decoder.last_event_id == ""
    decoder.feed(b"\n")
    assert decoder.last_event_id == "1"
    decoder.feed(b"data: b\n\n")
    assert decoder.last_event_id == "1"
    decoder.feed(b"id: 2\n\n")
    assert decoder.last_event_id == "2"
    decoder.feed(b"id: 3\x00\n\n")
    assert decoder.last_event_id == "2"
    decoder.feed(b"id\n\n")
    assert decoder.last_event_id == ""
    decoder.feed(b"id: \xff\n\n")
    assert decoder.last_event_id == "\ufffd"


@pytest.mark.parametrize(
    ("line", "retry"),
    [
        (b"retry: 3000", 3000),
        (b"retry: 0", 0),
        (b"retry: -1", None),
        (b"retry: 1.5", None),
        (b"retry: 1s", None),
        (b"retry: ", None),
        (b"retry: " + b"9" * 15, 999_999_999_999_999),
        (b"retry: " + b"9" * 16, None),
        (b"retry: " + b"9" * 400, None),
        (b"other: 3000", None),
    ],
)
def test_the_time_to_reconnect_is_a_whole_number(line: bytes, retry: int | None) -> None:
    decoder = SSEDecoder(1000)
    assert decoder.feed(line + b"\n\n") == []
    assert decoder.retry == retry


@pytest.mark.parametrize(
    ("content_type", "declared"),
    [
        ("text/event-stream", True),
        ("text/event-stream;charset=utf-8", True),
        ("Text/Event-Stream; charset=UTF-8", True),
        ("application/json", False),
        ("", False),
        (None, False),
    ],
)
def test_a_stream_says_what_it_is(content_type: str | None, declared: bool) -> None:
    assert declares_events(Headers({} if content_type is None else {"Content-Type": content_type})) is declared


@pytest.mark.parametrize(
    "head",
    [
        b"event: error",
        b"data: {}",
        b"data:",
        b"id: 1",
        b"retry: 1",
        b": ping",
        BOM + b"data:",
        BOM + b"event:",
        BOM + b"retry:",
    ],
)
def test_a_stream_is_known_by_its_first_bytes(head: bytes) -> None:
    assert looks_like_events(head[:SNIFFED_BYTES])


@pytest.mark.parametrize(
    "head", [b"", b"{", b'{"data":', b"<!DOCTYPE", b"data", b"date: 1", BOM + b"{", b"\n\ndata:", b"eventually"]
)
def test_other_answers_are_not_taken_for_streams(head: bytes) -> None:
    assert not looks_like_events(head[:SNIFFED_BYTES])


def test_no_more_bytes_are_looked_at_than_tell_a_stream() -> None:
    assert len(BOM + b"retry:") == SNIFFED_BYTES


@pytest.mark.parametrize(
    "chunks",
    [
        [b"data: " + b"x" * 100 + b"\n", b"\n"],
        [b"data: " + b"x" * 84, b"x" * 11 + b"\n\ndata:\n\n"],
        [b"data: " + b"x" * 100],
        [b"x" * 101],
        [b"data: xxxxxxxxxx\n"] * 20,
        [b"data: xx"] + [b"xxxxxxxxxx"] * 20,
        [b"data:\n"] * 200,
        [b"data\n" * 200],
        [b"\xef\xbb\xbf" + b"x" * 200],
    ],
    ids=[
        "line-in-one",
        "before-another",
        "line",
        "no-field",
        "many-lines",
        "many-pieces",
        "empty-lines",
        "no-values",
        "bom",
    ],
)
def test_an_event_above_the_bound_is_an_error(chunks: list[bytes]) -> None:
    with pytest.raises(ServerError, match=r"larger than max_response_bytes \(100 bytes\)") as caught:
        decode(*chunks, limit=100)
    assert caught.value.hint == "increase max_response_bytes if such a large answer is expected"


def test_the_bound_is_for_each_event() -> None:
    assert len(decode(b"data: " + b"x" * 80 + b"\n\n", *[b"data: " + b"x" * 80 + b"\n\n"] * 9, limit=100)) == 10
    assert len(decode((b"data: " + b"x" * 80 + b"\n\n") * 10, limit=100)) == 10


def test_notes_without_end_are_no_event_above_the_bound() -> None:
    assert decode(*[b": a note\n\n"] * 1000, b"data: a\n\n", limit=100) == [("", "a")]


def test_an_event_that_comes_whole_in_one_chunk_is_bounded_too() -> None:
    with pytest.raises(ServerError, match="max_response_bytes"):
        SSEDecoder(10).feed(b"data: 12345678901\n\n")
    assert SSEDecoder(10).feed(b"data: 123\n\ndata: 456\n\n") == [("", "123"), ("", "456")]
