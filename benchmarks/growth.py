"""How cost grows with the number of events, their size, and the number of concurrent streams: three plots.

python -m benchmarks.growth [--rounds N] [--to FOLDER]

Shows the CPU time (user and system) of the client's process, the minimum over all rounds, by contender.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import contenders as c
from . import peers as p
from . import server
from .loops import Loop, on_asyncio
from .measure import compare
from .workloads import Workload

READS = {
    "httpx, lines by hand": (c.plain, c.hand_lines),
    "typed events": (c.ours, c.typed),
    "text": (c.ours, c.text),
    "typed events, aiohttp extra": (p.ours_on_aiohttp, c.typed),
}
LOOPS: dict[str, Loop] = {name: on_asyncio(*how) for name, how in READS.items()}


@dataclass(frozen=True)
class Growth:
    """A plot: what grows, the server's response, and the loops for each value."""

    name: str
    label: str
    unit: str
    values: tuple[int, ...]
    path: Callable[[int], str]
    loops: Callable[[int], Mapping[str, Loop]]
    per: Callable[[int], float]
    """The divisor of the cost."""
    scale: str = "log"


GROWTHS = (
    Growth(
        "events",
        "events of a stream, one a write",
        "ms CPU for a stream",
        (100, 1_000, 10_000, 100_000),
        lambda count: f"stream-{count}-plain-0-6",
        lambda _: LOOPS,
        lambda _: 1,
    ),
    Growth(
        "size",
        "bytes of text in an event, 2,000 events, one a write",
        "µs CPU for an event",
        (6, 60, 600, 6_000, 60_000),
        lambda size: f"stream-2000-plain-0-{size}",
        lambda _: LOOPS,
        lambda _: 2,  # ms for 2,000 events
    ),
    Growth(
        "streams",
        "streams at once, 100 events each, one a write",
        "ms CPU for a stream",
        (1, 5, 20, 50, 100, 200),
        lambda _: "stream-100-plain-0-6",
        lambda count: {name: on_asyncio(*how, count, at_once=True) for name, how in READS.items()},
        lambda count: count,
        scale="linear",
    ),
)


def measure(growth: Growth, url: str, rounds: int) -> dict[str, list[float]]:
    """Return the costs of each contender, one per value."""
    costs: dict[str, list[float]] = {name: [] for name in READS}
    for value in growth.values:
        path = growth.path(value)
        (base, loop), *others = growth.loops(value).items()
        workload = Workload(f"{growth.label}: {value}", path, (base, loop), dict(others))
        for result in compare(workload, f"{url}/{path}", rounds):
            cost = min(result.costs) / growth.per(value)
            costs[result.contender].append(cost)
            print(f"| {growth.label:52} | {value:7} | {result.contender:27} | {cost:10.3f} {growth.unit} |", flush=True)
    return costs


def draw(growth: Growth, costs: Mapping[str, list[float]], file: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "fastgpt-client", "font.size": 9, "svg.fonttype": "none"})
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 3.6), layout="constrained")
    for name, values in costs.items():
        axes.plot(growth.values, values, marker="o", markersize=4, label=name)
    axes.set(xscale="log", yscale=growth.scale, xlabel=growth.label, ylabel=growth.unit)
    if growth.scale == "linear":
        axes.set_ylim(bottom=0)
    else:
        axes.yaxis.set_major_formatter("{x:,g}")
    axes.set_xticks(growth.values, [f"{value:,}" for value in growth.values])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--to", type=Path, help="folder for the plots")
    arguments = parser.parse_args()
    with server.running() as (url, _):
        for growth in GROWTHS:
            costs = measure(growth, url, arguments.rounds)
            if arguments.to:
                draw(growth, costs, arguments.to / f"performance-{growth.name}.svg")


if __name__ == "__main__":
    main()
