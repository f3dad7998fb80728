"""Plays a row of the fault tables: what its words send, and whether the caller and the server saw what it says."""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass, field
from http.client import responses
from typing import Any, Literal

import pytest

from fastgpt_client.exceptions import FastGPTError
from tests.support.fault_actions import Step, sent
from tests.support.fault_server import ClosedPort, DeafPort, FaultServer
from tests.support.observing import observing, waits_logged

# What the server does, in steps that can be added: `sent(HEAD) + CLOSE`.

Headers = Sequence[tuple[str, str]]

TEXT = "Hello"
HISTORIES: dict[str, Any] = {"list": [], "total": 0}
GZIP: Headers = (("Content-Encoding", "gzip"),)


def head(status: int = 200, headers: Headers = ()) -> bytes:
    """Status line and headers, and the empty line after them."""
    lines = [f"HTTP/1.1 {status} {responses.get(status, 'Odd')}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def reply(
    body: bytes | str,
    status: int = 200,
    *,
    content_type: str | None = "application/json",
    headers: Headers = (),
    length: int | None = None,
) -> bytes:
    """A whole answer. `length` is the length it claims, if that is not the true one."""
    data = body.encode() if isinstance(body, str) else body
    types = () if content_type is None else (("Content-Type", content_type),)
    size = ("Content-Length", str(len(data) if length is None else length))
    return head(status, (*types, size, *headers)) + data


def send(body: bytes | str, status: int = 200, **how: Any) -> Step:
    """`reply` as a step."""
    return sent(reply(body, status, **how))


def page(status: int) -> Step:
    """The HTML page of a proxy, or of Next.js for a path it does not know."""
    html = f"<!DOCTYPE html><html><head><title>{status}</title></head><body>page of a proxy</body></html>"
    return send(html, status, content_type="text/html; charset=utf-8")


def plain(status: int, headers: Headers = ()) -> Step:
    """An error without an envelope: its body is a word of a proxy."""
    return send("upstream trouble", status, content_type="text/plain", headers=headers)


def bare(status: int, headers: Headers = ()) -> Step:
    """An error without any body."""
    return send(b"", status, content_type=None, headers=headers)


def envelope(
    code: int, text: str = "error", message: str = "trouble", *, status: int = 200, headers: Headers = (), **more: Any
) -> Step:
    """An error as FastGPT sends it."""
    body = {"code": code, "statusText": text, "message": message, "data": None, **more}
    return send(json.dumps(body), status, headers=headers)


def completion_json(text: str = TEXT) -> str:
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop", "index": 0}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 1}
    return json.dumps({"id": "c1", "model": "", "usage": usage, "choices": [choice]})


def histories_json(data: Any = HISTORIES) -> str:
    return json.dumps({"code": 200, "statusText": "", "message": "", "data": data})


COMPLETION_BODY, HISTORIES_BODY = completion_json().encode(), histories_json().encode()
COMPLETION: Step = send(COMPLETION_BODY)


