"""What the fault server can do on a connection. A step is a tuple of these, a script one step for each request."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.support.fault_wire import Gone, Request, Wire

# Longer than any time bound in the tests, shorter than the test runner's own limit: a client that waits without a
# bound then fails its test by the clock and does not hang it.
FOREVER = 60.0


class Action(Protocol):
    def run(self, wire: Wire) -> None: ...


Step = tuple[Action, ...]
# A step can be made from the request it answers.
Script = Sequence[Step | Callable[[Request], Step]]


@dataclass(frozen=True, slots=True)
class Send:
    """All bytes at once."""

    data: bytes

    def run(self, wire: Wire) -> None:
        wire.send(self.data)


@dataclass(frozen=True, slots=True)
class SendLater:
    """Bytes that are made when they are sent: for answers that tell the time."""

    make: Callable[[], bytes]

    def run(self, wire: Wire) -> None:
        wire.send(self.make())


@dataclass(frozen=True, slots=True)
class Drip:
    """The bytes one at a time."""

    data: bytes
    every: float = 0.05

    def run(self, wire: Wire) -> None:
        for index in range(len(self.data)):
            wire.send(self.data[index : index + 1])
            wire.wait(self.every)


@dataclass(frozen=True, slots=True)
class Endless:
    """The same bytes again and again, until the client leaves."""

    data: bytes
    every: float = 0.0

    def run(self, wire: Wire) -> None:
        end = time.monotonic() + FOREVER
        while time.monotonic() < end:
            wire.send(self.data)
            wire.wait(self.every)
        raise Gone


@dataclass(frozen=True, slots=True)
class Pause:
    """A short silence; then the step goes on."""

    seconds: float

    def run(self, wire: Wire) -> None:
        wire.wait(self.seconds)


@dataclass(frozen=True, slots=True)
class Stall:
    """Silence for good, on an open connection."""

    def run(self, wire: Wire) -> None:
        wire.wait(FOREVER)
        raise Gone


@dataclass(frozen=True, slots=True)
class Read:
    """Take so many bytes of what the client sends. Only of use before the request is read."""

    count: int

    def run(self, wire: Wire) -> None:
        wire.read_exactly(self.count)


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection in order (FIN)."""

    def run(self, wire: Wire) -> None:
        wire.close()


@dataclass(frozen=True, slots=True)
class Reset:
    """Break the connection (RST). The pause lets the bytes before it arrive."""

    after: float = 0.01

    def run(self, wire: Wire) -> None:
        wire.wait(self.after)
        wire.reset()


# Steps of one action, to be added to others: `sent(data) + CLOSE`.

CLOSE: Step = (Close(),)
RESET: Step = (Reset(),)
SILENCE: Step = (Stall(),)


def sent(data: bytes) -> Step:
    return (Send(data),)


def sent_later(make: Callable[[], bytes]) -> Step:
    return (SendLater(make),)


def dripped(data: bytes, every: float = 0.05) -> Step:
    return (Drip(data, every),)


def endless(data: bytes, every: float = 0.0) -> Step:
    return (Endless(data, every),)


def read(count: int) -> Step:
    return (Read(count),)
