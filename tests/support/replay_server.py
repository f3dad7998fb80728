"""A loopback HTTP/1.1 server that answers with recordings, over real sockets."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Literal, Self, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from tests.support.recordings import Recording

Mode: TypeAlias = Literal["whole", "chunks", "bytes"]
MODES: tuple[Mode, ...] = ("whole", "chunks", "bytes")

# These belong to one connection: the way of sending decides them, not the recording.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
LAST_CHUNK = b"0\r\n\r\n"
# Odd on purpose: the borders of the pieces that leave together fall anywhere in a line.
BYTES_TOGETHER = 509
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as it came over the wire; header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class ReplayServer:
    """Answers each request with the recording last given to `serve`.

    `whole` sends the head and the body at once, framed as recorded. `chunks` repeats the recorded chunks, each in a
    send of its own. `bytes` makes a chunk of every single byte. A recording that was cut is cut again at its end.
    """

    def __init__(self) -> None:
        self.requests: list[ReceivedRequest] = []
        self._answers: dict[str | None, tuple[Recording, Mode]] = {}
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._address: tuple[str, int] = self._listener.getsockname()
        self._acceptor = threading.Thread(target=self._accept, name="replay-server", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{self._address[0]}:{self._address[1]}"

    @property
    def count(self) -> int:
        """How many requests came since the last `serve` of an answer for everything."""
        return len(self.requests)

    def serve(self, recording: Recording, mode: Mode = "whole", *, path: str | None = None) -> None:
        """Answer requests for `path` with this from now on; without a path every request, and forget the earlier."""
        with self._lock:
            if path is None:
                self._answers.clear()
                self.requests.clear()
            self._answers[path] = (recording, mode)

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Close every socket and wait for every thread."""
        self._stopping = True
        # An accept that is under way does not notice that its socket is closed: wake it up.
        socket.create_connection(self._address).close()
        self._acceptor.join(STOP_SECONDS)
        self._listener.close()
        with self._lock:
            connections = dict(self._connections)
        for connection in connections.values():
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:  # the other side was faster
                continue
        for thread in connections:
            thread.join(STOP_SECONDS)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping:
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._talk, args=(connection,), name="replay-connection", daemon=True)
            with self._lock:
                self._connections[thread] = connection
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as stream:
                while (request := read_request(stream)) is not None:
                    if not self._answer(connection, request):
                        return
        except OSError:  # the client left early, as some tests mean it to
            return
        finally:
            with self._lock:
                self._connections.pop(threading.current_thread(), None)

    def _answer(self, connection: socket.socket, request: ReceivedRequest) -> bool:
        """Send the answer; say whether the connection can take another request."""
        with self._lock:
            self.requests.append(request)
            answer = self._answers.get(request.path) or self._answers.get(None)
        if answer is None:
            connection.sendall(b"HTTP/1.1 599 Nothing To Replay\r\nContent-Length: 0\r\n\r\n")
            return True
        recording, mode = answer
        for piece in sends(recording, mode, head_only=request.method == "HEAD"):
            connection.sendall(piece)
        return recording.complete and request.headers.get("connection", "").lower() != "close"


def sends(recording: Recording, mode: Mode, *, head_only: bool = False) -> Iterator[bytes]:
    """Give the bytes of the answer, one item a send."""
    chunked = mode != "whole" or recording.header("Transfer-Encoding") is not None or not recording.complete
    head = response_head(recording, chunked=chunked)
    if head_only:
        yield head
    elif not chunked:
        yield head + recording.body
    elif mode == "whole":
        yield head + frame(recording.body) + ending(recording)
    elif mode == "chunks":
        yield head
        yield from map(frame, recording.chunks)
        yield ending(recording)
    else:
        yield head
        for start in range(0, len(recording.body), BYTES_TOGETHER):
            yield b"".join(b"1\r\n%c\r\n" % byte for byte in recording.body[start : start + BYTES_TOGETHER])
        yield ending(recording)


def frame(piece: bytes) -> bytes:
    """Return a piece of a body as one HTTP chunk; nothing for nothing, since an empty chunk would end the body."""
    return b"%x\r\n%s\r\n" % (len(piece), piece) if piece else b""


def ending(recording: Recording) -> bytes:
    return LAST_CHUNK if recording.complete else b""


def response_head(recording: Recording, *, chunked: bool) -> bytes:
    """Return the status line and the headers as recorded, with the framing of this answer at their end."""
    lines = [f"HTTP/1.1 {recording.status} {recording.reason}"]
    lines += [f"{name}: {value}" for name, value in recording.headers if name.lower() not in HOP_BY_HOP]
    lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(recording.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def read_request(stream: BinaryIO) -> ReceivedRequest | None:
    """Read one request to its end; None when the client has closed the connection."""
    start = stream.readline()
    if not start:
        return None
    method, target, _ = start.decode("ascii").split(" ", 2)
    headers: dict[str, str] = {}
    while line := stream.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b"".join(read_chunks(stream))
    else:
        body = stream.read(int(headers.get("content-length", "0")))
    url = urlsplit(target)
    return ReceivedRequest(method, url.path, dict(parse_qsl(url.query, keep_blank_values=True)), headers, body)


def read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Give the chunks of a request body up to the last one."""
    while size := int(stream.readline().partition(b";")[0], 16):
        yield stream.read(size)
        stream.readline()
    while stream.readline().strip():  # trailers
        continue
