"""A FastAPI service that passes an app's answers on to browsers: `uvicorn relay_fastapi:app`.

The browser asks by `fetch("/answer", {method: "POST", …})` and gets the signed id of its chat in the header X-Chat. The
server's key never leaves this process, nor does a chat's own id.
"""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from fastgpt_client import AsyncChatClient, ValidationError
from fastgpt_client.web import RELAY_HEADERS, ChatIds, relay

client = AsyncChatClient(completions="v2")  # FASTGPT_BASE_URL, FASTGPT_API_KEY, FASTGPT_APP_ID
chat_ids = ChatIds(os.environ.get("CHAT_SECRET"))


class Question(BaseModel):
    """What a browser asks."""

    message: str = Field(min_length=1, max_length=10_000)
    chat: str | None = None


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
    async with client:
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/answer")
async def answer(question: Question, x_user: Annotated[str, Header()] = "") -> StreamingResponse:
    """Answer a question; `X-User` stands for whatever your login knows of the visitor."""
    try:
        if question.chat is None:
            chat_id, signed = chat_ids.new(visitor=x_user)
        else:
            chat_id, signed = chat_ids.open(question.chat, visitor=x_user), question.chat
    except ValidationError:
        raise HTTPException(403, "this chat is another visitor's") from None
    relayed = relay(client.conversation(chatId=chat_id).stream(question.message), max_seconds=300)
    return StreamingResponse(relayed, headers={**RELAY_HEADERS, "X-Chat": signed})
