"""The cost of a relay in a web service: CPU per event and browser, with ours and written by hand.

python -m benchmarks.relay --browsers 100 --rounds 3

Each relay is a Starlette application on uvicorn in a separate process; both relay the same events of the same answers,
one every 100 ms. By hand is what users write: httpx's `aiter_lines`, `json.loads`, `json.dumps`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from statistics import median
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from fastgpt_client import AsyncChatClient
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.web import RELAY_HEADERS, relay

QUESTION = [{"role": "user", "content": "hello"}]
CHOSEN = ("answer", "fastAnswer", "interactive")


def by_hand(url: str, key: str) -> Any:
    client = httpx.AsyncClient(
        headers={"Authorization": f"Bearer {key}"}, timeout=60, limits=httpx.Limits(max_connections=1000)
    )

    async def events() -> AsyncIterator[str]:
        body = {"messages": QUESTION, "stream": True, "detail": True}
        async with client.stream("POST", f"{url}/api/v1/chat/completions", json=body) as response:
            name = ""
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    data = line[5:].strip()
                    if data == "[DONE]":
                        yield "event: answer\ndata: [DONE]\n\n"
                    elif name in CHOSEN:
                        yield f"event: {name}\ndata: {json.dumps(json.loads(data), ensure_ascii=False)}\n\n"

    async def answer(_: Request) -> StreamingResponse:
        return StreamingResponse(events(), media_type="text/event-stream")

    return answer


def ours(url: str, key: str) -> Any:
    client = AsyncChatClient(key, url, completions="v1")

    async def answer(_: Request) -> StreamingResponse:
        call = client.create_chat_completion(QUESTION, stream=True, detail=True)
        return StreamingResponse(relay(call, events=CHOSEN), headers=RELAY_HEADERS)

    return answer


def serve(what: str, url: str, key: str) -> None:
    """Serve a relay; print its port, then the CPU seconds so far for each line of input."""
    app = Starlette(routes=[Route("/", {"ours": ours, "by_hand": by_hand}[what](url, key), methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, loop="asyncio", http="h11", ws="none"))

    def tell() -> None:
        for _ in sys.stdin:
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(used.ru_utime + used.ru_stime, flush=True)
        server.should_exit = True

    async def run() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - it only sets a flag
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        threading.Thread(target=tell, daemon=True).start()
        await serving

    asyncio.run(run())


async def measure(what: str, upstream: str, key: str, browsers: int, pieces: int) -> float:
    """Return the CPU microseconds per event and browser."""
    command = [sys.executable, "-m", "benchmarks.relay", "--serve", what, upstream, key]
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/"

        def used() -> float:
            process.stdin.write("\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        limits = httpx.Limits(max_connections=1000)
        async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:

            async def browser() -> None:
                async with client.stream("POST", url) as answer:
                    async for _ in answer.aiter_raw():
                        pass

            await asyncio.gather(*[browser() for _ in range(browsers // 10)])  # connections, caches
            before = used()
            await asyncio.gather(*[browser() for _ in range(browsers)])
            spent = used() - before
        process.stdin.close()
    return spent / browsers / pieces * 1e6


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--browsers", type=int, default=100)
    parser.add_argument("--pieces", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--at-most", type=float, default=0.9, help="ratio above which this fails")
    parser.add_argument("--serve", nargs=3)
    given = parser.parse_args()
    if given.serve:
        serve(*given.serve)
        return
    found: dict[str, list[float]] = {"by_hand": [], "ours": []}
    with FakeFastGPT.serve() as server:
        app = server.app(answer=[f"word {number} " for number in range(given.pieces)], delay=0.1)
        for _ in range(given.rounds):
            for what, costs in found.items():
                costs.append(asyncio.run(measure(what, server.url, app.key, given.browsers, given.pieces)))
    for what, costs in found.items():
        print(f"{what:8} {median(costs):6.0f} µs of CPU an event")
    ratio = median(mine / theirs for mine, theirs in zip(found["ours"], found["by_hand"], strict=True))
    print(f"ratio    {ratio:6.2f}, at most {given.at_most}")
    sys.exit(ratio > given.at_most)


if __name__ == "__main__":
    main()
