"""A clean-up runs to its end, also where a task is cancelled natively, and then the cancellation goes on."""

from __future__ import annotations

import asyncio

import anyio
import pytest
import trio

from fastgpt_client._concurrency import async_run_shielded


async def test_a_cancelled_scope_does_not_end_it_early() -> None:
    done: list[str] = []

    async def clean() -> None:
        await anyio.sleep(0.01)
        done.append("clean")

    with anyio.CancelScope() as scope:
        scope.cancel()
        await async_run_shielded(clean)
        done.append("after")
    assert done[0] == "clean"


async def test_what_it_raises_is_raised() -> None:
    async def fail() -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        await async_run_shielded(fail)


async def test_it_never_takes_longer_than_its_bound() -> None:
    await async_run_shielded(anyio.sleep_forever, 0.01)


@pytest.mark.parametrize("fails", [False, True])
def test_a_task_that_is_cancelled_meanwhile_ends_when_the_clean_up_has_ended(fails: bool) -> None:
    done: list[str] = []

    async def clean() -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        done.append("clean")
        if fails:
            raise ValueError("x")

    async def work() -> None:
        try:
            await async_run_shielded(clean)
        finally:
            done.append("left")

    async def main() -> None:
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert done == ["clean", "left"]


def test_a_loop_that_ends_cancels_it() -> None:
    async def main() -> None:
        asyncio.create_task(async_run_shielded(anyio.sleep_forever, 600.0))  # noqa: RUF006 - it is left on purpose
        await asyncio.sleep(0)

    asyncio.run(main())


def test_under_trio_it_runs_in_the_task_itself() -> None:
    ran_in: list[trio.lowlevel.Task] = []

    async def clean() -> None:
        ran_in.append(trio.lowlevel.current_task())

    async def main() -> trio.lowlevel.Task:
        await async_run_shielded(clean)
        return trio.lowlevel.current_task()

    assert [trio.run(main)] == ran_in
