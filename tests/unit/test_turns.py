"""One turn at a time: who comes second waits, and anybody may end the turn that is going on."""

from __future__ import annotations

import threading

import anyio

from fastgpt_client._concurrency import AsyncTurns, Turns


async def test_async_the_second_waits_until_the_first_has_ended() -> None:
    turns, seen = AsyncTurns(), list[str]()

    async def second() -> None:
        await turns.take()
        seen.append("second")
        turns.end()

    await turns.take()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        seen.append("first")
        turns.end()
    assert seen == ["first", "second"]


async def test_async_a_turn_knows_whose_it_is() -> None:
    turns, asked = AsyncTurns(), list[bool]()

    async def other() -> None:
        asked.append(turns.is_mine())
        turns.end()

    assert not turns.is_mine()
    await turns.take()
    assert turns.is_mine()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
    assert asked == [False]
    assert not turns.is_mine()


def test_the_second_waits_until_the_first_has_ended() -> None:
    turns, seen, done = Turns(), list[str](), threading.Event()

    def second() -> None:
        turns.take()
        seen.append("second")
        turns.end()
        done.set()

    turns.take()
    thread = threading.Thread(target=second)
    thread.start()
    assert not done.wait(0.02)
    seen.append("first")
    turns.end()
    thread.join(5.0)
    assert seen == ["first", "second"]


def test_a_turn_knows_whose_it_is() -> None:
    turns, asked = Turns(), list[bool]()

    def other() -> None:
        asked.append(turns.is_mine())
        turns.end()

    assert not turns.is_mine()
    turns.take()
    assert turns.is_mine()
    thread = threading.Thread(target=other)
    thread.start()
    thread.join(5.0)
    assert asked == [False]
    assert not turns.is_mine()
