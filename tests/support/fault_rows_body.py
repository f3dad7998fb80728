"""Rows: answers whose head is good and whose body is not."""

from __future__ import annotations

import gzip
import json

from fastgpt_client.exceptions import APIConnectionError, ServerError
from tests.support.fault_actions import Close, Endless, Reset, Send, Step
from tests.support.fault_answers import COMPLETION_BODY, ENVELOPE_BODY, GZIP, bomb, compressed, head, reply, send
from tests.support.fault_row import Call, Row, blocking, everywhere
from tests.support.fault_streams import LAST_CHUNK, chunk

JSON = ("Content-Type", "application/json")
CHUNKED = head(200, (JSON, ("Transfer-Encoding", "chunked")))
UNTIL_CLOSE = head(200, (JSON, ("Connection", "close")))
MEBIBYTE = {"max_response_bytes": 1 << 20}

# The answer to both calls.
_BOTH = b'{"code": 200, "choices": [{"message": {"content": "%b"}}], "data": %b}'
# No answer of FastGPT, however it is read.
NO_ANSWER: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n ",
    "null": b"null",
    "true": b"true",
    "number": b"42",
    "text": b'"Hello"',
    "list": b"[]",
    "list-of-lists": b"[[]]",
    "empty-object": b"{}",
    "other-object": b'{"status": "ok"}',
    "code-is-text": b'{"code": "200", "data": {}}',
    "truncated": COMPLETION_BODY[:40],
    "nested-list": b"[" * 200_000,
    "nested-object": b'{"choices":' * 100_000,
    "choices-null": b'{"choices": null}',
    "choices-empty": b'{"choices": []}',
    "choices-of-null": b'{"choices": [null]}',
    "choices-object": b'{"choices": {"message": {}}}',
    # Good but for one thing.
    "endless-number": _BOTH % (b"x", b"9" * 5000),
    "not-utf-8": _BOTH % (b"\xff\xfe\x80", b"1"),
    "bare-line-end": _BOTH % (b"a\nb", b"1"),
    "comma-too-many": _BOTH % (b"x", b"[1,]"),
    "two-values": COMPLETION_BODY + COMPLETION_BODY,
    "binary": bytes(range(256)),
    "bom-only": b"\xef\xbb\xbf",
}

BODIES: dict[Call, bytes] = {"completion": COMPLETION_BODY, "histories": ENVELOPE_BODY}


# Answers that say nothing, each in a way of its own: no reason to fail in a way that is not ours.
SILENT = {
    "no-message": {},
    "null-message": {"message": None},
    "text-for-a-message": {"message": "Hello"},
    "list-for-a-message": {"message": ["Hello"]},
    "null-content": {"message": {"content": None}},
    "number-for-content": {"message": {"content": 5}},
    "object-for-content": {"message": {"content": {"text": "Hello"}}},
    "odd-items": {"message": {"content": [None, 1, "a", [], {}, {"text": None}, {"text": {"content": 1}}]}},
}


def _json() -> list[Row]:
    rows: list[Row] = []
    for name, body in NO_ANSWER.items():
        rows += blocking(f"json-{name}", send(body), error=ServerError, completion=1, histories=1)
    for name, choice in SILENT.items():
        step = send(json.dumps({"choices": [choice]}))
        rows.append(Row(id=f"json-{name}-completion", call="completion", script=(step,), value="", hits=1))
    for call, body in BODIES.items():
        rows += [
            Row(id=f"json-bom-{call}", call=call, script=(send(b"\xef\xbb\xbf" + body),), hits=1),
            Row(id=f"json-without-type-{call}", call=call, script=(send(body, content_type=None),), hits=1),
            Row(id=f"json-as-text-{call}", call=call, script=(send(body, content_type="text/plain"),), hits=1),
            Row(id=f"json-other-charset-{call}", call=call, hits=1,
                script=(send(body, content_type="application/json; charset=nonsense"),)),
        ]  # fmt: skip
    return rows


