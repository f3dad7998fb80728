"""Measure CPU time: of loops that take turns, of imports in separate processes, and of the decoder alone."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import h11

from fastgpt_client._streaming.sse import SSEDecoder

from .answers import line
from .loops import Loop
from .workloads import H11_LOOPS, Workload

__all__ = ["Result", "compare", "compare_imports", "compare_lengths", "compare_starts", "count_h11_events"]

IMPORTS = (
    "import httpx, anyio",
    "import fastgpt_client",
    "from fastgpt_client import ChatClient",
    "from fastgpt_client import AsyncChatClient",
)
# Whole processes, from start to exit.
STARTS = {
    "python -c 'import httpx'": ("-c", "import httpx"),
    "fastgpt-client --help": ("-m", "fastgpt_client", "--help"),
}


@dataclass
class Result:
    """The result of a contender: its cost in each round, the ratio to the base, and its peak memory."""

    workload: str
    contender: str
    costs: list[float]
    ratios: list[float]
    budget: float | None = None
    unit: str = "ms"
    peak_bytes: int | None = None

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def kept(self) -> bool | None:
        return None if self.budget is None else self.ratio <= self.budget


def results(
    workload: str,
    costs: Mapping[str, list[float]],
    budgets: Mapping[str, float],
) -> list[Result]:
    """Return the results of contenders, compared round by round with the first one, the base."""
    base = next(iter(costs.values()))
    return [
        Result(workload, name, values, [own / of for own, of in zip(values, base, strict=True)], budgets.get(name))
        for name, values in costs.items()
    ]


def compare(workload: Workload, url: str, rounds: int) -> list[Result]:
    """Measure the loops of a workload; they take turns, so that a slow machine affects all alike."""
    loops = workload.loops
    for loop in loops.values():
        loop(url)  # warm up: one-time work is not measured
    measure = _returned if workload.waits else _cpu
    costs: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(rounds):
        for name, loop in loops.items():
            costs[name].append(measure(loop, url))
    return results(workload.name, costs, workload.budgets)


def _cpu(loop: Loop, url: str) -> float:
    gc.collect()
    begin = time.process_time()
    seen = loop(url)
    end = time.process_time()
    assert seen > 0
    return (end - begin) * 1e3


def _returned(loop: Loop, url: str) -> float:
    gc.collect()
    return loop(url) / 1e6


@contextmanager
def _bytecode() -> Generator[dict[str, str]]:
    """Yield an environment for processes that run from bytecode, like an installed package."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        yield environment


def compare_imports(rounds: int) -> list[Result]:
    """Measure the CPU time of imports, each time in a new process."""
    with _bytecode() as environment:

        def one(code: str) -> float:
            report = f"from time import process_time as t; b = t(); {code}; print(t() - b)"
            command = [sys.executable, "-c", report]
            return float(subprocess.run(command, check=True, capture_output=True, env=environment).stdout) * 1e3

        for code in IMPORTS:
            one(code)
        costs: dict[str, list[float]] = {code: [] for code in IMPORTS}
        for _ in range(rounds):
            for code in IMPORTS:
                costs[code].append(one(code))
    return results("import", costs, dict.fromkeys(IMPORTS[1:], 1.2))


def compare_starts(rounds: int) -> list[Result]:
    """Measure the CPU time of whole processes: the command's help, compared with importing only httpx."""
    with _bytecode() as environment:

        def one(arguments: tuple[str, ...]) -> float:
            begin = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment)
            end = resource.getrusage(resource.RUSAGE_CHILDREN)
            return (end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime) * 1e3

        for arguments in STARTS.values():
            one(arguments)
        costs: dict[str, list[float]] = {name: [] for name in STARTS}
        for _ in range(rounds):
            for name, arguments in STARTS.items():
                costs[name].append(one(arguments))
    return results("start of the command", costs, {"fastgpt-client --help": 2.5})


def count_h11_events(url: str) -> list[Result]:
    """Count the pieces of a stream's body that h11 emits: none if the client's own transport reads it."""
    counted: list[type] = []
    original = h11.Connection.next_event

    def next_event(connection: h11.Connection) -> object:
        event = original(connection)
        counted.append(type(event))
        return event

    costs: dict[str, list[float]] = {}
    with mock.patch.object(h11.Connection, "next_event", next_event):
        for name, loop in H11_LOOPS.items():
            counted.clear()
            loop(url)
            costs[name] = [float(counted.count(h11.Data))]
    return [
        Result("h11's events for 10,000 of a stream", name, values, [1.0], None, "of h11")
        for name, values in costs.items()
    ]


def compare_lengths(rounds: int, sizes: Iterable[int] = (1, 16, 256, 4096, 65536)) -> list[Result]:
    """Measure decoding a line of 5 MB, compared with a quarter of it: the ratio is 4 if the cost is linear."""
    found: list[Result] = []
    for size in sizes:
        costs: dict[str, list[float]] = {}
        for name, length in ((f"1.25 MB, {size} bytes a piece", 1_250_000), (f"5 MB, {size} bytes a piece", 5_000_000)):
            data = line(length)
            pieces = [data[start : start + size] for start in range(0, len(data), size)]
            # Repeat short runs: the clock is too coarse for a single one.
            times = max(1, size // 64)
            costs[name] = [_feed(pieces, times) for _ in range(rounds)]
        found += results("one line, decoder alone", costs, {name: 5.0 for name in costs if name.startswith("5 MB")})
    return found


def _feed(pieces: list[bytes], times: int) -> float:
    gc.collect()
    begin = time.process_time()
    for _ in range(times):
        feed: Callable[[bytes], list[bytes]] = SSEDecoder(1 << 30).blocks
        seen = 0
        for piece in pieces:
            seen += len(feed(piece))
        assert seen == 3
    return (time.process_time() - begin) / times * 1e3
