# Generated from _async_src/sender.py by scripts/generate.py: edit the source, not this file.
"""Sends calls: attempt after attempt, until one succeeds or the policy gives up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from os import getpid
from random import random
from typing import TYPE_CHECKING, NoReturn

from fastgpt_client._api.answer import is_unknown_path, parse_response
from fastgpt_client._api.chat_lookup import AGE, is_transient
from fastgpt_client._concurrency import TimeExpired, monotonic, run_with_timeout, sleep, wall_clock
from fastgpt_client._concurrency.run_local import Place
from fastgpt_client._http.config import Options
from fastgpt_client._http.httpx import URL, Client, Headers, HTTPResponse, Request, ResponseNotRead
from fastgpt_client._http.logging import DEBUG, log_attempt, log_retry, logger
from fastgpt_client._http.redaction import Secret
from fastgpt_client._http.request import APIRequest, Attempt, RawResponse, RequestBody
from fastgpt_client._http.sender import BaseSender, redirected
from fastgpt_client._http.transport import is_send_error, map_transport_error
from fastgpt_client._http.watch import CallWatch
from fastgpt_client.exceptions import APITimeoutError, FastGPTError, ValidationError, complete_error
from fastgpt_client.responses import ChatCompletion, failure_of_run, raise_if_nothing_came

from .body import Body, read_whole
from .connections import Connections

if TYPE_CHECKING:
    from fastgpt_client._streaming.parser import EventStreamParser
    from fastgpt_client.events import Event

    from .reader import StreamReader

_MAX_REDIRECTS = 5


class Sender(BaseSender):
    """Sends the requests of a client's methods over one httpx client: its own, if its `connections` are given."""

    def __init__(
        self,
        http: Client,
        connections: Connections | None,
        *,
        base_url: str,
        secret: Secret,
        headers: Headers,
        options: Options,
    ) -> None:
        super().__init__(base_url=base_url, secret=secret, headers=headers, options=options)
        self._http = http
        self._connections = connections

    @property
    def http(self) -> Client:
        """The httpx client that it sends with."""
        return self._http

    def send(self, request: APIRequest) -> RawResponse:
        """Return a successful response, retrying as the policy permits; raise our error for any other."""
        answer = self._run(request)
        assert isinstance(answer, RawResponse)  # a request without `stream` is read to its end
        return answer

    def complete(self, request: APIRequest) -> ChatCompletion:
        """Return an app's whole answer; raise `WorkflowError` if the run failed without one."""
        answer = self.send(request)
        completion = ChatCompletion(
            answer.http, answer.content, answer.json, chat_id=request.chat_id, attempts=answer.attempts
        )
        raise_if_nothing_came(completion)
        return completion

    def open_stream(self, request: APIRequest) -> StreamReader:
        """Return the open event stream of a response, retrying until its head arrives."""
        reader = self._run(request)
        assert not isinstance(reader, RawResponse)
        return reader

    def refuses_copies(self) -> bool:
        """Return whether the server rejects a duplicate completion by its IDs, as 4.15 and later do.

        The server is asked once per client; if that fails, the error is raised.
        """
        if self.state.refuses_copies is None:
            try:
                self.send(AGE)
                self.state.refuses_copies = True
            except FastGPTError as error:
                if is_transient(error):
                    raise
                self.state.refuses_copies = False
        return self.state.refuses_copies

    def stream_of(self, http: HTTPResponse, events: Sequence[Event], chat_id: str | None) -> StreamReader:
        """Return a stream of events that arrived with a complete answer."""
        body = Body(http, self.options.max_response_bytes)
        return self._reader(body, Attempt(), chat_id, events)

    def close(self) -> None:
        """Close open streams, and the connections if they are this client's own."""
        self.state.closed = True
        for body in [*self.state.open, *self.state.abandoned]:
            body.close()
        self.state.abandoned.clear()
        if self._connections is not None:
            self._http.close()

    def _run(self, request: APIRequest) -> RawResponse | StreamReader:
        if not (self.has_key or request.visitor or request.presigned):
            self.refuse_without_key()
        if self.state.abandoned:
            self._close_abandoned()
        begin = monotonic()
        deadline, on_call = self.options.deadline, self.options.on_call
        attempt = Attempt()
        if deadline is not None:
            attempt.ends = begin + deadline
        while True:
            if self.state.closed or self._http.is_closed:  # looked up each time: the client may be closed during a wait
                self._refuse()
            watch = None if on_call is None else attempt.watch(on_call, request)
            try:
                result = self._attempt_in_time(request, attempt)
            except FastGPTError as exc:
                complete_error(exc, attempts=attempt.number)
                wait = self._wait_after(exc, request, attempt, begin)
                if watch is not None:
                    watch.failed(exc, attempt.http, wait)
                if wait is None:
                    raise
                log_retry(
                    request.operation.method, request.operation.paths[0], attempt.number, type(exc).__name__, wait
                )
            except BaseException as exc:  # cancelled, or the caller's own
                if watch is not None:
                    watch.failed(exc, attempt.http)
                raise
            else:
                if self.state.retries.spent:
                    self.state.retries.succeeded()
                if watch is not None:
                    self._tell_answered(watch, request, result)
                return result
            sleep(wait)
            attempt.begin_next()

    def _wait_after(self, error: FastGPTError, request: APIRequest, attempt: Attempt, begin: float) -> float | None:
        """Return the seconds to wait before the next attempt, None to give up."""
        if attempt.is_late:
            return None
        now = monotonic()
        wait = self.options.retry.wait(
            error,
            attempt=attempt.number,
            idempotent=request.operation.idempotent,
            elapsed=now - begin,
            deadline=self.options.deadline,
            random=random(),
        )
        return wait if wait is not None and self.state.retries.take(now) else None

    def _attempt_in_time(self, request: APIRequest, attempt: Attempt) -> RawResponse | StreamReader:
        try:
            if attempt.ends is None or self._keeps_time(request):
                return self._attempt(request, attempt)
            sending = partial(self._attempt, request, attempt)
            return run_with_timeout(attempt.ends - monotonic(), sending, attempt.interrupt)
        except TimeExpired as exc:
            raise attempt.late(self.options.within or self.options.deadline) from exc
        except APITimeoutError as exc:
            if attempt.over:
                raise attempt.late(self.options.within or self.options.deadline, sent=exc.request_sent) from exc
            raise

    def _tell_answered(self, watch: CallWatch, request: APIRequest, result: RawResponse | StreamReader) -> None:
        if not isinstance(result, RawResponse):
            result.tell_when_closed(watch)
            return
        if request.operation.completion:
            watch.failure = failure_of_run(ChatCompletion(*result[:3]))
        watch.over(result.http)

    def _keeps_time(self, request: APIRequest) -> bool:
        """Return whether the transport enforces a request's deadline itself; if not, sync code uses a thread."""
        if self._connections is None or request.body is not None or any(self._http.event_hooks.values()):
            return False  # files and hooks are the caller's, and may block
        return self._connections.keep_time(URL(self.base_url) if request.presigned is None else request.presigned.url)

    def _refuse(self) -> NoReturn:
        self.check_open()
        raise ValidationError("the http_client that was passed in is closed: create a new one")

    def _close_abandoned(self) -> None:
        while (body := self.state.next_abandoned()) is not None:
            body.close()

    def _attempt(self, request: APIRequest, attempt: Attempt) -> RawResponse | StreamReader:
        """Send a request once, to the first of its paths that the server has."""
        first = request.operation.paths[0]
        known = self.state.paths.get(first, first)
        paths = [known, *(path for path in request.operation.paths if path != known)]
        while True:
            path = paths.pop(0)
            http = self._send(request, path, attempt)
            if request.stream:
                content = self._begin(http)
                if isinstance(content, Body):
                    self.state.paths[first] = path
                    return self._reader(content, attempt, request.chat_id)
            else:
                content = read_whole(http, self.options.max_response_bytes)
            if http.status_code == 404 and paths and is_unknown_path(http, content):
                continue
            json = parse_response(request, http, content, self.secret, wall_clock())
            self.state.paths[first] = path
            return RawResponse(http, content, json, attempt.number)

    def _begin(self, http: HTTPResponse) -> Body | bytes:
        """Return the body of an event stream, or any other body as a whole."""
        from .reader import begins_with_events  # noqa: PLC0415 - see `_parser`

        body = Body(http, self.options.max_response_bytes)
        try:
            return body if begins_with_events(body, self._parser) else body.read()
        except BaseException:
            body.close()
            raise

    def _reader(
        self, body: Body, attempt: Attempt, chat_id: str | None, events: Sequence[Event] | None = None
    ) -> StreamReader:
        from .reader import StreamReader  # noqa: PLC0415 - see `_parser`

        return StreamReader(body, self._parser(body), self.state, attempt, chat_id, events)

    def _parser(self, body: Body) -> EventStreamParser:
        # Imported with the first stream: it takes as long as everything else.
        from fastgpt_client._streaming.parser import EventStreamParser  # noqa: PLC0415

        return EventStreamParser(body.http.headers, self.secret, body.max_bytes, wall_clock)

    def _send(self, request: APIRequest, path: str, attempt: Attempt) -> HTTPResponse:
        """Return the response with its body unread, after following redirects within the origin."""
        message = self._message(request, path, attempt, None if self._connections else self._http.headers)
        redirects = 0
        while True:
            http = self._send_once(message, path)
            # A file is sent to the given address only.
            follow = redirects < _MAX_REDIRECTS and request.body is None and request.presigned is None
            following = redirected(http) if follow and 300 <= http.status_code < 400 else None
            if following is None:
                attempt.http = http
                self.state.multiplexed |= http.http_version == "HTTP/2"
                if request.stream:
                    # The deadline ends with the first event: later reads have their own timeouts, which httpx looks up
                    # again for the body.
                    http.request.extensions["timeout"].update(self.options.timeout_for(stream=True).as_dict())
                if http.is_stream_consumed or http.is_closed:
                    self._check_body(http)
                return http
            http.close()
            message = following
            redirects += 1

    def _check_body(self, http: HTTPResponse) -> None:
        """Reject a response whose body is gone. A body read by a hook or a mock is still there."""
        try:
            assert http.content is not None
        except ResponseNotRead:
            http.close()
            raise ValidationError(
                "an event hook of http_client consumed the response body: let it call response.read()"
            ) from None

    def _send_once(self, message: Request, path: str) -> HTTPResponse:
        begin = monotonic()
        outcome: int | str = "cancelled"
        body = message.stream
        try:
            if self._connections is None and self.state.process != getpid():
                self.note_home(Place(), getpid())
            # A request without the key (a visitor's, or an upload to a store) must not get the caller's `auth=` either.
            auth = {} if "authorization" in message.headers else {"auth": None}
            http = self._http.send(message, stream=True, follow_redirects=False, **auth)
            outcome = http.status_code
            return http
        except Exception as exc:
            own = body.failure if isinstance(body, RequestBody) else None
            if own is not None and own is not exc:
                raise own from exc  # a transport may convert an exception of the caller's file
            if isinstance(exc, RuntimeError) and self._http.is_closed:  # closed just now, by another thread or task
                self._refuse()
            if not is_send_error(exc, message):
                self.explain(exc)
                raise
            outcome = type(exc).__name__
            raise map_transport_error(exc, body) from exc
        finally:
            if logger.isEnabledFor(DEBUG):
                log_attempt(message.method, path, outcome, monotonic() - begin)
