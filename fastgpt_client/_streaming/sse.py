"""A decoder of server-sent events without I/O: bytes in, events out.

It follows the event-stream format of the HTML standard (section 9.2.6): lines end only in CR, LF or CRLF, so U+2028
inside JSON does not end a line; comments are skipped; a block without data is not an event; an unfinished block at the
end of the stream is dropped.
"""

from __future__ import annotations

from fastgpt_client._http.httpx import Headers
from fastgpt_client.exceptions import ServerError

__all__ = ["SNIFFED_BYTES", "SSEDecoder", "declares_events", "looks_like_events"]

_BOM = b"\xef\xbb\xbf"
# Enough to distinguish an event stream from JSON or a web page, even after a BOM.
SNIFFED_BYTES = 9
# Sizes in bytes above which it pays to search for a blank line by its first byte.
_LONG_CHUNK = 1024
_LONG_LINE = 256


def declares_events(headers: Headers) -> bool:
    """Return whether a response declares an event stream; errors before the run have no Content-Type."""
    return str(headers.get("content-type", "")).lower().startswith("text/event-stream")


def looks_like_events(head: bytes) -> bool:
    """Return whether a body that starts with `head` is an event stream."""
    return head.removeprefix(_BOM).startswith((b"event:", b"data:", b"id:", b"retry:", b":"))


def _find_blank_line(data: bytes | bytearray, start: int) -> int:
    """Return the index of a blank line, like `data.find(b"\\n\\n", start)`; searching for one byte is much faster."""
    at = data.find(b"\n", start)
    while at >= 0 and not data.startswith(b"\n", at + 1):
        at = data.find(b"\n", at + 1)
    return at


def _split(data: bytes) -> list[bytes]:
    """Split data at blank lines."""
    if data.count(b"\n") * _LONG_LINE > len(data):
        return data.split(b"\n\n")
    parts: list[bytes] = []
    start = 0
    while (end := _find_blank_line(data, start)) >= 0:
        parts.append(data[start:end])
        start = end + 2
    parts.append(data[start:])
    return parts


class SSEDecoder:
    """Decodes the chunks of a body into events, regardless of chunk boundaries.

    An event is a pair `(name, data)`; the name is "" if the block has no `event:` line. `last_event_id` and `retry`
    (milliseconds) are the latest values in the stream. `max_event_bytes` limits the size of an event.
    """

    def __init__(self, max_event_bytes: int) -> None:
        self.last_event_id = ""
        self.retry: int | None = None
        self._max = max_event_bytes
        self._rest = bytearray()  # the unfinished last block
        self._after_cr = False
        self._at_start = True

    def feed(self, chunk: bytes) -> list[tuple[str, str]]:
        """Return the events that `chunk` completes; raise `ServerError` if one exceeds the limit."""
        return [event for block in self.blocks(chunk) if (event := self.event(block)) is not None]

    def blocks(self, chunk: bytes) -> list[bytes]:
        """Return the blocks that `chunk` completes: the text between blank lines, with LF line ends."""
        if self._after_cr or b"\r" in chunk:
            chunk = self._unify_line_ends(chunk)
        rest = self._rest
        if rest:
            # A blank line may span the boundary. Only new data is searched, so that long lines take linear time.
            searched = len(rest) - 1
            rest += chunk
            end = _find_blank_line(rest, searched)
            if end < 0:
                self._check(len(rest))
                return []
            blocks = [bytes(rest[:end]), *_split(bytes(rest[end + 2 :]))]
            rest.clear()
        else:
            blocks = chunk.split(b"\n\n") if len(chunk) < _LONG_CHUNK else _split(chunk)
        if unfinished := blocks.pop():
            rest += unfinished
            self._check(len(rest))
        if blocks and len(blocks[0]) + len(chunk) > self._max:
            self._check(max(map(len, blocks)))
        if self._at_start and blocks:
            self._at_start = False
            blocks[0] = blocks[0].removeprefix(_BOM)
        return blocks

    def event(self, block: bytes) -> tuple[str, str] | None:
        """Return the event of a block, None if it has no data."""
        name = ""
        data: list[bytes] = []
        for line in block.split(b"\n"):
            field, _, value = line.partition(b":")
            if value[:1] == b" ":
                value = value[1:]
            if field == b"data":
                data.append(value)
            elif field == b"event":
                name = value.decode("utf-8", "replace")
            elif field == b"id":
                if b"\0" not in value:
                    self.last_event_id = value.decode("utf-8", "replace")
            elif field == b"retry" and value.isdigit() and len(value) < 16:
                self.retry = int(value)
        if not data:
            return None
        return name, (data[0] if len(data) == 1 else b"\n".join(data)).decode("utf-8", "replace")

    def _unify_line_ends(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if chunk.endswith(b"\r"):
            self._after_cr = True
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _check(self, size: int) -> None:
        if size > self._max:
            raise ServerError(
                f"One event of the stream is larger than max_response_bytes ({self._max} bytes).",
                hint="increase max_response_bytes if such a large answer is expected",
            )
