"""Where the time of a stream is spent: CPU samples by the package whose code was running.

python -m benchmarks.layers [--events N] [--times N] [--functions N] [--path TEXT]
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from . import contenders as c
from . import peers as p
from . import server
from .loops import Loop, in_thread, on_asyncio, on_trio

EVERY_SECONDS = 0.001
LAYERS = (
    "fastgpt_client",
    "httpx_aiohttp",
    "httpx",
    "httpcore",
    "h11",
    "anyio",
    "trio",
    "aiohttp",
    "asyncio",
    "json",
    "benchmarks",
)
LOOPS = {
    "httpx, lines by hand": on_asyncio(c.plain, c.hand_lines),
    "typed": on_asyncio(c.ours, c.typed),
    "text": on_asyncio(c.ours, c.text),
    "typed, trio": on_trio(c.ours, c.typed),
    "typed, sync": in_thread(c.sync_ours, c.sync_typed),
    "typed, aiohttp extra": on_asyncio(p.ours_on_aiohttp, c.typed),
}


@contextmanager
def sampled() -> Iterator[Counter[tuple[str, str]]]:
    """Sample, while the block runs, the current layer and function at every millisecond of CPU time."""
    samples: Counter[tuple[str, str]] = Counter()

    def note(number: int, frame: FrameType | None) -> None:
        del number
        assert frame is not None
        code = frame.f_code
        samples[layer(frame), code.co_qualname] += 1

    before = signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    try:
        yield samples
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def layer(frame: FrameType | None) -> str:
    """Return the running package; the standard library and C code are attributed to the caller."""
    while frame is not None:
        parts = Path(frame.f_code.co_filename).parts
        for name in LAYERS:
            if name in parts or f"{name}.py" in parts:
                return name
        frame = frame.f_back
    return "other"


def profile(loop: Loop, url: str, times: int) -> Counter[tuple[str, str]]:
    loop(url)
    with sampled() as samples:
        for _ in range(times):
            loop(url)
    return samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=20, help="streams of each kind")
    parser.add_argument("--functions", type=int, default=0, help="number of functions to show as well")
    parser.add_argument("--path", default="stream-{events}-plain-0-6", help="response of the server")
    arguments = parser.parse_args()
    print(f"| {'contender':22} | " + " | ".join(LAYERS) + " | other |")
    print("|---|" + "--:|" * (len(LAYERS) + 1))
    with server.running() as (url, _):
        path = arguments.path.format(events=arguments.events)
        for name, loop in LOOPS.items():
            samples = profile(loop, f"{url}/{path}", arguments.times)
            total = samples.total()
            layers: Counter[str] = Counter()
            for (package, _), count in samples.items():
                layers[package] += count
            cells = [
                f"{100 * layers[package] / total:.0f} %" if layers[package] else "" for package in (*LAYERS, "other")
            ]
            print(f"| {name:22} | " + " | ".join(cells) + " |", flush=True)
            for (package, function), count in samples.most_common(arguments.functions):
                print(f"    {100 * count / total:4.1f} % {package} {function}", file=sys.stderr)


if __name__ == "__main__":
    main()
