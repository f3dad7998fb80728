"""A chat page: an ASGI application that serves the page, its script, and the answers."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, Router

from fastgpt_client._json import as_object, is_array, is_object
from fastgpt_client.exceptions import FastGPTError, ValidationError
from fastgpt_client.interactive import AgentAsk, UserInput, UserSelect

from ._relay import RELAY_HEADERS, EventRelay, relay
from ._relay_events import EventEncoder, describe_error
from ._requests import RefusedError, read_json
from ._signing import ChatIds

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from fastgpt_client import AsyncChatClient, AsyncChatStream, AsyncConversation

__all__ = ["ChatPage"]

_BODY_BYTES = 256 * 1024
_BODY_SECONDS = 20.0
_TYPES = {
    "chat.css": "text/css; charset=utf-8",
    "chat.js": "text/javascript; charset=utf-8",
    "fastgpt.d.ts": "text/plain; charset=utf-8",
    "fastgpt.js": "text/javascript; charset=utf-8",
}
_HEADERS = {
    "Cache-Control": "no-cache",
    # Only the page's own script may run, and no other page may frame it.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class ChatPage:
    """An ASGI application that serves a chat page for an app, with streamed text, sources, forms and a stop button.

    ```python
    app = Starlette(routes=[Mount("/chat", ChatPage(client))])
    ```

    The page sends questions as JSON, by POST to `answer` next to it. There are no CORS headers, so only the page's own
    origin can ask. Chats are identified by signed IDs. Your own pages can import the module `fastgpt.js` next to it.

    Args:
        client: the client that asks the app; the caller closes it. With `completions="v2"` servers save answers that
            were cut off.
        title: the title of the page.
        chat_ids: signs the IDs of chats. Default: IDs are valid until this process ends.
        visitor: returns whose chats a request may open, such as a user ID. Default: anyone with a signed ID can open
            its chat.
        events: the names of the events that the browser receives, see `relay`.
        max_chars: the maximum length of a message, in characters.
        max_answers: the maximum number of concurrent answers; further requests are refused with HTTP 429.
        max_seconds: the maximum duration of an answer, in seconds. None for no limit.
        describe: returns the message that a visitor sees for an error.

    Raises:
        ValidationError: an event is unknown.
    """

    def __init__(
        self,
        client: AsyncChatClient,
        *,
        title: str = "Chat",
        chat_ids: ChatIds | None = None,
        visitor: Callable[[Request], str] | None = None,
        events: Iterable[str] = ("answer", "fastAnswer", "interactive", "flowNodeStatus", "citations"),
        max_chars: int = 10_000,
        max_answers: int = 100,
        max_seconds: float | None = 600.0,
        describe: Callable[[FastGPTError], str] = describe_error,
    ) -> None:
        self._client = client
        self._chat_ids = ChatIds() if chat_ids is None else chat_ids
        self._visitor = visitor
        self._events = [events] if isinstance(events, str) else [*events]
        EventEncoder(self._events)
        self._max_chars = max_chars
        self._max_answers = max_answers
        self._max_seconds = max_seconds
        self._describe = describe
        self._answers = 0
        texts = {name: _static(name) for name in _TYPES}
        page = Template(_static("chat.html")).substitute(title=html.escape(title), max_chars=max_chars)
        routes = [Route("/", _asset(page, "text/html; charset=utf-8"), methods=["GET"])]
        routes += [Route(f"/{name}", _asset(text, _TYPES[name]), methods=["GET"]) for name, text in texts.items()]
        routes.append(Route("/answer", self._answer, methods=["POST"]))
        self._router = Router(routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI request."""
        await self._router(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                raise RefusedError(415, "Only JSON is accepted.")  # forms on other sites cannot send it
            if self._answers >= self._max_answers:
                raise RefusedError(429, "Too many questions at once. Please wait a moment, then ask again.")
            given = as_object(await read_json(request, limit=_BODY_BYTES, seconds=_BODY_SECONDS))
            chat_id, signed = self._chat(request, given.get("chat"))
            opened = self._opened(chat_id, given)
        except RefusedError as error:
            return JSONResponse({"message": error.message}, error.status)
        relayed = relay(opened, events=self._events, max_seconds=self._max_seconds, describe=self._describe)
        return _Answer(relayed, signed, self)

    def _chat(self, request: Request, signed: object) -> tuple[str, str]:
        """Return the ID and the signed ID of the chat that a request continues, or of a new one."""
        visitor = "" if self._visitor is None else self._visitor(request)
        if signed is None:
            return self._chat_ids.new(visitor=visitor)
        try:
            return self._chat_ids.open(str(signed), visitor=visitor), str(signed)
        except ValidationError:
            raise RefusedError(403, "This chat no longer exists.") from None

    def _opened(self, chat_id: str, given: dict[str, Any]) -> Any:
        """Return the call that opens the answer to a message, or to a reply to a pause."""
        conversation = self._client.conversation(chatId=chat_id)
        reply = given.get("reply")
        if reply is not None:
            return _replied(conversation, reply)
        message = given.get("message")
        if not isinstance(message, str) or not message.strip():
            raise RefusedError(400, "The message is missing.")
        if len(message) > self._max_chars:
            raise RefusedError(413, f"The message is longer than {self._max_chars} characters.")
        return conversation.stream(message)

    def begin(self) -> None:
        """Count an answer that starts."""
        self._answers += 1

    def end(self) -> None:
        """Count an answer that has ended."""
        self._answers -= 1


class _Answer(StreamingResponse):
    """A response that relays an answer to the browser, counted while it runs."""

    def __init__(self, relayed: EventRelay, signed: str, page: ChatPage) -> None:
        super().__init__(relayed, headers={**RELAY_HEADERS, "X-Chat": signed})
        self._relayed = relayed
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._page.begin()
        try:
            await super().__call__(scope, receive, send)
        finally:
            try:
                await self._relayed.aclose()
            finally:
                self._page.end()


async def _replied(conversation: AsyncConversation, reply: object) -> AsyncChatStream:
    """Return the stream that answers a reply, validated against the pause since the server does not do that."""
    pause = await conversation.pending()
    if isinstance(pause, UserSelect) and isinstance(reply, str):
        return await conversation.reply_stream(pause.choose(reply))
    if isinstance(pause, UserInput) and is_object(reply):
        return await conversation.reply_stream(pause.fill(reply))
    if isinstance(pause, AgentAsk) and is_array(reply):
        return await conversation.reply_stream(pause.answer(reply))
    if pause is None or not isinstance(reply, str):
        raise ValidationError("this chat is not waiting for such a reply")
    return await conversation.reply_stream(pause.say(reply))


def _static(name: str) -> str:
    return (files("fastgpt_client.web") / "static" / name).read_text("utf-8")


def _asset(text: str, kind: str) -> Callable[[Request], Response]:
    content = text.encode()

    async def answer(_: Request) -> Response:
        return Response(content, headers={**_HEADERS, "Content-Type": kind})

    return answer  # type: ignore[return-value] # Starlette's type allows only sync functions
