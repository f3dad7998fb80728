# Generated from _async_src/knowledge_reading.py by scripts/generate.py: edit the source, not this file.
"""What earlier syncs have put into a knowledge base: marks, and training progress."""

from __future__ import annotations

from typing import Any

from fastgpt_client._concurrency import async_in_thread, async_run_each
from fastgpt_client._json import as_object
from fastgpt_client._knowledge.cache import MarkCache
from fastgpt_client._knowledge.marks import Mark
from fastgpt_client._knowledge.plan import Holdings, Marked
from fastgpt_client.exceptions import NotFoundError, PermissionDeniedError

from .knowledge_calls import AsyncKnowledgeCalls


class AsyncHoldingsReader:
    """Reads the collections made by syncs. Lists do not include marks, so each is fetched once and cached."""

    def __init__(self, calls: AsyncKnowledgeCalls, cache: MarkCache, concurrency: int) -> None:
        self._marks: dict[str, Mark | None] = {}
        self._made: dict[str, Mark | None] = {}
        self._calls = calls
        self._cache = cache
        self._concurrency = concurrency
        self._is_loaded = False
        self._told: list[str] = []

    async def read(self) -> Holdings:
        """Return the current state."""
        if not self._is_loaded:
            self._marks = await async_in_thread(self._cache.load)
            self._is_loaded = True
        items = {str(item.get("_id")): item for item in await self._calls.list_files() if item.get("type") == "file"}
        self._told = []
        before = self._marks
        # Keep the marks of this run's collections, even if a list does not show them yet.
        self._marks = {id: mark for id, mark in before.items() if id in items} | self._made
        new = [item for id, item in items.items() if id not in self._marks]
        await async_run_each(self._read_mark, new, self._concurrency)
        if self._marks != before:
            await async_in_thread(lambda: self._cache.save(self._marks))
        marked: list[Marked] = []
        for id, item in items.items():
            mark = self._marks.get(id)
            if mark is not None:
                learning = await self._calls.learning(item)
                marked.append(Marked(id, mark, str(item.get("createTime") or ""), learning.state))
        return Holdings(tuple(marked), frozenset(items), tuple(self._told))

    def note(self, id: str, mark: Mark) -> None:
        """Record a collection that this run has created."""
        self._made[id] = mark

    async def confirm(self, id: str) -> bool:
        """Return whether a collection's mark on the server is the cached one."""
        mark = await self.mark_of(id)
        if mark is None or mark != self._marks.get(id):
            self._marks[id] = mark
            await async_in_thread(lambda: self._cache.save(self._marks))
            return False
        return True

    async def mark_of(self, id: str) -> Mark | None:
        """Return a collection's current mark on the server."""
        answer = await self._calls.paced(lambda: self._calls.client.get_collection(id=id))
        return Mark.of(as_object(answer.data).get("metadata"))

    async def _read_mark(self, item: dict[str, Any]) -> None:
        id = str(item.get("_id"))
        try:
            self._marks[id] = await self.mark_of(id)
        except NotFoundError:
            pass  # deleted since it was listed
        except PermissionDeniedError as exc:
            self._told.append(f"{item.get('name')} could not be read: {exc.message}")
