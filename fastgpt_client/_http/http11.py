"""A request and its response on an HTTP/1.1 connection, without I/O. Uses h11, except for chunked bodies."""

from __future__ import annotations

from typing import NamedTuple

import h11

from .chunked import ChunkedDecoder
from .httpcore import LocalProtocolError, RemoteProtocolError

__all__ = ["Exchange", "ResponseHead"]

# Maximum size of a response head, as in httpcore.
_MAX_HEAD = 100 * 1024

# Only documented names of h11 are used, and only this module imports it.


class ResponseHead(NamedTuple):
    """The status line and header fields of a response; names as received."""

    http_version: bytes
    status: int
    reason: bytes
    headers: list[tuple[bytes, bytes]]


class Exchange:
    """Encodes a request, and decodes the head and payload of its response.

    Attributes:
        finished: whether the response was read completely.
    """

    __slots__ = ("_chunked", "_h11", "_method", "_unread", "finished")

    def __init__(self, method: bytes) -> None:
        self._h11 = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)
        self._method = method
        self._chunked: ChunkedDecoder | None = None
        self._unread = b""  # the part of a chunked body received with the head
        self.finished = False

    # --- the request ------------------------------------------------------------------------------------------------

    def send_head(self, target: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
        """Return the bytes of the request line and header fields."""
        try:
            request = h11.Request(method=self._method, target=target, headers=headers)
        except h11.LocalProtocolError as exc:
            raise LocalProtocolError(str(exc)) from exc
        return self._send(request)

    def send_body(self, chunk: bytes) -> bytes:
        """Return the bytes of a piece of the request body."""
        return self._send(h11.Data(data=chunk))

    def send_end(self) -> bytes:
        """Return the bytes that end the request, usually none."""
        return self._send(h11.EndOfMessage())

    def _send(self, event: h11.Event) -> bytes:
        try:
            return self._h11.send(event) or b""
        except h11.LocalProtocolError as exc:
            raise LocalProtocolError(str(exc)) from exc

    # --- the response -----------------------------------------------------------------------------------------------

    def receive_head(self, data: bytes) -> ResponseHead | None:
        """Return the response head once it is complete, None before; `data` is b"" at the end of the connection.

        Raises:
            RemoteProtocolError: the bytes are not a response, or the connection ended before it.
        """
        if not data:
            raise RemoteProtocolError("Server disconnected without sending a response.")
        self._h11.receive_data(data)
        event = self._next_event()
        while isinstance(event, h11.InformationalResponse) and event.status_code != 101:
            event = self._next_event()
        if not isinstance(event, (h11.Response, h11.InformationalResponse)):
            return None
        if isinstance(event, h11.InformationalResponse):
            self.finished = True  # switches to another protocol, which was not requested
        elif self._is_chunked(event):
            self._chunked = ChunkedDecoder(_check_trailers)
            self._unread, _ = self._h11.trailing_data
        return ResponseHead(b"HTTP/" + event.http_version, event.status_code, event.reason, event.headers.raw_items())

    def _is_chunked(self, response: h11.Response) -> bool:
        """Return whether the body is chunked (RFC 9112, section 6.3); h11 rejects other transfer codings."""
        if response.status_code in (204, 304) or self._method == b"HEAD":
            return False
        return any(name == b"transfer-encoding" for name, _ in response.headers)

    def receive_body(self, data: bytes | None) -> bytes:
        """Return the payload in `data`, b"" if none; pass None for the bytes received with the head.

        Raises:
            RemoteProtocolError: the framing is invalid, or the connection ended before the body.
        """
        if self.finished:
            return b""
        if self._chunked is None:
            return self._receive_plain_body(data)
        if data is None:
            data, self._unread = self._unread, b""
        elif not data:
            # The same message as h11's.
            raise RemoteProtocolError(
                "peer closed connection without sending complete message body (incomplete chunked read)"
            )
        payload = self._chunked.feed(data)
        self.finished = self._chunked.finished
        return payload

    def _receive_plain_body(self, data: bytes | None) -> bytes:
        if data is not None:
            self._h11.receive_data(data)
        pieces: list[bytes] = []
        while isinstance(event := self._next_event(), h11.Data):
            pieces.append(bytes(event.data))
        self.finished = event is not h11.NEED_DATA
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _next_event(self) -> object:
        try:
            return self._h11.next_event()
        except h11.RemoteProtocolError as exc:
            raise RemoteProtocolError(str(exc)) from exc

    @property
    def is_reusable(self) -> bool:
        """Whether the connection can be reused: both sides are done, and nothing was received after the end."""
        if self._h11.our_state is not h11.DONE or not self.finished:
            return False
        if self._chunked is not None:
            return not self._chunked.unused
        return self._h11.their_state is h11.DONE and not self._h11.trailing_data[0]


def _check_trailers(lines: bytes) -> None:
    """Raise `RemoteProtocolError` unless the lines are header fields; h11 parses them as the end of a dummy body."""
    connection = h11.Connection(our_role=h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "trailers")]))
    connection.receive_data(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + lines)
    try:
        while connection.next_event() is not h11.NEED_DATA and connection.their_state is not h11.DONE:
            pass
    except h11.RemoteProtocolError as exc:
        raise RemoteProtocolError(str(exc)) from exc
