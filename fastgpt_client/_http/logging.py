"""The package's logger: one DEBUG line per attempt, one INFO line per retry, never a query, header, body or key."""

from __future__ import annotations

import logging

__all__ = ["log_attempt", "log_retry", "log_transport"]

_logger = logging.getLogger("fastgpt_client")
_logger.addHandler(logging.NullHandler())


def log_attempt(method: str, path: str, outcome: int | str, seconds: float) -> None:
    """Log one answered or failed attempt; `outcome` is the HTTP status or the class name of the failure."""
    _logger.debug("%s %s -> %s in %.0f ms", method, path, outcome, seconds * 1000)


def log_retry(method: str, path: str, attempt: int, reason: str, seconds: float) -> None:
    """Log that attempt number `attempt` failed and the next one follows after `seconds`."""
    _logger.info("%s %s: attempt %d failed (%s), next one in %.2f s", method, path, attempt, reason, seconds)


def log_transport(*, own: bool, proxy: bool) -> None:
    """Log which transport new connections are made with."""
    _logger.debug(
        "connections: %s%s", "own transport" if own else "httpx's transport", ", through a proxy" if proxy else ""
    )