def _gzip() -> list[Row]:
    packed = compressed(COMPLETION_BODY)
    bad: dict[str, bytes] = {
        "no-gzip": COMPLETION_BODY,
        "truncated": packed[:30],
        "cut-in-its-header": packed[:5],
        "damaged": packed[:20] + b"\xff" * 20 + packed[40:],
        "wrong-checksum": packed[:-8] + b"\0" * 8,
        "empty": b"",
        "twice": gzip.compress(packed, mtime=0),
    }
    rows: list[Row] = []
    for name, body in bad.items():
        rows += blocking(f"gzip-{name}", send(body, headers=GZIP), error=ServerError, completion=1, histories=1)
    rows += blocking(
        "unknown-encoding", send(b"\0\1\2", headers=[("Content-Encoding", "zstd-9")]), error=ServerError,
        completion=1, histories=1,
    )  # fmt: skip
    for call, body in BODIES.items():
        rows.append(Row(id=f"gzip-good-{call}", call=call, script=(send(compressed(body), headers=GZIP),), hits=1))
        parts = compressed(body[:20]) + compressed(body[20:])
        rows.append(Row(id=f"gzip-of-two-members-{call}", call=call, script=(send(parts, headers=GZIP),), hits=1))
    return rows


def _sevens(body: bytes) -> list[bytes]:
    return [chunk(body[start : start + 7]) for start in range(0, len(body), 7)]


def _lengths() -> list[Row]:
    rows: list[Row] = []
    for name, step in {
        "length-too-large": (*send(COMPLETION_BODY, length=len(COMPLETION_BODY) + 10), Close()),
        "chunk-too-short": (Send(CHUNKED + b"ff\r\n" + COMPLETION_BODY[:50]), Close()),
        "no-last-chunk": (Send(CHUNKED + chunk(COMPLETION_BODY)), Close()),
        "no-last-chunk-reset": (Send(CHUNKED + chunk(COMPLETION_BODY)), Reset()),
        "until-close-but-reset": (Send(UNTIL_CLOSE + COMPLETION_BODY[:50]), Reset()),
    }.items():
        rows += blocking(name, step, error=APIConnectionError, completion=1, histories=4)
    for call, body in BODIES.items():
        rows += [
            Row(id=f"length-too-small-{call}", call=call, script=((*send(body, length=len(body) - 5), Close()),),
                error=ServerError, hits=1),
            Row(id=f"until-close-{call}", call=call, script=((Send(UNTIL_CLOSE + body), Close()),), hits=1),
            Row(id=f"chunked-{call}", call=call, hits=1,
                script=((Send(CHUNKED + b"".join(_sevens(body)) + LAST_CHUNK),),)),
            Row(id=f"old-http-{call}", call=call, hits=1,
                script=((Send(reply(body).replace(b"HTTP/1.1", b"HTTP/1.0")), Close()),)),
        ]  # fmt: skip
    rows += blocking(
        "until-close-but-truncated", (Send(UNTIL_CLOSE + COMPLETION_BODY[:50]), Close()), error=ServerError,
        completion=1, histories=1,
    )  # fmt: skip
    return rows


def too_large() -> dict[str, Step]:
    """Answers over one MiB. Also used where memory is measured."""
    packed = bomb(32, b'{"code": 200, "choices": [], "data": "', b'"}')
    return {
        "gzip-bomb": send(packed, headers=GZIP),
        "gzip-bomb-in-chunks": (
            Send(head(200, (JSON, *GZIP, ("Transfer-Encoding", "chunked"))) + chunk(packed) + LAST_CHUNK),
        ),
        "gzip-bomb-with-500": send(packed, 500, headers=GZIP),
        "gzip-bomb-page": send(bomb(32, b"<html>", b"</html>"), headers=GZIP, content_type="text/html"),
        "endless-chunks": (Send(CHUNKED), Endless(chunk(b" " * 65536))),
        "endless-until-close": (Send(UNTIL_CLOSE), Endless(b" " * 65536)),
        "length-says-so": (Send(head(200, (JSON, ("Content-Length", str(1 << 40))))), Endless(b" " * 65536)),
    }


def _sizes() -> list[Row]:
    rows: list[Row] = []
    for name, step in too_large().items():
        rows += everywhere(name, step, error=ServerError, completion=1, histories=1, options=MEBIBYTE)
    large = json.dumps({"code": 200, "choices": [{"message": {"content": "a" * (1 << 19)}}], "data": "a" * (1 << 19)})
    under = send(compressed(large), headers=GZIP)
    limits = {"max_response_bytes": 2 << 20}
    rows += [
        Row(id="large-completion", call="completion", script=(under,), value="a" * (1 << 19), hits=1, options=limits),
        Row(id="large-histories", call="histories", script=(under,), value="a" * (1 << 19), hits=1, options=limits),
    ]
    return rows


ROWS = [*_json(), *_gzip(), *_lengths(), *_sizes()]
