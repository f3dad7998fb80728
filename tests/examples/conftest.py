"""A recorded server, and an environment that points at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.examples.recorded_server import API_KEY, APP_ID, RecordedServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedServer]:
    with RecordedServer() as server:
        monkeypatch.setenv("FASTGPT_API_KEY", API_KEY)
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_APP_ID", APP_ID)
        yield server
