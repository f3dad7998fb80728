"""What the embedded FastGPT was asked, and what it saved: the server counts turns, not the client."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from fastgpt_client._conversation import recovery
from fastgpt_client.testing import App, Delay, FakeFastGPT, ReceivedRequest
from tests.support.until import PATIENCE, until


@pytest.fixture(scope="module")
def server() -> Iterator[FakeFastGPT]:
    """A server of the newest version; each test adds an app of its own."""
    with FakeFastGPT.serve(heartbeat=3600.0) as server:
        yield server


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let looks at the server follow each other fast, and have as much time as a busy machine takes for them."""
    monkeypatch.setattr(recovery, "_FIRST_DELAY", 0.002)
    monkeypatch.setattr(recovery, "_BUDGET_SECONDS", PATIENCE)
    for flavour in ("_async", "_sync"):
        monkeypatch.setattr(f"fastgpt_client.{flavour}.turn._LOOK_SECONDS", PATIENCE)
        monkeypatch.setattr(f"fastgpt_client.{flavour}.chat_state._STOP_SECONDS", PATIENCE)


def settings(server: FakeFastGPT, app: App, **options: Any) -> dict[str, Any]:
    """Return a client's arguments: no waits between attempts, and no timeout that a slow machine could hit."""
    defaults = {"api_key": server.api_key, "app_id": app.id, "retry_delay": 0.0, "timeout": PATIENCE}
    return {**defaults, "base_url": server.url, **options}


def saved(server: FakeFastGPT, app: App, chat_id: str) -> list[tuple[str, str]]:
    """Return who said what in a chat, as the server has it."""
    chat = server.state.chat(app.id, chat_id)
    return [] if chat is None else [(record.obj, record.text) for record in chat.alive]


def turns(*pairs: tuple[str, str]) -> list[tuple[str, str]]:
    """Return what `saved` finds of questions and their answers."""
    return [said for question, answer in pairs for said in (("Human", question), ("AI", answer))]


def asked(server: FakeFastGPT, chat_id: str, path: str = "chat/completions") -> list[ReceivedRequest]:
    """Return the requests about a chat whose path has this in it."""
    return [
        request
        for request in server.requests
        if path in request.path and chat_id in (request.query.get("chatId"), (request.json or {}).get("chatId"))
    ]


def runs(server: FakeFastGPT, app: App) -> int:
    """Return how many runs of an app are going on."""
    return sum(app_id == app.id for app_id, _ in [*server.state.running])


def at_rest(server: FakeFastGPT, app: App) -> bool:
    """Wait until no run of an app is going on; return whether that came."""
    until(lambda: not runs(server, app))
    return True


@dataclass(frozen=True)
class Talk:
    """What an app answers that says something, and then nothing more until its run is stopped."""

    text: str = "Well, "
    said: threading.Event = field(default_factory=threading.Event)

    @property
    def answer(self) -> list[Any]:
        return [self.text, self._mark, Delay(3600.0)]

    def _mark(self, messages: object, variables: object) -> list[Any]:
        self.said.set()
        return []
