# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""A streamed completion: iterate it for events, for text, or for its raw lines, and ask it for the whole answer."""

from __future__ import annotations

from types import TracebackType
from typing import NoReturn, Self

from fastgpt_client._http.httpx import Headers, HTTPResponse
from fastgpt_client._http.transport import request_id
from fastgpt_client._streaming.parser import text_chunk_answer
from fastgpt_client.events import Event
from fastgpt_client.responses import ChatCompletion

from .pieces import AsyncLines, AsyncTextDeltas
from .reader import AsyncStreamReader


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

    def __init__(self, reader: AsyncStreamReader) -> None:
        self._reader = reader

    # --- what it is -------------------------------------------------------------------------------------------------

    @property
    def chat_id(self) -> str | None:
        """The chatId that was sent: a stream never tells one."""
        return self._reader.chat_id

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self._reader.http.status_code

    @property
    def headers(self) -> Headers:
        """The HTTP headers."""
        return self._reader.http.headers

    @property
    def request_id(self) -> str | None:
        """The server's `x-request-id` (4.14.7 and later), else None."""
        return request_id(self.headers)

    @property
    def http_response(self) -> HTTPResponse:
        """The httpx response whose body is being read here."""
        return self._reader.http

    @property
    def is_closed(self) -> bool:
        """Whether the connection was released."""
        return self._reader.closed

    @property
    def partial(self) -> ChatCompletion:
        """The answer as far as it came; nothing when the stream is read as lines."""
        return self._reader.partial

    def raise_for_status(self) -> Self:
        """Return the stream itself: an error that came in place of a stream has been raised by the call."""
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__} [{self.status_code}]{' closed' if self.is_closed else ''}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        self._reader.__reduce_ex__(protocol)

    # --- reading ----------------------------------------------------------------------------------------------------

    def __aiter__(self) -> Self:
        self._reader.check_unread()
        return self

    async def __anext__(self) -> Event:
        while True:
            for item in self._reader.items:
                # A plain piece was left over by the iteration for text.
                return text_chunk_answer(*item) if isinstance(item, tuple) else item
            if not await self._reader.fetch("events"):
                raise StopAsyncIteration

    def text_deltas(self) -> AsyncTextDeltas:
        """Return an iterator over the pieces of the answer's text, empty ones left out."""
        return AsyncTextDeltas(self._reader)

    def aiter_lines(self) -> AsyncLines:
        """Return an iterator over the lines as received, without their ends, for those who parse by hand.

        It raises as the events do: on an `error` event after its lines, and when the stream is cut.
        """
        return AsyncLines(self._reader)

    async def final(self) -> ChatCompletion:
        """Return the whole answer, reading what was not read yet; it has the accessors of a blocking one."""
        if not self._reader.over:
            async for _ in self:
                pass
        return self.partial

    async def close(self) -> None:
        """Release the connection, wherever the stream is; safe to call twice."""
        await self._reader.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
