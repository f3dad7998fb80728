"""The events of a run, in order, for any number of readers."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["EventLog"]


class EventLog:
    """The (name, data) of each event so far. `finished` means that no more will follow."""

    def __init__(self) -> None:
        self.log: list[tuple[str, Any]] = []
        self.finished = False
        self.crashed = False
        self._readers: set[asyncio.Event] = set()

    def emit(self, name: str, data: Any) -> None:
        self.log.append((name, data))
        self._wake()

    def finish(self) -> None:
        self.finished = True
        self._wake()

    def subscribe(self) -> asyncio.Event:
        """Return an `asyncio.Event` that is set whenever the log changes. Pass it to `unsubscribe` when done."""
        reader = asyncio.Event()
        self._readers.add(reader)
        return reader

    def unsubscribe(self, reader: asyncio.Event) -> None:
        self._readers.discard(reader)

    def _wake(self) -> None:
        for reader in self._readers:
            reader.set()
