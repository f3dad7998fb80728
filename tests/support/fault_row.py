"""A row of the fault matrix: what the server does to one call, and what the caller and the server must see of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from fastgpt_client.exceptions import FastGPTError
from tests.support.fault_actions import Step
from tests.support.fault_answers import COMPLETION, ENVELOPE_BODY, HISTORIES, TEXT, send
from tests.support.fault_ports import ClosedPort, DeafPort
from tests.support.fault_server import FaultServer
from tests.support.fault_streams import STREAM

# `completion` is a blocking answer, `histories` an idempotent call; the others are four ways to use a stream.
Call = Literal["completion", "histories", "events", "deltas", "final", "lines"]
STREAM_CALLS: tuple[Call, ...] = ("events", "deltas", "final", "lines")

# In a script: the answer the call hopes for.
OK: Step = ()
_GOOD: Mapping[Call, Step] = {"completion": COMPLETION, "histories": send(ENVELOPE_BODY)}

APP_ID = "65f000000000000000000001"
CALL: Any = {"messages": [{"role": "user", "content": "Hi"}], "chatId": "c1"}
"""The arguments of every completion here."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault, one call, one outcome. How often a request arrives is part of the outcome."""

    id: str
    call: Call
    script: Sequence[Step] = (OK,)
    on_connect: Step = ()
    port: type[ClosedPort | DeafPort] | None = None
    """Instead of the scripted server."""

    error: type[FastGPTError] | None = None
    value: object = None
    """The text or the data the call gives; without an error and a value: that of `OK`."""
    partial: str | None = None
    """The text that the error must have kept."""
    attributes: Mapping[str, object] = field(default_factory=dict)
    """What else the error must say."""

    hits: int
    connections: int | None = None
    within: float = 5.0
    at_least: float = 0.0
    options: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of the client, on top of the defaults in `settings`."""

    @property
    def expected(self) -> object:
        return self.value if self.value is not None else HISTORIES if self.call == "histories" else TEXT

    def failing(self, error: type[FastGPTError], *, hits: int) -> Row:
        """The same fault for a call that it ends."""
        return replace(self, error=error, hits=hits)

    def open(self) -> FaultServer | ClosedPort | DeafPort:
        """The server of this row, to be entered."""
        if self.port is not None:
            return self.port()
        good = _GOOD.get(self.call, STREAM)
        return FaultServer([step or good for step in self.script], self.on_connect)

    def settings(self, url: str) -> dict[str, Any]:
        return settings(url, **self.options)


def settings(url: str, **options: Any) -> dict[str, Any]:
    """A client's arguments: no waits between attempts, and no timeout that a slow machine could hit."""
    defaults = {"api_key": "fastgpt-fault", "app_id": APP_ID, "max_retries": 3, "retry_delay": 0.0, "timeout": 10.0}
    return {**defaults, "base_url": url, **options}


def blocking(name: str, *script: Step, completion: int, histories: int, **rest: Any) -> list[Row]:
    """The same fault for a blocking completion and for a call that may be repeated."""
    return [
        Row(id=f"{name}-completion", call="completion", script=script, hits=completion, **rest),
        Row(id=f"{name}-histories", call="histories", script=script, hits=histories, **rest),
    ]


def everywhere(name: str, *script: Step, completion: int, histories: int, **rest: Any) -> list[Row]:
    """`blocking`, and the start of a stream: it is a completion, so it is sent as often as one."""
    start = Row(id=f"{name}-stream", call="deltas", script=script, hits=completion, **rest)
    return [*blocking(name, *script, completion=completion, histories=histories, **rest), start]


def streaming(name: str, *script: Step, calls: tuple[Call, ...] = STREAM_CALLS, **rest: Any) -> list[Row]:
    """A fault of a stream, for each way to use one. Streams are never repeated."""
    return [Row(id=f"{name}-{call}", call=call, script=script, hits=1, **rest) for call in calls]


def keeping(name: str, *script: Step, partial: str, calls: tuple[Call, ...] = STREAM_CALLS, **rest: Any) -> list[Row]:
    """`streaming`, with an error that keeps the text. Who reads raw lines has kept them: nothing else keeps them."""
    rows = streaming(name, *script, calls=calls, **rest)
    return [replace(row, partial="" if row.call == "lines" else partial) for row in rows]
