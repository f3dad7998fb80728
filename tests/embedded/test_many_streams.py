"""One server, many streams: no error, no leak, no warning."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path

import pytest

from fastgpt_client import AsyncChatClient, ChatClient
from fastgpt_client.testing import App, FakeFastGPT
from tests.support.until import until

HELLO = [{"role": "user", "content": "hello"}]
PARALLEL = 200
SEQUENTIAL = pytest.mark.parametrize(
    "count", [pytest.param(100, id="small"), pytest.param(1000, id="full", marks=pytest.mark.timeout(900))]
)
FILES = Path("/proc/self/fd")


def open_files() -> int:
    return len(os.listdir(FILES)) if FILES.exists() else 0


def nothing_is_left(server: FakeFastGPT, app: App, count: int) -> None:
    assert len(server.requests) == len(server.state.chats_of(app.id)) == count
    # A run ends a moment after its last event.
    until(lambda: (server.state.running, server._context._tasks) == ({}, set()))


@SEQUENTIAL
def test_one_after_the_other(count: int) -> None:
    threads, files = set(threading.enumerate()), open_files()
    with FakeFastGPT.serve() as server:
        app = server.app(answer=["one ", "two"])
        with ChatClient(api_key=app.key, base_url=server.url) as client:
            for _ in range(count):
                with client.create_chat_completion(HELLO, stream=True, detail=True) as stream:
                    assert stream.final().text == "one two"
        nothing_is_left(server, app, count)
    gc.collect()
    assert set(threading.enumerate()) <= threads
    assert open_files() <= files


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_all_at_once(anyio_backend: str) -> None:
    files = open_files()
    with FakeFastGPT.serve() as server:
        app = server.app(answer=["one ", "two"], delay=0.05)
        async with AsyncChatClient(api_key=app.key, base_url=server.url) as client:

            async def ask() -> str:
                stream = await client.create_chat_completion(HELLO, stream=True, detail=True)
                async with stream:
                    return (await stream.final()).text

            answers = await asyncio.gather(*[ask() for _ in range(PARALLEL)])
        assert answers == ["one two"] * PARALLEL
        nothing_is_left(server, app, PARALLEL)
    gc.collect()
    assert open_files() <= files
