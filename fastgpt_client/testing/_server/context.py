"""What all requests to one server share: its version, its state, pending faults, and active runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from fastgpt_client.testing.answers import Search

from . import wire
from .datasets.learning import School
from .datasets.retrieval import Query, retrieve
from .datasets.row_forms import RowForms
from .errors import ServerError
from .faults import Faults
from .received_request import ReceivedRequest
from .state import State
from .versions import Version

__all__ = ["ServerContext"]

_MINUTE = 60

T = TypeVar("T")


class ServerContext:
    """One server, from the perspective of its endpoints."""

    def __init__(self, version: Version, *, commercial: bool, heartbeat: float, train_delay: float = 0.0) -> None:
        self.version = version
        self.commercial = commercial
        self.heartbeat = heartbeat
        self.state = State()
        self.school = School(self.state.shelf, version, train_delay)
        self.forms = RowForms(version, self.state.shelf, self.school, self.state.team_id, self.state.member_id)
        self.faults = Faults()
        self._tasks: set[asyncio.Task[None]] = set()
        self._questions: set[asyncio.Task[Any]] = set()
        self._requests: list[ReceivedRequest] = []
        self._lock = threading.Lock()
        self._limited_until, self._calls_this_minute = 0.0, 0

    @property
    def requests(self) -> list[ReceivedRequest]:
        """The received requests, oldest first; a copy, since tests read it from another thread."""
        with self._lock:
            return list(self._requests)

    def log(self, request: ReceivedRequest) -> None:
        """Add a request to `requests`."""
        with self._lock:
            self._requests.append(request)

    def rate_limit_headers(self, limit: int) -> dict[str, str]:
        """Count an accepted completion, and return the headers about the team's rate limit."""
        time = wire.now().timestamp()
        if time >= self._limited_until:
            self._limited_until, self._calls_this_minute = time + _MINUTE, 0
        self._calls_this_minute += 1
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(limit - self._calls_this_minute, 0)),
            "X-RateLimit-Reset": str(int(self._limited_until * 1000)),
        }

    def start_run(self, run: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a run that continues even if the caller disconnects."""
        task = asyncio.get_running_loop().create_task(run)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Return the response of one of the user's servers; stopping this server cancels the call."""
        task = asyncio.get_running_loop().create_task(question)
        self._questions.add(task)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            self._questions.discard(task)
        if task.cancelled():
            raise ServerError("the server is stopping")
        return task.result()

    def end_questions(self) -> None:
        """Cancel all pending requests to the user's servers."""
        for task in [*self._questions]:
            task.cancel()

    async def end_runs(self) -> None:
        """Cancel all active runs, and wait for them to end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def search(self, search: Search, query: str) -> list[Mapping[str, Any]]:
        """Return what a search node finds: the script's quotes, unless it searches knowledge bases that exist."""
        shelf = self.state.shelf
        ids = [dataset.id for dataset in list(shelf.datasets.values()) if dataset.delete_time is None]
        if search.datasets is None or not ids:
            return [*search.quotes]
        self.school.settle()
        wanted = ids if search.datasets == "all" else search.datasets
        every = [collection for id in wanted for collection in shelf.of_dataset(id)]
        return [self.forms.found(found) for found in retrieve(Query([query]), every)]

    def reset(self) -> None:
        """Delete all requests, faults and chats, including running ones. Apps, keys and knowledge bases are kept."""
        self.faults.clear()
        self.school.faults.clear()
        with self._lock:
            self._requests.clear()
        self.state.forget_chats()
