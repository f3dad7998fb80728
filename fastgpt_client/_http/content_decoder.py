"""Bounded content decoding: gzip and deflate in pieces, so that a decompression bomb is noticed in time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from fastgpt_client.exceptions import ServerError

__all__ = ["ACCEPT_ENCODING", "PIECE", "ContentDecoder", "in_pieces"]

ACCEPT_ENCODING = "gzip, deflate"
PIECE = 1 << 16  # maximum bytes per piece


def in_pieces(data: bytes) -> Iterator[bytes]:
    """Split data into pieces of at most 64 KiB."""
    return (data[start : start + PIECE] for start in range(0, len(data), PIECE))


class ContentDecoder:
    """Decodes a `Content-Encoding` piece by piece; raises `ServerError` for invalid or unsupported data."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in ("gzip", "x-gzip", "deflate"):
            raise ServerError(
                f"The response has the Content-Encoding {encoding[:40]!r}, which the client does not accept.",
                hint=f"a proxy changes it: restrict it to {ACCEPT_ENCODING}",
            )
        self._started = False
        self._head: bytes = b""  # first byte of a "deflate" body, until its format is known
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)  # detects gzip and zlib

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decoded `chunk`, at most 64 KiB at a time."""
        try:
            if not self._started:
                chunk = self._head + chunk
                self._head = chunk if len(chunk) < 2 else b""
                if len(chunk) < 2:
                    return
                # The standard requires a zlib header; some servers omit it.
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
