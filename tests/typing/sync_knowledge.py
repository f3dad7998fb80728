"""The types of a knowledge base's methods, for mypy and pyright: the same in both flavours."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from fastgpt_client import DatasetClient, KnowledgeBase, SearchResults, TrainingError
from fastgpt_client.knowledge import (
    CopyReport,
    Directory,
    Entry,
    EvaluationReport,
    GitTree,
    Interval,
    ItemOutcome,
    KnowledgePlan,
    KnowledgeReport,
    Pages,
    PlannedItem,
    Progress,
    Question,
    RowOutcome,
    Source,
    TrainingFailure,
)


def progress(state: Progress) -> None:
    assert_type(state.done, int)


def error(failed: TrainingError) -> None:
    assert_type(failed.errors, tuple[TrainingFailure, ...])


def calls(client: DatasetClient) -> None:
    kb = client.knowledge_base("d")
    assert_type(kb, KnowledgeBase)
    plan = kb.plan_sync("docs", match="*.md", under="a", settings={"chunkSize": 500}, prune=True)
    assert_type(plan, KnowledgePlan)
    for item in plan:
        assert_type(item, PlannedItem)
    sources: list[Source] = [Directory("docs"), GitTree(), Pages(["https://example.org"])]
    for source in sources:
        assert_type([*source.entries()], list[Entry])
        report = kb.sync(source, match=["*.md"], wait=60, progress=progress)
        assert_type(report, KnowledgeReport)
        for one in report:
            assert_type(one, ItemOutcome)
    kb.sync(Path("docs"), max_delete=3, concurrency=2, stall=60)
    for outcome in kb.push_rows([{"q": "a", "indexes": [{"text": "b"}]}], collection="FAQ"):
        assert_type(outcome, RowOutcome)
    kb.wait_until_trained(deadline=60, stall=60, progress=progress)
    assert_type(kb.retry_failed(), list[str])
    assert_type(kb.search("a", mode="mixed", rerank=True), SearchResults)
    scores = kb.evaluate([Question("a"), {"question": "b"}], k=(1, 5), variants={"one": {}})
    assert_type(scores, EvaluationReport)
    assert_type(scores.variants["one"].mrr, Interval | None)
    assert_type(kb.save("backup", concurrency=2, progress=progress), CopyReport)
    assert_type(KnowledgeBase.restore(client, "backup", name="a", datasetId="d"), CopyReport)
