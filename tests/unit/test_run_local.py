"""Values that belong to a process and an event loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import nullcontext
from typing import Any

import anyio
import pytest
import trio

from fastgpt_client._concurrency import run_local
from fastgpt_client._concurrency.run_local import AsyncPlace, AsyncRunLocal, Place, RunLocal


class Made:
    """Makes objects that can be told apart, and notes which of them were abandoned."""

    def __init__(self) -> None:
        self.abandoned: list[object] = []

        self.closed: list[object] = []

    async def async_close(self, value: object) -> None:
        self.closed.append(value)

    def close(self, value: object) -> None:
        self.closed.append(value)

    def value(self) -> object:
        return object()


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The id of the process, which a test can change."""
    found = [1]
    monkeypatch.setattr(run_local.os, "getpid", lambda: found[0])
    monkeypatch.setattr(run_local, "_of_the_parent", [])
    return found


def test_threads_share_the_value_of_their_process(process: list[int]) -> None:
    made = Made()
    local = RunLocal(made.value, made.close, made.abandoned.append)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(local.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {local.get()}


def test_what_another_thread_made_meanwhile_is_taken() -> None:
    made = Made()
    local = RunLocal(made.value, made.close, made.abandoned.append)

    class Late(nullcontext[None]):
        """A lock that was held by a thread which made the value."""

        def __enter__(self) -> None:
            local._lock = threading.Lock()
            self.theirs = local.get()

    late = Late()
    local._lock = late  # type: ignore[assignment]
    assert local.get() is late.theirs


def test_a_child_process_makes_its_own_and_keeps_its_parents(process: list[int]) -> None:
    made = Made()
    local = RunLocal(made.value, made.close, made.abandoned.append)
    parents = local.get()
    process[0] = 2
    children = local.get()
    assert children is not parents
    assert local.get() is children
    assert (1, parents) in run_local._of_the_parent
    local.close()
    local.close()
    assert made.closed == [children]


def test_a_child_that_made_none_closes_none(process: list[int]) -> None:
    made = Made()
    local = RunLocal(made.value, made.close, made.abandoned.append)
    parents = local.get()
    process[0] = 2
    local.close()
    assert not made.closed
    assert (1, parents) in run_local._of_the_parent


def test_each_event_loop_has_its_own_value() -> None:
    made = Made()
    local = AsyncRunLocal(made.value, made.async_close, made.abandoned.append)

    async def twice() -> object:
        first = local.get()
        assert local.get() is first
        return first

    values = [asyncio.run(twice()), trio.run(twice), asyncio.run(twice()), trio.run(twice)]
    assert len(set(values)) == 4
    assert made.closed == values
    assert not made.abandoned


def test_a_loop_that_was_closed_in_a_hurry_leaves_a_value_that_is_abandoned() -> None:
    made = Made()
    local = AsyncRunLocal(made.value, made.async_close, made.abandoned.append)

    async def take() -> object:
        return local.get()

    loop = asyncio.new_event_loop()
    value = loop.run_until_complete(take())
    loop.close()
    assert asyncio.run(take()) is not value
    assert made.abandoned == [value]
    assert value not in made.closed


def test_whether_a_loop_has_ended_is_told_of_both_kinds() -> None:
    async def running() -> object:
        loop = run_local._running_loop()
        assert not run_local._has_ended(loop)
        return loop

    assert run_local._has_ended(asyncio.run(running()))
    assert run_local._has_ended(trio.run(running))


def test_loops_of_several_threads_at_once_have_theirs() -> None:
    made = Made()
    local = AsyncRunLocal(made.value, made.async_close, made.abandoned.append)
    together = threading.Barrier(4)
    found: list[object] = []

    async def take() -> None:
        value = local.get()
        await asyncio.to_thread(together.wait)
        assert local.get() is value
        found.append(value)
        await asyncio.to_thread(together.wait)

    threads = [threading.Thread(target=lambda: asyncio.run(take())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 4
    assert not made.abandoned


async def test_closing_closes_the_running_loops_value_and_abandons_those_of_others() -> None:
    made = Made()
    local = AsyncRunLocal(made.value, made.async_close, made.abandoned.append)
    mine = local.get()
    opened, closed = threading.Event(), threading.Event()
    others: list[object] = []

    async def take() -> None:
        others.append(local.get())
        opened.set()
        await asyncio.to_thread(closed.wait)

    thread = threading.Thread(target=lambda: asyncio.run(take()))
    thread.start()
    opened.wait()
    await local.close()
    assert made.closed == [mine]
    assert made.abandoned == others
    closed.set()
    thread.join()
    assert made.closed == [mine, *others]  # its own loop closed it at its end
    assert local.get() not in (mine, *others)


async def test_a_child_process_does_not_use_the_loop_of_its_parent(process: list[int]) -> None:
    made = Made()
    local = AsyncRunLocal(made.value, made.async_close, made.abandoned.append)
    parents = local.get()
    process[0] = 2
    children = local.get()
    assert children is not parents
    assert [entry.value for entry in run_local._of_the_parent] == [parents]  # type: ignore[attr-defined]
    await local.close()
    assert made.closed == [children]
    assert not made.abandoned


def test_a_place_is_a_process(process: list[int]) -> None:
    place = Place()
    assert place.is_here()
    process[0] = 2
    assert not place.is_here()
    place.run_there(lambda: pytest.fail("this is another process"))


async def test_a_place_is_an_event_loop_of_a_process(process: list[int]) -> None:
    place, worked = AsyncPlace(), anyio.Event()
    assert place.is_here()
    await anyio.to_thread.run_sync(asyncio.run, elsewhere(place, worked))
    await worked.wait()  # this loop did what the other one left to it
    assert not await anyio.to_thread.run_sync(trio.run, is_here, place)
    process[0] = 2
    assert not place.is_here()
    place.run_there(lambda: pytest.fail("this is another process"))


async def elsewhere(place: AsyncPlace, worked: anyio.Event) -> None:
    assert not place.is_here()
    place.run_there(worked.set)


async def is_here(place: AsyncPlace) -> bool:
    return place.is_here()


@pytest.mark.parametrize("run", [asyncio.run, lambda main: trio.run(lambda: main)], ids=["asyncio", "trio"])
def test_a_loop_that_has_ended_is_no_place_any_more(run: Any) -> None:
    async def make() -> AsyncPlace:
        return AsyncPlace()

    place: AsyncPlace = run(make())
    assert not place.is_here()
    place.run_there(lambda: pytest.fail("nothing runs there"))
