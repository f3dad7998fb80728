"""One turn at a time: who comes second waits, whoever ends the turn, and however it ends."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest

from fastgpt_client import AsyncChatClient, ChatClient, ValidationError
from fastgpt_client.testing import App, FakeFastGPT, Select
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import Talk, asked, saved, settings, turns
from tests.support.until import PATIENCE

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

V2 = {"completions": "v2"}


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    """Repeats what it was asked, and takes a moment for it."""
    return server.app(delay=0.01)


@pytest.fixture
def talker(server: FakeFastGPT) -> App:
    """Does not come to an end by itself at first; after that it is brief."""
    return server.app(answers=[Talk().answer, "Two."])


def echoes(*questions: str) -> list[tuple[str, str]]:
    return turns(*((question, f"You said: {question}") for question in questions))


async def test_tasks_take_their_turns(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        found: list[str] = []

        async def ask(number: int) -> None:
            found.append((await conversation.ask(f"q{number}")).text)

        async with anyio.create_task_group() as group:
            for number in range(8):
                group.start_soon(ask, number)
    said = saved(server, app, conversation.chat_id)
    # In some order, but each question with its own answer, and none while another was going on.
    assert [text for who, text in said if who == "AI"] == found
    assert sorted(said) == sorted(echoes(*(f"q{number}" for number in range(8))))
    assert len(asked(server, conversation.chat_id)) == 8


def test_threads_take_their_turns(server: FakeFastGPT, app: App) -> None:
    start = threading.Barrier(8)
    with ChatClient(**settings(server, app)) as client, ThreadPoolExecutor(8) as pool:
        conversation = client.conversation()

        def ask(number: int) -> str:
            start.wait(PATIENCE)
            if number % 2:
                return conversation.stream(f"q{number}").final().text
            return conversation.ask(f"q{number}").text

        assert [*pool.map(ask, range(8))] == [f"You said: q{number}" for number in range(8)]
    said = saved(server, app, conversation.chat_id)
    assert sorted(said) == sorted(echoes(*(f"q{number}" for number in range(8))))
    assert len(asked(server, conversation.chat_id)) == 8


async def test_a_task_waits_until_the_stream_of_another_was_read(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app, **V2)) as client:
        conversation = client.conversation()
        order: list[str] = []

        async def second() -> None:
            await conversation.ask("b")
            order.append("b")

        async with anyio.create_task_group() as group:
            stream = await conversation.stream("a")
            group.start_soon(second)
            await anyio.wait_all_tasks_blocked()
            await stream.final()
            order.append("a")
    assert order == ["a", "b"]
    assert saved(server, app, conversation.chat_id) == echoes("a", "b")
    assert asked(server, conversation.chat_id, "chat/stop") == []


async def test_a_task_that_waits_is_let_in_by_whoever_closes_the_stream(server: FakeFastGPT, talker: App) -> None:
    async with AsyncChatClient(**settings(server, talker)) as client:
        conversation = client.conversation()
        stream = await conversation.stream("a")

        async def close() -> None:
            await anyio.wait_all_tasks_blocked()
            await stream.close()

        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as group:
                group.start_soon(conversation.ask, "b")
                group.start_soon(close)
    assert saved(server, talker, conversation.chat_id)[-1] == ("AI", "Two.")


async def test_a_task_that_waits_is_let_in_when_the_stream_is_dropped(server: FakeFastGPT, talker: App) -> None:
    async with AsyncChatClient(**settings(server, talker, **V2)) as client:
        conversation = client.conversation()
        held = [await conversation.stream("a")]

        async def drop() -> None:
            await anyio.wait_all_tasks_blocked()
            held.clear()
            gc.collect()

        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as group:
                group.start_soon(conversation.ask, "b")
                group.start_soon(drop)
    assert saved(server, talker, conversation.chat_id)[-1] == ("AI", "Two.")
    assert len(asked(server, conversation.chat_id, "chat/stop")) == 1


def test_a_thread_that_waits_is_let_in_when_the_stream_is_dropped(server: FakeFastGPT, talker: App) -> None:
    with ChatClient(**settings(server, talker, **V2)) as client, ThreadPoolExecutor(1) as pool:
        conversation = client.conversation()
        held = [conversation.stream("a")]
        waiting = pool.submit(conversation.ask, "b")
        held.clear()
        gc.collect()
        assert waiting.result(PATIENCE).text == "Two."
    assert len(asked(server, conversation.chat_id, "chat/stop")) == 1


async def test_who_waits_is_refused_if_the_run_before_asked_something(server: FakeFastGPT) -> None:
    app = server.app(answers=[["Well. ", Select("Which?", ["Red"])]], delay=0.1)
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        problems: list[str] = []

        async def second() -> None:
            with pytest.raises(ValidationError) as caught:
                await conversation.ask("b")
            problems.append(str(caught.value))

        async with anyio.create_task_group() as group:
            group.start_soon(conversation.ask, "a")
            await anyio.wait_all_tasks_blocked()
            group.start_soon(second)
    assert len(problems) == 1
    assert "pass it to reply()" in problems[0]
    assert len(asked(server, conversation.chat_id)) == 1


async def test_who_gives_up_waiting_takes_no_turn(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        stream = await conversation.stream("a")
        scopes: list[anyio.CancelScope] = []

        async def impatient(ask: Any) -> None:
            with anyio.move_on_after(0.05) as scope:
                scopes.append(scope)
                await ask("b")

        async with anyio.create_task_group() as group:
            group.start_soon(impatient, conversation.ask)
            group.start_soon(impatient, conversation.stream)
        assert [scope.cancelled_caught for scope in scopes] == [True, True]
        await stream.final()
        with anyio.fail_after(PATIENCE):
            await conversation.ask("c")
    assert saved(server, app, conversation.chat_id) == echoes("a", "c")


async def test_conversations_do_not_wait_for_each_other(server: FakeFastGPT, talker: App) -> None:
    async with AsyncChatClient(**settings(server, talker)) as client:
        one, two = client.conversation(), client.conversation()
        async with await one.stream("a"):
            with anyio.fail_after(PATIENCE):
                await two.ask("b")
    assert saved(server, talker, two.chat_id) == turns(("b", "Two."))
