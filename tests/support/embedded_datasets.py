"""Embedded servers with knowledge bases, each with a client, and the time by which they learn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from fastgpt_client import DatasetClient
from fastgpt_client.testing import FakeFastGPT

OLD, NEW = "4.11", "4.16"
UNKNOWN = "64b0f0f0f0f0f0f0f0f0f0f0"
Use = Callable[..., tuple[FakeFastGPT, DatasetClient]]


class Clock:
    """The time of a server's training: it passes when a test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def use() -> Iterator[Use]:
    """Start servers, each with a client of its team's key."""
    with ExitStack() as stack:

        def start(version: str = NEW, **options: Any) -> tuple[FakeFastGPT, DatasetClient]:
            server = stack.enter_context(FakeFastGPT.serve(version=version, **options))
            return server, stack.enter_context(DatasetClient(server.api_key, server.url, max_retries=0))

        yield start


def slow(use: Use, version: str = NEW, delay: float = 10.0) -> tuple[FakeFastGPT, DatasetClient, Clock]:
    """Start a server that learns by a clock of the test."""
    server, client = use(version, train_delay=delay)
    clock = Clock()
    server._context.school.clock = clock
    return server, client, clock
