"""What came of a sync: counted, and raised where that is asked for."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from fastgpt_client import TrainingError
from fastgpt_client.knowledge import ItemOutcome, KnowledgeReport, TrainingFailure

DONE = ItemOutcome(path="a.md", action="create", status="done", collection_id="1")
PENDING = ItemOutcome(path="b.md", action="replace", status="pending", collection_id="2")
FAILED = ItemOutcome(path="c.md", action="create", status="failed", reason="it is empty")
SKIPPED = ItemOutcome(path="d.md", action="create", status="skipped", reason="the run ended early", collection_id="4")


def test_a_report_counts() -> None:
    report = KnowledgeReport(outcomes=(DONE, PENDING, FAILED, SKIPPED))
    assert (len(report), next(iter(report)), report.failed) == (4, DONE, [FAILED, SKIPPED])
    assert report.counts == {"create done": 1, "replace pending": 1, "create failed": 1, "create skipped": 1}


def test_what_is_pending_is_no_failure() -> None:
    report = KnowledgeReport(outcomes=(DONE, PENDING))
    assert report.ok
    report.raise_for_failures()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"outcomes": (DONE, FAILED, SKIPPED)}, "c.md: it is empty; d.md: the run ended early"),
        ({"outcomes": (FAILED,) * 7}, "; ".join(["c.md: it is empty"] * 5) + "; 2 more"),
        ({"outcomes": (DONE,), "prune_refused": "the source is empty"}, "nothing was pruned: the source is empty"),
        ({"outcomes": (DONE,), "stopped": OSError("points")}, "the run ended early: points"),
    ],
    ids=["failed", "many", "not pruned", "stopped"],
)
def test_a_failure_is_raised_on_request(fields: dict[str, Any], message: str) -> None:
    report = KnowledgeReport(**fields)
    assert not report.ok
    with pytest.raises(TrainingError) as caught:
        report.raise_for_failures()
    assert str(caught.value) == f"The sync is incomplete. {message}"
    assert caught.value.__cause__ is report.stopped
    assert len(caught.value.errors) == len(report.failed)


def test_an_error_carries_what_failed() -> None:
    with pytest.raises(TrainingError) as caught:
        KnowledgeReport(outcomes=(SKIPPED,)).raise_for_failures()
    errors = (TrainingFailure(collection_id="4", name="d.md", kind="failed", message="the run ended early"),)
    assert caught.value.errors == pickle.loads(pickle.dumps(caught.value)).errors == errors
