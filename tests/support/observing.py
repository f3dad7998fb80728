"""What a block does: its error and its time, the waits of a client in it, the memory that it takes."""

from __future__ import annotations

import logging
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False)
class Seen:
    """What came of a block; `value` is for the block to fill in."""

    value: object = None
    error: Exception | None = None
    seconds: float = 0.0


@contextmanager
def observing() -> Iterator[Seen]:
    """Time the block and catch its error."""
    seen = Seen()
    start = time.monotonic()
    try:
        yield seen
    except Exception as error:
        seen.error = error
    finally:
        seen.seconds = time.monotonic() - start


class _Waits(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.seconds: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        # The line of a retry, whose last word is the wait.
        if record.msg.endswith("retrying in %.2f s") and isinstance(record.args, tuple):
            self.seconds.append(float(str(record.args[-1])))


@contextmanager
def waits_logged() -> Iterator[list[float]]:
    """The seconds that clients say they wait before each retry."""
    logger, handler = logging.getLogger("fastgpt_client"), _Waits()
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield handler.seconds
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    """Fail if the block's peak of memory, on top of what was there, is over the limit (bytes)."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit, f"memory grew by {peak / 2**20:.1f} MiB"
