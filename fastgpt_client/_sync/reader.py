# Generated from _async_src/reader.py by scripts/generate.py: edit the source, not this file.
"""Reads the body of a streamed completion, and interprets its end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NoReturn, Protocol

from fastgpt_client._concurrency import TimeExpired, monotonic
from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client._http.request import Attempt, ClientState
from fastgpt_client._http.transport import interrupt, request_id
from fastgpt_client._http.watch import CallWatch
from fastgpt_client._streaming.accumulator import CompletionAccumulator
from fastgpt_client._streaming.decoder import event_lines
from fastgpt_client._streaming.parser import EventStreamParser, Item
from fastgpt_client._streaming.sse import SNIFFED_BYTES, declares_events, looks_like_events
from fastgpt_client.events import Event
from fastgpt_client.exceptions import (
    APIConnectionError,
    APITimeoutError,
    FastGPTError,
    ServerError,
    StreamInterruptedError,
    ValidationError,
    complete_error,
)
from fastgpt_client.responses import ChatCompletion, raise_if_nothing_came

from .body import Body, check_size

# Grace period for data that follows the end of the answer (`flowResponses` after `[DONE]`, up to 4.14.10).
_GRACE_SECONDS = 2.0
_MOMENT = 0.01
_LATE_CHUNKS = 32


def begins_with_events(body: Body, make_parser: Callable[[Body], EventStreamParser]) -> bool:
    """Return whether a response is an event stream; raise the error that one may start with, before the run.

    If the content type does not say so, the start of the body decides; it remains to be read.
    """
    if body.http.status_code != 200:
        return False
    if declares_events(body.http.headers):
        return True
    head = chunk = body.peek()
    while chunk and len(head) < SNIFFED_BYTES:
        chunk = body.peek()
        head += chunk
    if not looks_like_events(head):
        return False
    parser = make_parser(body)
    parser.lines(head)
    while not (parser.started or parser.accumulator.finished or parser.error):
        chunk = body.peek()
        if not chunk:
            break
        parser.lines(chunk)
    if parser.error is not None and not parser.started:
        raise parser.error
    return True


class StreamHooks(Protocol):
    """Callbacks of a stream's owner."""

    def on_interrupted(self, error: StreamInterruptedError, came: CompletionAccumulator) -> Sequence[Event]:
        """Return the events missing from a stream of which `came` arrived; raise if they cannot be found."""
        ...

    def on_closed(self, answer: ChatCompletion | None, *, left_early: bool, seconds: float | None) -> None:
        """Receive the answer (None if it is incomplete or was read as lines), with a time limit in seconds."""
        ...

    def on_dropped(self) -> None:
        """Called when the stream was garbage-collected without being closed."""
        ...


