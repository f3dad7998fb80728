"""Whether a call ended as its row says."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastgpt_client.exceptions import FastGPTError
from tests.support.fault_ports import ClosedPort, DeafPort
from tests.support.fault_row import Row
from tests.support.fault_server import FaultServer

Server = FaultServer | ClosedPort | DeafPort


@dataclass(eq=False)
class Seen:
    """What a call gave before it ended."""

    value: object = None
    texts: list[str] = field(default_factory=list)
    error: Exception | None = None
    seconds: float = 0.0

    def answer(self) -> object:
        return "".join(self.texts) if self.value is None else self.value


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


@contextmanager
def outcome_of(row: Row, server: Server) -> Iterator[Seen]:
    """Run one call of a row and judge it: the class, the time, and what arrived at the server."""
    with observing() as seen:
        yield seen
    _judge_end(row, seen)
    assert row.at_least <= seen.seconds <= row.within, f"took {seen.seconds:.2f} s"
    # A server reads what a client sent a moment after the client has given up.
    server.wait_until(lambda it: it.hits >= row.hits)
    # A deadline may pass before a busy machine has sent anything; what counts is that nothing was sent twice.
    least = 0 if "deadline" in row.options else row.hits
    assert least <= server.hits <= row.hits, f"the server got {server.hits} requests, expected {row.hits}"
    if row.connections is not None:
        assert server.connections == row.connections


def _judge_end(row: Row, seen: Seen) -> None:
    if row.error is None:
        if seen.error is not None:
            raise AssertionError(f"expected {row.expected!r}") from seen.error
        assert seen.answer() == row.expected
        return
    if type(seen.error) is not row.error:
        found = repr(seen.answer()) if seen.error is None else type(seen.error).__name__
        raise AssertionError(f"expected {row.error.__name__}, got {found}") from seen.error
    assert isinstance(seen.error, FastGPTError)
    assert str(seen.error).strip(), "an error must say something"
    for name, value in row.attributes.items():
        assert getattr(seen.error, name) == value, name
    if row.partial is not None:
        assert seen.error.partial is not None
        assert seen.error.partial.text == row.partial


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
