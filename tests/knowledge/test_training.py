"""When a collection counts as learnt, and why it is not: on servers of all ages."""

from __future__ import annotations

from typing import Any

import pytest

from fastgpt_client._knowledge.training import Learning, TrainingWatch, explained, poll_delay, training_error
from fastgpt_client.datasets import TrainingState
from fastgpt_client.knowledge import TrainingFailure

FILE = {"type": "file"}
DONE, BUSY = Learning(0, 0, 3), Learning(2, 0, 1)


@pytest.mark.parametrize(
    ("item", "state", "certain"),
    [
        ({"activeTrainingAmount": 2, "finalErrorAmount": 1, "dataAmount": 3, "trainingAmount": 3}, "working", True),
        ({"activeTrainingAmount": 0, "finalErrorAmount": 1, "dataAmount": 3, "trainingAmount": 1}, "failed", True),
        ({"activeTrainingAmount": 0, "finalErrorAmount": 0, "dataAmount": 3, "trainingAmount": 0}, "ready", True),
        (
            {"activeTrainingAmount": 0, "finalErrorAmount": 0, "dataAmount": 0, "trainingAmount": 0, **FILE},
            "failed",
            True,
        ),
        ({"activeTrainingAmount": 0}, "ready", True),
        ({"trainingAmount": 2, "dataAmount": 1}, "working", True),
        ({"trainingAmount": 2, "dataAmount": 1, "hasError": True}, "working", False),
        ({"trainingAmount": 0, "dataAmount": 1}, "ready", True),
        ({"trainingAmount": 0, "dataAmount": 0, **FILE}, "failed", True),
        ({"trainingAmount": 0, "dataAmount": 0, "type": "virtual"}, "ready", True),
        ({"trainingAmount": True}, "ready", True),
    ],
    ids=lambda value: None,
)
def test_an_item_of_a_list_tells_whether_a_search_finds_it(item: dict[str, Any], state: str, certain: bool) -> None:
    learning = Learning.of_item(item)
    assert (learning.state, learning.certain) == (state, certain)


def watched(*looks: Learning | None, stall: float = 100, step: float = 1) -> TrainingWatch:
    """Return the watch of one collection after looks at it, a number of seconds apart."""
    watch = TrainingWatch({"1": "a.md"}, stall=stall)
    for number, learning in enumerate(looks):
        watch.see({} if learning is None else {"1": learning}, number * step)
    return watch


@pytest.mark.parametrize(
    ("looks", "kind", "message"),
    [
        ([Learning(0, 2, 1)] * 2, "failed", "2 of its tasks failed"),
        ([Learning(0, 0, 0)] * 2, "failed", "the server made no rows from it"),
        ([BUSY, None], "failed", "it no longer exists"),
        ([Learning(3, 0, 1, blocked=True)] * 2, "blocked", "its tasks are stopped: the points may be used up"),
        ([BUSY] * 101, "stalled", "nothing has changed for 100 s"),
    ],
    ids=lambda value: None,
)
def test_why_it_is_not_learnt(looks: list[Learning | None], kind: str, message: str) -> None:
    watch = watched(*looks)
    failure = TrainingFailure(collection_id="1", name="a.md", kind=kind, message=message)  # type: ignore[arg-type]
    assert (watch.failures, watch.ready, watch.working) == ([failure], [], {})


def test_it_is_learnt_once_that_was_seen_twice_in_turn() -> None:
    assert watched(DONE).working == {"1": "a.md"}
    assert watched(DONE, BUSY, DONE).working == {"1": "a.md"}
    assert watched(DONE, BUSY, DONE, DONE).ready == ["1"]


def test_what_goes_on_is_not_stalled() -> None:
    assert watched(*[Learning(number) for number in range(300, 0, -1)]).failures == []


def test_what_is_not_done_in_time_is_late() -> None:
    watch = watched(BUSY)
    watch.give_up(600)
    assert [(failure.kind, failure.message) for failure in watch.failures] == [
        ("late", "it did not finish within 600 s")
    ]


NAMED = "a.md: failed: 1 of its tasks failed"
FAILURE = TrainingFailure(collection_id="1", name="a.md", kind="failed", message="1 of its tasks failed")


@pytest.mark.parametrize(
    ("tasks", "kind", "message"),
    [
        ([], "failed", "1 of its tasks failed"),
        ([{"errorMsg": ""}, {"errorMsg": "NotFound"}, {"errorMsg": "x"}], "failed", "1 of its tasks failed: NotFound"),
        ([{"lockTime": "2026-11-26T00:00:00.000Z"}], "failed", "1 of its tasks failed"),
        (
            [{"errorMsg": "no points", "lockTime": "2050-01-01T00:00:00.000Z"}],
            "blocked",
            "1 of its tasks failed: no points",
        ),
    ],
    ids=lambda value: None,
)
def test_the_server_says_why(tasks: list[Any], kind: str, message: str) -> None:
    found = explained(FAILURE, tasks)
    assert (found.kind, found.message, found.name, found.collection_id) == (kind, message, "a.md", "1")


def test_looks_are_further_and_further_apart() -> None:
    assert [poll_delay(looks, 2.0) for looks in (0, 1, 2, 50)] == [2.0, 3.0, 4.5, 10.0]
    assert poll_delay(0, 20.0) == poll_delay(9, 20.0) == 20.0
    assert poll_delay(9, 0.0) == 0.0


@pytest.mark.parametrize(
    ("state", "learning"),
    [
        (TrainingState(active=None, raw={}), Learning(1)),
        (TrainingState(active=0, raw={}), Learning(0)),
        (TrainingState(active=2, failed=3, blocked=True, raw={}), Learning(2, 3, None, blocked=True)),
    ],
    ids=lambda value: None,
)
def test_what_a_server_tells_of_one_collection(state: TrainingState, learning: Learning) -> None:
    assert Learning.of_state(state) == learning


@pytest.mark.parametrize(("count", "end"), [(1, NAMED), (5, NAMED), (6, "1 more"), (9, "4 more")])
def test_an_error_names_five_and_carries_all(count: int, end: str) -> None:
    error = training_error([FAILURE] * count)
    assert error.message == "Not everything is learnt: " + "; ".join(
        [NAMED] * min(count, 5) + ([end] if count > 5 else [])
    )
    assert error.errors == (FAILURE,) * count
