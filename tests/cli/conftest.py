"""A home of its own for each test, and an embedded server that the environment names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client.testing import Delay, FakeFastGPT


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own profile, history or terminal takes part."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("MPLCONFIGDIR", str(folder / "matplotlib"))
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeFastGPT]:
    """An embedded server with the sample apps; the environment names it, the team's key, and the app `simple`."""
    with FakeFastGPT.serve(commercial=True) as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.api_key)
        use(server, "simple", monkeypatch)
        yield server


def questions(server: FakeFastGPT) -> list[Any]:
    """Return the contents of all messages that were sent."""
    return [each.json["messages"][-1]["content"] for each in server.requests if "completions" in each.path]


def use(server: FakeFastGPT, app: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment name another app."""
    monkeypatch.setenv("FASTGPT_APP_ID", server.apps[app].id)


@pytest.fixture
def endless(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    """The server, whose app begins its first answer with "Once " and does not end it; then it says "Yes."."""
    app = server.app(answers=[["Once ", Delay(600.0), "upon a time"], "Yes."])
    monkeypatch.setenv("FASTGPT_APP_ID", app.id)
    return server


@pytest.fixture
def talkative(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    """The server, whose app goes on talking."""
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer="once more " * 1000, delay=0.05).id)
    return server
