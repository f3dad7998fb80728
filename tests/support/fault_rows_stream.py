"""Rows: streams that began well. Whatever happens then, a stream is asked for once."""

from __future__ import annotations

import zlib
from typing import Any

import httpx

from fastgpt_client.exceptions import APITimeoutError, ServerError, StreamInterruptedError
from tests.support.fault_actions import Close, Drip, Endless, Reset, Send, Stall, Step
from tests.support.fault_answers import COMPLETION, GZIP, bomb, compressed, head, reply, send
from tests.support.fault_row import STREAM_CALLS, Call, Row, keeping, streaming
from tests.support.fault_streams import (
    CHUNKED_HEAD,
    DONE,
    EVENT_STREAM,
    HEARTBEAT,
    HEL,
    LAST_CHUNK,
    LO,
    OPEN_HEAD,
    STOP,
    WHOLE,
    chunk,
    chunked,
    event,
    stream,
    text,
)

IMPATIENT = {"timeout": httpx.Timeout(10.0, read=0.3)}
MEBIBYTE = {"max_response_bytes": 1 << 20}
SSE: dict[str, Any] = {"content_type": "text/event-stream"}
ONE: tuple[Call, ...] = ("deltas",)
TWO: tuple[Call, ...] = ("deltas", "lines")

# What the server sent before it stopped, and the text that is in it.
UNFINISHED: dict[str, tuple[bytes, str]] = {
    "after-the-head": (b"", ""),
    "in-the-first-event": (HEL[:25], ""),
    "after-an-event": (HEL, "Hel"),
    "in-a-later-event": (HEL + LO[:25], "Hel"),
    "in-a-character": (HEL + text("é").partition(b"\xa9")[0], "Hel"),
    "before-the-empty-line": (HEL + LO[:-1], "Hel"),
    "after-a-heartbeat": (HEL + LO + HEARTBEAT, "Hello"),
    "in-done": (HEL + LO + DONE[:9], "Hello"),
}
FINISHED: dict[str, bytes] = {
    "after-the-stop-chunk": HEL + LO + STOP,
    "in-done-after-the-stop-chunk": HEL + LO + STOP + DONE[:9],
    "after-done": HEL + LO + STOP + DONE,
    "after-done-without-a-stop-chunk": HEL + LO + DONE,
    "in-an-event-after-done": WHOLE + event([{"nodeId": "n1"}], "flowResponses")[:20],
}


def _ends(data: bytes) -> dict[str, Step]:
    """The ways in which an answer can break off after `data`."""
    sent = chunked(data) if data else (Send(CHUNKED_HEAD),)
    return {
        "closed": (*sent, Close()),
        "reset": (*sent, Reset()),
        "ended": (*sent, Send(LAST_CHUNK)),
        "closed-without-chunks": (Send(OPEN_HEAD + data), Close()),
        "reset-without-chunks": (Send(OPEN_HEAD + data), Reset()),
        "broken-chunk": (*sent, Send(b"zz\r\n"), Close()),
    }


def _cuts() -> list[Row]:
    rows: list[Row] = []
    for where, (data, partial) in UNFINISHED.items():
        calls = STREAM_CALLS if where in ("after-the-head", "after-an-event") else ONE
        for how, step in _ends(data).items():
            rows += keeping(f"{how}-{where}", step, calls=calls, error=StreamInterruptedError, partial=partial)
    for where, data in FINISHED.items():
        calls = STREAM_CALLS if where == "after-done" else ONE
        for how, step in _ends(data).items():
            rows += streaming(f"{how}-{where}", step, calls=calls)
    return rows


def _false_ends() -> list[Row]:
    """What looks like the end of the answer and is none."""
    inner = {"choices": [{"delta": {"content": None}, "finish_reason": "stop"}]}
    false: dict[str, bytes] = {
        "stop-in-another-event": event({"answer": inner}, "updateVariables"),
        "stop-in-the-text": text('{"finish_reason":"stop"}'),
        "done-in-the-text": text("data: [DONE]"),
        "done-in-quotes": event('"[DONE]"'),
        "done-in-a-comment": b": data: [DONE]\n\n",
    }
    rows: list[Row] = []
    for name, block in false.items():
        rows += streaming(name, stream(HEL, block), calls=TWO, error=StreamInterruptedError)
    return rows


def _stalls() -> list[Row]:
    rows: list[Row] = []
    for where, calls in {"after-an-event": TWO, "in-done": ONE}.items():
        data, partial = UNFINISHED[where]
        rows += keeping(
            f"silent-{where}", (*chunked(data), Stall()), calls=calls, error=StreamInterruptedError, partial=partial,
            options=IMPATIENT,
        )  # fmt: skip
    for where, calls in {"after-the-stop-chunk": ONE, "after-done": ONE}.items():
        rows += streaming(f"silent-{where}", (*chunked(FINISHED[where]), Stall()), calls=calls, options=IMPATIENT)
    return rows


def _drips() -> list[Row]:
    rest = b"".join(map(chunk, (LO, STOP, DONE))) + LAST_CHUNK
    late: dict[str, Any] = {
        "calls": ONE, "error": APITimeoutError, "options": {"deadline": 0.2}, "within": 2.5, "at_least": 0.15,
    }  # fmt: skip
    return [
        *streaming("dripped-first-event", (*chunked(), Drip(chunk(HEL))), **late),
        *streaming("comments-before-the-first-event", (*chunked(), Endless(chunk(b": x\n\n"), 0.02)), **late),
        *streaming("silence-before-the-first-event", (*chunked(), Stall()), **late),
        # The deadline is for the first event; what follows may take its time.
        *streaming(
            "dripped-after-the-first-event", (*chunked(HEL), Drip(rest, 0.002)), calls=ONE,
            options={"deadline": 0.5}, at_least=0.55, within=10.0,
        ),
    ]  # fmt: skip


