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
    """One dataset, kept in step with a source and searched. Created by `DatasetClient.knowledge_base`.

    ```python
    kb = client.knowledge_base("65f000000000000000000001")
    report = kb.sync("docs/", under="handbook", prune=True, wait=600)
    report.raise_for_failures()
    ```

    The server holds all the state that a sync needs: each collection that it creates has a mark with its path and a
    fingerprint of its bytes. Any machine can therefore resume an interrupted sync.

    Attributes:
        dataset_id: ID of the dataset.
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
        """Return what `sync` would do with the same arguments, without changing anything.

        Args:
            source: a folder's path, or a source such as `GitTree` or `Pages`.
            match: glob patterns of the paths to include, such as "**/*.md"; default: all.
            under: folder in the dataset; "" for the root.
            settings: a `ChunkSettings`: how texts are split into rows. Changed settings replace every file.
            prune: whether files that earlier syncs put there and that are no longer in the source are deleted.
            max_delete: maximum number of files to delete; default: 10 or a quarter of them, whichever is larger.
            concurrency: number of concurrent calls.

        Raises:
            ValidationError: an argument is invalid.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
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
        """Make the knowledge base match a source, and return the outcome for each file.

        ```python
        report = kb.sync("handbook", match="**/*.md", prune=True, wait=600)
        report.raise_for_failures()
        print(report.counts)
        ```

        A changed file is added first, and its old version is deleted once the new one is learnt, so that a search never
        finds less than before. If a file fails, the others continue; the failure is in the report, whose
        `raise_for_failures` raises it. An interrupted run is resumed by the next one.

        Folders that become empty are kept, because they carry no mark.

        Args:
            source: a folder's path, or any object with `entries()` and `open(path)`: see `fastgpt_client.knowledge`.
            match: glob patterns of the paths to include, such as `["**/*.md", "**/*.pdf"]`; default: all.
            under: folder of the knowledge base to sync into, such as "handbook/2026"; "" for the root. Files that other
                syncs have put below it are treated as this source's own: give each source a folder of its own.
            settings: a `ChunkSettings`: how files are split into rows. Changed settings replace every file.
            prune: delete files under `under` that a sync has put there and that are no longer in the source or do not
                match `match`. Nothing is deleted if anything failed or the source is empty.
            max_delete: maximum number of files to delete; if there would be more, none is deleted. Default: 10 or a
                quarter of them, whichever is larger.
            concurrency: number of concurrent calls; reduced if the server reports too many requests.
            wait: seconds to wait until everything is learnt. Without it, replaced files stay until the next run.
            stall: seconds without any progress after which a file's training is reported as stalled.
            progress: function called with a `Progress` from time to time, by one thread at a time.

        Raises:
            ValidationError: an argument is invalid.
            APIError: the contents of the dataset could not be read. A rejected key or used-up points later on end the
                run and are in the report.
            APIConnectionError: no response.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        Servers 4.9 to 4.18.
        """
        asked = run_settings(source, match, under, settings, prune, max_delete, concurrency, wait, stall, progress)
        return self._run(asked).run()

    def _run(self, settings: RunSettings) -> SourceRun:
        cache = MarkCache(self._client.base_url, self.dataset_id)
        return SourceRun(self._calls, HoldingsReader(self._calls, cache, settings.concurrency), settings)

    def wait_until_trained(
        self, *, deadline: float = 600.0, stall: float = 300.0, progress: ProgressHook | None = None
    ) -> None:
        """Wait until everything in the dataset is learnt, no matter who added it.

        Args:
            deadline: maximum number of seconds to wait.
            stall: seconds without any progress after which a collection is reported as stalled.
            progress: function called with a `Progress` after each check.

        Raises:
            TrainingError: something is not learnt; `.errors` gives for each collection whether it failed, stalled, is
                blocked for lack of points, or is late.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
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
        """Retry all failed training tasks, and return the names of their collections.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        found: list[str] = []
        for item in self._calls.list_everything():
            if self._calls.learning(item).failed:
                self._calls.retry(str(item.get("_id")))
                found.append(str(item.get("name") or ""))
        return found

    def push_rows(self, rows: Iterable[DataRow | Mapping[str, Any]], *, collection: str) -> RowPusher:
        """Push rows while iterating, 200 at a time: return an iterator over the outcome for each row.

        ```python
        for outcome in kb.push_rows(rows, collection="FAQ"):
            if outcome.status != "accepted":
                print(outcome.index, outcome.reason)
        ```

        Servers do not detect duplicates, so rows whose fate is unknown are not pushed again; their status is "unknown".
        The iterator raises errors that concern all rows, such as a rejected key or used-up points.

        Args:
            rows: an iterable of `DataRow`s.
            collection: name of the collection to push into; created in the root if it does not exist there.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        check_ids(collection=collection)
        return RowPusher(self._calls, rows, collection)

    def save(
        self, folder: str | os.PathLike[str], *, concurrency: int = 4, progress: ProgressHook | None = None
    ) -> CopyReport:
        """Save all collections, rows, marks and originals as files, and return a report of what was saved.

        ```python
        report = kb.save("backup/")
        print(report.rows, report.problems)
        ```

        The same call resumes a save that was interrupted. A finished save is overwritten: to keep it, save into another
        folder. What could not be read is listed in the report's `.problems` and is not in the folder.

        Args:
            folder: path of the folder to write; created if it does not exist.
            concurrency: number of collections read at the same time.
            progress: function called with a `Progress` after each collection.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
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
        """Restore a saved knowledge base, on the same server or another one, and return a report.

        Files are added again and their rows changed to the saved ones. At the end all rows are compared with the saved
        ones; differences are in the report's `.problems`, and so is what cannot be restored as it was: links and images
        become collections of rows.

        Args:
            client: client of the server to restore to.
            folder: path of the folder written by `save`; it is only read.
            name: name of the new dataset; default: the saved name.
            datasetId: ID of the dataset of an interrupted restore, to resume it.
            concurrency: number of collections created at the same time.
            wait: maximum number of seconds to wait until the files are learnt, and again for the rows.
            poll: initial number of seconds between two checks of the training.
            progress: function called with a `Progress` from time to time.

        Raises:
            ValidationError: the folder does not hold a finished save, or a file in it was changed.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
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
