"""The same reads with other libraries, and our client on aiohttp's transport."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import httpx
import httpx2
import httpx_aiohttp
import httpx_sse
import openai

from fastgpt_client import AsyncChatClient

from .contenders import BODY, KEY, MESSAGES, OPTIONS, PATH


async def sse(client: httpx.AsyncClient, url: str) -> int:
    """Read a stream of a plain httpx client with httpx-sse."""
    seen = 0
    async with httpx_sse.aconnect_sse(client, "POST", url + PATH, json=BODY) as source:
        async for event in source.aiter_sse():
            if event.data != "[DONE]":
                json.loads(event.data)
                seen += 1
    return seen


def openai_client(url: str) -> openai.AsyncOpenAI:
    http = openai.DefaultAsyncHttpxClient(verify=OPTIONS["verify"])
    return openai.AsyncOpenAI(api_key=KEY, base_url=f"{url}/api/v1", max_retries=0, http_client=http)


async def openai_chunks(client: openai.AsyncOpenAI, url: str) -> int:
    del url
    seen = 0
    stream = await client.chat.completions.create(model="", messages=MESSAGES, stream=True)  # type: ignore[call-overload] # any messages
    async for chunk in stream:
        seen += bool(chunk.choices)
    return seen


def httpx2_client(url: str) -> httpx2.AsyncClient:
    """Open an httpx2 client, which the loop by hand (`contenders.hand_lines`) reads like httpx."""
    del url
    limits = httpx2.Limits(max_connections=1000, max_keepalive_connections=200)
    return httpx2.AsyncClient(headers=OPTIONS["headers"], verify=OPTIONS["verify"], limits=limits)


@asynccontextmanager
async def ours_on_aiohttp(url: str) -> AsyncIterator[AsyncChatClient]:
    """Open our client on aiohttp's transport; nothing else changes."""
    async with (
        httpx_aiohttp.HttpxAiohttpClient(verify=OPTIONS["verify"], limits=OPTIONS["limits"]) as http,
        AsyncChatClient(KEY, url, app_id="a", http_client=http) as client,
    ):
        yield client


def plain_on_aiohttp(url: str) -> httpx.AsyncClient:
    del url
    return httpx_aiohttp.HttpxAiohttpClient(**OPTIONS)


def aiohttp_session(url: str) -> aiohttp.ClientSession:
    del url
    return aiohttp.ClientSession(headers=OPTIONS["headers"])


async def aiohttp_lines(session: aiohttp.ClientSession, url: str) -> int:
    """The loop by hand on aiohttp without httpx: the lower bound of that transport."""
    seen = 0
    async with session.post(url + PATH, json=BODY) as response:
        async for line in response.content:
            if line.startswith(b"data:"):
                data = line[5:].strip()
                if data != b"[DONE]":
                    json.loads(data)
                    seen += 1
    return seen