def _flushed(body: bytes) -> bytes:
    """Compressed so that it can be read up to its last byte, without the trailer."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)


# A reader of raw lines gets them as they are, and may fail on them by himself.
_DELTAS_ONLY = ("bom", "chunks-without-choices", "deep-json-in-an-unknown-event")


def _odd_but_good() -> list[Row]:
    no_type = head(200, (("Transfer-Encoding", "chunked"),))
    json_type = head(200, (("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")))
    odd: dict[str, Step] = {
        "whole": stream(HEL, LO, STOP, DONE),
        "in-one-piece": stream(WHOLE),
        "byte-by-byte": stream(*(WHOLE[i : i + 1] for i in range(len(WHOLE)))),
        "without-a-type": (Send(no_type + chunk(WHOLE) + LAST_CHUNK),),
        "with-another-type": (Send(json_type + chunk(WHOLE) + LAST_CHUNK),),
        "with-a-length": send(WHOLE, content_type="text/event-stream"),
        "bom": stream(b"\xef\xbb\xbf" + WHOLE),
        "comments": stream(b": hello\n\n", HEL, b":\n", LO, DONE),
        "empty-lines-first": stream(b"\n\n", WHOLE),
        "chunks-without-choices": stream(
            HEL, event({"durationSeconds": 1.2}), event({"choices": []}), event({"choices": [None]}),
            event({"choices": [{"delta": None}]}), event({"choices": None}), event([]), event(None), LO, DONE,
        ),
        "unknown-events": stream(HEL, event({"a": 1}, "brandNew"), event("plain text", "brandNew"), LO, DONE),
        "deep-json-in-an-unknown-event": stream(HEL, event("[" * 100_000, "brandNew"), LO, DONE),
        "length-too-large": (*send(WHOLE, length=len(WHOLE) + 9, **SSE), Close()),
        "events-after-done": stream(HEL, LO, STOP, DONE, event([], "flowResponses")),
        "stop-chunk-with-spaces": stream(HEL, LO, STOP.replace(b":", b": ").replace(b",", b", ")),
        "another-reason-to-finish": stream(HEL, LO, STOP.replace(b'"stop"', b'"length"')),
        "gzip-without-its-end": send(_flushed(WHOLE), headers=GZIP, **SSE),
        "gzip": send(compressed(WHOLE), content_type="text/event-stream", headers=GZIP),
    }  # fmt: skip
    rows: list[Row] = []
    for name, step in odd.items():
        rows += streaming(name, step, calls=ONE if name in _DELTAS_ONLY else TWO)
    for name, data in {"truncated": '{"choices":[{"del', "deep": '{"choices":' * 100_000}.items():
        # To pass over it would be to lose a piece of the answer without a word.
        step = stream(HEL, event(data), LO, DONE)
        rows += keeping(f"{name}-json-in-an-event", step, calls=ONE, error=ServerError, partial="Hel")
    not_utf8 = stream(text("Hel?").replace(b"?", b"\xff"), LO, DONE)
    return [*rows, *streaming("not-utf-8", not_utf8, calls=ONE, value="Hel\ufffdlo")]


def runaway() -> dict[str, Step]:
    """Streams with one event of more than one MiB. Also used where memory is measured."""
    large = b"data: " + b"a" * 1000
    return {
        "bomb": send(bomb(32, HEL + b"data: ", b"\n\n"), headers=GZIP, **SSE),
        "event-without-end": (*chunked(HEL, large), Endless(chunk(b"a" * 65536))),
        "lines-without-end": (*chunked(HEL, large), Endless(chunk(b"\ndata: " + b"a" * 65536))),
        "comment-without-end": (*chunked(HEL, b": "), Endless(chunk(b"a" * 65536))),
        "name-without-end": (Send(head(200, EVENT_STREAM) + b"event: "), Endless(b"a" * 65536)),
    }


def _no_stream() -> list[Row]:
    packed = compressed(WHOLE)
    damaged = packed[:20] + b"\xff" * 20 + packed[40:]
    bodies: dict[str, Step] = {
        "blocking-answer": COMPLETION,
        "empty-without-type": send(b"", content_type=None),
        "text": (Send(reply("all good", content_type="text/plain")),),
        "gzip-that-is-none": send(WHOLE, headers=GZIP, **SSE),
        "gzip-truncated": send(packed[:-30], headers=GZIP, **SSE),
        "gzip-damaged": send(damaged, headers=GZIP, **SSE),
    }
    rows: list[Row] = []
    for name, step in bodies.items():
        rows += streaming(f"no-stream-{name}", step, calls=ONE, error=ServerError)
    for name, step in runaway().items():
        calls: tuple[Call, ...] = STREAM_CALLS if name == "event-without-end" else ONE
        rows += streaming(name, step, calls=calls, error=ServerError, options=MEBIBYTE)
    blocking = Row(
        id="stream-for-a-blocking-call", call="completion", script=(stream(WHOLE),), error=ServerError, hits=1
    )
    return [*rows, blocking]


ROWS = [*_cuts(), *_false_ends(), *_stalls(), *_drips(), *_odd_but_good(), *_no_stream()]