@functools.cache
def bomb(megabytes: int, start: bytes, end: bytes) -> bytes:
    """A text of so many MiB between `start` and `end`, compressed to about a thousandth of that."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    parts = [packer.compress(start), *(packer.compress(b"a" * (1 << 20)) for _ in range(megabytes))]
    return b"".join([*parts, packer.compress(end), packer.flush()])


# Streams. With chunks a cut is no end; without them the end of the connection is the end of the answer.

EVENT_STREAM: Headers = (("Content-Type", "text/event-stream;charset=utf-8"),)
CHUNKED_HEAD = head(200, (*EVENT_STREAM, ("Transfer-Encoding", "chunked")))
OPEN_HEAD = head(200, (*EVENT_STREAM, ("Connection", "close")))
LAST_CHUNK = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def event(data: Any, name: str | None = None) -> bytes:
    """One block; text goes as it is, all else as JSON."""
    text = data if isinstance(data, str) else json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def error(**body: Any) -> bytes:
    return event(body, "error")


def _answer(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    choice = {"delta": delta, "index": 0, "finish_reason": finish_reason}
    return event({"id": "", "object": "", "created": 0, "model": "", "choices": [choice]})


def text(content: str) -> bytes:
    """A piece of the answer."""
    return _answer({"role": "assistant", "content": content})


HEARTBEAT, HEL, LO = text(""), text("Hel"), text("lo")
STOP, DONE = _answer({"role": "assistant", "content": None}, "stop"), event("[DONE]")
WHOLE = HEL + LO + STOP + DONE


def chunked(*blocks: bytes) -> Step:
    """Head and blocks, each in a chunk of its own; the answer stays open."""
    return sent(CHUNKED_HEAD + b"".join(map(chunk, blocks)))


def stream(*blocks: bytes) -> Step:
    """A whole answer with a proper end; the connection stays open."""
    return chunked(*blocks) + sent(LAST_CHUNK)


STREAM: Step = stream(HEL, LO, STOP, DONE)

# Rows: what a line of a table says.

Call = Literal["completion", "histories", "deltas", "events", "final", "lines"]
"""A blocking completion, an idempotent call, and four ways to use a stream."""
OK: Step = ()
"""The answer that the call hopes for."""
GOOD: Mapping[Call, Step] = {"completion": COMPLETION, "histories": send(HISTORIES_BODY)}


@dataclass(frozen=True)
class Sees:
    """What a caller sees: an error, or else an answer."""

    error: type[FastGPTError] | None = None
    says: Mapping[str, object] = field(default_factory=dict)
    partial: str | None = None
    value: object = None


ANSWER = Sees()
"""That of `OK`."""


def gives(value: object) -> Sees:
    """An answer of this text, or with this data."""
    return Sees(value=value)


def fails(error: type[FastGPTError], *, partial: str | None = None, **says: object) -> Sees:
    """An error, the text that it must have kept, and its attributes."""
    return Sees(error, says, partial)


Cell = int | tuple[Sees, int] | None


@dataclass(frozen=True)
class Row:
    """What the server does, what the caller sees, and how often each call that is tried asks the server.

    The n-th request gets the n-th step; the last step serves all that come after. A call that sees something else than
    the others do has it beside its number. `stream` is `deltas` too: for faults before a stream has begun.
    """

    id: str
    server: Step | list[Step] | type[ClosedPort | DeafPort]
    sees: Sees | type[FastGPTError]
    _: KW_ONLY
    completion: Cell = None
    histories: Cell = None
    stream: Cell = None
    deltas: Cell = None
    events: Cell = None
    final: Cell = None
    lines: Cell = None
    on_connect: Step = ()  # done before a request is read
    connections: int | None = None
    client: Mapping[str, Any] = field(default_factory=dict)  # arguments, on top of `settings`
    waits: float = 0.0  # seconds before the client asks again
    at_least: float = 0.0  # seconds before the caller sees it

    def open(self, call: Call) -> FaultServer | ClosedPort | DeafPort:
        if isinstance(self.server, type):
            return self.server()
        steps = self.server if isinstance(self.server, list) else [self.server]
        return FaultServer([step or GOOD.get(call, STREAM) for step in steps], self.on_connect)


def rows(call: Call, tables: Iterable[Iterable[Row]]) -> list[Any]:
    """The rows that try a call, as parameters of a test."""
    names = {call: "", "stream": "-stream"} if call == "deltas" else {call: ""}
    found: list[Any] = []
    cells = [(row, end, getattr(row, name)) for table in tables for row in table for name, end in names.items()]
    for row, end, cell in cells:
        if cell is not None:
            sees, asked = cell if isinstance(cell, tuple) else (row.sees, cell)
            played = Played(row, call, sees if isinstance(sees, Sees) else Sees(sees), asked)
            found.append(pytest.param(played, id=row.id + end))
    return found


# Playing: a test makes the call and says what it got; the rest is here.

CALL: Any = {"messages": [{"role": "user", "content": "Hi"}], "chatId": "c1"}
"""The arguments of every completion here."""

BUSY = 30.0
"""Seconds that no row takes on the busiest machine; the server waits twice as long for a client to leave."""


def settings(url: str, **options: Any) -> dict[str, Any]:
    """A client's arguments: no waits between attempts, and no timeout that a slow machine could hit."""
    defaults = {"api_key": "fastgpt-fault", "app_id": "65f000000000000000000001", "max_retries": 3, "retry_delay": 0.0}
    return {**defaults, "timeout": 2 * BUSY, "base_url": url, **options}


@dataclass(eq=False)
class Run:
    """What the call is made with, and what came of it: the text of a stream, or the value of another answer."""

    client: dict[str, Any]
    text: str = ""
    value: object = None


@dataclass(frozen=True)
class Played:
    """A row for one of the calls that it tries."""

    row: Row
    call: Call
    sees: Sees
    asked: int

    @contextmanager
    def judged(self) -> Iterator[Run]:
        """A server and a client's arguments for the block, whose end is compared with the row."""
        row, asked = self.row, self.asked
        with row.open(self.call) as server:
            run = Run(settings(server.url, **row.client))
            with observing() as seen, waits_logged() as waits:
                yield run
            self._compare(run, seen.error)
            assert row.at_least <= seen.seconds < BUSY, f"took {seen.seconds:.2f} s"
            assert max(waits, default=0.0) <= row.waits, f"waited {waits} s"
            assert waits or not row.waits, "did not wait"
            # A server reads what a client sent a moment after the client has given up.
            server.wait_until(lambda it: it.hits >= asked)
            # A deadline may pass before a busy machine has sent anything; what counts is that nothing was sent twice.
            least = 0 if "deadline" in row.client else asked
            assert least <= server.hits <= asked, f"the server got {server.hits} requests, expected {asked}"
            assert row.connections in (None, server.connections), f"the server got {server.connections} connections"

    def _compare(self, run: Run, error: Exception | None) -> None:
        sees, got = self.sees, run.text if run.value is None else run.value
        if sees.error is None:
            wanted = sees.value if sees.value is not None else HISTORIES if self.call == "histories" else TEXT
            if error is not None or got != wanted:
                raise AssertionError(f"expected {wanted!r}, got {error or got!r}") from error
            return
        if type(error) is not sees.error:
            raise AssertionError(f"expected {sees.error.__name__}, got {error or got!r}") from error
        says = {name: getattr(error, name) for name in sees.says}
        assert str(error).strip(), "an error must say something"
        assert says == sees.says, f"the error says {says}, expected {sees.says}"
        if sees.partial is not None:
            # Who reads raw lines has kept them: nothing else keeps them.
            partial = "" if self.call == "lines" else sees.partial
            kept = getattr(getattr(error, "partial", None), "text", None)
            assert kept == partial, f"the error kept {kept!r}, expected {partial!r}"
