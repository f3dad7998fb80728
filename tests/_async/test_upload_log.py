# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""The address that takes an upload's bytes is a credential: it stands in no log, httpx's own included."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client._http.request import WithheldURL
from fastgpt_client.testing import FakeFastGPT
from tests.support import embedded_chats
from tests.support.embedded_chats import settings

server = embedded_chats.server
LARGE = b"x" * (33 << 20)  # goes in parts


class Repeating(httpx.AsyncBaseTransport):
    """Sends everything twice, as transports do that retry: the second time it is the same request."""

    def __init__(self) -> None:
        self._transport = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        first = await self._transport.handle_async_request(request)
        await first.aread()
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """All that was logged in this process but by the server."""
    return [record.getMessage() for record in caplog.records if record.name.startswith(("httpx", "httpcore", "fast"))]


def signed(server: FakeFastGPT) -> set[str]:
    """The paths of the addresses that the bytes went to."""
    return {request.path for request in server.requests if "/api/system/file/" in request.path}


@pytest.mark.parametrize("sends", ["own", "httpx"])
@pytest.mark.parametrize("content", [b"x", LARGE], ids=["put", "parts"])
async def test_no_signed_address_is_logged(
    server: FakeFastGPT, caplog: pytest.LogCaptureFixture, content: bytes, sends: str
) -> None:
    caplog.set_level(logging.DEBUG)
    async with AsyncChatClient(**settings(server, server.app(files=True), transport=sends)) as client:
        await client.upload_file(content, filename="a.txt", chatId="c1")
    lines = logged(caplog)
    assert f'HTTP Request: PUT {server.url}/*** "HTTP/1.1 200 OK"' in lines
    assert not [line for line in lines for path in signed(server) if path in line]


async def test_neither_is_one_by_a_client_that_was_passed_in(
    server: FakeFastGPT, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "httpx")
    async with httpx.AsyncClient() as http:
        client = AsyncChatClient(**settings(server, server.app(files=True)), http_client=http)
        await client.upload_file(b"x", filename="a.txt", chatId="c1")
    assert f'HTTP Request: PUT {server.url}/*** "HTTP/1.1 200 OK"' in logged(caplog)


async def test_what_is_not_shown_is_sent_to_again(server: FakeFastGPT) -> None:
    async with httpx.AsyncClient(transport=Repeating()) as http:
        client = AsyncChatClient(**settings(server, server.app(files=True)), http_client=http)
        part: Any = await client.upload_file(b"content", filename="a.txt", chatId="c1")
        assert (await http.get(part["url"])).content == b"content"


def test_an_address_that_is_not_shown_is_one() -> None:
    url = httpx.URL("http://store.test:9000/bucket/key?signature=s")
    shown = WithheldURL(url)
    assert (str(shown), repr(shown)) == ("http://store.test:9000/***", "URL('http://store.test:9000/***')")
    assert (shown.raw_path, shown.host, shown.port) == (url.raw_path, "store.test", 9000)
