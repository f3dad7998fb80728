"""The pairs that differ between the flavours: each half does the same."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import AsyncIterator, Iterator
from itertools import repeat
from typing import Any

import anyio.lowlevel
import pytest

from fastgpt_client import _concurrency
from fastgpt_client._concurrency import (
    async_drain,
    async_in_thread,
    async_run_each,
    async_run_shielded,
    async_run_with_timeout,
    async_sleep,
    drain,
    in_thread,
    monotonic,
    run_each,
    run_shielded,
    run_with_timeout,
    sleep,
    wall_clock,
)
from tests.support.interrupts import interrupted_when
from tests.support.until import PATIENCE

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="outside")


class Closable:
    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def never() -> None:
    pytest.fail("nothing was to be interrupted")


async def async_value() -> str:
    await anyio.lowlevel.checkpoint()
    return "value"


async def async_failure() -> str:
    raise ZeroDivisionError


def failure() -> str:
    raise ZeroDivisionError


def test_the_clocks_are_those_of_the_system() -> None:
    assert monotonic is time.monotonic
    assert wall_clock is time.time


async def test_sleeping_lets_others_run() -> None:
    seen: list[str] = []

    async def other() -> None:
        seen.append("other")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(other)
        await async_sleep(0.001)
        seen.append("me")
    assert seen == ["other", "me"]


def test_sleeping_waits() -> None:
    begin = time.monotonic()
    sleep(0.01)
    assert time.monotonic() - begin >= 0.01


@pytest.mark.parametrize("seconds", [None, PATIENCE])
async def test_async_a_result_in_time_is_returned(seconds: float | None) -> None:
    assert await async_run_with_timeout(seconds, async_value, never) == "value"


@pytest.mark.parametrize("seconds", [None, PATIENCE])
async def test_async_an_error_in_time_is_raised(seconds: float | None) -> None:
    with pytest.raises(ZeroDivisionError):
        await async_run_with_timeout(seconds, async_failure, never)


@pytest.mark.parametrize("seconds", [0.01, 0.0, -5.0])
async def test_async_what_takes_too_long_is_cancelled(seconds: float) -> None:
    cancelled = False

    async def forever() -> None:
        nonlocal cancelled
        try:
            await anyio.sleep_forever()
        except BaseException:
            cancelled = True
            raise

    with pytest.raises(TimeoutError):
        await async_run_with_timeout(seconds, forever, never)
    assert cancelled


@pytest.mark.parametrize("seconds", [None, PATIENCE])
def test_a_result_in_time_is_returned(seconds: float | None) -> None:
    assert run_with_timeout(seconds, lambda: "value", never) == "value"


@pytest.mark.parametrize("seconds", [None, PATIENCE])
def test_an_error_in_time_is_raised(seconds: float | None) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run_with_timeout(seconds, failure, never)
    assert caught.value.__traceback__ is not None


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_whatever_is_raised_comes_through(kind: type[BaseException]) -> None:
    def stop() -> None:
        raise kind

    with pytest.raises(kind):
        run_with_timeout(PATIENCE, stop, never)


@pytest.mark.parametrize("seconds", [0.01, 0.0, -5.0])
def test_what_takes_too_long_is_interrupted(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_concurrency, "_CLOSE_SECONDS", 2 * PATIENCE)
    stop, ended = threading.Event(), threading.Event()

    def work() -> None:
        stop.wait()
        ended.set()

    with pytest.raises(TimeoutError):
        run_with_timeout(seconds, work, stop.set)
    assert ended.is_set()


def test_what_does_not_heed_the_interruption_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_concurrency, "_CLOSE_SECONDS", 0.02)
    stop, ended = threading.Event(), threading.Event()
    interrupted: list[bool] = []

    def work() -> None:
        stop.wait()
        ended.set()

    with pytest.raises(TimeoutError):
        run_with_timeout(0.01, work, lambda: interrupted.append(True))
    assert (interrupted, ended.is_set()) == ([True], False)
    stop.set()
    assert ended.wait(PATIENCE)


def test_what_comes_too_late_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_concurrency, "_CLOSE_SECONDS", 0.0)
    late, go = Closable(), threading.Event()

    def slow() -> Closable:
        go.wait(PATIENCE)
        return late

    with pytest.raises(TimeoutError):
        run_with_timeout(0.01, slow, lambda: None)
    assert not late.closed.is_set()
    go.set()
    assert late.closed.wait(PATIENCE)


def test_what_comes_too_late_and_cannot_be_closed_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_concurrency, "_CLOSE_SECONDS", 10.0)
    go = threading.Event()

    def slow() -> str:
        go.wait(PATIENCE)
        return "late"

    with pytest.raises(TimeoutError):
        run_with_timeout(0.01, slow, go.set)


def test_what_came_in_time_is_not_closed() -> None:
    value = Closable()
    assert run_with_timeout(PATIENCE, lambda: value, never) is value
    assert not value.closed.is_set()


@pytest.mark.parametrize("kind", [TimeoutError, _concurrency.TimeExpired])
async def test_a_timeout_of_the_function_s_own_is_not_that_of_its_time(kind: type[Exception]) -> None:
    mine = kind("mine")

    def slow() -> None:
        raise mine

    async def async_slow() -> None:
        raise mine

    with pytest.raises(kind) as caught:
        run_with_timeout(PATIENCE, slow, never)
    assert caught.value is mine
    with pytest.raises(kind) as caught:
        await async_run_with_timeout(PATIENCE, async_slow, never)
    assert caught.value is mine


def test_ctrl_c_in_the_caller_interrupts_the_function() -> None:
    begun, go, value = threading.Event(), threading.Event(), Closable()

    def work() -> Closable:
        begun.set()
        assert go.wait(PATIENCE)
        return value

    with pytest.raises(KeyboardInterrupt), interrupted_when(begun.is_set):
        run_with_timeout(PATIENCE, work, go.set)
    assert value.closed.wait(PATIENCE)


@pytest.fixture
def interrupted_start(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """Interrupt whoever starts a thread, once it runs; return those that run."""
    started: list[threading.Thread] = []

    class Thread(threading.Thread):
        def start(self) -> None:
            super().start()
            started.append(self)
            raise KeyboardInterrupt

    monkeypatch.setattr(threading, "Thread", Thread)
    return started


def test_ctrl_c_while_the_thread_is_started_interrupts_the_function(
    interrupted_start: list[threading.Thread],
) -> None:
    go, value = threading.Event(), Closable()

    def work() -> Closable:
        assert go.wait(PATIENCE)
        return value

    with pytest.raises(KeyboardInterrupt):
        run_with_timeout(PATIENCE, work, go.set)
    assert value.closed.wait(PATIENCE)


def test_ctrl_c_while_a_thread_is_started_ends_those_that_run(interrupted_start: list[threading.Thread]) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_each(lambda item: None, repeat(None), workers=3)  # it has no end of its own
    [thread] = interrupted_start
    thread.join(PATIENCE)
    assert not thread.is_alive()


def wait_by(event: type[threading.Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a caller wait for its thread by an event of a test."""

    class Work(_concurrency._Work):
        def __init__(self, function: Any) -> None:
            super().__init__(function)
            self.finished = event()

    monkeypatch.setattr(_concurrency, "_Work", Work)


