"""Streams that come late, look odd, hold an error, grow without end, or are no streams."""

from __future__ import annotations

import gzip
import zlib

from fastgpt_client.exceptions import (
    APIError,
    APITimeoutError,
    AuthenticationError,
    ConflictError,
    PermissionDeniedError,
    QuotaExceededError,
    ServerError,
    WorkflowError,
)
from tests.support.fault_actions import CLOSE, RESET, SILENCE, Step, dripped, endless, sent, sent_later
from tests.support.faults import (
    ANSWER,
    COMPLETION,
    DONE,
    EVENT_STREAM,
    GZIP,
    HEL,
    LAST_CHUNK,
    LO,
    STOP,
    WHOLE,
    Row,
    bomb,
    chunk,
    chunked,
    error,
    event,
    fails,
    gives,
    head,
    reply,
    send,
    stream,
    text,
)

DEADLINE = {"deadline": 0.2}
SSE = "text/event-stream"
PACKED = gzip.compress(WHOLE, mtime=0)


def flushed(body: bytes) -> bytes:
    """Compressed so that it can be read up to its last byte, without the trailer."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)


def packed_event() -> bytes:
    return reply(bomb(32, HEL + b"data: ", b"\n\n"), headers=GZIP, content_type=SSE)


def coded(text: str, code: int, kind: type[APIError]) -> list[Row]:
    """An error with a code: as the server sends it before the run, with HTTP 200 and no Content-Type; after text."""
    block = error(code=code, statusText=text, message="trouble", data=None)
    alone = sent(head(200, [("Transfer-Encoding", "chunked")]) + chunk(block) + LAST_CHUNK)
    kept = fails(kind, partial="Hello")
    return [
        Row(f"error-{text}-alone", alone, fails(kind, code=code), deltas=1, events=1, final=1, lines=1),
        Row(f"error-{text}-after-text", stream(HEL, LO, block), kept, deltas=1, events=1, final=1, lines=1),
    ]


def failed(name: str, step: Step) -> Row:
    """The run had begun, so it is the run that failed: whatever comes after the error, or instead of an end."""
    return Row(name, step, fails(WorkflowError, partial="Hel"), deltas=1, final=1)


def odd(name: str, step: Step) -> Row:
    """A stream that looks unusual and is good."""
    return Row(name, step, ANSWER, deltas=1, lines=1)


NO_TYPE = head(200, [("Transfer-Encoding", "chunked")])
JSON_TYPE = head(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])
REST = chunk(LO) + chunk(STOP) + chunk(DONE) + LAST_CHUNK
MODEL_FAILED = error(message="model failed")
LARGE, MUCH = b"data: " + b"a" * 1000, b"a" * 65536
MEBIBYTE = {"max_response_bytes": 1 << 20}

# fmt: off
ROWS = [
    # The deadline is for the first event; what follows may take its time.
    Row("dripped-first-event",             chunked() + dripped(chunk(HEL)),              APITimeoutError, deltas=1, client=DEADLINE, at_least=0.15),
    Row("comments-before-the-first-event", chunked() + endless(chunk(b": x\n\n"), 0.02), APITimeoutError, deltas=1, client=DEADLINE, at_least=0.15),
    Row("silence-before-the-first-event",  chunked() + SILENCE,                          APITimeoutError, deltas=1, client=DEADLINE, at_least=0.15),
    Row("dripped-after-the-first-event",   chunked(HEL) + dripped(REST, 0.005), ANSWER, deltas=1, client={"deadline": 1.5}, at_least=1.5),

    odd("whole",                    stream(HEL, LO, STOP, DONE)),
    odd("in-one-piece",             stream(WHOLE)),
    odd("byte-by-byte",             stream(*(WHOLE[i : i + 1] for i in range(len(WHOLE))))),
    odd("without-a-type",           sent(NO_TYPE + chunk(WHOLE) + LAST_CHUNK)),
    odd("with-another-type",        sent(JSON_TYPE + chunk(WHOLE) + LAST_CHUNK)),
    odd("with-a-length",            send(WHOLE, content_type=SSE)),
    odd("comments",                 stream(b": hello\n\n", HEL, b":\n", LO, DONE)),
    odd("empty-lines-first",        stream(b"\n\n", WHOLE)),
    odd("unknown-events",           stream(HEL, event({"a": 1}, "brandNew"), event("plain text", "brandNew"), LO, DONE)),
    odd("length-too-large",         send(WHOLE, length=len(WHOLE) + 9, content_type=SSE) + CLOSE),
    odd("events-after-done",        stream(HEL, LO, STOP, DONE, event([], "flowResponses"))),
    odd("stop-chunk-with-spaces",   stream(HEL, LO, STOP.replace(b":", b": ").replace(b",", b", "))),
    odd("another-reason-to-finish", stream(HEL, LO, STOP.replace(b'"stop"', b'"length"'))),
    odd("gzip-without-its-end",     send(flushed(WHOLE), headers=GZIP, content_type=SSE)),
    odd("gzip",                     send(PACKED, headers=GZIP, content_type=SSE)),

    # A reader of raw lines gets these as they are, and may fail on them.
    Row("bom",                           stream(b"\xef\xbb\xbf" + WHOLE),                         ANSWER, deltas=1),
    Row("deep-json-in-an-unknown-event", stream(HEL, event("[" * 100_000, "brandNew"), LO, DONE), ANSWER, deltas=1),
    Row("chunks-without-choices",
        stream(HEL, event({"durationSeconds": 1.2}), event({"choices": []}), event({"choices": [None]}),
               event({"choices": [{"delta": None}]}), event({"choices": None}), event([]), event(None), LO, DONE),
        ANSWER, deltas=1),
    Row("not-utf-8", stream(text("Hel?").replace(b"?", b"\xff"), LO, DONE), gives("Hel\ufffdlo"), deltas=1),
    # To pass over it would be to lose a piece of the answer without a word.
    Row("truncated-json-in-an-event", stream(HEL, event('{"choices":[{"del'), LO, DONE),     fails(ServerError, partial="Hel"), deltas=1),
    Row("deep-json-in-an-event",      stream(HEL, event('{"choices":' * 100_000), LO, DONE), fails(ServerError, partial="Hel"), deltas=1),

    *coded("unAuthApiKey",      514,    AuthenticationError),
    *coded("unAuthApp",         502001, PermissionDeniedError),
    *coded("aiPointsNotEnough", 500004, QuotaExceededError),
    *coded("chatIsGenerating",  504001, ConflictError),
    Row("error-uncoded-alone", stream(MODEL_FAILED), ServerError, deltas=1, events=1, final=1, lines=1),
    failed("error-then-end",             stream(HEL, MODEL_FAILED)),
    failed("error-then-close",           chunked(HEL, MODEL_FAILED) + CLOSE),
    failed("error-then-reset",           chunked(HEL, MODEL_FAILED) + RESET),
    failed("error-then-done",            stream(HEL, MODEL_FAILED, STOP, DONE)),
    failed("error-after-the-stop-chunk", stream(HEL, STOP, MODEL_FAILED)),
    failed("error-after-done",           stream(HEL, DONE, MODEL_FAILED)),

    Row("no-stream-blocking-answer",    COMPLETION,                                                                     ServerError, deltas=1),
    Row("no-stream-empty-without-type", send(b"", content_type=None),                                                   ServerError, deltas=1),
    Row("no-stream-text",               send("all good", content_type="text/plain"),                                    ServerError, deltas=1),
    Row("no-stream-gzip-that-is-none",  send(WHOLE, headers=GZIP, content_type=SSE),                                    ServerError, deltas=1),
    Row("no-stream-gzip-truncated",     send(PACKED[:-30], headers=GZIP, content_type=SSE),                             ServerError, deltas=1),
    Row("no-stream-gzip-damaged",       send(PACKED[:20] + b"\xff" * 20 + PACKED[40:], headers=GZIP, content_type=SSE), ServerError, deltas=1),
    Row("stream-for-a-blocking-call",   stream(WHOLE),                                                                  ServerError, completion=1),
]

# One event of more than one MiB.
TOO_LARGE = [
    Row("bomb",                sent_later(packed_event),                                   ServerError, deltas=1, client=MEBIBYTE),
    Row("lines-without-end",   chunked(HEL, LARGE) + endless(chunk(b"\ndata: " + MUCH)),   ServerError, deltas=1, client=MEBIBYTE),
    Row("comment-without-end", chunked(HEL, b": ") + endless(chunk(MUCH)),                 ServerError, deltas=1, client=MEBIBYTE),
    Row("name-without-end",    sent(head(200, EVENT_STREAM) + b"event: ") + endless(MUCH), ServerError, deltas=1, client=MEBIBYTE),
    Row("event-without-end",   chunked(HEL, LARGE) + endless(chunk(MUCH)), ServerError, deltas=1, events=1, final=1, lines=1, client=MEBIBYTE),
]
