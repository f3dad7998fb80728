# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""A streamed completion: iterate it for events, for text, or for its raw lines, and ask it for the whole answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from fastgpt_client._api.envelope import event_error
from fastgpt_client._concurrency import async_run_with_timeout, monotonic, wall_clock
from fastgpt_client._http.httpx import Headers, HTTPResponse
from fastgpt_client._http.redaction import Secret
from fastgpt_client._http.request import Attempt, ClientState
from fastgpt_client._http.transport import interrupt, request_id
from fastgpt_client._streaming.decoder import event_lines, text_answer
from fastgpt_client._streaming.parser import EventStreamParser
from fastgpt_client._streaming.sse import SSEDecoder, declares_events
from fastgpt_client.events import Event
from fastgpt_client.exceptions import (
    APIConnectionError,
    APITimeoutError,
    FastGPTError,
    ServerError,
    StreamInterruptedError,
    ValidationError,
    WorkflowError,
)
from fastgpt_client.responses import ChatCompletion, raise_if_nothing_came

from .body import AsyncBody
from .pieces import AsyncLines, AsyncTextDeltas

if TYPE_CHECKING:
    from .turn import AsyncTurn

# What may follow the end of the answer (`flowResponses` after `[DONE]`, up to 4.14.10) is awaited so long.
_GRACE_SECONDS = 2.0


