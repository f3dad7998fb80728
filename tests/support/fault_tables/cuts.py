"""Streams that break off, or fall silent. Whatever happens, a stream is asked for once; what came is in the error."""

from __future__ import annotations

from typing import Any

import httpx

from fastgpt_client.exceptions import StreamInterruptedError
from tests.support.fault_actions import CLOSE, RESET, SILENCE, sent
from tests.support.faults import (
    ANSWER,
    DONE,
    HEARTBEAT,
    HEL,
    LAST_CHUNK,
    LO,
    OPEN_HEAD,
    STOP,
    WHOLE,
    Row,
    Sees,
    chunked,
    event,
    fails,
    stream,
    text,
)


def cut(where: str, data: bytes, sees: Sees, **asked: Any) -> list[Row]:
    """The ways in which an answer can break off after `data`."""
    begun = chunked(data) if data else chunked()
    return [
        Row(f"closed-{where}", begun + CLOSE, sees, **asked),
        Row(f"reset-{where}", begun + RESET, sees, **asked),
        Row(f"ended-{where}", begun + sent(LAST_CHUNK), sees, **asked),
        Row(f"closed-without-chunks-{where}", sent(OPEN_HEAD + data) + CLOSE, sees, **asked),
        Row(f"reset-without-chunks-{where}", sent(OPEN_HEAD + data) + RESET, sees, **asked),
        Row(f"broken-chunk-{where}", begun + sent(b"zz\r\n") + CLOSE, sees, **asked),
    ]


def only(text: str) -> Sees:
    """The answer is not complete: an error that has kept this much of it."""
    return fails(StreamInterruptedError, partial=text)


# Real time: as short as the text before the silence may take to come on a busy machine.
READ = {"timeout": httpx.Timeout(10.0, read=1.0)}
HALF_EVENT = text("é").partition(b"\xa9")[0]
NODES = event([{"nodeId": "n1"}], "flowResponses")
WHAT_STOPS = {"choices": [{"delta": {"content": None}, "finish_reason": "stop"}]}

# fmt: off
ROWS = [
    *cut("after-the-head",        b"",                  only(""),      deltas=1, events=1, final=1, lines=1),
    *cut("in-the-first-event",    HEL[:25],             only(""),      deltas=1),
    *cut("after-an-event",        HEL,                  only("Hel"),   deltas=1, events=1, final=1, lines=1),
    *cut("in-a-later-event",      HEL + LO[:25],        only("Hel"),   deltas=1),
    *cut("in-a-character",        HEL + HALF_EVENT,     only("Hel"),   deltas=1),
    *cut("before-the-empty-line", HEL + LO[:-1],        only("Hel"),   deltas=1),
    *cut("after-a-heartbeat",     HEL + LO + HEARTBEAT, only("Hello"), deltas=1),
    *cut("in-done",               HEL + LO + DONE[:9],  only("Hello"), deltas=1),

    # The stop chunk or [DONE] has come: the answer is complete, whatever happens then.
    *cut("after-the-stop-chunk",            HEL + LO + STOP,            ANSWER, deltas=1),
    *cut("in-done-after-the-stop-chunk",    HEL + LO + STOP + DONE[:9], ANSWER, deltas=1),
    *cut("after-done",                      HEL + LO + STOP + DONE,     ANSWER, deltas=1, events=1, final=1, lines=1),
    *cut("after-done-without-a-stop-chunk", HEL + LO + DONE,            ANSWER, deltas=1),
    *cut("in-an-event-after-done",          WHOLE + NODES[:20],         ANSWER, deltas=1),

    # Silence is an end, too.
    Row("silent-after-an-event",       chunked(HEL) + SILENCE,                    only("Hel"),   deltas=1, lines=1, client=READ),
    Row("silent-in-done",              chunked(HEL + LO + DONE[:9]) + SILENCE,    only("Hello"), deltas=1, client=READ),
    Row("silent-after-the-stop-chunk", chunked(HEL + LO + STOP) + SILENCE,        ANSWER,        deltas=1, client=READ),
    Row("silent-after-done",           chunked(HEL + LO + STOP + DONE) + SILENCE, ANSWER,        deltas=1, client=READ),

    # What looks like the end of the answer and is none.
    Row("stop-in-another-event", stream(HEL, event({"answer": WHAT_STOPS}, "updateVariables")), StreamInterruptedError, deltas=1, lines=1),
    Row("stop-in-the-text",      stream(HEL, text('{"finish_reason":"stop"}')),                 StreamInterruptedError, deltas=1, lines=1),
    Row("done-in-the-text",      stream(HEL, text("data: [DONE]")),                             StreamInterruptedError, deltas=1, lines=1),
    Row("done-in-quotes",        stream(HEL, event('"[DONE]"')),                                StreamInterruptedError, deltas=1, lines=1),
    Row("done-in-a-comment",     stream(HEL, b": data: [DONE]\n\n"),                            StreamInterruptedError, deltas=1, lines=1),
]