class StreamReader:
    """Reads one stream, for everything that hands out its contents: events, texts or lines.

    Attributes:
        http: the response.
        chat_id: the chatId that was sent.
        hooks: the owner's callbacks; None if there is no owner, or it is closed.
        items: items that were received and not yet handed out.
        lines: the same for a stream that is read as lines.
        over: whether it was read to a regular end.
    """

    def __init__(
        self,
        body: Body,
        parser: EventStreamParser,
        state: ClientState,
        attempt: Attempt,
        chat_id: str | None,
        events: Sequence[Event] | None = None,  # the whole answer, if there is nothing to read
    ) -> None:
        self.hooks: StreamHooks | None = None
        self._state = state
        self._body = body  # what must be closed; set first, before anything can be interrupted
        self.chat_id = chat_id
        self.items: Iterator[Item] = iter(events or ())
        self.lines: Iterator[str] = iter(())
        self._parser = parser
        self._attempts = attempt.number
        self._ends = attempt.ends  # until the first event
        self._drained = events is not None  # nothing more is to be read from the body
        self._rest: deque[bytes] = deque()  # what followed the end
        self._raw: bool | None = None  # whether it is read as lines; None before it is read
        self.over: bool = False
        self._parser.add(events or ())
        state.open.add(body)

    @property
    def http(self) -> HTTPResponse:
        return self._body.http

    @property
    def closed(self) -> bool:
        return self._body.closed

    @property
    def partial(self) -> ChatCompletion:
        """The answer received so far; empty if the stream is read as lines."""
        json = self._parser.accumulator.completion(self.chat_id)
        return ChatCompletion(self.http, b"", json, chat_id=self.chat_id, attempts=self._attempts)

    def check_unread(self) -> None:
        """Raise `ValidationError` if the stream was already read to its end: it would appear to be empty."""
        if self.over:
            raise ValidationError("a stream can be read only once; the answer of this one is in `.partial`")

    def tell_when_closed(self, watch: CallWatch) -> None:
        """Notify the stream when it is closed."""
        self._body.watch = watch

    def _note_failure(self, error: BaseException) -> None:
        if self._body.watch is not None:
            self._body.watch.failure = error

    # --- reading ----------------------------------------------------------------------------------------------------

    def fetch(self, what: Literal["events", "texts", "lines"]) -> bool:
        """Read on until there are new `items` or `lines`; False at the end. For texts, plain pieces stay undecoded."""
        raw = what == "lines"
        if self.over:
            return False
        if self._body.closed:
            raise ValidationError("this stream was closed before its end: `.partial` has what arrived before")
        if self._raw is None:
            self._raw = raw
        elif self._raw is not raw:
            raise ValidationError("a stream can be read as lines or as events, text and answer, but not both")
        if raw and (lines := [line for item in self.items if isinstance(item, Event) for line in event_lines(item)]):
            self.lines = iter(lines)
            return True
        try:
            if self._parser.error is not None:
                raise self._parser.error
            try:
                chunk = self._read()
                if not chunk and not self._parser.accumulator.finished:
                    raise StreamInterruptedError("The stream was cut: it ended without [DONE], stop chunk or error")
            except StreamInterruptedError as exc:
                self._note_failure(exc)
                if raw or self.hooks is None:
                    raise
                events = self.hooks.on_interrupted(exc, self._parser.accumulator)
                self._drained = True
                self._parser.add(events)
                self.items = iter(events)
                return True
            if not chunk:
                self._finish()
                return False
        except BaseException as exc:
            self._abort(exc)
            raise
        if raw:
            self.lines = iter(self._parser.lines(chunk))
        else:
            self.items = iter(self._parser.events(chunk) if what == "events" else self._parser.items(chunk))
        return True

    def _read(self) -> bytes:
        """Return the next bytes, b"" when no more are expected."""
        if self._parser.accumulator.finished:
            return self._read_after_end()
        if self._parser.started:
            self._ends = None
        try:
            if self._ends is None:
                return self._body.next_chunk()
            return self._body.next_chunk_until(self._ends)
        except TimeExpired as exc:
            raise APITimeoutError("The stream's first event did not come within the call's deadline") from exc
        except APIConnectionError as exc:
            raise StreamInterruptedError(f"The stream was cut before its end ({exc.message})") from exc

    def _read_after_end(self) -> bytes:
        """Return the next bytes after a complete answer; neither silence nor a cut invalidates the answer."""
        if not self._drained:
            self._drained = True
            self._drain()
        return self._rest.popleft() if self._rest else b""

    def _drain(self) -> None:
        body, rest, size, late = self._body, self._rest, 0, 0
        ends = monotonic() + _GRACE_SECONDS
        try:
            # Take what has arrived by then, even if a busy loop looks too late; but do not read forever.
            while late < _LATE_CHUNKS and (chunk := body.next_chunk_until(max(ends, monotonic() + _MOMENT))):
                rest.append(chunk)
                size += len(chunk)
                check_size(self.http, size, body.max_bytes)
                late += monotonic() > ends
        except (TimeExpired, APIConnectionError):
            pass
        except ServerError:  # truncated compressed data is a cut, too
            if size > body.max_bytes:
                raise

    # --- ending -----------------------------------------------------------------------------------------------------

    def close(self, seconds: float | None = None) -> None:
        """Release the connection, at any point of the stream, optionally within some seconds. Safe to call twice."""
        self._state.open.discard(self._body)
        self.items, self.lines = iter(()), iter(())
        try:
            self._body.close()
        finally:  # even if this task is cancelled meanwhile: the owner is waiting for it
            hooks, self.hooks = self.hooks, None
            if hooks is not None:
                finished = self._parser.accumulator.finished
                answer = self.partial if finished and not self._raw else None
                left_early = not finished and self._parser.error is None
                hooks.on_closed(answer, left_early=left_early, seconds=seconds)

    def _finish(self) -> None:
        """Determine how the run ended, and close at the end of the body."""
        if not self._raw and not self._parser.accumulator.has_text:  # raw lines say nothing about the answer
            raise_if_nothing_came(self.partial)
        self.close()
        self.over = True

    def _abort(self, error: BaseException) -> None:
        """Close after a failure, and attach what was delivered to the error."""
        self._note_failure(error)
        self.close()
        if isinstance(error, FastGPTError):
            complete_error(
                error, attempts=self._attempts, request_id=request_id(self.http.headers), partial=self.partial
            )

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            "a stream cannot be pickled or copied, because it is tied to one connection; the result of `final()` can"
        )

    def __del__(self) -> None:
        if "_body" not in self.__dict__:  # interrupted before it was created
            return
        # Nothing can be awaited here: the connection is shut down, and closed by the client's next call or with the
        # client.
        if not self._body.closed:
            if not self._state.multiplexed:
                interrupt(self.http)
            self._state.abandoned.append(self._body)
        if self.hooks is not None:
            self.hooks.on_dropped()
