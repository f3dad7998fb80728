"""One request to an ASGI application, without a socket: on asyncio and on trio, however much of it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio
import httpx

__all__ = ["request", "scope_of"]

_PIECE = 1 << 20


def scope_of(method: str, url: str, headers: Any = None) -> dict[str, Any]:
    """Return the scope of a request."""
    parts = urlsplit(url)
    sent = httpx.Headers({"host": parts.netloc, **(headers or {})})
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": parts.scheme or "http",
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "root_path": "",
        "query_string": parts.query.encode(),
        "headers": [(name.lower(), value) for name, value in sent.raw],
        "client": ("127.0.0.1", 1),
        "server": (parts.hostname or "test", parts.port),
    }


async def request(
    app: Any, method: str, url: str, content: bytes | str = b"", headers: dict[str, Any] | None = None
) -> httpx.Response:
    """Return what the application answers."""
    body = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    pieces = _pieces(body)
    started: dict[str, Any] = {}
    got: list[bytes] = []

    async def receive() -> Any:
        message = next(pieces, None)
        return message if message is not None else await anyio.sleep_forever()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            started.update(message)
        else:
            got.append(message.get("body", b""))

    await app(scope_of(method, url, headers), receive, send)
    return httpx.Response(started["status"], headers=started["headers"], content=b"".join(got))


def _pieces(body: bytes) -> Iterator[dict[str, Any]]:
    for start in range(0, max(1, len(body)), _PIECE):
        yield {"type": "http.request", "body": body[start : start + _PIECE], "more_body": start + _PIECE < len(body)}
