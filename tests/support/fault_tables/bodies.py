"""Answers whose head is good and whose body is not: no JSON, no gzip, another length, too much."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

from fastgpt_client.exceptions import APIConnectionError, ServerError
from tests.support.fault_actions import CLOSE, RESET, Step, endless, sent, sent_later
from tests.support.faults import (
    ANSWER,
    COMPLETION_BODY,
    GZIP,
    HISTORIES_BODY,
    LAST_CHUNK,
    Row,
    Sees,
    bomb,
    chunk,
    gives,
    head,
    reply,
    send,
)

JSON = ("Content-Type", "application/json")
CHUNKED = head(200, (JSON, ("Transfer-Encoding", "chunked")))
CHUNKED_GZIP = head(200, (JSON, *GZIP, ("Transfer-Encoding", "chunked")))
UNTIL_CLOSE = head(200, (JSON, ("Connection", "close")))


def no_answer(name: str, body: bytes) -> Row:
    """No answer of FastGPT, however it is read."""
    return Row(name, send(body), ServerError, completion=1, histories=1)


def says_nothing(name: str, choice: object) -> Row:
    """An answer without text, in a way of its own: no reason to fail."""
    return Row(name, send(json.dumps({"choices": [choice]})), gives(""), completion=1)


def both(name: str, make: Callable[[bytes], Step], sees: Sees | type[ServerError] = ANSWER) -> list[Row]:
    """The good answer to each of the two calls, in a form of its own."""
    return [
        Row(name, make(COMPLETION_BODY), sees, completion=1),
        Row(name, make(HISTORIES_BODY), sees, histories=1),
    ]


def broken(name: str, step: Step) -> Row:
    """A connection that ends before the answer does."""
    return Row(name, step, APIConnectionError, completion=1, histories=4)


def bad_gzip(name: str, body: bytes) -> Row:
    return Row(name, send(body, headers=GZIP), ServerError, completion=1, histories=1)


def too_large(name: str, step: Step) -> Row:
    """An answer over the limit, which the client leaves without reading it to its end."""
    return Row(name, step, ServerError, completion=1, histories=1, stream=1, client={"max_response_bytes": 1 << 20})


def packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def json_bomb() -> bytes:
    return bomb(32, b'{"code": 200, "choices": [], "data": "', b'"}')


def in_sevens(body: bytes) -> bytes:
    return CHUNKED + b"".join(chunk(body[start : start + 7]) for start in range(0, len(body), 7)) + LAST_CHUNK


# An answer to both calls that is good but for what is put into it.
BUT_FOR = b'{"code": 200, "choices": [{"message": {"content": "%b"}}], "data": %b}'
PACKED = packed(COMPLETION_BODY)
# Half a MiB of text in each place, under a limit of two.
HALF = "a" * (1 << 19)
LARGE = packed(json.dumps({"code": 200, "choices": [{"message": {"content": HALF}}], "data": HALF}).encode())

# fmt: off
ROWS = [
    no_answer("json-empty",           b""),
    no_answer("json-blank",           b" \n "),
    no_answer("json-null",            b"null"),
    no_answer("json-true",            b"true"),
    no_answer("json-number",          b"42"),
    no_answer("json-text",            b'"Hello"'),
    no_answer("json-list",            b"[]"),
    no_answer("json-list-of-lists",   b"[[]]"),
    no_answer("json-empty-object",    b"{}"),
    no_answer("json-other-object",    b'{"status": "ok"}'),
    no_answer("json-code-is-text",    b'{"code": "200", "data": {}}'),
    no_answer("json-truncated",       COMPLETION_BODY[:40]),
    no_answer("json-nested-list",     b"[" * 200_000),
    no_answer("json-nested-object",   b'{"choices":' * 100_000),
    no_answer("json-choices-null",    b'{"choices": null}'),
    no_answer("json-choices-empty",   b'{"choices": []}'),
    no_answer("json-choices-of-null", b'{"choices": [null]}'),
    no_answer("json-choices-object",  b'{"choices": {"message": {}}}'),
    no_answer("json-endless-number",  BUT_FOR % (b"x", b"9" * 5000)),
    no_answer("json-not-utf-8",       BUT_FOR % (b"\xff\xfe\x80", b"1")),
    no_answer("json-bare-line-end",   BUT_FOR % (b"a\nb", b"1")),
    no_answer("json-comma-too-many",  BUT_FOR % (b"x", b"[1,]")),
    no_answer("json-two-values",      COMPLETION_BODY + COMPLETION_BODY),
    no_answer("json-binary",          bytes(range(256))),
    no_answer("json-bom-only",        b"\xef\xbb\xbf"),

    says_nothing("json-no-message",         {}),
    says_nothing("json-null-message",       {"message": None}),
    says_nothing("json-text-for-a-message", {"message": "Hello"}),
    says_nothing("json-list-for-a-message", {"message": ["Hello"]}),
    says_nothing("json-null-content",       {"message": {"content": None}}),
    says_nothing("json-number-for-content", {"message": {"content": 5}}),
    says_nothing("json-object-for-content", {"message": {"content": {"text": "Hello"}}}),
    says_nothing("json-odd-items",
        {"message": {"content": [None, 1, "a", [], {}, {"text": None}, {"text": {"content": 1}}]}}),

    *both("json-bom",           lambda body: send(b"\xef\xbb\xbf" + body)),
    *both("json-without-type",  lambda body: send(body, content_type=None)),
    *both("json-as-text",       lambda body: send(body, content_type="text/plain")),
    *both("json-other-charset", lambda body: send(body, content_type="application/json; charset=nonsense")),

    bad_gzip("gzip-no-gzip",           COMPLETION_BODY),
    bad_gzip("gzip-truncated",         PACKED[:30]),
    bad_gzip("gzip-cut-in-its-header", PACKED[:5]),
    bad_gzip("gzip-damaged",           PACKED[:20] + b"\xff" * 20 + PACKED[40:]),
    bad_gzip("gzip-wrong-checksum",    PACKED[:-8] + b"\0" * 8),
    bad_gzip("gzip-empty",             b""),
    bad_gzip("gzip-twice",             packed(PACKED)),
    Row("unknown-encoding", send(b"\0\1\2", headers=[("Content-Encoding", "zstd-9")]), ServerError, completion=1, histories=1),
    *both("gzip-good",           lambda body: send(packed(body), headers=GZIP)),
    *both("gzip-of-two-members", lambda body: send(packed(body[:20]) + packed(body[20:]), headers=GZIP)),

    broken("length-too-large",      send(COMPLETION_BODY, length=len(COMPLETION_BODY) + 10) + CLOSE),
    broken("chunk-too-short",       sent(CHUNKED + b"ff\r\n" + COMPLETION_BODY[:50]) + CLOSE),
    broken("no-last-chunk",         sent(CHUNKED + chunk(COMPLETION_BODY)) + CLOSE),
    broken("no-last-chunk-reset",   sent(CHUNKED + chunk(COMPLETION_BODY)) + RESET),
    broken("until-close-but-reset", sent(UNTIL_CLOSE + COMPLETION_BODY[:50]) + RESET),
    # Nothing says that more was to come.
    Row("until-close-but-truncated", sent(UNTIL_CLOSE + COMPLETION_BODY[:50]) + CLOSE, ServerError, completion=1, histories=1),
    *both("length-too-small", lambda body: send(body, length=len(body) - 5) + CLOSE, ServerError),
    *both("until-close",      lambda body: sent(UNTIL_CLOSE + body) + CLOSE),
    *both("chunked",          lambda body: sent(in_sevens(body))),
    *both("old-http",         lambda body: sent(reply(body).replace(b"HTTP/1.1", b"HTTP/1.0")) + CLOSE),

    Row("large", send(LARGE, headers=GZIP), gives(HALF), completion=1, histories=1, client={"max_response_bytes": 2 << 20}),
]
TOO_LARGE = [
    too_large("gzip-bomb",           sent_later(lambda: reply(json_bomb(), headers=GZIP))),
    too_large("gzip-bomb-in-chunks", sent_later(lambda: CHUNKED_GZIP + chunk(json_bomb()) + LAST_CHUNK)),
    too_large("gzip-bomb-with-500",  sent_later(lambda: reply(json_bomb(), 500, headers=GZIP))),
    too_large("gzip-bomb-page",      sent_later(lambda: reply(bomb(32, b"<html>", b"</html>"), headers=GZIP, content_type="text/html"))),
    too_large("endless-chunks",      sent(CHUNKED) + endless(chunk(b" " * 65536))),
    too_large("endless-until-close", sent(UNTIL_CLOSE) + endless(b" " * 65536)),
    too_large("length-says-so",      sent(head(200, (JSON, ("Content-Length", str(1 << 40))))) + endless(b" " * 65536)),
]
