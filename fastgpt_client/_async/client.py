# Generated from _async_src/client.py by scripts/generate.py: edit the source, not this file.
"""The base client: configuration, opening and closing, and sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self, cast

from fastgpt_client._base_client import BaseClientMixin
from fastgpt_client._http.config import (
    NOT_GIVEN,
    NotGiven,
    Options,
    check_api_key,
    check_app_id,
    check_headers,
    normalise_base_url,
)
from fastgpt_client._http.connections import ConnectionSettings
from fastgpt_client._http.httpx import URL, AsyncClient, Timeout
from fastgpt_client._http.httpx2 import AsyncHTTPX2Client
from fastgpt_client._http.redaction import Secret
from fastgpt_client._http.request import APIRequest, RawResponse
from fastgpt_client.calls import CallAttempt
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.responses import DataResponse

from .connections import AsyncConnections, async_sending_client
from .sender import AsyncSender


class AsyncFastGPTClient(BaseClientMixin[AsyncSender]):
    """The base of the chat, app and dataset clients: a connection to a FastGPT server.

    Args:
        api_key: API key; default: `FASTGPT_API_KEY`. Not required by a chat client that only serves visitors of share
            links: their requests are sent without it.
        base_url: address of the server, with or without `/api`; default: `FASTGPT_BASE_URL`, then
            `http://localhost:3000`.
        app_id: ID of the app for calls that name none; default: `FASTGPT_APP_ID`.
        timeout: seconds for each phase of a request, or an `httpx.Timeout`; None for no limit. Default: connect 5,
            write and pool 60, read 600 for a blocking answer and 60 between the chunks of a stream.
        deadline: seconds for a whole call including retries and waits; for a stream, until its first event. Default:
            none.
        max_retries: maximum number of retries per call. Only requests that never ran on the server, or that are
            idempotent, are retried.
        retry_delay: upper bound of the first wait, in seconds; it doubles with each retry. The wait is random below it.
        max_response_bytes: maximum size of a blocking answer, and of one event of a stream, after decompression.
        completions: endpoint for completions: "v1" or "v2". v2 (4.9.4 and later) emits an event as each workflow node
            finishes, and from 4.14.4 on its run continues when the connection is cut. Default: v2 for streams of
            conversations where the server has it, v1 otherwise.
        on_call: function called with a `CallAttempt` after each attempt, for metrics and traces. It should be fast; its
            exceptions propagate.
        headers: additional headers for each request.
        http_client: an httpx or httpx2 client to send with, for mTLS or other transports. It is never closed here, and
            should have no `auth=`, which would replace the key.
        proxy: URL of a proxy for all requests, such as "http://127.0.0.1:8080"; default: from the environment
            (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY).
        verify: how certificates are verified: True for the usual authorities (or SSL_CERT_FILE, SSL_CERT_DIR), the path
            of a file or folder of certificates, an `ssl.SSLContext`, or False for no verification, which is unsafe.
        trust_env: whether to use the environment's proxies and certificates.
        transport: "own" for this package's faster transport, "httpx" for httpx's. With a proxy, httpx's is used.

    Raises:
        ValidationError: an argument is invalid; nothing was sent.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        app_id: str | None = None,
        timeout: float | Timeout | NotGiven | None = NOT_GIVEN,
        deadline: float | None = None,
        max_retries: int = 3,
        retry_delay: float = 1.0,
        max_response_bytes: int | NotGiven = NOT_GIVEN,
        completions: str | None = None,
        on_call: Callable[[CallAttempt], object] | None = None,
        headers: Mapping[str, str] | None = None,
        http_client: AsyncClient | AsyncHTTPX2Client | None = None,
        proxy: str | None = None,
        verify: bool | str | PathLike[str] | SSLContext = True,
        trust_env: bool = True,
        transport: str = "own",
    ) -> None:
        options = Options().changed(
            timeout=timeout,
            deadline=deadline,
            max_retries=max_retries,
            retry_delay=retry_delay,
            max_response_bytes=max_response_bytes,
            completions=completions,
            on_call=on_call,
        )
        secret = Secret(check_api_key(api_key, required=not self._serves_visitors))
        root = normalise_base_url(base_url)
        self._app_id = check_app_id(app_id)
        checked_headers = check_headers(headers)
        connections = ConnectionSettings(proxy=proxy, verify=verify, trust_env=trust_env, transport=transport)
        if http_client is None:
            url = URL(root)
            connections.check(url.scheme, url.host, url.port or 0)
        elif (proxy, verify, trust_env, transport) != (None, True, True, "own"):
            raise ValidationError("http_client has its own connections: configure proxy, verify and trust_env there")
        self._http_client = http_client
        own = AsyncConnections(connections)
        http = async_sending_client(http_client, own)
        connections_of_own = own if http_client is None else None
        self._sender = AsyncSender(
            http, connections_of_own, base_url=root, secret=secret, headers=checked_headers, options=options
        )
        self._is_view = False

    @property
    def http_client(self) -> AsyncClient:
        """The httpx client that sends the requests: `http_client=` (also an httpx2 client), or the client's own.

        Use it for other requests over the same connections, proxies and certificates. It has neither the key nor the
        base URL, and is closed by its owner.
        """
        return self._sender.http if self._http_client is None else cast("AsyncClient", self._http_client)

    async def __aenter__(self) -> Self:
        self._sender.check_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close open streams and the client's own connections.

        A view made by `with_options` closes nothing. An `http_client=` that was passed in stays open.
        """
        if not self._is_view:
            await self._sender.close()

    async def _send_request(self, request: APIRequest) -> RawResponse:
        """Return a successful response, retrying as the policy permits; raise our error for any other."""
        return await self._sender.send(request)

    async def _call(self, request: APIRequest) -> DataResponse[Any]:
        """Return the unwrapped response to a call that responds with an envelope."""
        answer = await self._sender.send(request)
        return DataResponse(
            answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
        )
