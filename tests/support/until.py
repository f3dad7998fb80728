"""Waiting for what happens elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from anyio import to_thread

# Long enough for a machine that does much else; nothing waits so long that goes as it should.
PATIENCE = 100.0


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return when the condition is met; it is looked at again and again."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.005)


async def async_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return when the condition is met, which a thread looks at."""
    await to_thread.run_sync(partial(until, condition, seconds))
