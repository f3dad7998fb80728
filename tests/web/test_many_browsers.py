"""Many browsers on one service: those that leave leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from fastgpt_client import AsyncChatClient
from fastgpt_client.testing import Delay, FakeFastGPT
from fastgpt_client.web import RELAY_HEADERS, _background, relay
from tests.support.serving import serving
from tests.support.until import PATIENCE, async_until, until

BROWSERS = 100
FILES = Path("/proc/self/fd")


def open_files() -> int:
    return len(os.listdir(FILES)) if FILES.exists() else 0


def service(client: AsyncChatClient) -> Starlette:
    async def answer(_: Request) -> StreamingResponse:
        return StreamingResponse(relay(client.conversation().stream("hello")), headers=RELAY_HEADERS)

    async def tasks(_: Request) -> JSONResponse:
        gc.collect()
        return JSONResponse(len(asyncio.all_tasks()))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    routes = [Route("/", answer, methods=["POST"]), Route("/tasks", tasks)]
    return Starlette(routes=routes, lifespan=lifespan)


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("api", ["v1", "v2"])
async def test_those_that_leave_leave_nothing_behind(api: Any, anyio_backend: str) -> None:
    files = open_files()
    with FakeFastGPT.serve() as fastgpt:
        app = fastgpt.app(answer=["one ", Delay(3600), "never"])
        client = AsyncChatClient(app.key, fastgpt.url, app_id=app.id, completions=api)
        with serving(service(client)) as url:
            limits = httpx.Limits(max_connections=BROWSERS)
            async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=limits, trust_env=False) as browsers:
                before = (await browsers.get("/tasks")).json()
                everybody = asyncio.Barrier(BROWSERS)

                async def browse() -> None:
                    async with browsers.stream("POST", "/") as answer:
                        parts = answer.aiter_raw()
                        while b"one " not in await anext(parts):
                            pass
                        await everybody.wait()

                await asyncio.gather(*[browse() for _ in range(BROWSERS)])
                await async_until(lambda: not fastgpt.state.running)
                await async_until(lambda: not _background._alive)
                assert len(fastgpt.state.chats_of(app.id)) == BROWSERS
                assert (await browsers.get("/tasks")).json() <= before
    gc.collect()
    until(lambda: open_files() <= files)
