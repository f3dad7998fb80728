# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""One run of a sync: read, send, wait, read again, delete. If it is interrupted, the next run resumes it."""

from __future__ import annotations

from fastgpt_client._concurrency import async_in_thread, async_run_each
from fastgpt_client._knowledge.marks import settings_digest
from fastgpt_client._knowledge.plan import Holdings, make_plan, placed
from fastgpt_client._knowledge.results import RunLog
from fastgpt_client._knowledge.settings import RunSettings
from fastgpt_client.exceptions import AuthenticationError, FastGPTError, NotFoundError, QuotaExceededError
from fastgpt_client.knowledge import Entry, KnowledgePlan, KnowledgeReport, PlannedItem

from .knowledge_calls import AsyncKnowledgeCalls
from .knowledge_folders import AsyncFolders
from .knowledge_reading import AsyncHoldingsReader
from .knowledge_sending import AsyncFileSender
from .knowledge_wait import async_wait_for


class AsyncSourceRun:
    """Makes a knowledge base match a source."""

    def __init__(self, calls: AsyncKnowledgeCalls, reader: AsyncHoldingsReader, settings: RunSettings) -> None:
        self._calls = calls
        self._reader = reader
        self._settings = settings
        self._entries: list[Entry] = []
        self._known = frozenset[str]()
        self._log = RunLog(settings.progress)

    async def plan(self) -> KnowledgePlan:
        """Return what has to be done."""
        match = self._settings.match
        entries = await async_in_thread(lambda: [*self._settings.source.entries()])
        self._entries = [entry for entry in entries if match is None or match.match(entry.path)]
        self._log.enter("listing", 0)
        return self._planned(await self._reader.read())

    def _planned(self, holdings: Holdings) -> KnowledgePlan:
        self._known = holdings.known
        return make_plan(
            self._entries,
            holdings.marked,
            settings=settings_digest(self._settings.settings),
            under=self._settings.under,
            prune=self._settings.prune,
            max_delete=self._settings.max_delete,
            notes=holdings.notes,
        )

    async def run(self) -> KnowledgeReport:
        """Do it, and return a report."""
        plan = await self.plan()
        self._log.begin(plan)
        stopped: FastGPTError | None = None
        try:
            plan = await self._put_in(plan)
            await self._clear(plan)
        except (AuthenticationError, QuotaExceededError) as exc:  # every other item would fail with the same error
            stopped = exc
        return self._log.report(plan, stopped)

    async def _put_in(self, plan: KnowledgePlan) -> KnowledgePlan:
        """Send what is new, and wait for its training; return the remaining plan."""
        to_send = [item for item in plan if item.action in ("create", "replace", "move")]
        to_retry = [item for item in plan if item.action == "retry"]
        to_wait = [item for item in plan if item.action == "wait"]
        if not (to_send or to_retry or (to_wait and self._settings.wait is not None)):
            return plan
        self._log.enter("sending", len(to_send))
        folders = AsyncFolders(self._calls)
        by_path = {placed(self._settings.under, entry.path): entry for entry in self._entries}
        sender = AsyncFileSender(
            self._calls, self._reader, folders, self._settings.source, by_path, self._settings.settings, self._known
        )

        async def send(item: PlannedItem) -> None:
            try:
                id = await sender.send(item.path)
            except (AuthenticationError, QuotaExceededError):
                raise
            except Exception as exc:
                self._log.failed(item, exc)
            else:
                self._log.sent(item, id)

        async def retry(item: PlannedItem) -> None:
            try:
                await self._calls.retry(str(item.keep))
            except (AuthenticationError, QuotaExceededError):
                raise
            except FastGPTError as exc:
                self._log.failed(item, exc)

        await async_run_each(send, to_send, self._settings.concurrency)
        await async_run_each(retry, to_retry, self._settings.concurrency)
        if self._settings.wait is not None:
            names = self._log.to_wait_for([*to_retry, *to_wait])
            self._log.enter("waiting", len(names))
            failures = await async_wait_for(
                self._calls, names, deadline=self._settings.wait, stall=self._settings.stall, reach=self._log.reach
            )
            self._log.unlearnt(failures)
        return self._planned(await self._reader.read())

    async def _clear(self, plan: KnowledgePlan) -> None:
        """Delete what was replaced by something learnt, and what is no longer in the source."""
        may_prune = self._log.may_prune(plan)
        going = [
            item
            for item in plan
            if item.remove and (item.action == "unchanged" or (item.action == "delete" and may_prune))
        ]
        self._log.enter("deleting", len(going))
        await async_run_each(self._delete, going, self._settings.concurrency)

    async def _delete(self, item: PlannedItem) -> None:
        try:
            # A list may lag behind the latest writes: the new collection must be seen as learnt twice.
            if item.keep is not None and (await self._calls.learning_of(item.keep)).state != "ready":
                return
            for id in item.remove:
                await self._delete_one(id)
        except (AuthenticationError, QuotaExceededError):
            raise
        except FastGPTError as exc:
            self._log.failed(item, exc)
        else:
            self._log.deleted(item)

    async def _delete_one(self, id: str) -> None:
        """Delete a collection if it still exists and its mark is the cached one, which may be out of date."""
        try:
            if await self._reader.confirm(id):
                await self._calls.paced(lambda: self._calls.client.delete_collection(id=id))
        except NotFoundError:
            pass  # another run was faster
