"""Training on the embedded server: how long it takes, what fails, and how servers of each age tell of it."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client import BadRequestError, ConflictError, NotFoundError, ServerError
from fastgpt_client.datasets import row_state
from fastgpt_client.testing import TrainingFault
from tests.support.embedded_datasets import NEW, OLD, UNKNOWN, Use, slow

ROWS = [{"q": f"row {number}"} for number in range(25)]


@pytest.mark.parametrize("version", ["4.9", OLD, "4.14.13", NEW, "4.17"])
def test_learning_takes_its_time(use: Use, version: str) -> None:
    _, client, clock = slow(use, version)
    dataset = client.create_dataset(name="d").data
    collection = client.create_collection(datasetId=dataset, name="c").data
    client.push_data(collectionId=collection, data=ROWS)
    left: list[int | None] = []
    for _ in range(4):
        left.append(client.get_training(collectionId=collection).active)
        assert client.get_training(datasetId=dataset).is_done == (left[-1] == 0)
        found = client.search(datasetId=dataset, text="row")
        assert len(found) == 25 - (left[-1] or 0)
        clock.now += 10.0
    assert left == [25, 15, 5, 0]


def test_a_text_is_cut_before_it_is_learnt(use: Use) -> None:
    server, client, clock = slow(use)
    dataset = server.dataset().id
    collection = client.create_text_collection(datasetId=dataset, name="t", text="Io is a moon.").data["collectionId"]
    before = client.get_collection(id=collection).data["updateTime"]
    modes: list[Any] = []
    for _ in range(3):
        detail = client.get_collection(id=collection).data
        modes.append(detail.get("slowestTrainingMode"))
        clock.now += 10.0
    assert modes == ["parse", "chunk", None]
    assert client.get_collection(id=collection).data["updateTime"] >= before
    assert client.get_training_detail(collectionId=collection).data["trainedCount"] == 1


@pytest.mark.parametrize(("version", "counts"), [("4.14.13", (25, 0)), (NEW, (10, 15))])
def test_what_waits_is_counted_in_the_way_of_the_age(use: Use, version: str, counts: tuple[int, int]) -> None:
    server, client, _ = slow(use, version)
    dataset = server.dataset().id
    one, other = (client.create_collection(datasetId=dataset, name=name).data for name in "ab")
    client.push_data(collectionId=one, data=ROWS)
    client.push_data(collectionId=other, data=ROWS[:3])
    detail = client.get_training_detail(collectionId=one).data
    assert detail["trainingCounts"]["chunk"] == counts[0]
    # Up to 4.14 the whole server's: those of the other collection.
    assert detail["queuedCounts"]["chunk"] == (counts[1] or 3)


@pytest.mark.parametrize("version", [OLD, NEW, "4.17"])
def test_a_task_can_fail_and_be_tried_again(use: Use, version: str) -> None:
    server, client = use(version)
    dataset = server.dataset().id
    with server.training_fault("fail", stage="chunk", when=lambda text: "bad" in text, message="boom") as fault:
        collection = client.create_collection(datasetId=dataset, name="c").data
        client.push_data(collectionId=collection, data=[{"q": "good"}, {"q": "bad"}, {"q": "bad too"}])
    assert (fault.hits, fault.left) == (1, 0)
    state = client.get_training(collectionId=collection)
    assert (state.active, state.failed) == (0, 1)
    [task] = client.iter_training_errors(collectionId=collection)
    assert (task["q"], task["errorMsg"]) == ("bad", "boom")
    client.retry_training(datasetId=dataset, collectionId=collection)
    assert client.get_training(collectionId=collection).failed == 0
    assert len(client.search(datasetId=dataset, text="bad")) == 2


def test_a_failed_task_is_changed_or_given_up(use: Use) -> None:
    server, client = use()
    dataset = server.dataset().id
    collection = client.create_collection(datasetId=dataset, name="c").data
    server.training_fault("fail", times=None)
    client.push_data(collectionId=collection, data=ROWS[:7])
    assert client.has_training_error(datasetId=dataset).data == {"hasError": True}
    page = client.list_dataset_training_errors(datasetId=dataset).data
    [group] = page["list"]
    assert (group["errorCount"], len(group["items"]), group["hasMoreItems"]) == (7, 5, True)
    assert client.list_dataset_training_errors(datasetId=dataset, collectionId=UNKNOWN).data["total"] == 0
    first, second, *_ = client.iter_training_errors(collectionId=collection)
    told = client.get_training_data(collectionId=collection, dataId=first["_id"]).data
    assert told is not None
    assert told["q"] == first["q"]
    assert client.get_training_data(collectionId=collection, dataId=UNKNOWN).data is None
    client.delete_training(collectionId=collection, dataId=second["_id"])
    assert client.list_training_errors(collectionId=collection).data["total"] == 6
    server.reset()
    client.retry_training(dataId=first["_id"], q="changed")
    assert client.search(datasetId=dataset, text="changed")[0].text == "changed"
    client.retry_training(datasetId=dataset)
    assert client.has_training_error(datasetId=dataset).data == {"hasError": False}
    with pytest.raises(ServerError, match="data not found"):
        client.retry_training(dataId=UNKNOWN)


def test_an_older_server_retries_nothing_without_both_ids(use: Use) -> None:
    server, client = use(OLD)
    dataset = server.dataset().id
    collection = client.create_collection(datasetId=dataset, name="c").data
    server.training_fault("fail")
    client.push_data(collectionId=collection, data=ROWS[:1])
    client.retry_training(collectionId=collection)
    assert client.get_training(collectionId=collection).failed == 1


@pytest.mark.parametrize(("version", "blocked", "failed"), [(OLD, True, 0), (NEW, False, 2)])
def test_tasks_lie_still_for_want_of_points(use: Use, version: str, blocked: bool, failed: int) -> None:
    server, client = use(version)
    dataset = server.dataset().id
    collection = client.create_collection(datasetId=dataset, name="c").data
    server.training_fault("block", times=2)
    client.push_data(collectionId=collection, data=ROWS[:2])
    state = client.get_training(collectionId=collection)
    assert (state.blocked, state.failed, state.active) == (blocked, failed, 2 if blocked else 0)
    [task, _] = client.iter_training_errors(collectionId=collection)
    assert task["lockTime"].startswith("2050")


def test_some_tasks_are_never_done(use: Use) -> None:
    server, client, clock = slow(use)
    dataset = server.dataset().id
    server.training_fault("stall")
    collection = client.create_collection(datasetId=dataset, name="c").data
    client.push_data(collectionId=collection, data=[{"q": "stalls"}, {"q": "EMBFAIL"}, {"q": "fine"}])
    clock.now += 1e9
    state = client.get_training(collectionId=collection)
    assert (state.active, state.failed) == (2, 0)


def test_questions_are_made_of_a_text(use: Use) -> None:
    server, client = use()
    dataset = server.dataset().id
    client.create_text_collection(datasetId=dataset, name="t", text="Io is a moon.", settings={"trainingType": "qa"})
    hit = client.search(datasetId=dataset, text="Io")[0]
    assert hit.text == "What is said of Io is a moon?\nIo is a moon."
    collection = server.collections(dataset)["t.txt"].id
    client.push_data(collectionId=collection, data=[{"q": "Who?", "a": "Me"}])
    assert client.search(datasetId=dataset, text="Who?")[0].text == "Who?\nMe"


def test_from_4_17_2_on_rows_are_there_before_they_are_found(use: Use) -> None:
    server, client, clock = slow(use, "4.17")
    dataset = server.dataset(rows=["old"]).id
    collection = client.create_collection(datasetId=dataset, name="c").data
    with server.training_fault("fail", when=lambda text: text == "bad"):
        client.push_data(collectionId=collection, data=[{"q": "good"}, {"q": "bad"}])
    rows = {row["q"]: row for row in client.iter_data(collectionId=collection)}
    assert {q: row_state(row) for q, row in rows.items()} == {"good": "working", "bad": "failed"}
    with pytest.raises(ConflictError, match="dataNotIndexed"):
        client.update_data(dataId=rows["good"]["_id"], q="x")
    clock.now += 10.0
    assert [row_state(row) for row in client.iter_data(collectionId=collection, searchText="good")] == ["searchable"]
    [task] = client.iter_training_errors(collectionId=collection)
    client.delete_training(collectionId=collection, dataId=task["_id"])
    [row] = client.iter_data(collectionId=collection, searchText="bad")
    assert row["indexErrorMsg"] == "Training task deleted"
    client.delete_data(id=row["_id"])


@pytest.mark.parametrize(("version", "name"), [(NEW, "vectorModel"), ("4.17", "vectorModelId")])
def test_vectors_are_made_anew(use: Use, version: str, name: str) -> None:
    server, client, clock = slow(use, version)
    dataset = server.dataset(rows=["one", "two"]).id
    with pytest.raises(ServerError, match="vectorModel"):
        client.rebuild_embedding(datasetId=dataset, **{name: "fake-embed"})
    client.rebuild_embedding(datasetId=dataset, **{name: "other"})
    assert not client.get_training(datasetId=dataset).is_done
    with pytest.raises(ServerError, match="重建"):
        client.rebuild_embedding(datasetId=dataset, **{name: "another"})
    collection = server.collections(dataset)["manual"].id
    assert client.get_training_detail(collectionId=collection).data["trainingCounts"].get("rebuildIndex", 2) == 2
    clock.now += 10.0
    assert client.get_training(datasetId=dataset).is_done
    assert len(client.search(datasetId=dataset, text="one two")) == 2


def test_an_unknown_kind_of_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="'explode' is not one of fail, stall, block"):
        TrainingFault(kind="explode")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"'cook' is not one of .*parse"):
        TrainingFault(kind="fail", stage="cook")


def test_only_newer_servers_refuse_a_retry_of_both(use: Use) -> None:
    server, client = use()
    dataset = server.dataset(rows=["one"])
    collection = server.collections(dataset)["manual"].id
    with pytest.raises(BadRequestError):
        client.retry_training(collectionId=collection, extra_body={"datasetId": dataset.id})
    with pytest.raises(NotFoundError):
        client.get_training(collectionId=UNKNOWN)
