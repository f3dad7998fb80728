"""Ctrl-C where a test can be sure that it is noticed."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from .until import PATIENCE

__all__ = ["interrupted_when", "wait_until_asleep"]

# What Python does with a signal is done between two of its instructions. One that comes after the last of them and
# before the system call that blocks is noticed when the call is over, which may be never. A busy machine widens that
# gap from microseconds to as long as it likes, so a test either presses until it is noticed, or waits for the call.

_POLL = 0.005
_PRESS_AGAIN = 0.2
_ASLEEP = 0.02


@contextmanager
def interrupted_when(condition: Callable[[], object]) -> Generator[None]:
    """Interrupt the block, as Ctrl-C does, once the condition is met; it must run in the main thread."""
    main = threading.main_thread().ident
    assert main is not None
    assert threading.current_thread() is threading.main_thread()
    noticed, over = threading.Event(), threading.Event()

    def notice(number: int, frame: FrameType | None) -> None:
        if not (noticed.is_set() or over.is_set()):
            noticed.set()
            raise KeyboardInterrupt

    def press() -> None:
        while not condition():
            if over.wait(_POLL):
                return
        while not (noticed.is_set() or over.is_set()):
            signal.pthread_kill(main, signal.SIGINT)
            noticed.wait(_PRESS_AGAIN)

    before = signal.signal(signal.SIGINT, notice)
    pressing = threading.Thread(target=press)
    pressing.start()
    try:
        yield
    finally:
        over.set()
        pressing.join()
        signal.signal(signal.SIGINT, before)


def wait_until_asleep(process: int) -> None:
    """Wait until the main thread of a process waits for something, where a signal is noticed. Only Linux tells."""
    ends = time.monotonic() + PATIENCE
    before = ""
    while (status := _status(process)) != before or "State:\tS" not in status:
        if not status or "State:\tZ" in status:  # it has ended, or this is no Linux
            return
        assert time.monotonic() < ends, f"process {process} is always busy"
        before = status
        time.sleep(_ASLEEP)


def _status(process: int) -> str:
    """Return how a process stands: its state, and how often it has been given and taken a processor."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(line for line in lines if line.startswith(("State:", "voluntary_", "nonvoluntary_")))
