"""Faults on demand: what fails, for which calls, and how often."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self, TypeAlias, get_args

from .received_request import ReceivedRequest

__all__ = ["Fault", "FaultKind", "Faults"]

FaultKind: TypeAlias = Literal[
    "llm_failure",
    "error_before_run",
    "error_event",
    "cut_before_headers",
    "cut_in_json",
    "cut_in_event",
    "cut_before_done",
    "stall",
    "stall_before_headers",
    "rate_limit",
    "bad_gateway",
    "slow",
    "bytewise",
    "generating",
]
# Default seconds: how long a stall lasts, `slow` waits after each byte, and a rate-limited client is asked to wait.
_SECONDS = {"stall": 3600.0, "stall_before_headers": 3600.0, "slow": 0.01, "rate_limit": 40.0}


@dataclass(eq=False, kw_only=True)
class Fault:
    """A fault of the server, see `FakeFastGPT.fault`. As a context manager, it ends with the block.

    Attributes:
        kind: what goes wrong.
        app_id: the ID of the app whose calls fail, None for any.
        path: a text that the path of the call contains, "" for any.
        when: a function that selects calls, None for all.
        left: how many calls are still going to fail, None for all.
        hits: how many calls have failed.
        message: the message of the error.
        after: how many events or pieces are sent first.
        seconds: how long it lasts, None for the default of the kind.
        status: the HTTP status of `bad_gateway`, 0 for 502.
        headers: the headers of `rate_limit`.
        reset: whether the connection is cut by a reset.
    """

    kind: FaultKind
    app_id: str | None = None
    path: str = "chat/completions"
    when: Callable[[ReceivedRequest], bool] | None = None
    left: int | None = 1
    hits: int = 0
    message: str = ""
    after: int = 2
    seconds: float | None = None
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    reset: bool = False

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"fault {self.kind!r} is not one of {', '.join(get_args(FaultKind))}")

    @property
    def span(self) -> float:
        """The duration of the fault in seconds, or the default of its kind."""
        return _SECONDS.get(self.kind, 0.0) if self.seconds is None else self.seconds

    def remove(self) -> None:
        """End the fault: no more calls fail."""
        self.left = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def meets(self, request: ReceivedRequest, app_id: str | None) -> bool:
        """Return whether the fault applies to a call.

        Args:
            request: the request of the call.
            app_id: the ID of the app that the call is about, None if it is about none.
        """
        return (
            self.left != 0
            and self.path in request.path
            and (self.app_id is None or self.app_id == app_id)
            and (self.when is None or self.when(request))
        )


class Faults:
    """The faults of a server, oldest first. Tests add them from other threads."""

    def __init__(self) -> None:
        self._all: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._all.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._all.clear()

    def take(self, request: ReceivedRequest, app_id: str | None) -> list[Fault]:
        """Return the faults that apply to a call, at most one of each kind, and count them."""
        found: dict[str, Fault] = {}
        with self._lock:
            for fault in self._all:
                if fault.kind not in found and fault.meets(request, app_id):
                    found[fault.kind] = fault
                    fault.hits += 1
                    fault.left = None if fault.left is None else fault.left - 1
            self._all = [fault for fault in self._all if fault.left != 0]
        return list(found.values())
