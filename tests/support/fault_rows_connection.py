"""Rows: connections that are not made, and that break before, in and after the head of an answer."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import httpx

from fastgpt_client.exceptions import APIConnectionError, APITimeoutError, ServerError
from tests.support.fault_actions import Close, Drip, Endless, Pause, Read, Reset, Send, Stall, Step
from tests.support.fault_answers import COMPLETION_BODY, head, plain, reply
from tests.support.fault_ports import ClosedPort, DeafPort
from tests.support.fault_row import OK, Row, blocking, everywhere

# Limits that end a row in any case: they are real time, so they are short, and tried once more only.
IMPATIENT = {"timeout": httpx.Timeout(10.0, read=0.1), "max_retries": 1}
HURRIED = {"timeout": 10.0, "deadline": 0.2}

WHOLE = reply(COMPLETION_BODY)
HEAD, BODY = WHOLE.split(b"\r\n\r\n")[0] + b"\r\n\r\n", COMPLETION_BODY


def _no_connection() -> list[Row]:
    rows = everywhere(
        "nothing-listens",
        port=ClosedPort,
        error=APIConnectionError,
        completion=0,
        histories=0,
        attributes={"attempts": 4},
    )
    # Only Linux drops what does not fit into a full backlog.
    if sys.platform == "linux":
        rows += blocking(
            "connecting-takes-too-long",
            port=DeafPort,
            error=APITimeoutError,
            completion=0,
            histories=0,
            attributes={"attempts": 2},
            options={"timeout": httpx.Timeout(10.0, connect=0.1), "max_retries": 1},
        )
    return rows


def _unread() -> list[Row]:
    """The server leaves before it has the request: the client cannot know that."""
    rows: list[Row] = []
    unread: dict[str, Step] = {"closed": (Pause(0.01), Close()), "reset": (Read(64), Reset(0.0))}
    for name, step in unread.items():
        for row in everywhere(f"{name}-in-the-request", OK, error=APIConnectionError, completion=0, histories=0):
            tries = 4 if row.call == "histories" else 1
            rows.append(replace(row, on_connect=step, connections=tries))
    return rows


def _cuts() -> list[Row]:
    cut: dict[str, bytes] = {
        "before-the-head": b"",
        "in-the-status-line": b"HTTP/1.1 2",
        "in-the-headers": HEAD[:40],
        "before-the-empty-line": HEAD[:-2],
        "after-the-head": HEAD,
        "in-the-json": HEAD + BODY[:30],
        "at-the-last-byte": HEAD + BODY[:-1],
    }
    ends: dict[str, Step] = {"closed": (Close(),), "reset": (Reset(),)}
    rows: list[Row] = []
    for where, data in cut.items():
        for how, end in ends.items():
            step: Step = (Send(data), *end)
            rows += everywhere(f"{how}-{where}", step, error=APIConnectionError, completion=1, histories=4)
            rows.append(Row(id=f"{how}-{where}-once", call="histories", script=(step, OK), hits=2))
            if how == "closed":
                rows.append(Row(id=f"{how}-{where}-twice", call="histories", script=(step, step, OK), hits=3))
    return rows


def _stalls() -> list[Row]:
    stalled: dict[str, Step] = {
        "before-the-head": (Stall(),),
        "in-the-headers": (Send(HEAD[:40]), Stall()),
        "after-the-head": (Send(HEAD), Stall()),
        "in-the-json": (Send(HEAD + BODY[:30]), Stall()),
    }
    late: dict[str, Any] = {"error": APITimeoutError, "completion": 1}
    rows: list[Row] = []
    # All this is real time: what a call does about silence is asked at the ends, where it falls silent in between.
    for where, step in stalled.items():
        silent = everywhere(f"silent-{where}", step, **late, histories=2, options=IMPATIENT)
        rows += silent if where in ("before-the-head", "in-the-json") else silent[:1]
    before, within = stalled["before-the-head"], stalled["in-the-json"]
    limits: dict[str, Any] = {**late, "histories": 1, "options": HURRIED, "within": 2.5}
    rows += everywhere("silent-before-the-head-until-the-deadline", before, **limits)
    rows += blocking("silent-in-the-json-until-the-deadline", within, **limits)[:1]
    once = {"timeout": httpx.Timeout(10.0, read=0.3)}
    rows.append(Row(id="silent-once", call="histories", script=((Stall(),), OK), hits=2, options=once))
    return rows


def _drips() -> list[Row]:
    """Each byte comes in time, the answer never does: only the deadline helps."""
    endless_body = head(200, (("Content-Type", "application/json"), ("Content-Length", "9999")))
    dripped: dict[str, Step] = {
        "body": (Send(endless_body), Drip(b" " * 9999)),
        "head": (Drip(HEAD * 10, 0.02), Stall()),
        "early-hints": (Endless(head(103), 0.02),),
    }
    late: dict[str, Any] = {"error": APITimeoutError, "options": HURRIED, "within": 2.5, "at_least": 0.15}
    rows = [
        Row(id=f"dripped-{what}", call="completion", script=(step,), hits=1, **late) for what, step in dripped.items()
    ]
    rows.append(Row(id="dripped-but-in-time", call="completion", script=((Drip(WHOLE, 0.0),),), hits=1))
    rows += everywhere(
        "a-wait-beyond-the-deadline-is-not-begun", plain(503, [("Retry-After", "30")]), error=ServerError,
        completion=1, histories=1, options={"deadline": 3.0}, within=2.0,
    )  # fmt: skip
    return rows


def _endless() -> list[Row]:
    line = b"X-Filler: " + b"a" * 1000 + b"\r\n"
    endless: dict[str, Step] = {
        "headers": (Send(HEAD[:-2]), Endless(line)),
        "header-line": (Send(b"HTTP/1.1 200 OK\r\nX-Filler: "), Endless(b"a" * 1000)),
        "status-line": (Send(b"HTTP/1.1 200 "), Endless(b"a" * 1000)),
    }
    rows: list[Row] = []
    for what, step in endless.items():
        rows += everywhere(f"endless-{what}", step, error=APIConnectionError, completion=1, histories=4)
    return rows


def _no_http() -> list[Row]:
    wrong: dict[str, bytes] = {
        "another-protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
        "a-status-that-is-no-number": b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
        "a-header-without-colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
        "a-negative-length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "a-length-that-is-no-number": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "a-chunk-size-that-is-no-number": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        "null-bytes": b"\0" * 100,
    }
    rows: list[Row] = []
    for what, data in wrong.items():
        step: Step = (Send(data), Close())
        rows += everywhere(what, step, error=APIConnectionError, completion=1, histories=4)
    return rows


ROWS = [*_no_connection(), *_unread(), *_cuts(), *_stalls(), *_drips(), *_endless(), *_no_http()]
