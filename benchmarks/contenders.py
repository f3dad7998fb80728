"""The loops that are compared, each a function of the base URL that returns how many items it saw."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from fastgpt_client import Answer, AsyncChatClient, ChatClient

MESSAGES = [{"role": "user", "content": "Hi"}]
BODY = {"messages": MESSAGES, "stream": True, "detail": True, "chatId": "c1"}
PATH = "/api/v1/chat/completions"
HEADERS = {"Authorization": "Bearer fastgpt-bench"}

Loop = Callable[[str], int]


def on_asyncio(function: Callable[[str], Awaitable[int]]) -> Loop:
    return lambda url: asyncio.run(function(url))  # type: ignore[arg-type] # each is a coroutine function


def on_trio(function: Callable[[str], Awaitable[int]]) -> Loop:
    def run(url: str) -> int:
        import trio

        return trio.run(function, url)

    return run


# --- streams --------------------------------------------------------------------------------------------------------


def hand_lines(url: str) -> int:
    """The loop that users write: httpx's lines, `data:`, `json.loads`."""
    seen = 0
    with httpx.Client(headers=HEADERS) as client, client.stream("POST", url + PATH, json=BODY) as response:
        for line in response.iter_lines():
            if line.startswith("data:"):
                data = line[5:].strip()
                if data != "[DONE]":
                    json.loads(data)
                    seen += 1
    return seen


async def async_hand_lines(url: str) -> int:
    seen = 0
    async with httpx.AsyncClient(headers=HEADERS) as client, client.stream("POST", url + PATH, json=BODY) as response:
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                data = line[5:].strip()
                if data != "[DONE]":
                    json.loads(data)
                    seen += 1
    return seen


async def async_hand_bytes(url: str) -> int:
    """The tightest loop over httpx's bytes: split on the blank line, parse what follows `data:`."""
    seen = 0
    rest = b""
    async with httpx.AsyncClient(headers=HEADERS) as client, client.stream("POST", url + PATH, json=BODY) as response:
        async for chunk in response.aiter_raw():
            *blocks, rest = (rest + chunk).split(b"\n\n")
            for block in blocks:
                data = block[block.find(b"data: ") + 6 :]
                if data != b"[DONE]":
                    json.loads(data)
                    seen += 1
    return seen


def typed(url: str) -> int:
    with ChatClient("fastgpt-bench", url) as client:
        with client.create_chat_completion(MESSAGES, chatId="c1", stream=True, detail=True) as stream:
            return sum(1 for _ in stream)


async def async_typed(url: str) -> int:
    seen = 0
    async with AsyncChatClient("fastgpt-bench", url) as client:
        async with await client.create_chat_completion(MESSAGES, chatId="c1", stream=True, detail=True) as stream:
            async for _ in stream:
                seen += 1
    return seen


async def async_typed_text(url: str) -> int:
    """Typed events of which the answers are looked at."""
    seen = 0
    async with AsyncChatClient("fastgpt-bench", url) as client:
        async with await client.create_chat_completion(MESSAGES, chatId="c1", stream=True, detail=True) as stream:
            async for event in stream:
                match event:
                    case Answer(text=text):
                        seen += bool(text)
                    case _:
                        pass
    return seen


def deltas(url: str) -> int:
    with ChatClient("fastgpt-bench", url) as client:
        with client.create_chat_completion(MESSAGES, chatId="c1", stream=True) as stream:
            return sum(1 for _ in stream.text_deltas())


async def async_deltas(url: str) -> int:
    seen = 0
    async with AsyncChatClient("fastgpt-bench", url) as client:
        async with await client.create_chat_completion(MESSAGES, chatId="c1", stream=True) as stream:
            async for _ in stream.text_deltas():
                seen += 1
    return seen


async def async_lines(url: str) -> int:
    seen = 0
    async with AsyncChatClient("fastgpt-bench", url) as client:
        async with await client.create_chat_completion(MESSAGES, chatId="c1", stream=True) as stream:
            async for line in stream.aiter_lines():
                seen += line.startswith("data:")
    return seen


# --- calls ----------------------------------------------------------------------------------------------------------

CALLS = 200


def plain_calls(url: str) -> int:
    with httpx.Client(headers=HEADERS) as client:
        return sum(len(client.post(url + PATH, json=BODY).json()["choices"]) for _ in range(CALLS))


async def async_plain_calls(url: str) -> int:
    seen = 0
    async with httpx.AsyncClient(headers=HEADERS) as client:
        for _ in range(CALLS):
            response = await client.post(url + PATH, json=BODY)
            seen += len(response.json()["choices"])
    return seen


def calls(url: str) -> int:
    with ChatClient("fastgpt-bench", url) as client:
        return sum(bool(client.create_chat_completion(MESSAGES, chatId="c1", detail=True).text) for _ in range(CALLS))


async def async_calls(url: str) -> int:
    seen = 0
    async with AsyncChatClient("fastgpt-bench", url) as client:
        for _ in range(CALLS):
            answer = await client.create_chat_completion(MESSAGES, chatId="c1", detail=True)
            seen += bool(answer.text)
    return seen


async def async_plain_at_once(url: str) -> int:
    limits = httpx.Limits(max_connections=1000, max_keepalive_connections=200)
    async with httpx.AsyncClient(headers=HEADERS, limits=limits) as client:

        async def one() -> Any:
            return (await client.post(url + PATH, json=BODY)).json()["choices"]

        return len(await asyncio.gather(*[one() for _ in range(CALLS)]))


async def async_at_once(url: str) -> int:
    async with AsyncChatClient("fastgpt-bench", url) as client:
        answers = await asyncio.gather(
            *[client.create_chat_completion(MESSAGES, chatId="c1", detail=True) for _ in range(CALLS)]
        )
        return sum(bool(answer.text) for answer in answers)
