"""Runs of many questions that are cancelled, or are many at once: nothing is lost, and nothing runs twice."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from fastgpt_client import AskResult, AsyncChatClient, ChatClient
from fastgpt_client.asks import read_rows
from fastgpt_client.testing import App, Delay, FakeFastGPT, text_of
from tests.support import embedded_chats
from tests.support.embedded_chats import at_rest, settings
from tests.support.until import PATIENCE, async_until

short_waits = embedded_chats.short_waits
server = embedded_chats.server

ROWS = [{"id": str(number), "question": f"What is {number}?"} for number in range(12)]


class Model:
    """Answers slowly until it is let go, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = threading.Event()

    def __call__(self, messages: list[Any], variables: dict[str, Any]) -> Any:
        self.asked.append(text_of(messages[-1]["content"]))
        return self.wait

    def wait(self, messages: list[Any], variables: dict[str, Any]) -> Any:
        return "ok" if self.go_on.is_set() else [Delay(0.01), self.wait]


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def app(server: FakeFastGPT, model: Model) -> Iterator[App]:
    yield server.app(answer=model)
    model.go_on.set()


class Rows:
    """The rows, as they come from elsewhere; unlike an async generator it may be left in the middle."""

    def __init__(self) -> None:
        self._left = iter(ROWS)

    def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
        return self

    async def __anext__(self) -> dict[str, Any]:
        await anyio.lowlevel.checkpoint()
        for row in self._left:
            return row
        raise StopAsyncIteration


async def test_a_run_that_is_cancelled_is_gone_on_with(
    server: FakeFastGPT, app: App, model: Model, tmp_path: Path
) -> None:
    to = tmp_path / "answers.jsonl"
    async with AsyncChatClient(**settings(server, app)) as client:
        with anyio.CancelScope() as scope:
            async with (
                client.ask_each(Rows(), run="r", to=to, concurrency=4) as run,
                anyio.create_task_group() as tasks,
            ):

                async def cancel() -> None:
                    await async_until(lambda: len(model.asked) == 4)
                    scope.cancel()

                tasks.start_soon(cancel)
                async for _ in run:
                    pytest.fail("nothing was answered yet")
        assert scope.cancelled_caught
        assert [*read_rows(to)] == []
        model.go_on.set()
        async with client.ask_each(Rows(), run="r", to=to, concurrency=4) as run:
            found: list[AskResult] = [result async for result in run]
    assert {result.answer for result in found} == {"ok"}
    assert sorted(model.asked) == sorted(row["question"] for row in ROWS)
    assert at_rest(server, app)


async def test_a_limit_of_time_ends_a_run_as_anything_else(server: FakeFastGPT, app: App, tmp_path: Path) -> None:
    async def ask() -> None:
        client = AsyncChatClient(**settings(server, app))
        async with client, client.ask_each(ROWS, run="r", to=tmp_path / "answers.jsonl") as run:
            async for _ in run:
                pass

    with pytest.raises(TimeoutError), anyio.fail_after(0.2):
        await ask()


def test_two_runs_of_one_name_share_the_questions(server: FakeFastGPT, app: App, model: Model) -> None:
    model.go_on.set()
    found: list[list[str | list[str] | None]] = []

    def ask() -> None:
        with ChatClient(**settings(server, app)) as client, client.ask_each(ROWS, run="r", ordered=True) as run:
            found.append([result.answer for result in run])

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == [["ok"] * len(ROWS)] * 2
    assert sorted(model.asked) == sorted(row["question"] for row in ROWS)
