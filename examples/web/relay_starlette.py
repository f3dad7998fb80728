"""A Starlette service that passes an app's answers on, and the page that shows them: `uvicorn relay_starlette:app`."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Mount, Route

from fastgpt_client import AsyncChatClient
from fastgpt_client.web import RELAY_HEADERS, ChatIds, ChatPage, relay

client = AsyncChatClient(completions="v2")  # FASTGPT_BASE_URL, FASTGPT_API_KEY, FASTGPT_APP_ID


async def once(request: Request) -> StreamingResponse:
    """Answer the text of a body, in a chat of its own."""
    question = (await request.body()).decode()
    relayed = relay(client.conversation().stream(question), events=["answer", "flowNodeStatus"])
    return StreamingResponse(relayed, headers=RELAY_HEADERS)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[None]:
    async with client:
        yield


page = ChatPage(client, title="Ask us", chat_ids=ChatIds(os.environ.get("CHAT_SECRET")))
app = Starlette(routes=[Route("/once", once, methods=["POST"]), Mount("/chat", page)], lifespan=lifespan)