class AsyncChatStream:
    """An open stream of a completion.

    Iterate it for typed events, take `text_deltas()` for the text alone, `final()` for the whole answer, or
    `aiter_lines()` for the lines as they come. It is read once; it closes itself at its end, and use in
    `async with` closes it wherever it is left.

    ```python
    async with await client.create_chat_completion(messages, stream=True) as stream:
        async for text in stream.text_deltas():
            print(text, end="")
        answer = await stream.final()
    ```

    Raises (while it is read):
        APIError: an `error` event came; its subclass follows the event's code.
        WorkflowError: the run failed and nothing came of it.
        StreamInterruptedError: the stream ended without its end, or fell silent.
        APITimeoutError: no event came within the call's `deadline`.

    Each has what was delivered so far as `.partial`.
    """

    def __init__(
        self,
        body: AsyncBody,
        state: ClientState,
        secret: Secret,
        attempt: Attempt,
        chat_id: str | None,
        events: Sequence[Event] | None = None,  # all of the answer, where nothing is to be read
    ) -> None:
        self._body = body
        self._state = state
        self._secret = secret
        self._attempts = attempt.number
        self._ends = attempt.ends  # until the first event
        self._drained = events is not None  # nothing more is to be read of the body
        self._chat_id = chat_id
        self._parser = EventStreamParser(body.http.headers, secret, body.max_bytes)
        self._items: Iterator[str | Event] = iter(events or ())
        self._lines: Iterator[str] = iter(())
        self._raw: bool | None = None  # whether it is read as lines; None until it is read
        self._over = False  # read to its good end
        self._turn: AsyncTurn | None = None  # set by the conversation whose turn it is
        self._parser.add(events or ())
        state.open.add(body)

    # --- what it is -------------------------------------------------------------------------------------------------

    @property
    def chat_id(self) -> str | None:
        """The chatId that was sent: a stream never tells one."""
        return self._chat_id

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self._body.http.status_code

    @property
    def headers(self) -> Headers:
        """The HTTP headers."""
        return self._body.http.headers

    @property
    def request_id(self) -> str | None:
        """The server's `x-request-id` (4.14.7 and later), else None."""
        return request_id(self.headers)

    @property
    def http_response(self) -> HTTPResponse:
        """The httpx response whose body is being read here."""
        return self._body.http

    @property
    def is_closed(self) -> bool:
        """Whether the connection was released."""
        return self._body.closed

    @property
    def partial(self) -> ChatCompletion:
        """The answer as far as it came; nothing when the stream is read as lines."""
        json = self._parser.accumulator.completion(self._chat_id)
        return ChatCompletion(self._body.http, b"", json, chat_id=self._chat_id, attempts=self._attempts)

    def raise_for_status(self) -> Self:
        """Return the stream itself: an error that came in place of a stream has been raised by the call."""
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} [{self.status_code}]{' closed' if self.is_closed else ''}>"

    # --- reading ----------------------------------------------------------------------------------------------------

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        while True:
            for item in self._items:
                return text_answer(item) if isinstance(item, str) else item
            if not await self._fetch(self._parser.events):
                raise StopAsyncIteration

    def text_deltas(self) -> AsyncTextDeltas:
        """Return an iterator over the pieces of the answer's text, empty ones left out."""
        return AsyncTextDeltas(self)

    def aiter_lines(self) -> AsyncLines:
        """Return an iterator over the lines as received, without their ends, for those who parse by hand.

        It raises as the events do: on an `error` event after its lines, and when the stream is cut.
        """
        return AsyncLines(self)

    async def final(self) -> ChatCompletion:
        """Return the whole answer, reading what was not read yet; it has the accessors of a blocking one."""
        async for _ in self:
            pass
        return self.partial

    async def _raise_early_error(self) -> None:
        """Raise the error that an undeclared event stream begins with: one that came before the run."""
        if declares_events(self.headers):
            return
        decoder = SSEDecoder(self._body.max_bytes)
        pairs: list[tuple[str, str]] = []
        seen = 0
        while not pairs:
            head = await self._body.peek(seen + 1)
            if len(head) == seen:
                return
            pairs = decoder.feed(head[seen:])
            seen = len(head)
        name, data = pairs[0]
        if name == "error":
            raise self._secret.redact_error(event_error(data, self.headers, wall_clock(), started=False))

    # --- closing ----------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Release the connection, wherever the stream is; safe to call twice."""
        self._state.open.discard(self._body)
        self._items, self._lines = iter(()), iter(())
        await self._body.close()
        if self._turn is not None:
            turn, self._turn = self._turn, None
            await turn.end(self, whole=self._parser.accumulator.finished, failed=self._parser.error is not None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __del__(self) -> None:
        # Nothing can be awaited here: the client closes what was left open at its next call, or when it is closed.
        if not self._body.closed:
            self._state.abandoned.append(self._body)
        if self._turn is not None:
            self._turn.abandon()

    # --- inside -----------------------------------------------------------------------------------------------------

    async def _fetch_texts(self) -> bool:
        return await self._fetch(self._parser.texts)

    async def _fetch_lines(self) -> bool:
        return await self._fetch(self._parser.lines, raw=True)

    async def _fetch(self, parse: Callable[[bytes], Iterable[Any]], *, raw: bool = False) -> bool:
        """Read on, and keep what came to be handed out; False after the end, what that stands for being raised."""
        if self._over:
            return False
        if self._body.closed:
            raise ValidationError("this stream was closed before its end: `.partial` has what came until then")
        if self._raw is None:
            self._raw = raw
        elif self._raw is not raw:
            raise ValidationError("a stream is read either as lines or as events, text and answer, not both")
        if raw and (lines := [line for item in self._items if isinstance(item, Event) for line in event_lines(item)]):
            self._lines = iter(lines)
            return True
        try:
            if self._parser.error is not None:
                raise self._parser.error
            try:
                chunk = await self._read()
                if not chunk and not self._parser.accumulator.finished:
                    raise StreamInterruptedError("The stream ended before its end: no [DONE], no stop chunk, no error")
            except StreamInterruptedError as exc:
                self._items = iter(await self._recovered(exc))
                return True
            if not chunk:
                await self._finish()
                return False
        except BaseException as exc:
            await self._abort(exc)
            raise
        if raw:
            self._lines = iter(parse(chunk))
        else:
            self._items = iter(parse(chunk))
        return True

    async def _recovered(self, error: StreamInterruptedError) -> Sequence[Event]:
        """Return what stands in for the rest of a stream that was cut: in a conversation, what the server saved."""
        events = None if self._turn is None or self._raw else await self._turn.rest(error, self.partial.text)
        if events is None:
            raise error
        self._drained = True
        self._parser.add(events)
        return events

    async def _read(self) -> bytes:
        """Return the next bytes, b"" when nothing more is to be expected."""
        if self._parser.accumulator.finished:
            return await self._read_after_end()
        if self._parser.started:
            self._ends = None
        try:
            if self._ends is None:
                return await self._body.next_chunk()
            left = max(0.0, self._ends - monotonic())
            return await async_run_with_timeout(left, self._body.next_chunk, partial(interrupt, self._body.http))
        except TimeoutError as exc:
            raise APITimeoutError("The stream's first event did not come within the call's deadline") from exc
        except APIConnectionError as exc:
            raise StreamInterruptedError(f"The stream was cut before its end ({exc.message})") from exc

    async def _read_after_end(self) -> bytes:
        """Return what follows a whole answer, once; neither silence nor a cut takes anything from it."""
        if self._drained:
            return b""
        self._drained = True
        rest: list[bytes] = []
        try:
            await async_run_with_timeout(
                _GRACE_SECONDS, partial(self._body.read_rest, rest), partial(interrupt, self._body.http)
            )
        except (TimeoutError, APIConnectionError):
            pass
        except ServerError:  # compressed data that is cut short is a cut, too
            if sum(map(len, rest)) > self._body.max_bytes:
                raise
        return b"".join(rest)

    async def _finish(self) -> None:
        """Close at the end of the body, and judge what came of the run."""
        await self.close()
        if not self._parser.accumulator.has_text:
            raise_if_nothing_came(self.partial)
        self._over = True

    async def _abort(self, error: BaseException) -> None:
        """Close after a failure, and keep in it what was delivered."""
        await self.close()
        if isinstance(error, FastGPTError):
            error.partial = self.partial
            error.attempts = self._attempts
            error.request_id = error.request_id or self.request_id
            if isinstance(error, WorkflowError):
                error.completion = error.partial
