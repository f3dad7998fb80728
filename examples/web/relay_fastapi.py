"""A FastAPI service that relays an app's answers to browsers: `uvicorn relay_fastapi:app`.

The browser sends JSON with `fetch("/answer", {method: "POST", …})`, and receives the signed ID of its chat in the
header X-Chat. Neither the server's key nor an unsigned chat ID leaves this process.
"""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

import pydantic
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import StreamingResponse

from fastgpt_client import AsyncChatClient, ValidationError
from fastgpt_client.web import RELAY_HEADERS, ChatIds, relay

BODY_BYTES, BODY_SECONDS, ANSWER_SECONDS = 64 * 1024, 10.0, 300.0
client = AsyncChatClient(completions="v2")  # FASTGPT_BASE_URL, FASTGPT_API_KEY, FASTGPT_APP_ID
chat_ids = ChatIds(os.environ.get("CHAT_SECRET"))


class Question(pydantic.BaseModel):
    """A browser's question."""

    message: str = pydantic.Field(min_length=1, max_length=10_000)
    chat: str | None = None


async def read_question(request: Request) -> Question:
    """Read a body, limited in size and time; FastAPI itself has no limits."""
    if request.headers.get("content-type") != "application/json":  # a form of another site cannot send this
        raise HTTPException(415)
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > BODY_BYTES:
                    raise HTTPException(413)
        return Question.model_validate_json(body)
    except TimeoutError:
        raise HTTPException(408) from None
    except pydantic.ValidationError as exc:
        raise HTTPException(422, exc.errors(include_url=False, include_context=False, include_input=False)) from None


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
    async with client:
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/answer")
async def answer(
    question: Annotated[Question, Depends(read_question)], x_user: Annotated[str, Header()] = ""
) -> StreamingResponse:
    """Answer a question; replace `X-User` with the visitor's identity from your login."""
    try:
        if question.chat is None:
            chat_id, signed = chat_ids.new(visitor=x_user)
        else:
            chat_id, signed = chat_ids.open(question.chat, visitor=x_user), question.chat
    except ValidationError:
        raise HTTPException(403, "this chat is another visitor's") from None
    relayed = relay(client.conversation(chatId=chat_id).stream(question.message), max_seconds=ANSWER_SECONDS)
    return StreamingResponse(relayed, headers={**RELAY_HEADERS, "X-Chat": signed})
