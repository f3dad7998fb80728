"""A loopback server of precomputed answers, in a process of its own and far faster than any client.

What is answered is chosen by the first part of the path, so that a client's base URL chooses it:
`/stream-<events>-<plain|detail>-<bytes per write, 0 for one event a write>/…`, `/line-<bytes>-<bytes per write>/…`,
`/json-<bytes>/…`, `/page/…`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from functools import lru_cache

HEAD = b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n"
STREAM_HEAD = HEAD + b"Content-Type: text/event-stream;charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"


def _delta(content: str | None, finish_reason: str | None) -> str:
    choice = {"delta": {"role": "assistant", "content": content}, "index": 0, "finish_reason": finish_reason}
    return json.dumps({"id": "", "object": "", "created": 0, "model": "", "choices": [choice]}, separators=(",", ":"))


def _events(count: int, detail: bool) -> list[bytes]:
    name = "event: answer\n" if detail else ""
    events = [f"{name}data: {_delta(f'word{number % 10} ', None)}\n\n" for number in range(count)]
    if detail:
        for number in range(0, count, 100):
            node = {"id": f"x{number}", "nodeId": f"n{number}", "moduleName": "AI Chat", "moduleType": "chatNode"}
            node |= {"runningTime": 0.8, "inputTokens": 9, "outputTokens": 2, "query": "question " * 20}
            status = json.dumps({"status": "running", "name": "AI Chat"})
            events[number] = f"event: flowNodeStatus\ndata: {status}\n\n{events[number]}"
            events[number] += f"event: flowNodeResponse\ndata: {json.dumps(node)}\n\n"
    events.append(f"{name}data: {_delta(None, 'stop')}\n\n")
    events.append(f"{name}data: [DONE]\n\n")
    return [event.encode() for event in events]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _cut(data: bytes, size: int) -> list[bytes]:
    return [_chunk(data[start : start + size]) for start in range(0, len(data), size)]


@lru_cache(maxsize=8)
def answer(what: str) -> list[bytes]:
    """Return the writes that answer a path that begins with `what`."""
    kind, *rest = what.split("-")
    if kind == "stream":
        events = _events(int(rest[0]), rest[1] == "detail")
        size = int(rest[2])
        chunks = _cut(b"".join(events), size) if size else [_chunk(event) for event in events]
        return [STREAM_HEAD, *chunks, b"0\r\n\r\n"]
    if kind == "line":
        node = json.dumps([{"moduleName": "x", "textOutput": "y" * int(rest[0])}])
        tail = f"event: flowResponses\ndata: {node}\n\ndata: {_delta(None, 'stop')}\n\ndata: [DONE]\n\n"
        return [STREAM_HEAD, *_cut(tail.encode(), int(rest[1])), b"0\r\n\r\n"]
    if kind == "json":
        body = {
            "responseData": [
                {"moduleName": "AI Chat", "inputTokens": 1, "query": "q" * 80} for _ in range(int(rest[0]) // 140)
            ]
        }
        body |= {"id": "c1", "model": "", "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 1}}
        body |= {
            "choices": [{"message": {"role": "assistant", "content": "w" * 200}, "finish_reason": "stop", "index": 0}]
        }
    else:
        chats = [{"chatId": f"c{number}", "title": "a chat", "top": False} for number in range(20)]
        body = {"code": 200, "statusText": "", "message": "", "data": {"list": chats, "total": 1000}}
    content = json.dumps(body).encode()
    head = HEAD + b"Content-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(content)
    return [head + content]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lower = head.lower()
            if b"content-length:" in lower:
                length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
            what = head.split(b" ")[1].decode().split("/")[1]
            for number, data in enumerate(answer(what)):
                writer.write(data)
                if number % 64 == 63:
                    await writer.drain()
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
