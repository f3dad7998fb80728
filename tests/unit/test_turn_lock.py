"""One turn at a time: who comes second waits, and anybody may end the turn that is going on."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable

import anyio
import pytest
import trio

from fastgpt_client._concurrency import TimeExpired
from fastgpt_client._concurrency.locks import AsyncTurnLock, TurnLock
from tests.support.until import PATIENCE


async def test_async_the_second_waits_until_the_first_has_ended() -> None:
    turns, seen = AsyncTurnLock(), list[str]()

    async def second() -> None:
        await turns.acquire()
        seen.append("second")
        turns.release()

    await turns.acquire()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(second)
        await anyio.wait_all_tasks_blocked()
        seen.append("first")
        turns.release()
    assert seen == ["first", "second"]


async def test_async_a_turn_knows_whose_it_is() -> None:
    turns, asked = AsyncTurnLock(), list[bool]()

    async def other() -> None:
        asked.append(turns.owned_by_caller())
        turns.release()

    assert not turns.owned_by_caller()
    await turns.acquire()
    assert turns.owned_by_caller()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
    assert asked == [False]
    assert not turns.owned_by_caller()


def test_the_second_waits_until_the_first_has_ended() -> None:
    turns, seen, done = TurnLock(), list[str](), threading.Event()

    def second() -> None:
        turns.acquire()
        seen.append("second")
        turns.release()
        done.set()

    turns.acquire()
    thread = threading.Thread(target=second)
    thread.start()
    assert not done.wait(0.02)
    seen.append("first")
    turns.release()
    thread.join(PATIENCE)
    assert seen == ["first", "second"]


def test_a_turn_knows_whose_it_is() -> None:
    turns, asked = TurnLock(), list[bool]()

    def other() -> None:
        asked.append(turns.owned_by_caller())
        turns.release()

    assert not turns.owned_by_caller()
    turns.acquire()
    assert turns.owned_by_caller()
    thread = threading.Thread(target=other)
    thread.start()
    thread.join(PATIENCE)
    assert asked == [False]
    assert not turns.owned_by_caller()


def test_a_thread_that_got_the_number_of_one_that_ended_does_not_own_its_turn() -> None:
    def take(turns: TurnLock, numbers: list[int]) -> None:
        numbers.append(threading.get_ident())
        turns.acquire()

    def ask(turns: TurnLock, numbers: list[int]) -> None:
        numbers.append(threading.get_ident())
        assert not turns.owned_by_caller()

    for _ in range(100):  # nearly always the first time
        turns, numbers = TurnLock(), list[int]()
        for work in (take, ask):
            thread = threading.Thread(target=work, args=(turns, numbers))
            thread.start()
            thread.join()
            del thread
            gc.collect()
        if len({*numbers}) == 1:
            return
    pytest.skip("this system does not use a thread's number again")


async def test_a_turn_that_does_not_come_in_time_is_not_taken() -> None:
    turns, async_turns = TurnLock(), AsyncTurnLock()
    turns.acquire(0.0)
    await async_turns.acquire(PATIENCE)
    with pytest.raises(TimeExpired):
        turns.acquire(0.01)
    with pytest.raises(TimeExpired):
        await async_turns.acquire(0.01)
    turns.release()
    async_turns.release()
    turns.acquire()
    await async_turns.acquire()


@pytest.mark.parametrize("run", [lambda main: asyncio.run(main()), trio.run], ids=["asyncio", "trio"])
def test_a_turn_is_over_when_its_loop_has_ended(run: Callable[[Callable[[], Awaitable[None]]], None]) -> None:
    lock = AsyncTurnLock()

    async def take() -> None:
        await lock.acquire(PATIENCE)

    run(take)  # and the loop ends before the turn
    run(take)


def test_a_turn_in_another_loop_that_runs_goes_on() -> None:
    lock = AsyncTurnLock()

    async def main() -> None:
        await lock.acquire()
        with pytest.raises(TimeExpired):
            await asyncio.to_thread(asyncio.run, lock.acquire(0.01))
        lock.release()

    asyncio.run(main())
