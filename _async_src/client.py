# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The base client: its configuration, how it is opened and closed, and how its methods send."""

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
    """A connection to a FastGPT server: what chat, app and dataset clients have in common.

    Args:
        api_key: the API key; default `FASTGPT_API_KEY`. A chat client that only serves a share link's visitors needs
            none: their calls are sent without it.
        base_url: the server, with or without `/api`; default `FASTGPT_BASE_URL`, then `http://localhost:3000`.
        app_id: the app of calls that name none; default `FASTGPT_APP_ID`.
        timeout: seconds for each phase of a request, or an `httpx.Timeout`; None for no limit. Left out: connect 5,
            write and pool 60, read 600 for a blocking answer and 60 between the chunks of a stream.
        deadline: seconds for a whole call with its retries and waits; for a stream until its first event.
        max_retries: the most retries of a call. Only requests that are known not to have run, or may safely run twice,
            are retried.
        retry_delay: bound of the first wait in seconds, doubled each time; the wait itself is random below it.
        max_response_bytes: bound of a blocking answer and of one event of a stream, after decompression.
        completions: "v1" or "v2", the endpoint of completions; v2 (4.9.4 and later) tells of each node as it ends, and
            from 4.14.4 on its run goes on when its connection is cut. Left out, conversations stream by v2 where the
            server has it, and all else goes by v1.
        on_call: called with a `CallAttempt` after each attempt at a call, for metrics and traces. It should be quick;
            what it raises is passed on.
        headers: further headers for each request.
        http_client: an httpx or httpx2 client to send with, for mTLS, other transports; it is never closed here. It
            should have no `auth=`: that would take the place of the key.
        proxy: the address of a proxy for all requests, such as "http://127.0.0.1:8080"; left out, the environment
            (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY) says it.
        verify: which certificates are trusted: True for the usual authorities (or SSL_CERT_FILE, SSL_CERT_DIR), a file
            or folder of certificates, an `ssl.SSLContext`, or False for any, which is not safe.
        trust_env: whether the environment's proxies and certificates count.
        transport: "own" for this package's transport, the quicker one; "httpx" for httpx's. A proxy takes httpx's.

    Raises:
        ValidationError: an argument cannot be used; nothing was sent.
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
            raise ValidationError("http_client makes its own connections: give it the proxy, verify and trust_env")
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
        """The httpx client that requests are sent with: `http_client=` (httpx2's too), or the client's own.

        For requests beside those of this package: they take the same connections, proxies and certificates. It knows
        neither the key nor the server, and is closed by whoever made it.
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
        """Close the streams that are still open, and the connections that are this client's own.

        A view made by `with_options` closes nothing, and an `http_client=` stays open.
        """
        if not self._is_view:
            await self._sender.close()

    async def _send_request(self, request: APIRequest) -> RawResponse:
        """Return the good answer to a request, retried as far as the policy allows; raise our error for any other."""
        return await self._sender.send(request)

    async def _call(self, request: APIRequest) -> DataResponse[Any]:
        """Return the answer to a call whose answer is an envelope, opened."""
        answer = await self._sender.send(request)
        return DataResponse(
            answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
        )
