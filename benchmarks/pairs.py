"""Compare the cost of two ways of doing the same, taking turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

__all__ = ["compare"]


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Return CPU seconds and elapsed seconds."""
    cpu, passed = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - passed


def compare(what: str, number: int, contenders: dict[str, Callable[[], None]], rounds: int, at_most: float) -> bool:
    """Print the cost of each contender; return whether the CPU ratio of the last to the first is within `at_most`."""
    costs: dict[str, list[tuple[float, float]]] = {name: [] for name in contenders}
    for work in contenders.values():
        work()  # warm up: one-time work is not measured
    for _ in range(rounds):
        for name, work in contenders.items():
            costs[name].append(measured(work))
    base, *_, last = costs.values()
    for name, values in costs.items():
        cpu, passed = (median(value[kind] for value in values) for kind in (0, 1))
        each, rate = f"{cpu / number * 1e6:.0f} µs of CPU each", f"{number / passed:,.0f} a second"
        print(f"| {number:,} {what} | {name} | {each} | {rate} |")
    ratios = [sorted(one[kind] / other[kind] for one, other in zip(last, base, strict=True)) for kind in (0, 1)]
    for kind, found in zip(("CPU", "time"), ratios, strict=True):
        print(f"| {number:,} {what} | {kind} to by hand | {median(found):.2f} | {found[0]:.2f} to {found[-1]:.2f} |")
    return median(ratios[0]) <= at_most
