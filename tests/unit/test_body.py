"""The body of an answer, piece by piece: what is looked at ahead costs no more than what is read."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from fastgpt_client._sync.body import Body


def body_of(*pieces: bytes) -> Body:
    return Body(httpx.Response(200, stream=Pieces(pieces)), 1 << 20)


class Pieces(httpx.SyncByteStream):
    def __init__(self, pieces: tuple[bytes, ...]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


def test_each_look_ahead_gives_what_is_new() -> None:
    body = body_of(b"one", b"two", b"three")
    assert [body.peek(), body.peek()] == [b"one", b"two"]
    assert [body.next_chunk(), body.peek(), body.peek()] == [b"one", b"three", b""]
    assert [body.next_chunk(), body.next_chunk(), body.next_chunk()] == [b"two", b"three", b""]


def test_an_empty_piece_is_not_the_end() -> None:
    body = body_of(b"one", b"", b"two")
    assert [body.next_chunk(), body.next_chunk(), body.next_chunk()] == [b"one", b"two", b""]
