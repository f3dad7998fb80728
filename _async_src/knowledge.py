# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""A knowledge base that is kept in step with a source."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastgpt_client._api.params import check_ids
from fastgpt_client._http.config import check_count, check_number
from fastgpt_client._json import shown
from fastgpt_client._knowledge.cache import MarkCache
from fastgpt_client._knowledge.plan import check_under, glob_pattern
from fastgpt_client._knowledge.results import ProgressHook, RunLog
from fastgpt_client._knowledge.training import training_error
from fastgpt_client.datasets import SearchResults
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.knowledge import Directory, EvaluationReport, KnowledgePlan, KnowledgeReport, Question, Source

from .datasets_endpoints import AsyncDatasetEndpoints
from .knowledge_calls import AsyncKnowledgeCalls
from .knowledge_evaluation import async_evaluate
from .knowledge_reading import AsyncHoldingsReader
from .knowledge_rows import AsyncRowPusher
from .knowledge_sync import AsyncSourceRun, RunSettings
from .knowledge_wait import async_wait_for

if TYPE_CHECKING:
    from fastgpt_client.types import DataRow

_MODES = {"embedding": "embedding", "fulltext": "fullTextRecall", "mixed": "mixedRecall"}


class AsyncKnowledgeBase:
    """One dataset, kept in step with a source and searched. Made by `AsyncDatasetClient.knowledge_base`.

    ```python
    kb = client.knowledge_base("65f000000000000000000001")
    report = await kb.sync("docs/", under="handbook", prune=True, wait=600)
    report.raise_for_failures()
    ```

    The server holds all that a sync has to know: each collection that it makes bears a mark, with its path and a
    fingerprint of its bytes. So any machine goes on where another one ended, also in the middle.

    Attributes:
        dataset_id: the dataset's id.
    """

    def __init__(self, client: AsyncDatasetEndpoints, dataset_id: str, *, poll: float) -> None:
        self.dataset_id = dataset_id
        self._client = client
        self._calls = AsyncKnowledgeCalls(client, dataset_id, check_number("poll", poll))

    async def plan_sync(
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

        Raises:
            ValidationError: an argument cannot be used.
        """
        asked = _settings(source, match, under, settings, prune, max_delete, concurrency, None, 1.0, None)
        return await self._run(asked).plan()

    async def sync(
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
            under: the folder of the knowledge base that it is put into, such as "handbook/2026"; "" for the top.
            settings: how files are cut into rows, a `ChunkSettings`. Where they change, all is put in again.
            prune: whether files go that lie under `under`, were put in by a sync, and are not in the source. Nothing
                goes if anything failed, or the source is empty.
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
        asked = _settings(source, match, under, settings, prune, max_delete, concurrency, wait, stall, progress)
        return await self._run(asked).run()

    def _run(self, settings: RunSettings) -> AsyncSourceRun:
        cache = MarkCache(self._client.base_url, self.dataset_id)
        return AsyncSourceRun(self._calls, AsyncHoldingsReader(self._calls, cache, settings.concurrency), settings)

    async def wait_until_trained(
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
            for item in await self._calls.list_everything()
            if (await self._calls.learning(item)).state != "ready"
        }
        log.enter("waiting", len(names))
        failures = await async_wait_for(self._calls, names, deadline=deadline, stall=stall, reach=log.reach)
        if failures:
            raise training_error(failures)

    async def retry_failed(self) -> list[str]:
        """Have all tasks tried again that failed, and return the names of their collections."""
        found: list[str] = []
        for item in await self._calls.list_everything():
            if (await self._calls.learning(item)).failed:
                await self._calls.retry(str(item.get("_id")))
                found.append(str(item.get("name") or ""))
        return found

    async def search(
        self,
        text: str,
        *,
        mode: Literal["embedding", "fulltext", "mixed"] = "embedding",
        rerank: bool = False,
        limit: int | None = None,
        similarity: float | None = None,
    ) -> SearchResults:
        """Return what a search finds, the best first. It costs points.

        Args:
            text: what is asked.
            mode: by meaning ("embedding"), by words ("fulltext"), or both ("mixed").
            rerank: whether a model ranks the results once more.
            limit: how many tokens the results may have in all.
            similarity: from 0 to 1: worse results are left out, by meaning or with `rerank`.

        `AsyncDatasetClient.search` takes all that a server does.
        """
        if mode not in _MODES:
            raise ValidationError(f"mode must be {', '.join(map(repr, _MODES))}, not {shown(mode)}")
        return await self._client.search(
            datasetId=self.dataset_id,
            text=text,
            searchMode=_MODES[mode],  # type: ignore[arg-type] # one of the wire's names
            usingReRank=rerank or None,
            limit=limit,
            similarity=similarity,
        )

    def push_rows(self, rows: Iterable[DataRow | Mapping[str, Any]], *, collection: str) -> AsyncRowPusher:
        """Return an iterator over what came of each row: they are pushed while it is read, 200 at a time.

        ```python
        async for outcome in kb.push_rows(rows, collection="FAQ"):
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
        return AsyncRowPusher(self._calls, rows, collection)

    async def evaluate(
        self,
        questions: str | os.PathLike[str] | Iterable[Question | Mapping[str, Any]],
        *,
        k: Sequence[int] = (1, 3, 5, 10),
        variants: Mapping[str, Mapping[str, Any]] | None = None,
        concurrency: int = 4,
        seed: int = 0,
    ) -> EvaluationReport:
        """Return how well searches find what they should. Each search costs points.

        Args:
            questions: a file of JSON lines `{"question": "…", "answers": [{"text": "…", "source": "a.md"}]}`, or an
                iterable of such dicts or of `Question`s. An answer is a text as it stands in a file, so that it does
                not matter how that is cut into rows. A question without answers should find nothing.
            k: for which numbers of hits recall is told.
            variants: ways of searching by their names, each with arguments of `AsyncDatasetClient.search`; each two
                are compared, question by question. Left out, one that leaves all to the server.
            concurrency: how many searches are made at a time.
            seed: of the bootstrap; the same one gives the same intervals.

        Raises:
            ValidationError: a question has not this form, or there is none.
            QuotaExceededError: the points are used up. A search that fails otherwise is counted, and in no mean.
        """
        return await async_evaluate(
            self._calls,
            questions,
            [check_count("k", number, 1) for number in k],
            {"search": {}} if variants is None else variants,
            check_count("concurrency", concurrency, 1),
            seed,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.dataset_id}>"


def _settings(
    source: Source | str | os.PathLike[str],
    match: str | Sequence[str] | None,
    under: str,
    settings: Mapping[str, Any] | None,
    prune: bool,
    max_delete: int | None,
    concurrency: int,
    wait: float | None,
    stall: float,
    progress: ProgressHook | None,
) -> RunSettings:
    patterns = [match] if isinstance(match, str) else match
    return RunSettings(
        source=Directory(source) if isinstance(source, (str, os.PathLike)) else source,
        match=None if patterns is None else glob_pattern(patterns),
        under=check_under(under),
        settings=settings,
        prune=prune,
        max_delete=max_delete,
        concurrency=check_count("concurrency", concurrency, 1),
        wait=None if wait is None else check_number("wait", wait),
        stall=check_number("stall", stall),
        progress=progress,
    )
