"""The cost of asking many questions: CPU and time per question, with `ask_each` and with a hand-written loop.

python -m benchmarks.asks [--rows 1000] [--rounds 7]

By hand is what users write: a semaphore or a pool, an httpx client, the answer and its cost read from JSON, a line in a
file for each. Ours also derives each question's IDs, records that it begins, writes results in their documented form,
and can be resumed. The embedded server runs in a separate process. Each round asks all questions again, taking turns.
Finally, measures how long a run takes to resume from a file with many results.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from fastgpt_client import AsyncChatClient, ChatClient

from .pairs import compare

CONCURRENCY = 8
COMPLETIONS = "/api/v1/chat/completions"
runs = map("run {}".format, itertools.count())
Row = dict[str, str]


def asked(row: Row, run: str, app: str) -> dict[str, Any]:
    chat = f"{run} {row['id']}"
    messages = [{"role": "user", "content": row["question"]}]
    return {"appId": app, "chatId": chat, "detail": True, "stream": False, "messages": messages}


def line(row: Row, answer: httpx.Response) -> str:
    """Return the line to store for an answer."""
    answer.raise_for_status()
    found = answer.json()
    text = found["choices"][0]["message"]["content"]
    nodes = found["responseData"]
    assert text
    kept = {
        "id": row["id"],
        "question": row["question"],
        "answer": text,
        "tokens": sum(node.get("inputTokens", 0) + node.get("outputTokens", 0) for node in nodes),
        "points": sum(node.get("totalPoints", 0) for node in nodes),
    }
    return json.dumps(kept) + "\n"


def options(url: str, key: str) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=CONCURRENCY)
    headers = {"Authorization": f"Bearer {key}"}
    return {"base_url": url, "headers": headers, "timeout": 60.0, "trust_env": False, "limits": limits}


def sync_by_hand(url: str, key: str, app: str, rows: list[Row], folder: Path) -> None:
    run = next(runs)
    with httpx.Client(**options(url, key)) as client, (folder / run).open("w") as file:

        def ask(row: Row) -> str:
            return line(row, client.post(COMPLETIONS, json=asked(row, run, app)))

        with ThreadPoolExecutor(CONCURRENCY) as pool:
            for text in pool.map(ask, rows):
                file.write(text)
                file.flush()


def sync_ours(url: str, key: str, app: str, rows: list[Row], folder: Path) -> None:
    run = next(runs)
    with (
        ChatClient(key, url, app_id=app) as client,
        client.ask_each(rows, run=run, to=folder / run, concurrency=CONCURRENCY) as results,
    ):
        assert all(result.error is None for result in results)


async def async_by_hand(url: str, key: str, app: str, rows: list[Row], folder: Path) -> None:
    run = next(runs)
    free = asyncio.Semaphore(CONCURRENCY)
    async with httpx.AsyncClient(**options(url, key)) as client:
        with (folder / run).open("w") as file:

            async def ask(row: Row) -> None:
                async with free:
                    answer = await client.post(COMPLETIONS, json=asked(row, run, app))
                    file.write(line(row, answer))
                    file.flush()

            await asyncio.gather(*map(ask, rows))


async def async_ours(url: str, key: str, app: str, rows: list[Row], folder: Path) -> None:
    run = next(runs)
    async with AsyncChatClient(key, url, app_id=app) as client:
        async with client.ask_each(rows, run=run, to=folder / run, concurrency=CONCURRENCY) as results:
            async for result in results:
                assert result.error is None


def time_to_go_on(url: str, key: str, app: str, done: int, folder: Path) -> float:
    """Return the seconds that a run with `done` results in its file takes to answer its first new question."""
    run = next(runs)
    with ChatClient(key, url, app_id=app) as client:
        with client.ask_each([{"id": "0", "question": "What is 0?"}], run=run, to=folder / run) as results:
            [first] = results
        with (folder / run).open("w") as file:
            file.writelines(json.dumps({**first.output, "id": str(number)}) + "\n" for number in range(done))
        began = time.perf_counter()
        with client.ask_each([{"id": "new", "question": "What is new?"}], run=run, to=folder / run) as results:
            [answer] = results
        assert answer.error is None
        return time.perf_counter() - began


SERVER = """
import sys
from fastgpt_client.testing import FakeFastGPT
with FakeFastGPT.serve(version="4.16") as server:
    print(server.url, server.api_key, server.apps["simple"].id, flush=True)
    sys.stdin.read()
"""


@contextmanager
def running() -> Iterator[list[str]]:
    """Run the embedded server in a separate process; yield its URL, its key and an app."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()
        finally:
            process.stdin.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--done", type=int, default=100_000, help="results in the file that a run resumes from")
    parser.add_argument("--at-most", type=float, default=1.1, help="CPU ratio above which this fails")
    given = parser.parse_args()
    rows = [{"id": str(number), "question": f"What is {number}?"} for number in range(given.rows)]
    with running() as (url, key, app), tempfile.TemporaryDirectory() as folder:
        work = partial(dict, url=url, key=key, app=app, rows=rows, folder=Path(folder))
        sync = {"by hand": lambda: sync_by_hand(**work()), "ours": lambda: sync_ours(**work())}
        loop = {
            "by hand": lambda: asyncio.run(async_by_hand(**work())),
            "ours": lambda: asyncio.run(async_ours(**work())),
        }
        kept = compare("questions, threads", given.rows, sync, given.rounds, given.at_most)
        kept &= compare("questions, asyncio", given.rows, loop, given.rounds, given.at_most)
        seconds = time_to_go_on(url, key, app, given.done, Path(folder))
        print(f"| {given.done:,} questions done | until the first new one is answered | {seconds:.2f} s | |")
    raise SystemExit(not kept)


if __name__ == "__main__":
    main()
