# Generated from _async_src/stream.py by scripts/generate.py: edit the source, not this file.
"""A streamed completion: events, text or raw lines, and the whole answer."""

from __future__ import annotations

from types import TracebackType
from typing import NoReturn, Self

from fastgpt_client._http.httpx import Headers, HTTPResponse
from fastgpt_client._http.transport import request_id
from fastgpt_client._streaming.parser import text_chunk_answer
from fastgpt_client.events import Event
from fastgpt_client.responses import ChatCompletion

from .pieces import Lines, TextDeltas
from .reader import StreamReader


class ChatStream:
    """An open stream of a completion.

    Iterate over it for typed events, or use `text_deltas()` for the text only, `final()` for the whole answer, or
    `iter_lines()` for the raw lines. It can be read once. It closes itself at its end; `with` closes it at any
    point.

    ```python
    with client.create_chat_completion(messages, stream=True) as stream:
        for text in stream.text_deltas():
            print(text, end="")
        answer = stream.final()
    ```

    While it is read, a stream raises these errors, each with what was delivered so far as `.partial`:

    - `APIError`: the stream has an `error` event; the subclass follows the event's code.
    - `WorkflowError`: the run failed without an answer.
    - `StreamInterruptedError`: the stream was cut, or fell silent.
    - `APITimeoutError`: no event came within the call's `deadline`.
    """

    def __init__(self, reader: StreamReader) -> None:
        self._reader = reader

    # --- what it is -------------------------------------------------------------------------------------------------

    @property
    def chat_id(self) -> str | None:
        """The chatId that was sent; a stream itself never contains one."""
        return self._reader.chat_id

    @property
    def status_code(self) -> int:
        """The HTTP status code."""
        return self._reader.http.status_code

    @property
    def headers(self) -> Headers:
        """The HTTP headers."""
        return self._reader.http.headers

    @property
    def request_id(self) -> str | None:
        """The server's `x-request-id` (4.14.7 and later), otherwise None."""
        return request_id(self.headers)

    @property
    def http_response(self) -> HTTPResponse:
        """The httpx response whose body is being read."""
        return self._reader.http

    @property
    def is_closed(self) -> bool:
        """Whether the connection has been released."""
        return self._reader.closed

    @property
    def partial(self) -> ChatCompletion:
        """The answer received so far; empty if the stream is read as lines."""
        return self._reader.partial

    def raise_for_status(self) -> Self:
        """Return the stream itself. An error response has already been raised by the call that opened the stream."""
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} [{self.status_code}]{' closed' if self.is_closed else ''}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self._reader.__reduce_ex__(protocol)

    # --- reading ----------------------------------------------------------------------------------------------------

    def __iter__(self) -> Self:
        self._reader.check_unread()
        return self

    def __next__(self) -> Event:
        while True:
            for item in self._reader.items:
                # The iteration for text has left a plain piece over.
                return text_chunk_answer(*item) if isinstance(item, tuple) else item
            if not self._reader.fetch("events"):
                raise StopIteration

    def text_deltas(self) -> TextDeltas:
        """Return an iterator over the pieces of the answer's text, without empty ones.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return TextDeltas(self._reader)

    def iter_lines(self) -> Lines:
        """Return an iterator over the raw lines as received, without line endings, for parsing by hand.

        Like the events, it raises on an `error` event (after its lines) and if the stream is cut.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return Lines(self._reader)

    def final(self) -> ChatCompletion:
        """Return the whole answer, reading the rest of the stream first. Same attributes as a blocking answer.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        if not self._reader.over:
            for _ in self:
                pass
        return self.partial

    def close(self) -> None:
        """Release the connection, at any point of the stream. Safe to call more than once."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
