"""Ctrl-C at any line of the package leaves no connection, thread or request of a plain script behind."""

from __future__ import annotations

import dis
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

import fastgpt_client
from fastgpt_client import ChatClient
from fastgpt_client._async.reader import AsyncStreamReader
from fastgpt_client._sync.reader import StreamReader
from tests.support.fault_server import FaultServer
from tests.support.faults import CALL, COMPLETION, STREAM, settings

PACKAGE = str(Path(fastgpt_client.__file__).parent)
# The small version interrupts at each of so many lines.
EVERY = {"small": 17, "full": 1}
# What enters a `with`, by version: 3.10, then up to 3.13, then after it.
ENTERS = {"SETUP_WITH", "SETUP_ASYNC_WITH", "BEFORE_WITH", "BEFORE_ASYNC_WITH", "LOAD_SPECIAL"}


@cache
def _withs(code: CodeType) -> dict[int, int]:
    """Return each line that has a `with`, and the offset at which it enters the first one."""
    entered = [found.offset for found in dis.get_instructions(code) if found.opname in ENTERS]
    lines = [(line, at) for start, end, line in code.co_lines() for at in entered if start <= at < end]
    return {line: at for line, at in reversed(lines) if line is not None}


def leaves_a_with(frame: FrameType) -> bool:
    """Whether a line is the `with` that its block returns to: `__exit__` is called next, and Python guards it no more.

    An interruption there skips `__exit__`, whatever it is; no program can be right about it.
    """
    entered = _withs(frame.f_code).get(frame.f_lineno)
    return entered is not None and frame.f_lasti > entered


class Interrupter:
    """Counts the lines of the package that run, and raises `KeyboardInterrupt` before one of them, if it may."""

    def __init__(self, at: int, may: Callable[[], bool] = lambda: True) -> None:
        self.at = at
        self.may = may
        self.lines = 0
        self.over = False

    def __call__(self, frame: FrameType, event: str, arg: object) -> Any:
        del arg
        if self.over:  # a frame that was left in the middle goes on elsewhere
            return None
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return self if event == "call" else None
        if event == "line" and not leaves_a_with(frame):
            self.lines += 1
            if self.lines == self.at and self.may():
                raise KeyboardInterrupt
        return self

    def run(self, work: Callable[[], object]) -> bool:
        """Do some work; return whether it was interrupted."""
        before = sys.gettrace()
        sys.settrace(self)
        try:
            work()
        except KeyboardInterrupt:
            return True
        finally:
            self.over = True
            sys.settrace(before)
        return False


def blocking(client: ChatClient) -> None:
    client.create_chat_completion(**CALL, stream=False)


def streamed(client: ChatClient) -> None:
    for _ in client.create_chat_completion(**CALL, stream=True).text_deltas():
        pass


def left(client: ChatClient) -> None:
    with client.create_chat_completion(**CALL, stream=True) as stream:
        next(stream)


def threads_of_clients() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.name.startswith("fault-")}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer([COMPLETION]) as server:
        yield server


# What is closed by nobody is closed by Python, which says so.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
@pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("size", EVERY)
@pytest.mark.parametrize("work", [blocking, streamed, left], ids=lambda work: work.__name__)
def test_a_plain_script_that_is_interrupted_leaves_nothing(
    server: FaultServer, work: Callable[[ChatClient], None], size: str
) -> None:
    server.script([COMPLETION if work is blocking else STREAM])
    threads = threads_of_clients()
    with ChatClient(**settings(server.url)) as client:
        work(client)
        counting = Interrupter(0)
        assert not counting.run(lambda: work(client))
        assert counting.lines > 50
        for line in range(1, counting.lines - 20, EVERY[size]):
            Interrupter(line).run(lambda: work(client))
            gc.collect()
            assert server.wait_until(lambda it: it.open_connections <= 1), line  # the one that is kept
            assert threads_of_clients() <= threads
            work(client)
    assert server.wait_until(lambda it: not it.open_connections)


def test_a_reader_that_was_interrupted_before_it_was_made_is_dropped_quietly() -> None:
    for kind in (AsyncStreamReader, StreamReader):
        reader = kind.__new__(kind)
        del reader
