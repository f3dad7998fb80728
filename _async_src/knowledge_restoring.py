# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Restores a saved knowledge base on a server of any version: the same rows, marks and originals."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastgpt_client._concurrency import async_in_thread, async_run_each
from fastgpt_client._json import as_object
from fastgpt_client._knowledge.results import RunLog
from fastgpt_client._knowledge.saved import (
    RowPlan,
    SavedCollection,
    SavedFolder,
    restored_metadata,
    restored_settings,
    saved_id,
    why_virtual,
)
from fastgpt_client.exceptions import AuthenticationError, FastGPTError, QuotaExceededError
from fastgpt_client.knowledge import CopyReport

from .knowledge_calls import AsyncKnowledgeCalls
from .knowledge_folders import async_find_or_make
from .knowledge_saving import AsyncRowReader
from .knowledge_wait import async_wait_for


class AsyncRestorer:
    """Creates saved collections in a dataset, and resumes with those that already exist."""

    def __init__(
        self, calls: AsyncKnowledgeCalls, folder: SavedFolder, concurrency: int, wait: float, log: RunLog
    ) -> None:
        self._calls = calls
        self._folder = folder
        self._concurrency = concurrency
        self._wait = wait
        self._log = log
        self._problems: list[str] = []
        self._there: dict[str, str] = {}
        self._new: dict[str, str] = {}

    async def run(self, saved: list[SavedCollection]) -> CopyReport:
        """Restore, and return a report."""
        folders = [one for one in saved if one.type == "folder"]
        others = [one for one in saved if one.type != "folder"]
        self._there = await self._made_before()
        await self._make_folders(folders)
        self._log.enter("sending", len(others))
        await async_run_each(self._make, others, self._concurrency)
        made = [one for one in others if one.id in self._new]
        await self._learnt(made)
        self._log.enter("sending", len(made))
        await async_run_each(self._put_rows, made, self._concurrency)
        await self._learnt(made)
        await async_run_each(self._check, made, self._concurrency)
        done = [one for one in saved if one.id in self._new]
        return CopyReport(
            dataset_id=self._calls.dataset_id,
            collections=len(done),
            rows=sum(one.rows for one in done),
            originals=sum(one.original_sha256 is not None for one in done),
            problems=tuple(self._problems),
        )

    async def _made_before(self) -> dict[str, str]:
        """Return the collections created by an earlier run, by their original IDs."""
        found: dict[str, str] = {}
        for item in await self._calls.list_everything():
            if item.get("type") == "file":
                id = str(item["_id"])
                answer = await self._calls.paced(partial(self._calls.client.get_collection, id=id))
                found[saved_id(as_object(answer.data)) or id] = id
        return found

    async def _make_folders(self, folders: list[SavedCollection]) -> None:
        """Create the folders, parents first; contents of a missing folder go to the root."""
        left = {one.id: one for one in folders}
        while left:
            ready = [one for one in left.values() if one.parent_id not in left]
            for one in ready or [*left.values()]:
                self._new[one.id] = await async_find_or_make(
                    self._calls, self._new.get(one.parent_id or ""), one.name, "folder"
                )
                del left[one.id]

    async def _make(self, one: SavedCollection) -> None:
        try:
            self._new[one.id] = self._there.get(one.id) or await self._made(one)
            if one.forbid:
                await self._calls.paced(lambda: self._calls.client.update_collection(id=self._new[one.id], forbid=True))
        except (AuthenticationError, QuotaExceededError):
            raise
        except FastGPTError as exc:
            self._problems.append(f"{one.name}: it could not be made: {exc}")
        self._log.one_more()

    async def _made(self, one: SavedCollection) -> str:
        above = self._new.get(one.parent_id or "")
        problem = why_virtual(one)
        if problem is not None:
            if problem:
                self._problems.append(f"{one.name}: {problem}")
            return await async_find_or_make(self._calls, above, one.name, "virtual")
        answer = await self._calls.paced(
            lambda: self._calls.client.create_file_collection(
                self._folder.original_file(one.id),
                filename=one.name,
                datasetId=self._calls.dataset_id,
                parentId=above,
                tags=one.tags or None,
                metadata=restored_metadata(one),
                settings=restored_settings(one),
            )
        )
        return str(as_object(answer.data).get("collectionId"))

    async def _learnt(self, made: list[SavedCollection]) -> None:
        names = {self._new[one.id]: one.name for one in made}
        self._log.enter("waiting", len(names))
        failures = await async_wait_for(
            self._calls, names, deadline=self._wait, stall=self._wait, reach=self._log.reach
        )
        self._problems += [f"{failure.name}: {failure.kind}: {failure.message}" for failure in failures]

    async def _rows_left(self, one: SavedCollection) -> RowPlan:
        there = [(id, row) async for id, row in AsyncRowReader(self._calls, self._new[one.id])]
        saved = await async_in_thread(lambda: [*self._folder.rows(one.id)])
        return RowPlan(saved, there)

    async def _put_rows(self, one: SavedCollection) -> None:
        """Make a collection contain its saved rows: the server may have split its file differently."""
        try:
            left = await self._rows_left(one)
            client, id = self._calls.client, self._new[one.id]
            if left.push:
                await self._calls.paced(lambda: client.push_data(collectionId=id, data=left.push))
            if why_virtual(one) is None:  # others are matched by name, and may contain rows that are not ours
                for row in left.delete:
                    await self._calls.paced(partial(client.delete_data, id=row))
        except (AuthenticationError, QuotaExceededError):
            raise
        except FastGPTError as exc:
            self._problems.append(f"{one.name}: its rows could not be made: {exc}")
        self._log.one_more()

    async def _check(self, one: SavedCollection) -> None:
        left: Any = await self._rows_left(one)
        if not left.is_done:
            self._problems.append(
                f"{one.name}: {len(left.push)} rows are missing, {len(left.delete)} are there that were not saved"
            )
