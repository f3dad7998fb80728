# Generated from _async_src/knowledge_search.py by scripts/generate.py: edit the source, not this file.
"""Searching a knowledge base, and measuring how well that goes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from fastgpt_client._http.config import check_count, check_number
from fastgpt_client._json import shown
from fastgpt_client.datasets import SearchResults
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.knowledge import EvaluationReport, Question

from .datasets_endpoints import DatasetEndpoints
from .knowledge_calls import KnowledgeCalls
from .knowledge_evaluation import evaluate

_MODES = {"embedding": "embedding", "fulltext": "fullTextRecall", "mixed": "mixedRecall"}


class KnowledgeSearch:
    """The part of a knowledge base that only reads."""

    def __init__(self, client: DatasetEndpoints, dataset_id: str, *, poll: float) -> None:
        self.dataset_id = dataset_id
        self._client = client
        self._calls = KnowledgeCalls(client, dataset_id, check_number("poll", poll))

    def search(
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

        `DatasetClient.search` takes all that a server does.
        """
        if mode not in _MODES:
            raise ValidationError(f"mode must be {', '.join(map(repr, _MODES))}, not {shown(mode)}")
        return self._client.search(
            datasetId=self.dataset_id,
            text=text,
            searchMode=_MODES[mode],  # type: ignore[arg-type] # one of the wire's names
            usingReRank=rerank or None,
            limit=limit,
            similarity=similarity,
        )

    def evaluate(
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
            variants: ways of searching by their names, each with arguments of `DatasetClient.search`; each two
                are compared, question by question. Left out, one that leaves all to the server.
            concurrency: how many searches are made at a time.
            seed: of the bootstrap; the same one gives the same intervals.

        Raises:
            ValidationError: a question has not this form, or there is none.
            QuotaExceededError: the points are used up. A search that fails otherwise is counted, and in no mean.
        """
        return evaluate(
            self._calls,
            questions,
            [check_count("k", number, 1) for number in k],
            {"search": {}} if variants is None else variants,
            check_count("concurrency", concurrency, 1),
            seed,
        )
