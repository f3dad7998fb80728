"""Plain httpx and our client: how to open each, and one read of each kind. The sync ones are at the end."""

from __future__ import annotations

import json
from time import perf_counter_ns
from typing import Any

import httpx

from fastgpt_client import Answer, AsyncChatClient, ChatClient

from .answers import PAGE_SIZE
from .server import CERTIFICATE

KEY = "fastgpt-bench"
MESSAGES = [{"role": "user", "content": "Hi"}]
BODY = {"messages": MESSAGES, "stream": True, "detail": True, "chatId": "c1"}
ASKED = {"messages": MESSAGES, "chatId": "c1", "detail": True}
PATH = "/api/v1/chat/completions"
# Certificates are loaded once and the pool is as large as our client's: these costs would hide all others.
TRUST = httpx.create_ssl_context()
TRUST.load_verify_locations(CERTIFICATE)
OPTIONS: dict[str, Any] = {
    "headers": {"Authorization": f"Bearer {KEY}"},
    "verify": TRUST,
    "limits": httpx.Limits(max_connections=1000, max_keepalive_connections=200),
}


def plain(url: str) -> httpx.AsyncClient:
    del url
    return httpx.AsyncClient(**OPTIONS)


def ours(url: str) -> AsyncChatClient:
    return AsyncChatClient(KEY, url, app_id="a", verify=TRUST)


# --- streams --------------------------------------------------------------------------------------------------------


async def hand_lines(client: httpx.AsyncClient, url: str) -> int:
    """The loop that users write: httpx's lines, `data:`, `json.loads`. The base of the ratios."""
    seen = 0
    async with client.stream("POST", url + PATH, json=BODY) as response:
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                data = line[5:].strip()
                if data != "[DONE]":
                    json.loads(data)
                    seen += 1
    return seen


async def hand_bytes(client: httpx.AsyncClient, url: str) -> int:
    """The tightest loop over httpx's bytes: split at blank lines, parse what follows `data:`."""
    seen = 0
    rest = b""
    async with client.stream("POST", url + PATH, json=BODY) as response:
        async for chunk in response.aiter_raw():
            *blocks, rest = (rest + chunk).split(b"\n\n")
            for block in blocks:
                data = block[block.find(b"data: ") + 6 :]
                if data != b"[DONE]":
                    json.loads(data)
                    seen += 1
    return seen


async def bare_bytes(client: httpx.AsyncClient, url: str) -> int:
    """The cost of httpx itself: its bytes, not parsed."""
    size = 0
    async with client.stream("POST", url + PATH, json=BODY) as response:
        async for chunk in response.aiter_raw():
            size += len(chunk)
    return size


async def typed(client: AsyncChatClient, url: str) -> int:
    del url
    seen = 0
    async with await client.create_chat_completion(**ASKED, stream=True) as stream:
        async for event in stream:
            match event:
                case Answer(text=text):
                    seen += bool(text)
                case _:
                    seen += 1
    return seen


async def text(client: AsyncChatClient, url: str) -> int:
    del url
    seen = 0
    async with await client.create_chat_completion(**ASKED, stream=True) as stream:
        async for _ in stream.text_deltas():
            seen += 1
    return seen


async def lines(client: AsyncChatClient, url: str) -> int:
    del url
    seen = 0
    async with await client.create_chat_completion(**ASKED, stream=True) as stream:
        async for line in stream.aiter_lines():
            seen += line.startswith("data:")
    return seen


async def final(client: AsyncChatClient, url: str) -> int:
    del url
    stream = await client.create_chat_completion(**ASKED, stream=True)
    answer = await stream.final()
    return len(answer.text) + len(answer.node_responses)


async def hand_first_delta(client: httpx.AsyncClient, url: str) -> int:
    """Return the nanoseconds to the first delta."""
    begin = perf_counter_ns()
    async with client.stream("POST", url + PATH, json=BODY) as response:
        async for line in response.aiter_lines():
            if line.startswith("data:") and json.loads(line[5:])["choices"][0]["delta"]["content"]:
                return perf_counter_ns() - begin
    raise AssertionError("the stream has no text")


async def first_delta(client: AsyncChatClient, url: str) -> int:
    """Return the nanoseconds to the first delta."""
    del url
    begin = perf_counter_ns()
    async with await client.create_chat_completion(**ASKED, stream=True) as stream:
        async for _ in stream.text_deltas():
            return perf_counter_ns() - begin
    raise AssertionError("the stream has no text")


# --- calls ----------------------------------------------------------------------------------------------------------


async def hand_call(client: httpx.AsyncClient, url: str) -> int:
    response = await client.post(url + PATH, json=BODY)
    return bool(response.json()["choices"][0]["message"]["content"])


async def call(client: AsyncChatClient, url: str) -> int:
    del url
    return bool((await client.create_chat_completion(**ASKED)).text)


async def hand_pages(client: httpx.AsyncClient, url: str) -> int:
    seen = 0
    while True:
        body = {"appId": "a", "offset": seen, "pageSize": PAGE_SIZE, "source": "api"}
        page = (await client.post(f"{url}/api/core/chat/getHistories", json=body)).json()["data"]
        seen += len(page["list"])
        if seen >= page["total"]:
            return seen


async def pages(client: AsyncChatClient, url: str) -> int:
    del url
    seen = 0
    async for _ in client.iter_chat_histories():
        seen += 1
    return seen


# --- without an event loop ------------------------------------------------------------------------------------------


def sync_plain(url: str) -> httpx.Client:
    del url
    return httpx.Client(**OPTIONS)


def sync_ours(url: str) -> ChatClient:
    return ChatClient(KEY, url, app_id="a", verify=TRUST)


def sync_hand_lines(client: httpx.Client, url: str) -> int:
    seen = 0
    with client.stream("POST", url + PATH, json=BODY) as response:
        for line in response.iter_lines():
            if line.startswith("data:"):
                data = line[5:].strip()
                if data != "[DONE]":
                    json.loads(data)
                    seen += 1
    return seen


def sync_bare_bytes(client: httpx.Client, url: str) -> int:
    with client.stream("POST", url + PATH, json=BODY) as response:
        return sum(map(len, response.iter_raw()))


def sync_typed(client: ChatClient, url: str) -> int:
    del url
    seen = 0
    with client.create_chat_completion(**ASKED, stream=True) as stream:
        for event in stream:
            match event:
                case Answer(text=text):
                    seen += bool(text)
                case _:
                    seen += 1
    return seen


def sync_text(client: ChatClient, url: str) -> int:
    del url
    with client.create_chat_completion(**ASKED, stream=True) as stream:
        return sum(1 for _ in stream.text_deltas())


def sync_hand_call(client: httpx.Client, url: str) -> int:
    return bool(client.post(url + PATH, json=BODY).json()["choices"][0]["message"]["content"])


def sync_call(client: ChatClient, url: str) -> int:
    del url
    return bool(client.create_chat_completion(**ASKED).text)
