# Generated from _async_src/body.py by scripts/generate.py: edit the source, not this file.
"""The body of one response: decoded, limited in size, and always closed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial
from typing import cast

from fastgpt_client._concurrency import (
    TimeExpired,
    drain,
    monotonic,
    run_shielded,
    run_with_timeout,
    sleep,
)
from fastgpt_client._http.content_decoder import PIECE, ContentDecoder, in_pieces
from fastgpt_client._http.httpx import ByteStream, HTTPResponse
from fastgpt_client._http.request import Timeouts
from fastgpt_client._http.transport import interrupt, is_read_error, map_transport_error, request_id
from fastgpt_client._http.watch import CallWatch
from fastgpt_client.exceptions import APITimeoutError, ServerError


def check_size(http: HTTPResponse, size: int, max_bytes: int) -> None:
    """Raise `ServerError` if a response exceeds the allowed size."""
    if size > max_bytes:
        raise ServerError(
            f"The answer is larger than max_response_bytes ({max_bytes} bytes).",
            status_code=http.status_code,
            hint="increase max_response_bytes if such a large answer is expected",
            request_id=request_id(http.headers),
        )


def read_whole(http: HTTPResponse, max_bytes: int) -> bytes:
    """Return the whole body of a response, and close it."""
    if http.is_closed:  # A mock, or the caller's event hook, has already read it: it is complete and decoded.
        check_size(http, len(http.content), max_bytes)
        return http.content
    body = Body(http, max_bytes)
    try:
        return body.read()
    except BaseException:
        body.close()
        raise


class Body:
    """Reads the body of an httpx response chunk by chunk; `max_bytes` limits the decoded size of one read."""

    def __init__(self, http: HTTPResponse, max_bytes: int) -> None:
        self.http = http
        self.max_bytes = max_bytes
        self.closed: bool = False
        self.watch: CallWatch | None = None  # called when a stream is closed
        # A mock transport, or the caller's event hook, may have read the body: it is then complete and decoded.
        self._was_read = http.is_stream_consumed or http.is_closed
        self._pieces = in_pieces(http.content if self._was_read else b"")
        # Read the raw stream directly, and mark the response as consumed.
        self._chunks = cast("ByteStream", http.stream).__iter__()
        http.is_stream_consumed = True
        self._ended = self._was_read and http.is_closed  # its connection has been released
        self._encoding = http.headers.get("content-encoding", "").strip().lower() or "identity"
        self._decoder: ContentDecoder | None = None
        self._peeked: deque[bytes] = deque()
        self._peeked_size = 0

    def next_chunk(self) -> bytes:
        """Return the next bytes, at most 64 KB, or b"" at the end; raise one of our errors if the connection fails."""
        if self._peeked:
            return self._peeked.popleft()
        while True:
            for piece in self._pieces:
                if piece:
                    sleep(0)  # it is already here: let other tasks run first
                    return piece
            if self._was_read:
                return b""
            try:
                chunk = self._chunks.__next__()
            except StopIteration:
                self._end()
                if self._decoder is not None:
                    self._decoder.finish()
                return b""
            except Exception as exc:
                if not is_read_error(exc):
                    raise
                raise map_transport_error(exc) from exc
            if self._encoding != "identity":
                self._pieces = self._decoded(chunk)
            elif len(chunk) > PIECE:
                self._pieces = in_pieces(chunk)
            elif chunk:
                return chunk

    def next_chunk_until(self, ends: float) -> bytes:
        """Return the next bytes as `next_chunk` does; raise `TimeExpired` if none arrive before the given time."""
        timeouts = self.http.request.extensions.get("timeout")
        if not isinstance(timeouts, Timeouts) or not timeouts.kept:
            seconds = max(0.0, ends - monotonic())
            return run_with_timeout(seconds, self.next_chunk, partial(interrupt, self.http))
        timeouts.ends = ends
        try:
            return self.next_chunk()
        except APITimeoutError as exc:
            if timeouts.over:
                raise TimeExpired from exc
            raise
        finally:
            timeouts.ends = None

    def _decoded(self, chunk: bytes) -> Iterator[bytes]:
        if self._decoder is None:
            self._decoder = ContentDecoder(self._encoding)
        return self._decoder.decode(chunk)

    def peek(self) -> bytes:
        """Return the next unseen bytes, b"" at the end, without consuming anything."""
        peeked, self._peeked = self._peeked, deque()
        chunk = self.next_chunk()
        if chunk:
            peeked.append(chunk)
        self._peeked = peeked
        self._peeked_size += len(chunk)
        check_size(self.http, self._peeked_size, self.max_bytes)
        return chunk

    def read(self) -> bytes:
        """Return the rest of the body, and close it."""
        pieces: list[bytes] = []
        size = 0
        while chunk := self.next_chunk():
            pieces.append(chunk)
            size += len(chunk)
            check_size(self.http, size, self.max_bytes)
        self.close()
        return b"".join(pieces)

    def close(self) -> None:
        """Release the connection. Safe to call twice, in a cancelled task, and after the end."""
        if self.closed:
            return
        self.closed = True
        try:
            if not self._ended:
                run_shielded(self._close)
        finally:
            if self.watch is not None:
                self.watch.over(self.http)

    def _end(self) -> None:
        run_shielded(self.http.close)
        self._ended = True

    def _close(self) -> None:
        self.http.close()
        drain(self._chunks)
