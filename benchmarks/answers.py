"""The benchmark server's responses: complete with head, split into the writes that send them."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

HEAD = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n"
STREAM_HEAD = HEAD + b"Content-Type: text/event-stream;charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
PAGE_SIZE, CHATS = 20, 1000
NODE_EVERY = 20  # pieces of text


@lru_cache(maxsize=8)
def answer(what: str) -> tuple[list[bytes], float]:
    """Return the writes of the response for a path that begins with `what`, and the seconds to wait after each.

    stream-<events>-<plain, detail or foreign>-<bytes per write, 0: one event>-<bytes of text per event>
    paced-<events>-<milliseconds between them>
    line-<bytes>-<bytes per write>
    json-<bytes>
    page-<offset>
    """
    kind, *rest = what.split("-")
    if kind == "stream":
        blocks = events(int(rest[0]), rest[1], int(rest[3]))
        return _stream(_cut(b"".join(blocks), int(rest[2])) if int(rest[2]) else blocks), 0.0
    if kind == "paced":
        return _stream(events(int(rest[0]), "plain", 6)), int(rest[1]) / 1000
    if kind == "line":
        return _stream(_cut(line(int(rest[0])), int(rest[1]))), 0.0
    content = json.dumps(completion(int(rest[0])) if kind == "json" else page(int(rest[0]))).encode()
    return [
        HEAD + b"Content-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(content) + content
    ], 0.0


def events(count: int, form: str, size: int) -> list[bytes]:
    """Return the events of an answer: `count` pieces of text and the end; with `detail`, also node events.

    The form `foreign` has the same content, but differs from FastGPT's bytes, so that no shortcut applies.
    """
    name = b"event: answer\n" if form == "detail" else b""
    word = "word5 " * (size // 6) + "." * (size % 6)
    piece = name + b"data: " + _delta(word, None, form) + b"\n\n"
    blocks: list[bytes] = []
    for number in range(count):
        if form == "detail" and number % NODE_EVERY == 0:
            blocks.append(_event("flowNodeStatus", {"status": "running", "name": "AI Chat"}))
            blocks.append(_event("flowNodeResponse", node(number)))
        blocks.append(piece)
    return [*blocks, name + b"data: " + _delta(None, "stop", form) + b"\n\n", name + b"data: [DONE]\n\n"]


def line(size: int) -> bytes:
    """Return a stream whose `flowResponses` event is a single line of about `size` bytes."""
    nodes = [{"moduleName": "x", "textOutput": "y" * size}]
    return _event("flowResponses", nodes) + b"data: " + _delta(None, "stop", "") + b"\n\ndata: [DONE]\n\n"


def node(number: int) -> dict[str, Any]:
    """Return the response of a node, about 700 bytes."""
    named = {"id": f"x{number}", "nodeId": f"n{number}", "moduleName": "AI Chat", "moduleType": "chatNode"}
    told = {"runningTime": 0.8, "model": "m", "inputTokens": 9, "outputTokens": 2, "query": "question " * 20}
    preview = [{"obj": "Human", "value": "question " * 20}, {"obj": "AI", "value": "answer " * 10}]
    return {**named, **told, "historyPreview": preview}


def completion(size: int) -> dict[str, Any]:
    """Return a blocking answer of about `size` bytes, nodes included."""
    message = {"role": "assistant", "content": "w" * 100}
    return {
        "id": "c1",
        "model": "",
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 1},
        "choices": [{"message": message, "finish_reason": "stop", "index": 0}],
        "responseData": [
            node(number) if size > 1000 else {"moduleName": "AI Chat", "moduleType": "chatNode", "query": "q" * 120}
            for number in range(max(1, size // 700))
        ],
    }


def page(offset: int) -> dict[str, Any]:
    """Return a page of a list of chats."""
    chats = [
        {"chatId": f"c{number}", "updateTime": "2026-01-01T00:00:00.000Z", "title": "a chat", "top": False}
        for number in range(offset, offset + PAGE_SIZE)
    ]
    return {"code": 200, "statusText": "", "message": "", "data": {"list": chats, "total": CHATS}}


def _delta(content: str | None, finish_reason: str | None, form: str) -> bytes:
    delta = {"role": "assistant", "content": content}
    choice = {"delta": delta, "index": 0, "finish_reason": finish_reason}
    whole = {"id": "", "object": "", "created": 0, "model": "", "choices": [choice]}
    return json.dumps(whole, separators=None if form == "foreign" else (",", ":")).encode()


def _event(name: str, data: object) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _stream(blocks: list[bytes]) -> list[bytes]:
    return [STREAM_HEAD, *(b"%x\r\n%b\r\n" % (len(block), block) for block in blocks), b"0\r\n\r\n"]


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]