def test_ctrl_c_when_the_function_has_just_ended_closes_what_it_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finished(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            assert super().wait(timeout)
            raise KeyboardInterrupt

    wait_by(Finished, monkeypatch)
    value = Closable()
    with pytest.raises(KeyboardInterrupt):
        run_with_timeout(PATIENCE, lambda: value, never)
    assert value.closed.is_set()


def test_a_result_at_the_very_end_of_the_time_counts() -> None:
    work = _concurrency._Work(lambda: "value")
    work.run()
    assert not work.abandon()
    assert work.result() == "value"


def test_context_variables_are_seen_inside() -> None:
    token = VARIABLE.set("inside")
    try:
        assert run_with_timeout(PATIENCE, VARIABLE.get, never) == "inside"
    finally:
        VARIABLE.reset(token)


async def test_async_what_blocks_runs_beside_the_others() -> None:
    go = threading.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(async_in_thread, lambda: go.wait(60.0))
        await anyio.lowlevel.checkpoint()
        go.set()
    assert await async_in_thread(lambda: threading.current_thread().daemon)


def test_what_blocks_runs_where_it_is() -> None:
    assert in_thread(threading.current_thread) is threading.current_thread()


async def test_async_what_blocks_may_fail_and_sees_context_variables() -> None:
    with pytest.raises(ZeroDivisionError):
        await async_in_thread(failure)
    token = VARIABLE.set("inside")
    try:
        assert await async_in_thread(VARIABLE.get) == "inside"
    finally:
        VARIABLE.reset(token)


async def test_async_what_blocks_holds_nobody_who_leaves_and_is_closed_later() -> None:
    late, begun, go = Closable(), threading.Event(), threading.Event()

    def slow() -> Closable:
        begun.set()
        go.wait(60.0)
        return late

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(async_in_thread, slow)
        assert await anyio.to_thread.run_sync(begun.wait, 60.0)
        tasks.cancel_scope.cancel()
    assert not late.closed.is_set()
    go.set()
    assert await anyio.to_thread.run_sync(late.closed.wait, 60.0)


async def test_async_what_was_ready_when_its_caller_left_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    value = Closable()

    async def left_at_the_end(wait: Any, **options: Any) -> None:
        wait()
        raise KeyboardInterrupt

    monkeypatch.setattr("anyio.to_thread.run_sync", left_at_the_end)
    with pytest.raises(KeyboardInterrupt):
        await async_in_thread(lambda: value)
    assert value.closed.is_set()


async def test_async_a_clean_up_runs_to_its_end_in_a_cancelled_task() -> None:
    done = False

    async def clean_up() -> None:
        nonlocal done
        await anyio.sleep(0.001)
        done = True

    with anyio.CancelScope() as scope:
        scope.cancel()
        await async_run_shielded(clean_up)
    assert done


async def test_async_a_clean_up_never_hangs() -> None:
    with anyio.fail_after(PATIENCE) as scope:
        await async_run_shielded(anyio.sleep_forever, 0.01)
    assert not scope.cancel_called


def test_a_clean_up_runs() -> None:
    done: list[bool] = []
    run_shielded(lambda: done.append(True))
    assert done == [True]


async def chunks(seen: list[str], end: Any = None) -> AsyncIterator[bytes]:
    try:
        yield b"1"
        seen.append("went on")
        if end is not None:
            raise end
        while True:
            yield b"more"
    finally:
        seen.append("ended")


@pytest.mark.parametrize("end", [None, OSError("closed"), RuntimeError("closed")])
async def test_async_an_iterator_that_was_begun_is_ended(end: Any) -> None:
    seen: list[str] = []
    iterator = chunks(seen, end)
    await iterator.__anext__()
    await async_drain(iterator)
    assert seen == ["went on", "ended"]


async def test_async_an_iterator_that_was_not_begun_is_ended() -> None:
    seen: list[str] = []
    iterator = chunks(seen)
    await async_drain(iterator)
    with pytest.raises(StopAsyncIteration):
        await iterator.__anext__()


async def test_async_an_iterator_in_another_s_hands_is_left_to_them() -> None:
    go = anyio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        await go.wait()
        yield b"1"

    iterator = pieces()

    async def read() -> None:
        await anext(iterator)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.wait_all_tasks_blocked()
        await async_drain(iterator)
        go.set()
    await async_drain(iterator)


def test_an_iterator_is_ended() -> None:
    seen: list[str] = []

    def pieces() -> Iterator[bytes]:
        try:
            yield b"1"
            yield b"2"
        finally:
            seen.append("ended")

    iterator = pieces()
    next(iterator)
    drain(iterator)
    assert seen == ["ended"]
    assert list(iterator) == []


def test_an_iterator_in_another_s_hands_is_left_to_them() -> None:
    inside, go = threading.Event(), threading.Event()

    def pieces() -> Iterator[bytes]:
        inside.set()
        go.wait(PATIENCE)
        yield b"1"

    iterator = pieces()
    thread = threading.Thread(target=next, args=(iterator,))
    thread.start()
    assert inside.wait(PATIENCE)
    drain(iterator)
    go.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


class Crowd:
    """Counts what runs at the same time."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()
        self.full = threading.Barrier(3)

    def come(self) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)

    def go(self, item: int) -> None:
        with self._lock:
            self._now -= 1
            self.done.append(item)


async def test_so_many_run_at_a_time_each_item_once() -> None:
    crowd = Crowd()

    async def run(item: int) -> None:
        crowd.come()
        for _ in range(5):
            await anyio.lowlevel.checkpoint()
        crowd.go(item)

    await async_run_each(run, iter(range(9)), 3)
    assert (sorted(crowd.done), crowd.most) == ([*range(9)], 3)


def test_so_many_threads_run_at_a_time_each_item_once() -> None:
    crowd = Crowd()
    token = VARIABLE.set("inside")

    def run(item: int) -> None:
        crowd.come()
        crowd.full.wait(PATIENCE)
        assert VARIABLE.get() == "inside"
        crowd.go(item)

    run_each(run, iter(range(9)), 3)
    VARIABLE.reset(token)
    assert (sorted(crowd.done), crowd.most) == ([*range(9)], 3)


async def test_the_first_error_ends_what_runs() -> None:
    crowd = Crowd()

    async def run(item: int) -> None:
        if item == 2:
            raise ZeroDivisionError
        try:
            await anyio.sleep(PATIENCE)
        finally:
            crowd.done.append(item)

    with pytest.raises(ZeroDivisionError):
        await async_run_each(run, range(9), 3)
    assert sorted(crowd.done) == [0, 1]


@pytest.mark.parametrize("error", [ZeroDivisionError, StopIteration, SystemExit])
def test_the_first_error_of_a_thread_lets_no_other_item_begin(error: type[BaseException]) -> None:
    crowd = Crowd()

    def run(item: int) -> None:
        crowd.full.wait(PATIENCE)
        if item == 2:
            raise error
        crowd.done.append(item)

    with pytest.raises(error):
        run_each(run, range(3), 3)
    assert sorted(crowd.done) == [0, 1]


def test_an_error_of_the_items_is_passed_on() -> None:
    def items() -> Iterator[int]:
        yield 0
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_each(lambda item: None, items(), 1)


def test_ctrl_c_lets_what_runs_come_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go, done = threading.Event(), threading.Event(), list[int]()

    class Finished(threading.Event):
        interrupted = False

        def wait(self, timeout: float | None = None) -> bool:
            if self.interrupted:
                go.set()
                return super().wait(timeout)
            self.interrupted = True
            assert begun.wait(PATIENCE)
            raise KeyboardInterrupt

    def run(item: int) -> None:
        begun.set()
        assert go.wait(PATIENCE)
        done.append(item)

    wait_by(Finished, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        run_each(run, range(1000), 1)
    assert done == [0]
