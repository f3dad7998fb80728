"""Functions that run side by side: each result comes once, an error too, and closing waits for nobody."""

from __future__ import annotations

import contextvars
import threading

import anyio
import pytest

from fastgpt_client._concurrency.locks import AsyncCrew, Crew, async_next_item, next_item, open_items
from tests.support.until import until

NUMBER: contextvars.ContextVar[int] = contextvars.ContextVar("number")


async def test_async_results_come_as_they_end() -> None:
    crew, first = AsyncCrew[str](), anyio.Event()

    async def slow() -> str:
        await first.wait()
        return "slow"

    async def quick() -> str:
        return "quick"

    await crew.open()
    crew.start(slow)
    crew.start(quick)
    assert await crew.take() == "quick"
    first.set()
    assert await crew.take() == "slow"
    await crew.close()


async def test_async_errors_come_too_and_end_nothing_else() -> None:
    crew = AsyncCrew[str]()

    async def fail() -> str:
        raise ZeroDivisionError

    async def work() -> str:
        return "done"

    await crew.open()
    crew.start(fail)
    with pytest.raises(ZeroDivisionError):
        await crew.take()
    crew.start(work)
    assert await crew.take() == "done"
    await crew.close()


async def test_async_closing_ends_what_runs() -> None:
    crew, ended = AsyncCrew[None](), list[str]()

    async def never() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("ended")

    await crew.open()
    crew.start(never)
    await anyio.wait_all_tasks_blocked()
    await crew.close()
    assert ended == ["ended"]


def test_results_come_as_they_end() -> None:
    crew, first = Crew[str](), threading.Event()

    def slow() -> str:
        first.wait()
        return "slow"

    crew.open()
    crew.start(slow)
    crew.start(lambda: "quick")
    assert crew.take() == "quick"
    first.set()
    assert crew.take() == "slow"
    crew.close()


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit])
def test_errors_come_too_and_end_nothing_else(error: type[BaseException]) -> None:
    crew = Crew[str]()

    def fail() -> str:
        raise error

    crew.open()
    crew.start(fail)
    with pytest.raises(error):
        crew.take()
    crew.start(lambda: "done")
    assert crew.take() == "done"
    crew.close()


def test_threads_are_used_again_and_end_with_the_crew() -> None:
    crew, seen = Crew[int](), set[threading.Thread]()

    def work() -> int:
        seen.add(threading.current_thread())
        return NUMBER.get()

    crew.open()
    for number in range(5):
        NUMBER.set(number)
        crew.start(work)
        assert crew.take() == number
    crew.close()
    assert len(seen) == 1
    until(lambda: not any(thread.is_alive() for thread in seen))


def test_closing_leaves_alone_what_runs() -> None:
    crew, go_on = Crew[bool](), threading.Event()
    crew.open()
    crew.start(go_on.wait)
    crew.close()
    go_on.set()
    assert crew.take()


async def test_items_come_of_either_kind_of_iterable() -> None:
    async def numbers() -> object:
        yield 1

    for items in ([1], numbers()):
        iterator = open_items(items)  # type: ignore[arg-type]
        found = await async_next_item(iterator, 0)
        end = await async_next_item(iterator, 0)
        assert (found, end) == (1, 0)


def test_items_come_in_turn() -> None:
    iterator = open_items([1])
    assert (next_item(iterator, 0), next_item(iterator, 0)) == (1, 0)
