# Generated from _async_src/httpx2.py by scripts/generate.py: edit the source, not this file.
"""Sends requests with an httpx2 client that was passed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastgpt_client._http.httpx import BaseTransport, ByteStream, HTTPResponse, Request
from fastgpt_client._http.httpx2 import (
    HTTPX2Client,
    as_httpx2_request,
    as_httpx_error,
    as_httpx_response,
    is_about,
)
from fastgpt_client.exceptions import ValidationError


class HTTPX2Transport(BaseTransport):
    """Passes each request to an httpx2 client, which is not closed here because the caller owns it."""

    def __init__(self, client: HTTPX2Client) -> None:
        self._client = client

    def handle_request(self, request: Request) -> HTTPResponse:
        """Return the response to a request, with its body unread."""
        if self._client.is_closed:
            raise ValidationError("the http_client that was passed in is closed: create a new one")
        same = as_httpx2_request(request)
        # A request without the key must not get the client's `auth=` either.
        auth: dict[str, Any] = {} if "authorization" in request.headers else {"auth": None}
        try:
            response = self._client.send(same, stream=True, follow_redirects=False, **auth)
        except Exception as exc:
            if not is_about(exc, same):
                raise
            raise as_httpx_error(exc, request) from exc.__cause__
        return as_httpx_response(response, request, HTTPX2Stream(response, request))


class HTTPX2Stream(ByteStream):
    """The body of an httpx2 response; failures while reading it are raised as httpx's errors."""

    def __init__(self, response: Any, request: Request) -> None:
        self._response = response
        self._request = request
        self._chunks: Iterator[bytes] = response.stream.__iter__()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return self._chunks.__next__()
        except StopIteration:
            raise
        except Exception as exc:
            raise as_httpx_error(exc, self._request) from exc.__cause__

    def close(self) -> None:
        """Return the connection to its client."""
        self._response.close()
