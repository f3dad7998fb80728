"""Content decoding with a bound: gzip and deflate in pieces, so that a small body cannot become a huge one unseen."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from fastgpt_client.exceptions import ServerError

__all__ = ["ACCEPT_ENCODING", "PIECE", "ContentDecoder", "in_pieces"]

ACCEPT_ENCODING = "gzip, deflate"
PIECE = 1 << 16  # bytes that are handed on at a time


def in_pieces(data: bytes) -> Iterator[bytes]:
    """Return data in pieces of at most 64 KB."""
    return (data[start : start + PIECE] for start in range(0, len(data), PIECE))


class ContentDecoder:
    """Undo a `Content-Encoding` piece by piece; raise `ServerError` for what cannot be undone."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in ("gzip", "x-gzip", "deflate"):
            raise ServerError(
                f"The response has the Content-Encoding {encoding[:40]!r}, which the client does not accept.",
                hint=f"a proxy changes it: restrict it to {ACCEPT_ENCODING}",
            )
        self._started = False
        self._head: bytes = b""  # of a "deflate" body, until it can be told which form it has
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)  # finds out by itself whether gzip or zlib

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` decodes to, at most 64 KB at a time."""
        try:
            if not self._started:
                chunk = self._head + chunk
                self._head = chunk if len(chunk) < 2 else b""
                if len(chunk) < 2:
                    return
                # The standard asks for a zlib header; some servers leave it out.
                has_header = chunk[0] & 0x0F == 8 and int.from_bytes(chunk[:2], "big") % 31 == 0
                if self._encoding == "deflate" and not has_header:
                    self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            self._started = True
            while chunk:
                if self._inflate.eof:  # a gzip body may have several members
                    self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
                yield self._inflate.decompress(chunk, PIECE)
                while self._inflate.unconsumed_tail:
                    yield self._inflate.decompress(self._inflate.unconsumed_tail, PIECE)
                chunk = self._inflate.unused_data
        except zlib.error as exc:
            raise ServerError("The compressed response body is corrupt.", outcome_unknown=True) from exc

    def finish(self) -> None:
        """Raise `ServerError` if the body ended before its compressed data did."""
        if self._head or (self._started and not self._inflate.eof):
            raise ServerError("The compressed response body is truncated.", outcome_unknown=True)
