# Generated from _async_src/knowledge.py by scripts/generate.py: edit the source, not this file.
"""A knowledge base that is kept in step with a source."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastgpt_client._api.params import check_ids
from fastgpt_client._concurrency import in_thread
from fastgpt_client._http.config import check_count, check_number
from fastgpt_client._knowledge.cache import MarkCache
from fastgpt_client._knowledge.results import ProgressHook, RunLog
from fastgpt_client._knowledge.saved import SavedFolder
from fastgpt_client._knowledge.settings import RunSettings, run_settings
from fastgpt_client._knowledge.training import training_error
from fastgpt_client.knowledge import (
    CopyReport,
    KnowledgePlan,
    KnowledgeReport,
    Source,
)

from .datasets_endpoints import DatasetEndpoints
from .knowledge_calls import KnowledgeCalls
from .knowledge_reading import HoldingsReader
from .knowledge_restoring import Restorer
from .knowledge_rows import RowPusher
from .knowledge_saving import Saver
from .knowledge_search import KnowledgeSearch
from .knowledge_sync import SourceRun
from .knowledge_wait import wait_for

if TYPE_CHECKING:
    from fastgpt_client.types import DataRow


class KnowledgeBase(KnowledgeSearch):
    """One dataset, kept in step with a source and searched. Made by `DatasetClient.knowledge_base`.

    ```python
    kb = client.knowledge_base("65f000000000000000000001")
    report = kb.sync("docs/", under="handbook", prune=True, wait=600)
    report.raise_for_failures()
    ```

    The server holds all that a sync has to know: each collection that it makes bears a mark, with its path and a
    fingerprint of its bytes. So any machine goes on where another one ended, also in the middle.

    Attributes:
        dataset_id: the dataset's id.
    """

    def plan_sync(
        self,
        source: Source | str | os.PathLike[str],
        *,
        match: str | Sequence[str] | None = None,
        under: str = "",
        settings: Mapping[str, Any] | None = None,
        prune: bool = False,
        max_delete: int | None = None,
        concurrency: int = 4,
    ) -> KnowledgePlan:
        """Return what `sync` would do with the same arguments; nothing is changed.

        Args:
            source: a folder's path, or a source such as `GitTree` or `Pages`.
            match: patterns of the paths that count, such as "**/*.md"; left out, all.
            under: the folder in the dataset; "" for the root.
            settings: how texts are cut into rows, a `ChunkSettings`; new ones have all put in again.
            prune: whether what earlier syncs put there and the source has not is to be deleted.
            max_delete: the most that may be deleted; left out, the larger of 10 and a quarter.
            concurrency: how many calls are made at the same time.

        Raises:
            ValidationError: an argument cannot be used.
        """
        asked = run_settings(source, match, under, settings, prune, max_delete, concurrency, None, 1.0, None)
        return self._run(asked).plan()

    def sync(
        self,
        source: Source | str | os.PathLike[str],
        *,
        match: str | Sequence[str] | None = None,
        under: str = "",
        settings: Mapping[str, Any] | None = None,
        prune: bool = False,
        max_delete: int | None = None,
        concurrency: int = 4,
        wait: float | None = None,
        stall: float = 300.0,
        progress: ProgressHook | None = None,
    ) -> KnowledgeReport:
        """Make the knowledge base hold what a source holds, and return what came of each file.

        A file that changed is put in anew, and what it replaces is deleted once the new one is learnt: at no moment
        does a search find less than before. A failure of one file stops none of the others; it is in the report, whose
        `raise_for_failures` raises it. A run may end anywhere: the next one goes on.

        Args:
            source: a folder, or anything with `entries()` and `open(path)`: see `fastgpt_client.knowledge`.
            match: patterns of paths to take, such as `["**/*.md", "**/*.pdf"]`; left out, all.
            under: the folder of the knowledge base that it is put into, such as "handbook/2026"; "" for the top. What
                other syncs have put below it counts as its own: give each source a folder that no other lies in.
            settings: how files are cut into rows, a `ChunkSettings`. Where they change, all is put in again.
            prune: whether files go that lie under `under`, were put in by a sync, and are not in the source, or left
                out by `match`. Nothing goes if anything failed, or the source is empty.
            max_delete: how many files may go; if it would be more, none does. Left out, the larger of 10 and a quarter.
            concurrency: how many calls are made at a time; fewer, if the server says that it is too much.
            wait: seconds to wait until all is learnt. Left out, it is not waited for: what a file replaces then stays
                until the next run.
            stall: after how many seconds without any change a file counts as one that is never learnt.
            progress: called with a `Progress`, now and then, by one thread at a time.

        Raises:
            ValidationError: an argument cannot be used.
            APIError: what the server holds could not be read. A key or points that no longer count end the run
                later on: then the report says so.
            APIConnectionError: no answer came.

        Folders that become empty stay, since they bear no mark. Servers 4.9 to 4.18.
        """
        asked = run_settings(source, match, under, settings, prune, max_delete, concurrency, wait, stall, progress)
        return self._run(asked).run()

    def _run(self, settings: RunSettings) -> SourceRun:
        cache = MarkCache(self._client.base_url, self.dataset_id)
        return SourceRun(self._calls, HoldingsReader(self._calls, cache, settings.concurrency), settings)

    def wait_until_trained(
        self, *, deadline: float = 600.0, stall: float = 300.0, progress: ProgressHook | None = None
    ) -> None:
        """Wait until all is learnt that is in the dataset now, whoever has put it in.

        Args:
            deadline: seconds after which it is given up.
            stall: after how many seconds without any change a collection counts as one that is never learnt.
            progress: called with a `Progress`, after each look.

        Raises:
            TrainingError: not all is learnt; `.errors` says of each collection whether it failed, stalled, is blocked
                for want of points, or late.
        """
        check_number("deadline", deadline)
        check_number("stall", stall)
        log = RunLog(progress)
        log.enter("listing", 0)
        names = {
            str(item.get("_id")): str(item.get("name") or "")
            for item in self._calls.list_everything()
            if self._calls.learning(item).state != "ready"
        }
        log.enter("waiting", len(names))
        failures = wait_for(self._calls, names, deadline=deadline, stall=stall, reach=log.reach)
        if failures:
            raise training_error(failures)

    def retry_failed(self) -> list[str]:
        """Have all tasks tried again that failed, and return the names of their collections."""
        found: list[str] = []
        for item in self._calls.list_everything():
            if self._calls.learning(item).failed:
                self._calls.retry(str(item.get("_id")))
                found.append(str(item.get("name") or ""))
        return found

    def push_rows(self, rows: Iterable[DataRow | Mapping[str, Any]], *, collection: str) -> RowPusher:
        """Return an iterator over what came of each row: they are pushed while it is read, 200 at a time.

        ```python
        for outcome in kb.push_rows(rows, collection="FAQ"):
            if outcome.status != "taken":
                print(outcome.index, outcome.reason)
        ```

        No server tells a second copy of a row from the first: rows whose fate is unknown are not pushed again, and
        have the status "unknown".

        Args:
            rows: any iterable of `DataRow`s.
            collection: the name of the collection that they are pushed into; it is made if there is none at the top.

        The iterator raises what concerns all rows, such as a key or points that no longer count.
        """
        check_ids(collection=collection)
        return RowPusher(self._calls, rows, collection)

    def save(
        self, folder: str | os.PathLike[str], *, concurrency: int = 4, progress: ProgressHook | None = None
    ) -> CopyReport:
        """Save all collections, rows, marks and originals as files, and return what there is.

        ```python
        report = kb.save("backup/")
        print(report.rows, report.problems)
        ```

        A save that ended early is gone on with by the same call. One that was finished is made anew: to keep it, save
        into another folder. What could not be read is in the report's `.problems`, and not in the folder.

        Args:
            folder: where to; it is made if it is not there.
            concurrency: how many collections are read at a time.
            progress: called with a `Progress`, after each collection.
        """
        calls = check_count("concurrency", concurrency, 1)
        return Saver(self._calls, SavedFolder(folder), calls, progress).run()

    @classmethod
    def restore(
        cls,
        client: DatasetEndpoints,
        folder: str | os.PathLike[str],
        *,
        name: str | None = None,
        datasetId: str | None = None,
        concurrency: int = 4,
        wait: float = 600.0,
        poll: float = 2.0,
        progress: ProgressHook | None = None,
    ) -> CopyReport:
        """Make a saved knowledge base again, on the same server or another one, and return what there is.

        A file is put in again, and its rows are made what they were. In the end all rows are compared with the saved
        ones; what differs is in the report's `.problems`. So is what cannot come as it was: links and images become
        collections of rows.

        Args:
            client: the client of the server.
            folder: what `save` has written; it is only read.
            name: what the new dataset is called; left out, as it was.
            datasetId: goes on with a restore that ended early, in the dataset that it made.
            concurrency: how many collections are made at a time.
            wait: seconds to wait until the files are learnt, and again for the rows.
            poll: seconds between two looks at what is being learnt, at first.
            progress: called with a `Progress`, now and then.

        Raises:
            ValidationError: the folder does not hold what was saved: a save that was not finished, or a changed file.
        """
        check_number("wait", wait)
        saved = SavedFolder(folder)
        about, collections = in_thread(saved.read)
        into = datasetId
        if into is None:
            called, intro = name or str(about.get("name")), str(about.get("intro") or "")
            into = client.create_dataset(name=called, intro=intro).data
        calls = KnowledgeCalls(client, into, check_number("poll", poll))
        restorer = Restorer(calls, saved, check_count("concurrency", concurrency, 1), wait, RunLog(progress))
        return restorer.run(collections)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.dataset_id}>"
