# Generated from _async_src/httpx2.py by scripts/generate.py: edit the source, not this file.
"""Sends requests with an httpx2 client that was passed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from fastgpt_client._http.httpx import AsyncBaseTransport, AsyncByteStream, HTTPResponse, Request
from fastgpt_client._http.httpx2 import (
    AsyncHTTPX2Client,
    as_httpx2_request,
    as_httpx_error,
    as_httpx_response,
    is_about,
)
from fastgpt_client.exceptions import ValidationError


class AsyncHTTPX2Transport(AsyncBaseTransport):
    """Passes each request to an httpx2 client, which is not closed here because the caller owns it."""

    def __init__(self, client: AsyncHTTPX2Client) -> None:
        self._client = client

    async def handle_async_request(self, request: Request) -> HTTPResponse:
        """Return the response to a request, with its body unread."""
        if self._client.is_closed:
            raise ValidationError("the http_client that was passed in is closed: create a new one")
        same = as_httpx2_request(request)
        # A request without the key must not get the client's `auth=` either.
        auth: dict[str, Any] = {} if "authorization" in request.headers else {"auth": None}
        try:
            response = await self._client.send(same, stream=True, follow_redirects=False, **auth)
        except Exception as exc:
            if not is_about(exc, same):
                raise
            raise as_httpx_error(exc, request) from exc.__cause__
        return as_httpx_response(response, request, AsyncHTTPX2Stream(response, request))


class AsyncHTTPX2Stream(AsyncByteStream):
    """The body of an httpx2 response; failures while reading it are raised as httpx's errors."""

    def __init__(self, response: Any, request: Request) -> None:
        self._response = response
        self._request = request
        self._chunks: AsyncIterator[bytes] = response.stream.__aiter__()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self._chunks.__anext__()
        except StopAsyncIteration:
            raise
        except Exception as exc:
            raise as_httpx_error(exc, self._request) from exc.__cause__

    async def aclose(self) -> None:
        """Return the connection to its client."""
        await self._response.aclose()
