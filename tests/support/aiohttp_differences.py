"""Where the asyncio client differs on aiohttp's transport: parts of test names, and why."""

from __future__ import annotations

__all__ = ["DIFFERENCES", "difference"]

DIFFERENCES = {
    "broken-chunk": "aiohttp drops what came in the same read as a broken chunk, or waits for the read timeout",
    "until-close-but-reset": "aiohttp takes a reset for the end of a body without a length: the JSON is cut, an error",
    "length-too-small": "aiohttp reads the next answer out of what was too much: an error by another name",
    "test_an_idle_connection_that_ended_is_replaced": "aiohttp learns that a kept connection has ended by using it",
    "test_a_stream_replaces_an_idle_connection_that_ended": "the same: a completion is not sent again then",
    "test_no_signed_address_is_logged": "aiohttp's transport reads the address as text, as httpx's log does",
}
# These pass now and then.
UNSURE = (
    "broken-chunk",
    "test_an_idle_connection_that_ended_is_replaced",
    "test_a_stream_replaces_an_idle_connection_that_ended",
)


def difference(test: str) -> tuple[str, bool] | None:
    """Return why a test fails on aiohttp's transport, and whether it surely does; None if it must pass."""
    for part, reason in DIFFERENCES.items():
        if part in test:
            return reason, part not in UNSURE
    return None
