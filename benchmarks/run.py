"""Measure the client's overhead over its transport: CPU time (user and system) and peak memory, in a single run.

python -m benchmarks.run [--rounds N] [--only TEXT] [--no-memory] [--json FILE]

A ratio is the contender's CPU time divided by that of the base, the first line of each workload, in the same round.
Memory is the peak of what Python allocates during the run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import memory, server
from .measure import Result, compare, compare_imports, compare_lengths, compare_starts, count_h11_events
from .workloads import WORKLOADS

CLIENTS = (
    "httpx",
    "httpcore",
    "h11",
    "anyio",
    "trio",
    "httpx2",
    "httpx-sse",
    "openai",
    "aiohttp",
    "httpx-aiohttp",
    "uvloop",
)
PACKAGES = (*CLIENTS, "httpx2", "typer", "rich", "prompt_toolkit", "platformdirs", "tomli-w")
MEGABYTE = 1_000_000
ADDED, HELD = "100,000 deltas, beyond 1,000", "text and nodes returned by final()"


def measure(arguments: argparse.Namespace, url: str, tls_url: str) -> Iterator[list[Result]]:
    """Yield the results of the selected workloads."""

    def wanted(name: str) -> bool:
        return arguments.only in name

    for workload in WORKLOADS:
        if wanted(workload.name):
            found = compare(workload, f"{tls_url if workload.tls else url}/{workload.path}", arguments.rounds)
            if arguments.memory and not (workload.waits or workload.tls):
                for result in found:
                    [result.peak_bytes] = memory.measured("peak", workload.name, result.contender, url)
            yield found
    if wanted("h11"):
        yield count_h11_events(f"{url}/stream-10000-plain-0-6")
    if wanted("one line, decoder alone"):
        yield compare_lengths(max(2, arguments.rounds // 2))
    if wanted("import"):
        yield compare_imports(3 * arguments.rounds)
    if wanted("start of the command"):
        yield compare_starts(3 * arguments.rounds)
    if wanted("memory"):
        [added] = memory.measured("growth", url)
        yield [Result("memory", ADDED, [added / MEGABYTE], [added / MEGABYTE], 1.0, "MB")]
        held, returned = (size / MEGABYTE for size in memory.measured("final", url))
        yield [
            Result("memory", HELD, [returned], [1.0], None, "MB"),
            Result("memory", "held then", [held], [held / returned], 1.2, "MB"),
        ]


def header() -> str:
    names = f"| {'workload':50} | {'contender':34} | {'min':>5} | {'median':>6} | {'max':>5} |"
    return f"{names} {'cost':>10} | {'peak':>9} | budget |\n|---|---|--:|--:|--:|--:|--:|---|"


def row(result: Result) -> str:
    """Return a result as a row of a Markdown table."""
    ratios = f"{min(result.ratios):5.2f} | {result.ratio:6.2f} | {max(result.ratios):5.2f}"
    cost = f"{sorted(result.costs)[len(result.costs) // 2]:.3g} {result.unit}"
    peak = "" if result.peak_bytes is None else f"{result.peak_bytes / 1000:,.0f} kB"
    verdict = "" if result.kept is None else f"{result.budget:.2f} {'kept' if result.kept else '**missed**'}"
    return f"| {result.workload:50} | {result.contender:34} | {ratios} | {cost:>10} | {peak:>9} | {verdict} |"


def machine() -> dict[str, Any]:
    """Return the environment that the figures depend on."""
    about = Path("/proc/cpuinfo")
    models = about.read_text("utf-8").splitlines() if about.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in models if line.startswith("model name")), "")
    return {
        "cpu": model or platform.processor() or platform.machine(),
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: version(name) for name in PACKAGES},
    }


def as_json(result: Result) -> dict[str, Any]:
    ratios = {"min": min(result.ratios), "median": result.ratio, "max": max(result.ratios)}
    told = {"workload": result.workload, "contender": result.contender, "ratio": ratios, "unit": result.unit}
    return {
        **told,
        "costs": result.costs,
        "peak_bytes": result.peak_bytes,
        "budget": result.budget,
        "kept": result.kept,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="only measure workloads whose name contains this text")
    parser.add_argument("--no-memory", dest="memory", action="store_false", help="do not measure peak memory")
    parser.add_argument("--json", type=Path, help="also write all results to this file")
    arguments = parser.parse_args()
    everything: list[Result] = []
    print(header())
    with server.running() as urls:
        for found in measure(arguments, *urls):
            everything += found
            for result in found:
                print(row(result), flush=True)
    judged = [result.kept for result in everything if result.kept is not None]
    print(f"\n{sum(judged)} of {len(judged)} budgets kept", file=sys.stderr)
    if arguments.json:
        written = {**machine(), "rounds": arguments.rounds, "results": [as_json(result) for result in everything]}
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
