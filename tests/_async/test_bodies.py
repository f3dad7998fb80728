# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Bodies: compressed, broken, too large. What cannot be read is an error of the server, not a wrong answer."""

from __future__ import annotations

import gzip
import zlib

import httpx
import pytest

from fastgpt_client import APIConnectionError, ServerError
from tests.support.call import QUESTION
from tests.support.fake_server import FakeServer, Piece, Reply
from tests.support.faults import DONE, HEL, STOP, bomb
from tests.support.replies import EVENTS, JSON, dump, envelope

GOOD = dump({"code": 200, "data": "你好"})
RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
CODED = {
    "gzip": gzip.compress(GOOD, mtime=0),
    "x-gzip": gzip.compress(GOOD, mtime=0),
    "GZip": gzip.compress(GOOD, mtime=0),
    "deflate": zlib.compress(GOOD),
    "Deflate": RAW.compress(GOOD) + RAW.flush(),
    "identity": GOOD,
    "Identity": GOOD,
    "": GOOD,
}
NO_ANSWERS = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "text": b'"text"',
    "number": b"12",
    "cut": b"{",
    "no-code": b"{}",
    "code-in-quotes": b'{"code": "200"}',
    "code-true": b'{"code": true}',
    "deep": b"[" * 100_000,
    "utf-16": b"\xff\xfe",
    "broken-utf-8": b'{"code": 200, "data": "\xff"}',
    "zero": b"\x00",
}


def coded(encoding: str, *pieces: Piece) -> Reply:
    return Reply(pieces, 200, {**JSON, "Content-Encoding": encoding})


@pytest.mark.parametrize("encoding", CODED)
async def test_a_coded_answer_is_decoded(encoding: str) -> None:
    response = await FakeServer(coded(encoding, CODED[encoding])).async_chat().get_chat_histories()
    assert response.data == "你好"
    assert response.http_response.json() == response.json()


@pytest.mark.parametrize("encoding", CODED)
async def test_a_coded_answer_may_come_byte_by_byte(encoding: str) -> None:
    body = CODED[encoding]
    pieces = [body[index : index + 1] for index in range(len(body))]
    response = await FakeServer(coded(encoding, *pieces)).async_chat().get_chat_histories()
    assert response.data == "你好"


async def test_a_coded_stream_is_decoded() -> None:
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH) for part in (HEL, STOP, DONE)]
    reply = Reply((*pieces, packer.flush()), 200, {**EVENTS, "Content-Encoding": "gzip"})
    stream = await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True)
    assert [piece async for piece in stream.text_deltas()] == ["Hel"]


async def test_a_coded_stream_that_is_cut_after_its_end_is_whole() -> None:
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH) for part in (HEL, STOP, DONE)]
    reply = Reply(tuple(pieces), 200, {**EVENTS, "Content-Encoding": "gzip"})
    stream = await FakeServer(reply).async_chat().create_chat_completion(QUESTION, stream=True)
    answer = await stream.final()
    assert answer.text == "Hel"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "compress", "nonsense"])
async def test_an_encoding_that_was_not_asked_for_is_an_error(encoding: str) -> None:
    reply = coded(encoding, GOOD)
    with pytest.raises(ServerError, match="Content-Encoding '" + encoding + "', which the client does not accept"):
        await FakeServer(reply).async_chat().get_chat_histories()
    assert reply.all_closed


@pytest.mark.parametrize(
    "body",
    [b"no gzip at all", gzip.compress(GOOD, mtime=0)[:-1], gzip.compress(GOOD, mtime=0)[:12], b"\x1f"],
    ids=["text", "all-but-a-byte", "the-head", "a-byte"],
)
async def test_a_broken_body_is_an_error(body: bytes) -> None:
    reply = coded("gzip", body)
    with pytest.raises(ServerError, match=r"compressed response body is (corrupt|truncated)"):
        await FakeServer(reply).async_chat().get_chat_histories()
    assert reply.all_closed


async def test_a_coded_body_that_is_cut_is_a_broken_connection() -> None:
    reply = coded("gzip", gzip.compress(GOOD, mtime=0)[:12], httpx.ReadError("cut"))
    with pytest.raises(APIConnectionError, match="ReadError: cut"):
        await FakeServer(reply).async_chat(max_retries=0).get_chat_histories()
    assert reply.all_closed


async def test_a_bomb_is_an_error() -> None:
    reply = coded("gzip", bomb(64, b'{"code": 200, "data": "', b'"}'))
    with pytest.raises(ServerError, match=r"larger than max_response_bytes \(2000000 bytes\)") as caught:
        await FakeServer(reply).async_chat(max_response_bytes=2_000_000).get_chat_histories()
    assert caught.value.hint == "increase max_response_bytes if such a large answer is expected"
    assert reply.all_closed


async def test_an_answer_of_exactly_the_bound_is_taken() -> None:
    reply = Reply((GOOD[:5], GOOD[5:]), 200, JSON)
    response = await FakeServer(reply).async_chat(max_response_bytes=len(GOOD)).get_chat_histories()
    assert response.data == "你好"


async def test_an_answer_above_the_bound_is_an_error_that_names_the_request() -> None:
    reply = Reply((GOOD[:5], GOOD[5:]), 200, {**JSON, "x-request-id": "r1"})
    with pytest.raises(ServerError, match="larger than max_response_bytes") as caught:
        await FakeServer(reply).async_chat(max_response_bytes=len(GOOD) - 1).get_chat_histories()
    assert (caught.value.status_code, caught.value.request_id, caught.value.attempts) == (200, "r1", 1)


@pytest.mark.parametrize("body", NO_ANSWERS.values(), ids=NO_ANSWERS)
async def test_what_is_no_answer_is_an_error_of_the_server(body: bytes) -> None:
    with pytest.raises(ServerError, match=r"HTTP 200 with .* instead of a FastGPT response"):
        await FakeServer(Reply((body,), 200, JSON)).async_chat().get_chat_histories()
    with pytest.raises(ServerError, match="instead of a FastGPT response"):
        await FakeServer(Reply((body,), 200, JSON)).async_chat().create_chat_completion(QUESTION)


@pytest.mark.parametrize("body", [b'{"choices": []}', b'{"choices": {}}', b'{"choices": [1]}', b'{"choices": null}'])
async def test_a_completion_without_a_choice_is_an_error_of_the_server(body: bytes) -> None:
    with pytest.raises(ServerError, match="instead of a FastGPT response"):
        await FakeServer(Reply((body,), 200, JSON)).async_chat().create_chat_completion(QUESTION)


async def test_json_may_begin_with_a_byte_order_mark() -> None:
    reply = Reply((b"\xef\xbb\xbf", GOOD), 200, JSON)
    response = await FakeServer(reply).async_chat().get_chat_histories()
    assert response.data == "你好"


async def test_a_code_of_200_is_an_answer_whatever_the_status() -> None:
    reply = envelope("x")
    reply.status = 500
    response = await FakeServer(reply).async_chat().get_chat_histories()
    assert (response.data, response.status_code) == ("x", 500)


async def test_the_body_is_closed_when_it_was_read() -> None:
    reply = envelope("x")
    await FakeServer(reply).async_chat().get_chat_histories()
    assert reply.all_closed
