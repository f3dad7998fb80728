"""A decoder of server-sent events that does no I/O: bytes in, events out.

It follows the event-stream format of the HTML standard (section 9.2.6): lines end in CR, LF or CRLF and nothing
else, so U+2028 inside JSON is no line end; a comment is skipped; a block without data is no event; an unfinished
block at the end of the stream is dropped.
"""

from __future__ import annotations

from ._httpx import Headers
from .exceptions import ServerError

__all__ = ["SNIFFED_BYTES", "SSEDecoder", "declares_events", "looks_like_events"]

_BOM = b"\xef\xbb\xbf"
# Long enough to tell an event stream from JSON and from a web page, a BOM before it included.
SNIFFED_BYTES = 9


def declares_events(headers: Headers) -> bool:
    """Return whether an answer says that it is an event stream; errors before the run come without a Content-Type."""
    return str(headers.get("content-type", "")).lower().startswith("text/event-stream")


def looks_like_events(head: bytes) -> bool:
    """Return whether a body that begins with `head` is an event stream."""
    return head.removeprefix(_BOM).startswith((b"event:", b"data:", b"id:", b"retry:", b":"))


class SSEDecoder:
    """Turn the chunks of a body into events, whatever the chunk boundaries.

    An event is a pair `(name, data)`; the name is "" where the block has no `event:` line. `last_event_id` and
    `retry` (milliseconds) are those of the stream so far. `max_event_bytes` bounds what one event may hold.
    """

    def __init__(self, max_event_bytes: int) -> None:
        self.last_event_id = ""
        self.retry: int | None = None
        self._max = max_event_bytes
        self._pieces: list[bytes] = []  # the unfinished last line, unjoined: a long line costs no more than its length
        self._held = 0  # bytes in _pieces and _data
        self._data_size = 0  # those in _data
        self._after_cr = False
        self._at_start = True
        self._name = ""
        self._data: list[bytes] = []
        self._id = ""  # becomes last_event_id when the block ends

    def feed(self, chunk: bytes) -> list[tuple[str, str]]:
        """Return the events that `chunk` completes; raise `ServerError` when one grows over the bound."""
        events: list[tuple[str, str]] = []
        for line in self.split(chunk):
            event = self.take(line)
            if event is not None:
                events.append(event)
        return events

    def split(self, chunk: bytes) -> list[bytes]:
        """Return the lines that `chunk` completes, without their ends."""
        if b"\r" in chunk or self._after_cr:
            chunk = self._unify_line_ends(chunk)
        lines = chunk.split(b"\n")
        tail = lines.pop()
        if lines:
            if self._pieces:
                self._pieces.append(lines[0])
                lines[0] = b"".join(self._pieces)
                self._pieces.clear()
                self._held = self._data_size
            if self._at_start:
                self._at_start = False
                lines[0] = lines[0].removeprefix(_BOM)
        if tail:
            self._pieces.append(tail)
            self._held += len(tail)
            if self._held > self._max:
                raise self._too_large()
        return lines

    def take(self, line: bytes) -> tuple[str, str] | None:
        """Take one line; return the event that it ends, if it ends one."""
        if not line:
            name, self._name = self._name, ""
            self.last_event_id = self._id
            if not self._data:
                return None
            data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
            self._data.clear()
            self._held -= self._data_size
            self._data_size = 0
            return name, data.decode("utf-8", "replace")
        field, _, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if field == b"data":
            self._data.append(value)
            self._data_size += len(value) + 1
            self._held += len(value) + 1
            if self._held > self._max:
                raise self._too_large()
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif field == b"retry" and value.isdigit() and len(value) < 16:
            self.retry = int(value)
        return None

    def _too_large(self) -> ServerError:
        return ServerError(
            f"One event of the stream is larger than max_response_bytes ({self._max} bytes).",
            hint="raise max_response_bytes if the answer is expected to be that large",
        )

    def _unify_line_ends(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if chunk.endswith(b"\r"):
            self._after_cr = True
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
