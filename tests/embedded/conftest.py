"""An embedded server, and calls of it without a client of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from fastgpt_client.testing import App, FakeFastGPT
from tests.embedded.comparison import events
from tests.support.embedded_datasets import use
from tests.support.until import PATIENCE

__all__ = ["use"]  # a fixture


class Caller:
    """Calls one server; what it gets is JSON, or the events of a stream."""

    def __init__(self, server: FakeFastGPT, client: httpx.Client) -> None:
        self.server, self.client = server, client

    def send(self, method: str, path: str, key: str | None = None, **how: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key or self.server.api_key}", **how.pop("headers", {})}
        return self.client.request(method, self.server.url + path, headers=headers, **how)

    def post(self, path: str, **body: Any) -> Any:
        return self.send("POST", f"/api/core/{path}", json=body).json()

    def data(self, path: str, **body: Any) -> Any:
        answer = self.post(path, **body)
        assert answer["code"] == 200, answer
        return answer["data"]

    def get(self, path: str, **query: str) -> Any:
        return self.send("GET", f"/api/core/{path}", params=query).json()["data"]

    def ask(self, app: App, question: str = "hello", api: str = "v1", **body: Any) -> Any:
        """Return the JSON of a blocking answer."""
        return self.send("POST", f"/api/{api}/chat/completions", app.key, json=question_of(question, **body)).json()

    def stream(self, app: App, question: str = "hello", api: str = "v1", **body: Any) -> list[dict[str, Any]]:
        """Return the events of a streamed answer."""
        asked = question_of(question, stream=True, **{"detail": True, **body})
        return list(events(self.send("POST", f"/api/{api}/chat/completions", app.key, json=asked).text))

    def text(self, app: App, question: str = "hello", **body: Any) -> Any:
        return self.ask(app, question, **body)["choices"][0]["message"].get("content")


def question_of(text: str, **body: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}], **body}


def names(found: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in found]


def pieces(found: list[dict[str, Any]]) -> list[str]:
    """Return the pieces of text of a stream."""
    chunks = [event["data"] for event in found if event["event"] in ("answer", "fastAnswer")]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if isinstance(chunk, dict)]
    return [delta["content"] for delta in deltas if delta.get("content")]


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
        yield client


@pytest.fixture
def calling(http: httpx.Client) -> Iterator[Callable[..., Caller]]:
    """Serve a server for this test: `calling(version="4.11")`."""
    with ExitStack() as stack:
        yield lambda **how: Caller(stack.enter_context(FakeFastGPT.serve(**how)), http)


@pytest.fixture(scope="module")
def shared(http: httpx.Client) -> Iterator[Caller]:
    with FakeFastGPT.serve() as server:
        yield Caller(server, http)


@pytest.fixture
def caller(shared: Caller) -> Caller:
    """A server of the newest version, without chats, faults and requests of others."""
    shared.server.reset()
    return shared
