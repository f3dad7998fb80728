"""The state of a run, and the steps that all of its nodes consist of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastgpt_client.testing._server.state import App, Pause
from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import Message, Search

from .event_log import EventLog
from .node_response import node_response

__all__ = ["RunState", "Stopped"]


class Stopped(Exception):
    """The run was stopped; its answer is what was said so far."""


@dataclass(eq=False)
class RunState(EventLog):
    """The state of a run: its events in order, the `items` of its answer, and the `nodes` that ran."""

    version: Version
    app: App
    messages: list[Message]
    query: str
    variables: dict[str, Any]
    search: Callable[[Search, str], list[Mapping[str, Any]]]
    """Performs the search of a search node."""
    streamed: bool = False
    keep_citations: bool = True
    items: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    nodes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    error: str = ""
    failed_node: str = ""
    paused: Pause | None = None
    duration: float = 0.0
    fail_with: str | None = None
    crash_after: tuple[int, Exception] | None = None
    parent: RunState | None = None
    """The run whose loop runs this one for one item. They share events, `items` and variables."""
    parent_id: str = ""
    """The id of the loop node, or of its round, that this run belongs to."""
    result: Any = None
    """The result of the last node: a model's text, or the option that was picked."""

    def __post_init__(self) -> None:
        super().__init__()
        self.started = time.monotonic()
        self._stopping: asyncio.Event = self.parent._stopping if self.parent else asyncio.Event()
        self.turn: asyncio.Lock | None = None
        """Lets only one of several parallel runs speak at a time, from its first wait to its end."""
        self.has_turn = False
        self.held: list[tuple[str, Any]] | None = None
        """The events of a failed node in a parallel run, which are emitted last."""

    @property
    def question(self) -> str:
        """What the user asked, even in the body of a loop."""
        return self.parent.question if self.parent else self.query

    def emit(self, name: str, data: Any) -> None:
        if self.parent is None:
            super().emit(name, data)
        elif self.held is not None and name == "flowNodeResponse" and "errorText" in data:
            self.held.append((name, data))
        else:
            self.parent.emit(name, data)

    def status(self, name: str) -> None:
        """Emit the status event of a node."""
        self.emit("flowNodeStatus", {"status": "running", "name": name})

    def announce(self, kind: str, name: str) -> None:
        """Emit the status event of a quiet node, if the app announces them."""
        if self.app.announces_nodes:
            self.status(self.app.node_names.get(kind, name))

    def stop(self) -> None:
        """End the run at its next step, as if it were complete."""
        self._stopping.set()

    def done(self, kind: str, node_id: str, name: str, fields: Mapping[str, Any], *, id: str | None = None) -> None:
        """Record that a node has run."""
        self.announce(kind, name)
        self.note(self.node(kind, node_id, name, fields, id=id))

    def node(
        self, kind: str, node_id: str, name: str, fields: Mapping[str, Any], *, id: str | None = None
    ) -> dict[str, Any]:
        """Return the item of a node that has run."""
        found = node_response(self.version, kind, node_id, self.app.node_names.get(kind, name), fields, id=id)
        return found | ({"parentId": self.parent_id} if self.parent_id else {})

    def note(self, item: dict[str, Any], **inside: Any) -> None:
        """Store and emit the item of a node. What is `inside` is only stored, since it was emitted before."""
        self.nodes.append({**item, **inside})
        self.emit("flowNodeResponse", item)

    def add_text(self, text: str, reasoning: str = "") -> None:
        """Add a text to the items, joining it to a preceding one; older servers keep an empty one separate."""
        last = self.items[-1] if self.items else {}
        joins = last.keys() == {"text"} and not reasoning
        if joins and (last["text"]["content"] or self.version >= Since.FLAT_CHILDREN):
            last["text"] = {"content": last["text"]["content"] + text}
            return
        item: dict[str, Any] = {"reasoning": {"content": reasoning}} if reasoning else {}
        self.items.append({**item, "text": {"content": text}})

    async def wait(self, seconds: float) -> None:
        """Wait, and let other tasks run; raise `Stopped` if the run is stopped in the meantime."""
        await self._take_turn()
        if seconds:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
        else:
            await asyncio.sleep(0)
        if self._stopping.is_set():
            raise Stopped

    async def _take_turn(self) -> None:
        if self.turn is not None and not self.has_turn:
            await self.turn.acquire()
            self.has_turn = True
        elif self.parent is not None:
            await self.parent._take_turn()

    def end_turn(self) -> None:
        if self.turn is not None and self.has_turn:
            self.has_turn = False
            self.turn.release()
