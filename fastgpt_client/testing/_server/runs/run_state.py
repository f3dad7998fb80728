"""What a run keeps while it runs, and the steps that all of its nodes are made of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastgpt_client.testing._server.state import App, Pause
from fastgpt_client.testing._server.versions import Since, Version
from fastgpt_client.testing.answers import Message

from .event_log import EventLog
from .node_response import node_response

__all__ = ["RunState", "Stopped"]


class Stopped(Exception):
    """The run was stopped: what was said so far is its answer."""


@dataclass(eq=False)
class RunState(EventLog):
    """What a run has come to: its events in the order they came, `items` the pieces of its answer, `nodes` what ran."""

    version: Version
    app: App
    messages: list[Message]
    query: str
    variables: dict[str, Any]
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

    def __post_init__(self) -> None:
        super().__init__()
        self.started = time.monotonic()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End the run at its next step, as if it had said all."""
        self._stopping.set()

    def done(self, kind: str, node_id: str, name: str, fields: Mapping[str, Any], *, id: str | None = None) -> None:
        """Note that a node has run."""
        item = node_response(self.version, kind, node_id, name, fields, id=id)
        self.nodes.append(item)
        self.emit("flowNodeResponse", item)

    def add_text(self, text: str, reasoning: str = "") -> None:
        """Add a text to the items: neighbouring texts are one, though older servers keep an empty one apart."""
        last = self.items[-1] if self.items else {}
        joins = last.keys() == {"text"} and not reasoning
        if joins and (last["text"]["content"] or self.version >= Since.FLAT_CHILDREN):
            last["text"] = {"content": last["text"]["content"] + text}
            return
        item: dict[str, Any] = {"reasoning": {"content": reasoning}} if reasoning else {}
        self.items.append({**item, "text": {"content": text}})

    async def wait(self, seconds: float) -> None:
        """Let time pass, and others run; raises if the run was stopped meanwhile."""
        if seconds:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), seconds)
        else:
            await asyncio.sleep(0)
        if self._stopping.is_set():
            raise Stopped
