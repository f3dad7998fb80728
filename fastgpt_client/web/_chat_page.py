"""A page that chats: an ASGI application with the page, its script, and the answers."""

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
    # Nothing but the page's own script runs in it, and no other page frames it.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class ChatPage:
    """A page that chats with an app: text, the running node, sources, forms, stop. An ASGI application.

    ```python
    app = Starlette(routes=[Mount("/chat", ChatPage(client))])
    ```

    It asks by POST at `answer` beside it, in JSON, and only from its own origin: there are no CORS headers. Chats are
    known by signed ids. `fastgpt.js` beside it is a module for pages of your own.

    Args:
        client: asks the app; it is the caller's to close. With `completions="v2"` servers keep what was cut.
        title: of the page.
        chat_ids: signs the chats; left out, the ids end with this process.
        visitor: says of a request whose chats it may open, such as a user's id; left out, whoever has a signed id opens
            its chat.
        events: what the browser gets of an answer, see `relay`.
        max_chars: how long a message may be.
        max_answers: how many answers may be going on at once; who comes then is told to wait (HTTP 429).
        max_seconds: how long an answer may take in all.
        describe: the words for a visitor of an error.

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
        """Answer one request."""
        await self._router(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                raise RefusedError(415, "Only JSON is taken.")  # a form of another site cannot send it
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
        """Return the chat that a request goes on with, or a new one: its id, and its signed id."""
        visitor = "" if self._visitor is None else self._visitor(request)
        if signed is None:
            return self._chat_ids.new(visitor=visitor)
        try:
            return self._chat_ids.open(str(signed), visitor=visitor), str(signed)
        except ValidationError:
            raise RefusedError(403, "This chat is not there any more.") from None

    def _opened(self, chat_id: str, given: dict[str, Any]) -> Any:
        """Return the call that opens the answer to a message, or to the answer of a question of the run's own."""
        conversation = self._client.conversation(chatId=chat_id)
        reply = given.get("reply")
        if reply is not None:
            return _replied(conversation, reply)
        message = given.get("message")
        if not isinstance(message, str) or not message.strip():
            raise RefusedError(400, "There is no message.")
        if len(message) > self._max_chars:
            raise RefusedError(413, f"The message is longer than {self._max_chars} characters.")
        return conversation.stream(message)

    def begin(self) -> None:
        """Count an answer that begins."""
        self._answers += 1

    def end(self) -> None:
        """Count an answer that has ended."""
        self._answers -= 1


class _Answer(StreamingResponse):
    """An answer on its way to the browser, counted while it goes on."""

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
    """Return the stream of a reply, which is what the page made of it: checked, as the server does not."""
    pause = await conversation.pending()
    if isinstance(pause, UserSelect) and isinstance(reply, str):
        return await conversation.reply_stream(pause.choose(reply))
    if isinstance(pause, UserInput) and is_object(reply):
        return await conversation.reply_stream(pause.fill(reply))
    if isinstance(pause, AgentAsk) and is_array(reply):
        return await conversation.reply_stream(pause.answer(reply))
    if pause is None or not isinstance(reply, str):
        raise ValidationError("this chat does not wait for such a reply")
    return await conversation.reply_stream(pause.say(reply))


def _static(name: str) -> str:
    return (files("fastgpt_client.web") / "static" / name).read_text("utf-8")


def _asset(text: str, kind: str) -> Callable[[Request], Response]:
    content = text.encode()

    async def answer(_: Request) -> Response:
        return Response(content, headers={**_HEADERS, "Content-Type": kind})

    return answer  # type: ignore[return-value] # of both kinds, Starlette says
