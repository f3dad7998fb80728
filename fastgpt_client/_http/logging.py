"""The package's logger: DEBUG for attempts, INFO for retries, WARNING for unexplained empty results.

Queries, headers, bodies and keys are never logged.
"""

from __future__ import annotations

import logging
from logging import DEBUG

__all__ = [
    "DEBUG",
    "log_attempt",
    "log_empty_answer",
    "log_nothing_without_app",
    "log_retry",
    "log_transport",
    "logger",
]

logger = logging.getLogger("fastgpt_client")
logger.addHandler(logging.NullHandler())


def log_attempt(method: str, path: str, outcome: int | str, seconds: float) -> None:
    """Log a finished attempt; `outcome` is the HTTP status or the class name of the failure."""
    logger.debug("%s %s -> %s in %.0f ms", method, path, outcome, seconds * 1000)


def log_retry(method: str, path: str, attempt: int, reason: str, seconds: float) -> None:
    """Log that attempt number `attempt` failed and is retried after `seconds`."""
    logger.info("%s %s: attempt %d failed (%s), retrying in %.2f s", method, path, attempt, reason, seconds)


def log_transport(*, own: bool, proxy: bool) -> None:
    """Log the transport of new connections."""
    logger.debug(
        "connections: %s%s", "own transport" if own else "httpx's transport", ", through a proxy" if proxy else ""
    )


def log_empty_answer() -> None:
    """Log that an answer is empty for an unknown reason."""
    logger.warning(
        "The answer is empty and has no node details: the run may have paused for the user, or failed. "
        "Pass detail=True to see which."
    )


def log_nothing_without_app(path: str) -> None:
    """Log an empty result of a call without an app: servers before 4.15 reject some calls that way."""
    logger.warning("%s did not name an app and found nothing: pass appId=, or app_id= to the client.", path)
