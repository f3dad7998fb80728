# Generated from _async_src/knowledge_evaluation.py by scripts/generate.py: edit the source, not this file.
"""Evaluating searches with questions whose answers are known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fastgpt_client._concurrency import in_thread, run_each
from fastgpt_client._knowledge.scores import parse_questions, question_of, rank_of, report, seconds_of
from fastgpt_client.exceptions import AuthenticationError, FastGPTError, QuotaExceededError, ValidationError
from fastgpt_client.knowledge import EvaluationReport, Question, QuestionScore

from .knowledge_calls import KnowledgeCalls


def evaluate(
    calls: KnowledgeCalls,
    questions: str | os.PathLike[str] | Iterable[Question | Mapping[str, Any]],
    ks: Sequence[int],
    variants: Mapping[str, Mapping[str, Any]],
    concurrency: int,
    seed: int,
) -> EvaluationReport:
    """Search for each question with each variant, and return how good the results are."""
    if isinstance(questions, (str, os.PathLike)):
        path = Path(questions)
        lines = in_thread(lambda: path.read_bytes().splitlines())
        asked = [*parse_questions(lines)]
    else:
        asked = [
            question if isinstance(question, Question) else question_of(question, f"[{number}]")
            for number, question in enumerate(questions)
        ]
    if not asked or not variants:
        raise ValidationError("questions must not be empty" if variants else "variants must not be empty")
    searches = [(name, number) for name in variants for number in range(len(asked))]
    scores: dict[tuple[str, int], QuestionScore] = {}

    def search(one: tuple[str, int]) -> None:
        name, number = one
        question = asked[number]
        options: Mapping[str, Any] = variants[name]
        try:
            found = calls.paced(
                lambda: calls.client.search(datasetId=calls.dataset_id, text=question.question, **options)
            )
        except (AuthenticationError, QuotaExceededError, ValidationError):
            raise
        except FastGPTError as exc:
            scores[one] = QuestionScore(question=question, variant=name, error=exc)
            return
        hits = [(hit.text, hit.source) for hit in found]
        scores[one] = QuestionScore(
            question=question,
            variant=name,
            ranks=tuple(rank_of(answer, hits) for answer in question.answers),
            hits=len(hits),
            characters=sum(len(text) for text, _ in hits),
            seconds=seconds_of(found.data.get("duration")),
        )

    run_each(search, searches, concurrency)
    return report([scores[one] for one in searches], ks, seed=seed)
