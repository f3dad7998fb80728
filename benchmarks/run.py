"""Compare the client with loops written on plain httpx: CPU time (user and system) as ratios, interleaved in one run.

python -m benchmarks.run [--rounds N] [--only TEXT] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from . import contenders as c

ROUNDS = 7


@dataclass(frozen=True)
class Workload:
    """One answer of the server, the loop that is the base, and those compared with it."""

    name: str
    path: str
    base: c.Loop
    others: dict[str, c.Loop]
    budget: dict[str, float]


HAND = c.on_asyncio(c.async_hand_lines)
WORKLOADS = [
    Workload(
        "10,000 events, one a write",
        "stream-10000-plain-0",
        HAND,
        {
            "asyncio typed": c.on_asyncio(c.async_typed),
            "asyncio text": c.on_asyncio(c.async_deltas),
            "asyncio lines": c.on_asyncio(c.async_lines),
            "asyncio bytes by hand": c.on_asyncio(c.async_hand_bytes),
        },
        {"asyncio typed": 1.1},
    ),
    Workload(
        "10,000 events, one a write, sync",
        "stream-10000-plain-0",
        c.hand_lines,
        {"sync typed": c.typed, "sync text": c.deltas},
        {"sync typed": 1.1},
    ),
    Workload(
        "10,000 events, one a write, trio",
        "stream-10000-plain-0",
        c.on_trio(c.async_hand_lines),
        {"trio typed": c.on_trio(c.async_typed), "trio text": c.on_trio(c.async_deltas)},
        {"trio typed": 1.1},
    ),
    Workload(
        "10,000 events with nodes, one a write",
        "stream-10000-detail-0",
        HAND,
        {"asyncio typed": c.on_asyncio(c.async_typed)},
        {"asyncio typed": 1.1},
    ),
    Workload(
        "100,000 events, 64 KiB a write",
        "stream-100000-plain-65536",
        HAND,
        {
            "asyncio typed": c.on_asyncio(c.async_typed),
            "asyncio text": c.on_asyncio(c.async_deltas),
            "asyncio bytes by hand": c.on_asyncio(c.async_hand_bytes),
        },
        {},
    ),
    Workload(
        "200 calls in turn, 0.5 KB",
        "json-500",
        c.on_asyncio(c.async_plain_calls),
        {"asyncio": c.on_asyncio(c.async_calls)},
        {"asyncio": 1.15},
    ),
    Workload("200 calls in turn, 0.5 KB, sync", "json-500", c.plain_calls, {"sync": c.calls}, {"sync": 1.15}),
    Workload(
        "200 calls in turn, 50 KB",
        "json-50000",
        c.on_asyncio(c.async_plain_calls),
        {"asyncio": c.on_asyncio(c.async_calls)},
        {"asyncio": 1.15},
    ),
    Workload(
        "200 calls at once, 0.5 KB",
        "json-500",
        c.on_asyncio(c.async_plain_at_once),
        {"asyncio": c.on_asyncio(c.async_at_once)},
        {},
    ),
]


@contextmanager
def server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.server"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def cpu(loop: c.Loop, url: str) -> float:
    begin = time.process_time()
    assert loop(url) > 0
    return time.process_time() - begin


def compare(workload: Workload, url: str, rounds: int) -> dict[str, list[float]]:
    """Return the CPU ratios of each contender to the base, one for each round."""
    loops = {"base": workload.base, **workload.others}
    for loop in loops.values():
        loop(url)  # what is done once only is not measured
    ratios: dict[str, list[float]] = {name: [] for name in workload.others}
    for _ in range(rounds):
        times = {name: cpu(loop, url) for name, loop in loops.items()}
        for name, values in ratios.items():
            values.append(times[name] / times["base"])
    return ratios


IMPORTS = ("import httpx, anyio", "import fastgpt_client")


def compare_imports(rounds: int) -> list[float]:
    """Return the ratios of the CPU time of whole processes that only import."""

    def one(code: str, cache: str) -> float:
        report = f"{code}\nimport time; print(time.process_time())"
        # From bytecode, as an installed package is imported, wherever the sources lie.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-c", report]
        return float(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)

    with tempfile.TemporaryDirectory() as cache:
        for code in IMPORTS:
            one(code, cache)
        return [one(IMPORTS[1], cache) / one(IMPORTS[0], cache) for _ in range(rounds * 3)]


def memory(url: str) -> int:
    """Return the bytes of memory that reading 100,000 deltas adds at its peak, in a process of its own."""
    code = (
        "import sys, tracemalloc; from benchmarks import contenders as c\n"
        "loop = c.on_asyncio(c.async_deltas)\n"
        "loop(sys.argv[1] + '/stream-10-plain-65536'); tracemalloc.start(); loop(sys.argv[2]); "
        "first = tracemalloc.get_traced_memory()[1]; tracemalloc.reset_peak(); loop(sys.argv[3]); "
        "print(tracemalloc.get_traced_memory()[1] - first)"
    )
    urls = [url, f"{url}/stream-1000-plain-0", f"{url}/stream-100000-plain-0"]
    return int(subprocess.run([sys.executable, "-c", code, *urls], check=True, capture_output=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="workloads whose name holds this text")
    parser.add_argument("--json", help="write the ratios to this file")
    arguments = parser.parse_args()
    results: dict[str, dict[str, list[float]]] = {}
    print(f"{'workload':40}{'contender':24}{'min':>7}{'median':>8}{'max':>7}  budget")
    with server() as url:
        for workload in WORKLOADS:
            if arguments.only in workload.name:
                ratios = compare(workload, f"{url}/{workload.path}", arguments.rounds)
                results[workload.name] = ratios
                for name, values in ratios.items():
                    show(workload.name, name, values, workload.budget.get(name))
        if arguments.only in "import":
            results["import"] = {"fastgpt_client": compare_imports(arguments.rounds)}
            show("import", "fastgpt_client", results["import"]["fastgpt_client"], 1.15)
        if arguments.only in "memory":
            added = memory(url)
            results["memory"] = {"100,000 deltas, bytes over 1,000": [added]}
            print(f"{'memory':40}{added / 1e6:.2f} MB more for 100,000 deltas than for 1,000")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


def show(workload: str, name: str, values: list[float], budget: float | None) -> None:
    middle = statistics.median(values)
    verdict = "" if budget is None else f"  {budget:.2f} {'kept' if middle <= budget else 'MISSED'}"
    print(f"{workload:40}{name:24}{min(values):7.2f}{middle:8.2f}{max(values):7.2f}{verdict}")


if __name__ == "__main__":
    main()
