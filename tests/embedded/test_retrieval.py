"""How the embedded server searches: by words, the same always."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fastgpt_client.testing._server.datasets.retrieval import Query, full_text, near, retrieve
from fastgpt_client.testing._server.datasets.store import Collection, Index, Row
from tests.support.recordings import load

TEXTS = ["Io has volcanoes.", "Phobos is a moon of Mars.", "Titan is the largest moon of Saturn.", "Nothing here."]


def row(q: str, a: str = "", *more: str) -> Row:
    indexes = [Index(text, str(number)) for number, text in enumerate((q, a, *more)) if text]
    return Row(q, a, indexes=indexes)


def found(*texts: str, rows: Any = TEXTS, **how: Any) -> list[str]:
    collection = Collection(dataset_id="d", name="c")
    collection.rows = {item.id: item for item in map(row, rows)}
    return [item.row.q for item in retrieve(Query(texts, **how), [collection])]


@pytest.mark.parametrize(
    ("text", "q", "score"),
    [
        ("which moon has volcanoes", "Io has volcanoes.", 0.577350),
        ("capital of France", "What is the capital of France?", 0.707107),
        ("volcano moon", "Io has volcanoes.", 0.0),
        ("", "Io has volcanoes.", 0.0),
        ("moon moon star", "moon star star", 0.8),
        ("你好", "你们好", 0.816497),
    ],
)
def test_the_nearness_of_two_texts_is_that_of_their_words(text: str, q: str, score: float) -> None:
    assert near(text, row(q)) == pytest.approx(score, abs=1e-5)
    assert near(text, Row("x")) == 0.0


def test_a_row_is_found_by_each_of_its_texts() -> None:
    assert near("volcano moon", row("Io has volcanoes.", "", "volcano moon")) == pytest.approx(1.0)


def test_full_text_has_the_scores_that_were_recorded() -> None:
    found = json.loads(load("4.16.0-more")["searchTest--fullTextRecall"].text)["data"]["list"]
    scores = [full_text("which moon has volcanoes", row(item["q"], item.get("a", ""))) for item in found]
    assert scores == pytest.approx([item["score"][0]["value"] for item in found], abs=0.01)


def test_the_best_comes_first_and_what_has_nothing_in_common_does_not_come() -> None:
    assert found("the largest moon") == [TEXTS[2], TEXTS[1]]
    assert found("the largest moon", mode="fullTextRecall") == [TEXTS[2], TEXTS[1]]
    assert found("the largest moon", mode="mixedRecall") == [TEXTS[2], TEXTS[1]]
    assert found("quasar") == found("quasar", mode="mixedRecall", rerank=True) == []


def test_a_search_in_several_words_takes_the_best_of_them() -> None:
    assert found("quasar", "volcanoes") == [TEXTS[0]]


def test_a_mixed_search_weighs_both_kinds() -> None:
    rows = ["moon", "moon volcano and so many other words in one row that go on and on"]
    assert found("moon volcano", rows=rows, mode="mixedRecall", embedding_weight=0.9) == rows
    assert found("moon volcano", rows=rows, mode="mixedRecall", embedding_weight=0.1) == rows[::-1]
    assert Query(["x"]).embedding_weight == Query(["x"]).rerank_weight == 0.5


def test_only_rows_that_are_learnt_are_found_by_their_answers_too() -> None:
    collection = Collection(dataset_id="d", name="c")
    answer, working = row("", "a moon"), row("a moon of mine")
    working.status = "indexing"
    collection.rows = {item.id: item for item in (answer, working)}
    assert [item.row for item in retrieve(Query(["moon"]), [collection])] == [answer]


def test_reranking_counts_what_is_there_of_the_question() -> None:
    rows = ["moon moon moon", "a moon with a volcano on it and more words than that"]
    assert found("moon volcano", rows=rows) == rows
    assert found("moon volcano", rows=rows, rerank=True, rerank_weight=0.9) == rows[::-1]
    assert found("the of", rows=["the of it"], rerank=True) == ["the of it"]


def test_what_is_too_unlike_is_left_out() -> None:
    assert found("the largest moon", similarity=0.5) == [TEXTS[2]]
    assert found("largest moon", similarity=0.9, rerank=True) == [TEXTS[2]]
    assert found("the largest moon", similarity=0.9, mode="fullTextRecall") == [TEXTS[2], TEXTS[1]]


def test_equal_rows_come_once_and_the_first_always() -> None:
    assert found("moon", rows=["a moon", "a moon", "moon moon moon moon"], limit=1) == ["moon moon moon moon"]
    assert found("moon", rows=["a moon", "a moon", "one moon"], limit=50) == ["a moon", "one moon"]


def test_scores_come_in_the_order_of_the_recordings() -> None:
    collection = Collection(dataset_id="d", name="c")
    collection.rows = {item.id: item for item in map(row, TEXTS)}
    for mode, kinds in {
        "embedding": ["embedding", "reRank", "rrf"],
        "fullTextRecall": ["fullText", "reRank", "rrf"],
        "mixedRecall": ["embedding", "fullText", "rrf", "reRank"],
    }.items():
        best = retrieve(Query(["largest moon"], mode=mode, rerank=True), [collection])[0]
        assert [score["type"] for score in best.score] == kinds
        assert best.value("rrf") == pytest.approx(1 / 61)
    collection.forbid = True
    assert retrieve(Query(["moon"]), [collection]) == []
