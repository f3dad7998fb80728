"""The load on a server that always refuses: the requests of 200 tasks whose calls it answers with 429.

python -m benchmarks.storm [--tasks 200]

Each task starts a call per second, ten times, like a service whose users keep asking. Requests are counted at the
server, in total and per second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import time
from collections import Counter

from fastgpt_client import AsyncChatClient, FastGPTError

CALLS = 10
QUESTION = [{"role": "user", "content": "Hi"}]
REFUSALS = {"429": b"", "429, Retry-After: 1": b"Retry-After: 1\r\n"}


async def storm(header: bytes, tasks: int) -> list[float]:
    """Return when each request arrived, in seconds since the first."""
    times: list[float] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
                times.append(time.monotonic())
                writer.write(b"HTTP/1.1 429 x\r\nContent-Length: 4\r\n" + header + b"\r\nbusy")
                await writer.drain()
        writer.close()

    async def task(client: AsyncChatClient, begin: float) -> None:
        await asyncio.sleep(begin)
        with contextlib.suppress(FastGPTError):
            await client.create_chat_completion(QUESTION)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with AsyncChatClient("fastgpt-key", url, app_id="a" * 24, timeout=120) as client:
        await asyncio.gather(*[task(client, call + one / tasks) for one in range(tasks) for call in range(CALLS)])
    server.close()
    return [one - times[0] for one in times]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=200)
    tasks = parser.parse_args().tasks
    for name, header in REFUSALS.items():
        times = asyncio.run(storm(header, tasks))
        calls, seconds = tasks * CALLS, max(times[-1], 0.001)
        top = max(Counter(map(int, times)).values())
        each, rate = f"{len(times) / calls:.2f} requests a call", f"{len(times) / seconds:,.0f} a second"
        print(f"| {name} | {each} | {rate} | at most {top:,} in a second |")


if __name__ == "__main__":
    main()
