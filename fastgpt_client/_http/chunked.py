"""Decode bodies with `Transfer-Encoding: chunked`, without I/O.

h11 emits an event per chunk, and FastGPT writes a chunk per stream event: this decoder handles all chunks of a read at
once. It accepts and rejects the same input as h11 0.16, except for the limits below.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .httpcore import RemoteProtocolError

__all__ = ["ChunkedDecoder"]

_MAX_LINE = 4096
_MAX_TRAILERS = 16 * 1024
_MAX_KNOWN_SIZES = 1024
_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,20})(?:;.*)?[ \t]*\Z")
_BLANK_LINE = re.compile(rb"(?:\A|\n)\r?\n")
# Special values of `_left`.
_LINE_END = -1
_TRAILERS = -2


class ChunkedDecoder:
    """Decodes the bytes of a chunked body into its payload, regardless of read boundaries.

    `check_trailers` is called with the lines after the last chunk; it raises if they are not header fields.

    Attributes:
        finished: whether the end of the body was read.
        unused: bytes received after the end of the body.
    """

    __slots__ = ("_check_trailers", "_failure", "_known_sizes", "_left", "_rest", "finished", "unused")

    def __init__(self, check_trailers: Callable[[bytes], None]) -> None:
        self.finished = False
        self.unused = b""
        self._check_trailers = check_trailers
        self._rest = b""  # an unfinished line, or the trailers so far
        self._left = 0  # bytes remaining in the chunk, or a special value
        self._failure: RemoteProtocolError | None = None
        self._known_sizes: dict[bytes, int] = {}  # size lines repeat within a stream

    def feed(self, data: bytes) -> bytes:
        """Return the payload in `data`, b"" if none. A failure is raised once the payload before it was returned.

        Raises:
            RemoteProtocolError: the framing is invalid.
        """
        if self._failure is not None:
            raise self._failure
        if not data:
            return b""
        payload: list[bytes] = []
        try:
            self._decode(self._rest + data if self._rest else data, payload)
        except RemoteProtocolError as exc:
            if not payload:
                raise
            self._failure = exc
        return payload[0] if len(payload) == 1 else b"".join(payload)

    def _decode(self, data: bytes, payload: list[bytes]) -> None:
        at, end = 0, len(data)
        left, known = self._left, self._known_sizes
        while left != _TRAILERS:
            if left > 0:
                stop = at + left
                if stop > end:
                    if at < end:
                        payload.append(data[at:])
                    at, left = end, stop - end
                    break
                payload.append(data[at:stop])
                at, left = stop, _LINE_END
            if left == _LINE_END:
                if not data.startswith(b"\r\n", at):
                    if end - at > 1 or data[at:] not in (b"", b"\r"):
                        raise RemoteProtocolError("A chunk does not end with CRLF")
                    break
                at, left = at + 2, 0
            line_end = data.find(b"\r\n", at)
            if line_end < 0:
                if end - at > _MAX_LINE:
                    raise RemoteProtocolError("A chunk size line is too long")
                break
            line = data[at:line_end]
            size = known.get(line)
            if size is None:
                size = self._size(line)
            at, left = line_end + 2, size or _TRAILERS
        self._left, self._rest = left, data[at:]
        if left == _TRAILERS:
            self._end()

    def _size(self, line: bytes) -> int:
        match = _SIZE_LINE.match(line)
        if match is None or len(line) > _MAX_LINE:
            raise RemoteProtocolError(f"Invalid chunk size line: {line[:40]!r}")
        if len(self._known_sizes) < _MAX_KNOWN_SIZES:
            self._known_sizes[line] = int(match[1], 16)
        return int(match[1], 16)

    def _end(self) -> None:
        end = _BLANK_LINE.search(self._rest)
        if end is None:
            if len(self._rest) > _MAX_TRAILERS:
                raise RemoteProtocolError("The trailers of a chunked body are too long")
            return
        trailers, self.unused, self._rest = self._rest[: end.end()], self._rest[end.end() :], b""
        if end.start() > 0:
            self._check_trailers(trailers)
        self.finished = True
