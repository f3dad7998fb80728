"""What calls about knowledge bases give."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client.datasets import SearchHit, SearchResults, TrainingState, row_state
from tests.support.recordings import SETS, load


def data_of(version: str, name: str) -> Any:
    return json.loads(load(version)[name].text)["data"]


def results(data: Any) -> SearchResults:
    return SearchResults(HTTPResponse(200), b"", {"code": 200, "data": data}, data=data)  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("score", "scores", "best"),
    [
        ([{"type": "embedding", "value": 0.5}, {"type": "rrf", "value": 0.01}], {"embedding": 0.5, "rrf": 0.01}, 0.5),
        ([{"type": "fullText", "value": 2}], {"fullText": 2.0}, 2.0),
        (
            [{"type": "embedding", "value": 0.5}, {"type": "fullText", "value": 0.7}, {"type": "reRank", "value": 0.9}],
            {"embedding": 0.5, "fullText": 0.7, "reRank": 0.9},
            0.9,
        ),
        ([{"type": "rrf", "value": 0.01}, {"type": "embedding", "value": None}, 3], {"rrf": 0.01}, None),
        (0.4, {"": 0.4}, 0.4),
        (None, {}, None),
    ],
)
def test_the_score_is_the_one_that_ranks(score: Any, scores: dict[str, float], best: float | None) -> None:
    hit = SearchHit({"id": "r", "score": score})
    assert (hit.scores, hit.score) == (scores, best)


def test_a_hit_says_what_and_where() -> None:
    raw: Any = {"id": "r", "q": "Q?", "a": "A.", "sourceName": "a.md", "collectionId": "c"}
    hit = SearchHit(raw)
    assert (hit.text, hit.source, hit.data_id, hit.collection_id, hit.raw) == ("Q?\nA.", "a.md", "r", "c", raw)
    empty = SearchHit({"id": None})  # type: ignore[typeddict-item]
    assert (empty.text, empty.source, empty.data_id, empty.collection_id) == ("", "", "", "")


def test_results_are_a_sequence() -> None:
    found = results({"list": [{"id": "1"}, {"id": "2"}], "limit": 5})
    assert [hit.data_id for hit in found] == ["1", "2"]
    assert (len(found), found[-1].data_id, found.data["limit"]) == (2, "2", 5)
    assert [hit.data_id for hit in pickle.loads(pickle.dumps(found))] == ["1", "2"]


@pytest.mark.parametrize(("data", "count"), [([{"id": "1"}], 1), (None, 0), ({"list": None}, 0)])
def test_results_of_other_forms(data: Any, count: int) -> None:
    assert len(results(data)) == count


SEARCHES = [
    (version, name)
    for version in SETS
    for name, recording in load(version).items()
    if recording.endpoint == "searchTest" and recording.status == 200
]


@pytest.mark.parametrize(("version", "name"), SEARCHES)
def test_every_recorded_search_is_read(version: str, name: str) -> None:
    data = data_of(version, name)
    for hit, raw in zip(results(data), data["list"], strict=True):
        kinds = {item["type"] for item in raw["score"]}
        assert set(hit.scores) == kinds
        assert hit.score == next(hit.scores[kind] for kind in ("reRank", "embedding", "fullText") if kind in kinds)
        assert hit.text.startswith(raw["q"])


@pytest.mark.parametrize(
    ("name", "active", "failed"),
    [
        ("collection-detail--text-done", 0, 0),
        ("collection-detail--pushed-queued", 180, 0),
        ("collection-detail--with-errors", 1, 0),
        ("collection-detail--link-done", 0, 0),
        ("collection-detail--apiFile", 0, 0),
    ],
)
def test_a_collection_of_newer_servers_says_it_itself(name: str, active: int, failed: int) -> None:
    state = TrainingState.of_collection(data_of("4.16.0-more", name))
    assert state is not None
    assert (state.active, state.failed, state.is_done) == (active, failed, active == 0)


def test_a_collection_of_older_servers_does_not() -> None:
    assert TrainingState.of_collection(data_of("4.11.1", "collection-detail--ok")) is None
    assert TrainingState.of_collection({"activeTrainingAmount": True}) is None
    assert TrainingState.of_collection({"activeTrainingAmount": "1"}) is None


@pytest.mark.parametrize(
    ("name", "active", "failed", "trained"),
    [
        ("collection-trainingDetail--pushed-queued", 10, 0, 11),
        ("collection-trainingDetail--dead-link", 0, 1, 0),
        ("collection-trainingDetail--pushed-done", 0, 0, 206),
    ],
)
def test_counts_by_mode_are_added(name: str, active: int, failed: int, trained: int) -> None:
    state = TrainingState.of_counts(data_of("4.16.0-more", name))
    assert (state.active, state.failed, state.trained, state.blocked) == (active, failed, trained, False)


@pytest.mark.parametrize(
    ("training", "errors", "listed", "active", "blocked"),
    [(0, 0, 3, 3, True), (0, 0, 0, 0, False), (1, 0, 3, 1, False), (0, 2, 3, 0, False)],
)
def test_tasks_that_only_the_list_knows_are_blocked(
    training: int, errors: int, listed: int, active: int, blocked: bool
) -> None:
    counts = {"trainingCounts": {"chunk": training, "newMode": None}, "errorCounts": {"parse": errors}}
    state = TrainingState.of_counts(counts, {"trainingAmount": listed})
    assert (state.active, state.failed, state.blocked, state.is_done) == (active, errors, blocked, active == 0)


def test_the_item_of_a_list_is_the_last_resort() -> None:
    item = next(item for item in data_of("4.11.1", "collection-listV2--ok")["list"] if item["name"] == "manual")
    state = TrainingState.of_item(item)
    assert (state.active, state.failed, state.trained) == (0, None, item["dataAmount"])
    assert TrainingState.of_item({}).is_done


@pytest.mark.parametrize(
    ("queue", "active"),
    [
        ({"trainingCount": 2, "rebuildingCount": 1}, 3),
        ({"trainingCount": 0}, 0),
        ({"hasTrainingTask": True}, None),
        ({"hasTrainingTask": False}, 0),
    ],
)
def test_a_dataset_says_what_is_left(queue: dict[str, Any], active: int | None) -> None:
    state = TrainingState.of_queue(queue)
    assert (state.active, state.failed, state.trained) == (active, None, None)
    assert state.is_done == (active == 0)


def test_a_state_does_not_show_all_that_the_server_said() -> None:
    assert repr(TrainingState.of_queue({"trainingCount": 2})) == (
        "TrainingState(active=2, failed=None, trained=None, blocked=False)"
    )


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, "searchable"),
        ("indexed", "searchable"),
        ("indexing", "working"),
        ("parsed", "working"),
        ("rebuildIndexRunning", "working"),
        ("something new", "working"),
        ("error", "failed"),
        ("rebuildIndexFailed", "failed"),
        ("rebuildError", "failed"),
    ],
)
def test_a_row_says_whether_it_is_found(status: str | None, state: str) -> None:
    assert row_state({"_id": "r"} | ({} if status is None else {"indexStatus": status})) == state
