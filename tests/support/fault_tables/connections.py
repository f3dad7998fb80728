"""Connections that are not made, that fall silent, that break before, in and after the head, and that are no HTTP.

A completion that may have arrived is not repeated, for nobody knows whether it runs. An idempotent call is repeated.
"""

from __future__ import annotations

import sys

import httpx

from fastgpt_client.exceptions import APIConnectionError, APITimeoutError, ServerError
from tests.support.fault_actions import CLOSE, RESET, SILENCE, dripped, endless, read, sent
from tests.support.fault_server import ClosedPort, DeafPort
from tests.support.faults import (
    ANSWER,
    COMPLETION_BODY,
    OK,
    Row,
    fails,
    head,
    plain,
    reply,
)

WHOLE = reply(COMPLETION_BODY)
HEAD = WHOLE.removesuffix(COMPLETION_BODY)
FILLER = b"a" * 1000
PART = WHOLE[: len(HEAD) + 30]
ENDLESS_BODY = head(200, (("Content-Type", "application/json"), ("Content-Length", "9999")))

# Limits that end a row in any case. They are real time: short, and tried once more only.
CONNECT = {"timeout": httpx.Timeout(10.0, connect=0.1), "max_retries": 1}
READ = {"timeout": httpx.Timeout(10.0, read=0.1), "max_retries": 1}
READ_AGAIN = {"timeout": httpx.Timeout(10.0, read=1.0)}
DEADLINE = {"deadline": 0.2}


def cut(where: str, data: bytes) -> list[Row]:
    """A connection that ends after these bytes of an answer."""
    closed, reset = sent(data) + CLOSE, sent(data) + RESET
    return [
        Row(f"closed-{where}", closed, APIConnectionError, completion=1, histories=4, stream=1),
        Row(f"reset-{where}", reset, APIConnectionError, completion=1, histories=4, stream=1),
        Row(f"closed-{where}-once", [closed, OK], ANSWER, histories=2),
        Row(f"closed-{where}-twice", [closed, closed, OK], ANSWER, histories=3),
        Row(f"reset-{where}-once", [reset, OK], ANSWER, histories=2),
    ]


def wrong(what: str, data: bytes) -> Row:
    """An answer that is none of HTTP."""
    return Row(what, sent(data) + CLOSE, APIConnectionError, completion=1, histories=4, stream=1)


# fmt: off
ROWS = [
    Row("nothing-listens", ClosedPort, fails(APIConnectionError, attempts=4), completion=0, histories=0, stream=0),

    # The server leaves before it has the request; the client cannot know that.
    Row("closed-in-the-request", OK, APIConnectionError, completion=0, stream=0, on_connect=read(1) + CLOSE, connections=1),
    Row("closed-in-the-request", OK, APIConnectionError, histories=0, on_connect=read(1) + CLOSE, connections=4),
    Row("reset-in-the-request",  OK, APIConnectionError, completion=0, stream=0, on_connect=read(64) + RESET, connections=1),
    Row("reset-in-the-request",  OK, APIConnectionError, histories=0, on_connect=read(64) + RESET, connections=4),

    *cut("before-the-head",       b""),
    *cut("in-the-status-line",    b"HTTP/1.1 2"),
    *cut("in-the-headers",        HEAD[:40]),
    *cut("before-the-empty-line", HEAD[:-2]),
    *cut("after-the-head",        HEAD),
    *cut("in-the-json",           PART),
    *cut("at-the-last-byte",      WHOLE[:-1]),

    # Silence. This is real time, so most calls are tried at the ends only.
    Row("silent-before-the-head", SILENCE,                   APITimeoutError, completion=1, histories=2, stream=1, client=READ),
    Row("silent-in-the-headers",  sent(HEAD[:40]) + SILENCE, APITimeoutError, completion=1, client=READ),
    Row("silent-after-the-head",  sent(HEAD) + SILENCE,      APITimeoutError, completion=1, client=READ),
    Row("silent-in-the-json",     sent(PART) + SILENCE,      APITimeoutError, completion=1, histories=2, stream=1, client=READ),
    Row("silent-once",            [SILENCE, OK],             ANSWER,          histories=2, client=READ_AGAIN),
    Row("silent-before-the-head-until-the-deadline", SILENCE, APITimeoutError,
        completion=1, histories=1, stream=1, client=DEADLINE),
    Row("silent-in-the-json-until-the-deadline", sent(PART) + SILENCE, APITimeoutError, completion=1, client=DEADLINE),

    # Each byte comes in time, the answer never does: only the deadline helps.
    Row("dripped-body",        sent(ENDLESS_BODY) + dripped(b" " * 9999), APITimeoutError, completion=1, client=DEADLINE, at_least=0.15),
    Row("dripped-head",        dripped(HEAD * 10, 0.02) + SILENCE,        APITimeoutError, completion=1, client=DEADLINE, at_least=0.15),
    Row("dripped-early-hints", endless(head(103), 0.02),                  APITimeoutError, completion=1, client=DEADLINE, at_least=0.15),
    Row("dripped-but-in-time", dripped(WHOLE, 0.0),                       ANSWER,          completion=1),
    Row("a-wait-beyond-the-deadline-is-not-begun", plain(503, [("Retry-After", "30")]), ServerError,
        completion=1, histories=1, stream=1, client={"deadline": 20.0}),

    Row("endless-headers",     sent(HEAD[:-2]) + endless(b"X-Filler: " + FILLER + b"\r\n"), APIConnectionError, completion=1, histories=4, stream=1),
    Row("endless-header-line", sent(b"HTTP/1.1 200 OK\r\nX-Filler: ") + endless(FILLER),    APIConnectionError, completion=1, histories=4, stream=1),
    Row("endless-status-line", sent(b"HTTP/1.1 200 ") + endless(FILLER),                    APIConnectionError, completion=1, histories=4, stream=1),

    # No HTTP.
    wrong("another-protocol",               b"SSH-2.0-OpenSSH_9.6\r\n"),
    wrong("a-status-that-is-no-number",     b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n"),
    wrong("a-header-without-colon",         b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"),
    wrong("a-negative-length",              b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
    wrong("a-length-that-is-no-number",     b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"),
    wrong("two-lengths",                    b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    wrong("a-chunk-size-that-is-no-number", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
    wrong("null-bytes",                     b"\0" * 100),
]
# Only Linux drops what does not fit into a full backlog.
if sys.platform == "linux":
    ROWS.append(
        Row("connecting-takes-too-long", DeafPort, fails(APITimeoutError, attempts=2), completion=0, histories=0, client=CONNECT)
    )
