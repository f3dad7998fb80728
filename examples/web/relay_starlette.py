"""A Starlette service that relays an app's answers, with a page that shows them: `uvicorn relay_starlette:app`."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Mount, Route

from fastgpt_client import AsyncChatClient
from fastgpt_client.web import RELAY_HEADERS, ChatIds, ChatPage, relay

BODY_BYTES, BODY_SECONDS, ANSWER_SECONDS = 40_000, 10.0, 300.0
client = AsyncChatClient(completions="v2")  # FASTGPT_BASE_URL, FASTGPT_API_KEY, FASTGPT_APP_ID


async def read_text(request: Request) -> str:
    """Return the text of a body, limited in size and time."""
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > BODY_BYTES:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    return body.decode(errors="replace")


async def once(request: Request) -> StreamingResponse:
    """Answer the text of a body, in a new chat."""
    question = await read_text(request)
    if not question.strip():
        raise HTTPException(400)
    stream = client.conversation().stream(question)
    relayed = relay(stream, events=["answer", "flowNodeStatus"], max_seconds=ANSWER_SECONDS)
    return StreamingResponse(relayed, headers=RELAY_HEADERS)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[None]:
    async with client:
        yield


# The page limits its requests itself.
chat_ids = ChatIds(os.environ.get("CHAT_SECRET"))
page = ChatPage(client, title="Ask us", chat_ids=chat_ids, max_chars=10_000, max_seconds=ANSWER_SECONDS)
app = Starlette(routes=[Route("/once", once, methods=["POST"]), Mount("/chat", page)], lifespan=lifespan)
