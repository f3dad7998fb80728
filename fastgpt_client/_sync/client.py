# Generated from _async_src/client.py by scripts/generate.py: edit the source, not this file.
"""The base client: one httpx client, the loop that sends, and what closes it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from os import PathLike
from random import random
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self

from fastgpt_client._base_client import BaseClientMixin
from fastgpt_client._concurrency import monotonic, run_with_timeout, sleep
from fastgpt_client._http.config import NOT_GIVEN, NotGiven, Options
from fastgpt_client._http.connections import ConnectionSettings
from fastgpt_client._http.httpx import Client, HTTPResponse, Request, Timeout
from fastgpt_client._http.logging import log_attempt, log_retry
from fastgpt_client._http.request import APIRequest, Attempt, RawResponse, redirected
from fastgpt_client._http.transport import client_options, is_transport_error, map_transport_error
from fastgpt_client._streaming.sse import SNIFFED_BYTES, declares_events, looks_like_events
from fastgpt_client.events import Event
from fastgpt_client.exceptions import APITimeoutError, FastGPTError, ValidationError
from fastgpt_client.responses import DataResponse

from .body import Body
from .connections import Connections
from .stream import ChatStream

_MAX_REDIRECTS = 5


class FastGPTClient(BaseClientMixin):
    """A connection to a FastGPT server: what `ChatClient` and `AppClient` have in common.

    Args:
        api_key: the API key; default `FASTGPT_API_KEY`.
        base_url: the server, with or without `/api`; default `FASTGPT_BASE_URL`, then `http://localhost:3000`.
        app_id: the app of calls that name none; default `FASTGPT_APP_ID`.
        timeout: seconds for each phase of a request, or an `httpx.Timeout`; None for no limit. Left out: connect 5,
            write and pool 60, read 600 for a blocking answer and 60 between the chunks of a stream.
        deadline: seconds for a whole call with its retries and waits; for a stream until its first event.
        max_retries: how often a call is repeated that surely did not run, or may safely run twice.
        retry_delay: bound of the first wait in seconds, doubled each time; the wait itself is random below it.
        max_response_bytes: bound of a blocking answer and of one event of a stream, after decompression.
        completions: "v1" or "v2", the endpoint of completions; v2 (4.9.4 and later) tells of each node as it ends.
        headers: further headers for each request.
        http_client: an httpx client to send with, for proxies, mTLS, other transports; it is never closed here. It
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
        completions: str = "v1",
        headers: Mapping[str, str] | None = None,
        http_client: Client | None = None,
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
        )
        self._configure(api_key, base_url, app_id, headers, options)
        connections = ConnectionSettings(proxy=proxy, verify=verify, trust_env=trust_env, transport=transport)
        if http_client is None:
            self._check_connections(connections)
        elif (proxy, verify, trust_env, transport) != (None, True, True, "own"):
            raise ValidationError("http_client makes its own connections: give it the proxy, verify and trust_env")
        if http_client is not None and not isinstance(http_client, Client):
            wanted, got = Client.__name__, type(http_client).__name__
            raise ValidationError(f"http_client must be an httpx.{wanted}, not {got}")
        self._owns_http = http_client is None
        own: dict[str, Any] = {"transport": Connections(connections), **client_options()}
        self._http = http_client or Client(**own)

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the streams that are still open, and the connections that are this client's own.

        A view made by `with_options` closes nothing, and an `http_client=` stays open.
        """
        if self._is_view:
            return
        self._state.closed = True
        for body in [*self._state.open, *self._state.abandoned]:
            body.close()
        self._state.abandoned.clear()
        if self._owns_http:
            self._http.close()

    def _send_request(self, request: APIRequest) -> RawResponse:
        """Return the good answer to a request, retried as far as the policy allows; raise our error for any other."""
        answer = self._run(request)
        assert isinstance(answer, RawResponse)  # a request without `stream` is read to its end
        return answer

    def _call(self, request: APIRequest) -> DataResponse[Any]:
        """Return the answer to a call whose answer is an envelope, opened."""
        answer = self._send_request(request)
        return DataResponse(
            answer.http, answer.content, answer.json, data=answer.json.get("data"), attempts=answer.attempts
        )

    def _open_stream(self, request: APIRequest) -> ChatStream:
        """Return the open event stream that answers a request, retried until its head is there."""
        stream = self._run(request)
        assert isinstance(stream, ChatStream)
        return stream

    def _stream_of(self, http: HTTPResponse, events: Sequence[Event], chat_id: str) -> ChatStream:
        """Return a stream of events that are here already, and came with a finished answer."""
        body = Body(http, self._options.max_response_bytes)
        return ChatStream(body, self._state, self._secret, Attempt(1, None), chat_id, events)

    def _run(self, request: APIRequest) -> RawResponse | ChatStream:
        """Attempt a request until it is answered, or the policy gives up."""
        self._check_open()
        if self._http.is_closed:
            raise ValidationError("the http_client that was passed in is closed: make a new one")
        while self._state.abandoned:
            self._state.abandoned.pop().close()
        begin = monotonic()
        deadline = self._options.deadline
        attempt = Attempt(1, None if deadline is None else begin + deadline)
        while True:
            left = None if attempt.ends is None else attempt.ends - monotonic()
            try:
                return run_with_timeout(left, partial(self._attempt, request, attempt), attempt.interrupt)
            except TimeoutError as exc:
                late = APITimeoutError(
                    f"The call took longer than its deadline of {deadline} s", attempts=attempt.number
                )
                raise late from exc
            except FastGPTError as exc:
                wait = self._retry_delay(exc, request, attempt, elapsed=monotonic() - begin, random=random())
                if wait is None:
                    raise
                log_retry(
                    request.operation.method, request.operation.paths[0], attempt.number, type(exc).__name__, wait
                )
            sleep(wait)
            attempt = attempt.next()

    def _attempt(self, request: APIRequest, attempt: Attempt) -> RawResponse | ChatStream:
        """Send a request once, to the first of its paths that the server knows."""
        paths = self._path_candidates(request.operation)
        while True:
            path = paths.pop(0)
            body = self._send(request, path, attempt)
            try:
                if request.stream and self._is_event_stream(body):
                    stream = ChatStream(body, self._state, self._secret, attempt, request.chat_id)
                    stream._raise_early_error()
                    self._state.paths[request.operation.paths[0]] = path
                    return stream
                content = body.read()
            except BaseException:
                body.close()
                raise
            if paths and self._unknown_path(body.http, content):
                continue
            result = self._parse_response(request, body.http, content)
            self._state.paths[request.operation.paths[0]] = path
            return RawResponse(body.http, content, result, attempt.number)

    def _is_event_stream(self, body: Body) -> bool:
        """Return whether an answer is an event stream, if need be by its first bytes."""
        if body.http.status_code != 200:
            return False
        return declares_events(body.http.headers) or looks_like_events(body.peek(SNIFFED_BYTES))

    def _send(self, request: APIRequest, path: str, attempt: Attempt) -> Body:
        """Return the open body of the answer, redirects within the origin followed."""
        timeouts = self._options.timeout_for(stream=request.stream).as_dict()
        message = self._http_request(
            request, path, None if self._owns_http else self._http.headers, attempt.capped(timeouts, monotonic())
        )
        redirects = 0
        while True:
            http = self._send_once(message, path)
            # A file is sent where it was said to go, and nowhere else.
            follow = redirects < _MAX_REDIRECTS and request.file is None and request.presigned is None
            following = redirected(http) if follow else None
            if following is None:
                attempt.http = http
                if request.stream:
                    # The deadline is over with the first event: what is read then has its own time. httpx looks the
                    # timeout up anew for the body.
                    http.request.extensions["timeout"].update(timeouts)
                return Body(http, self._options.max_response_bytes)
            http.close()
            message = following
            redirects += 1

    def _send_once(self, message: Request, path: str) -> HTTPResponse:
        begin = monotonic()
        outcome: int | str = "cancelled"
        try:
            http = self._http.send(message, stream=True, follow_redirects=False)
            outcome = http.status_code
            return http
        except Exception as exc:
            if not is_transport_error(exc):
                raise
            outcome = type(exc).__name__
            raise map_transport_error(exc, message.stream) from exc
        finally:
            log_attempt(message.method, path, outcome, monotonic() - begin)
