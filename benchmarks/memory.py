"""Measure memory: what Python allocates while a loop runs, in a separate process that measures nothing else.

python -m benchmarks.memory peak <name of the workload> <contender> <url>
python -m benchmarks.memory growth <url>
python -m benchmarks.memory final <url>
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tracemalloc
from typing import Any

from . import contenders as c
from .loops import Loop, on_asyncio
from .workloads import STREAMS, WORKLOADS

SMALL = "stream-10-detail-0-6"


def measured(*arguments: str) -> list[int]:
    """Run this module in a separate process and return the numbers that it prints."""
    command = [sys.executable, "-m", "benchmarks.memory", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [int(number) for number in done.stdout.split()]


def peak(loop: Loop, url: str) -> int:
    """Return the peak number of bytes that a loop allocates."""
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    loop(url)
    return tracemalloc.get_traced_memory()[1] - before


def growth(url: str) -> int:
    """Return how many more bytes 100,000 deltas take than 1,000."""
    loop = on_asyncio(c.ours, c.text)
    few = peak(loop, f"{url}/stream-1000-plain-0-6")
    return peak(loop, f"{url}/stream-100000-plain-0-6") - few


async def held_by_final(url: str) -> tuple[int, int]:
    """Return the bytes held by a stream and its answer after `final()`, and those of only its text and nodes."""
    async with c.ours(f"{url}/stream-20000-detail-65536-60") as client:
        await c.final(client, url)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        stream = await client.create_chat_completion(**c.ASKED, stream=True)
        answer = await stream.final()
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] - before
        returned = size_of([answer.text, answer.node_responses], set())
        del stream
        return held, returned


def size_of(value: Any, seen: set[int]) -> int:
    """Return the size of parsed JSON in bytes, counting each object once."""
    if id(value) in seen:
        return 0
    seen.add(id(value))
    size = sys.getsizeof(value)
    if isinstance(value, dict):
        size += sum(size_of(key, seen) + size_of(item, seen) for key, item in value.items())
    elif isinstance(value, list):
        size += sum(size_of(item, seen) for item in value)
    return size


def main(what: str, *arguments: str) -> None:
    url = arguments[-1]
    if what == "peak":
        workload, contender, url = arguments
        found = next(each for each in WORKLOADS if each.name == workload and contender in each.loops)
        loop = found.loops[contender]
        loop(f"{url}/{SMALL if found in STREAMS else found.path}")  # warm up: one-time work is not measured
        url += f"/{found.path}"
        tracemalloc.start()
        print(peak(loop, url))
    elif what == "growth":
        on_asyncio(c.ours, c.text)(f"{url}/{SMALL}")
        tracemalloc.start()
        print(growth(url))
    else:
        tracemalloc.start()
        print(*asyncio.run(held_by_final(url)))


if __name__ == "__main__":
    main(*sys.argv[1:])
