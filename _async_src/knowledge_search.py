# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Searching a knowledge base, and evaluating searches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from fastgpt_client._http.config import check_count, check_number
from fastgpt_client._json import shown
from fastgpt_client.datasets import SearchResults
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.knowledge import EvaluationReport, Question

from .datasets_endpoints import AsyncDatasetEndpoints
from .knowledge_calls import AsyncKnowledgeCalls
from .knowledge_evaluation import async_evaluate

_MODES = {"embedding": "embedding", "fulltext": "fullTextRecall", "mixed": "mixedRecall"}


class AsyncKnowledgeSearch:
    """The read-only part of a knowledge base."""

    def __init__(self, client: AsyncDatasetEndpoints, dataset_id: str, *, poll: float) -> None:
        self.dataset_id = dataset_id
        self._client = client
        self._calls = AsyncKnowledgeCalls(client, dataset_id, check_number("poll", poll))

    async def search(
        self,
        text: str,
        *,
        mode: Literal["embedding", "fulltext", "mixed"] = "embedding",
        rerank: bool = False,
        limit: int | None = None,
        similarity: float | None = None,
    ) -> SearchResults:
        """Return the results of a search, best first. Costs points.

        `AsyncDatasetClient.search` has all options of the server.

        Args:
            text: what to search for.
            mode: "embedding" (by meaning), "fulltext" (by words) or "mixed" (both).
            rerank: rerank the results with a model.
            limit: maximum size of all results together, in tokens.
            similarity: minimum score, from 0 to 1; applied in the mode "embedding", or with `rerank`.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
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

        ```python
        questions = [{"question": "Where is Oslo?", "answers": [{"text": "In Norway."}]}]
        report = await kb.evaluate(questions, k=(1, 5))
        print(report.value("recall@5"))
        ```

        Args:
            questions: path of a JSON Lines file with `{"question": "…", "answers": [{"text": "…", "source": "a.md"}]}`
                per line, or an iterable of such dicts or of `Question`s. An answer is a text that occurs in a file, so
                that the way files are split does not matter. A question without answers should find nothing.
            k: numbers of results for which recall is computed.
            variants: dict of names to arguments of `AsyncDatasetClient.search`; each two are compared, question by
                question. Default: one variant with the server's settings.
            concurrency: number of concurrent searches.
            seed: seed of the bootstrap; the same seed gives the same intervals.

        Raises:
            ValidationError: a question does not have this form, or there are no questions.
            QuotaExceededError: the points are used up. Searches that fail for other reasons are counted and excluded
                from the means.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.
        """
        return await async_evaluate(
            self._calls,
            questions,
            [check_count("k", number, 1) for number in k],
            {"search": {}} if variants is None else variants,
            check_count("concurrency", concurrency, 1),
            seed,
        )
