"""Undoing a Content-Encoding piece by piece: whatever the pieces, never more in memory than asked for."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastgpt_client._http.content_decoder import ACCEPT_ENCODING, PIECE, ContentDecoder, in_pieces
from fastgpt_client.exceptions import ServerError
from tests.support.faults import bomb

TEXT = b"Hello, hello, hello! " * 20
MEGABYTE = 1 << 20
KB = 1 << 10


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


CODES = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "x-gzip": gzip.compress(TEXT, mtime=0),
    "GZIP ": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "deflate-raw": raw_deflate(TEXT),
}


def decode(encoding: str, chunks: Iterable[bytes]) -> bytes:
    decoder = ContentDecoder(encoding.removesuffix("-raw"))
    decoded = b"".join(piece for chunk in chunks for piece in decoder.decode(chunk))
    decoder.finish()
    return decoded


@pytest.mark.parametrize("encoding", CODES)
def test_a_body_in_one_piece_is_decoded(encoding: str) -> None:
    assert decode(encoding, [CODES[encoding]]) == TEXT


@pytest.mark.parametrize("encoding", CODES)
def test_every_split_point_gives_the_same_text(encoding: str) -> None:
    body = CODES[encoding]
    for place in range(len(body) + 1):
        assert decode(encoding, [body[:place], body[place:]]) == TEXT, place


@given(data=st.binary(max_size=300), size=st.integers(min_value=1, max_value=40))
def test_anything_comes_back_in_pieces_of_any_size(data: bytes, size: int) -> None:
    for encoding, body in {"gzip": gzip.compress(data, mtime=0), "deflate": zlib.compress(data)}.items():
        assert decode(encoding, [body[start : start + size] for start in range(0, len(body), size)]) == data


def test_members_of_a_gzip_body_are_one_text() -> None:
    body = gzip.compress(b"one ", mtime=0) + gzip.compress(b"") + gzip.compress(b"two")
    assert decode("gzip", [body]) == b"one two"
    assert decode("gzip", [body[index : index + 1] for index in range(len(body))]) == b"one two"


def test_nothing_is_no_broken_body() -> None:
    assert decode("gzip", []) == b""
    assert decode("gzip", [b"", b""]) == b""


@pytest.mark.parametrize("encoding", ["br", "zstd", "", "gzip, deflate", "identity", "nonsense" * 20])
def test_another_encoding_is_refused_with_a_remedy(encoding: str) -> None:
    with pytest.raises(ServerError, match="which the client does not accept") as caught:
        ContentDecoder(encoding)
    assert caught.value.hint is not None
    assert ACCEPT_ENCODING in caught.value.hint
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", [b"plain text", b"\x00\x01\x02", b"<html>", b"{}"])
def test_what_is_not_compressed_is_broken(encoding: str, body: bytes) -> None:
    with pytest.raises(ServerError, match=r"is (corrupt|truncated)\."):
        decode(encoding, [body])


@pytest.mark.parametrize("place", [20, 60, -9, -1])
def test_a_wrong_byte_is_noticed(place: int) -> None:
    body = bytearray(gzip.compress(bytes(range(256)), mtime=0))
    body[place] ^= 0xFF
    with pytest.raises(ServerError, match=r"is (corrupt|truncated)\."):
        decode("gzip", [bytes(body)])


@pytest.mark.parametrize("encoding", CODES)
def test_every_cut_is_noticed(encoding: str) -> None:
    body = CODES[encoding]
    for place in range(1, len(body)):
        with pytest.raises(ServerError, match=r"is (corrupt|truncated)\."):
            decode(encoding, [body[:place]])


def test_what_follows_a_gzip_body_is_broken() -> None:
    with pytest.raises(ServerError, match="is corrupt"):
        decode("gzip", [gzip.compress(TEXT, mtime=0), b"trailing text"])


def test_a_bomb_comes_in_pieces_of_64_kb() -> None:
    decoder = ContentDecoder("gzip")
    sizes = [len(piece) for piece in decoder.decode(bomb(24, b"", b""))]
    decoder.finish()
    assert sum(sizes) == 24 * MEGABYTE
    assert max(sizes) == 64 * KB


def test_a_bomb_is_unpacked_only_as_far_as_it_is_asked_for() -> None:
    decoder = ContentDecoder("gzip")
    pieces = decoder.decode(bomb(24, b"", b""))
    assert len(next(pieces)) == 64 * KB
    with pytest.raises(ServerError, match="truncated"):
        decoder.finish()


@pytest.mark.parametrize(
    ("size", "sizes"), [(0, []), (1, [1]), (PIECE, [PIECE]), (PIECE + 1, [PIECE, 1]), (2 * PIECE, [PIECE, PIECE])]
)
def test_what_is_here_at_once_is_handed_on_in_pieces(size: int, sizes: list[int]) -> None:
    data = bytes(size)
    pieces = [*in_pieces(data)]
    assert [len(piece) for piece in pieces] == sizes
    assert b"".join(pieces) == data
