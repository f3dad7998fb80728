"""Content decoding with a bound: gzip and deflate in pieces, so that a small body cannot become a huge one unseen."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from .exceptions import ServerError

__all__ = ["ACCEPT_ENCODING", "ContentDecoder"]

ACCEPT_ENCODING = "gzip, deflate"
_PIECE = 1 << 20


class ContentDecoder:
    """Undo a `Content-Encoding` piece by piece; raise `ServerError` for what cannot be undone."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        if self._encoding not in ("gzip", "x-gzip", "deflate"):
            raise ServerError(
                f"The answer has the Content-Encoding {encoding[:40]!r}, which was not asked for.",
                hint=f"a proxy changes it: let it keep to {ACCEPT_ENCODING}",
            )
        self._started = False
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)  # finds out by itself whether gzip or zlib

    def decode(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` decodes to, at most 1 MiB at a time."""
        try:
            while chunk:
                if self._inflate.eof:  # a gzip body may have several members
                    self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
                yield self._decompress(chunk)
                while self._inflate.unconsumed_tail:
                    yield self._inflate.decompress(self._inflate.unconsumed_tail, _PIECE)
                chunk = self._inflate.unused_data
        except zlib.error as exc:
            raise ServerError("The answer's compressed body is broken.") from exc

    def _decompress(self, chunk: bytes) -> bytes:
        if self._started or self._encoding != "deflate":
            self._started = True
            return self._inflate.decompress(chunk, _PIECE)
        self._started = True
        try:
            return self._inflate.decompress(chunk, _PIECE)
        except zlib.error:
            # Some servers send "deflate" without the zlib header that the standard asks for.
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._inflate.decompress(chunk, _PIECE)

    def finish(self) -> None:
        """Raise `ServerError` if the body ended before its compressed data did."""
        if self._started and not self._inflate.eof:
            raise ServerError("The answer's compressed body is cut short.")
