"""The lanes, and the script that finds tests which were lost."""

from __future__ import annotations

import re

import pytest

from scripts.compare_test_ids import Change, problems, read_changes
from tests.lanes import RULES, Rule, lane_of, runs_in

REPLAY = "tests/_async/test_wire_replay.py::test_events_of_a_stream"
ROWS = [f"4.16.0-row-{number}" for number in range(1000)]


def test_a_test_without_a_rule_is_quick() -> None:
    assert lane_of("tests/unit/test_retry.py::test_the_first_wait") == "quick"


def test_each_lane_holds_the_one_before() -> None:
    test = f"{REPLAY}[asyncio-4.16.0-row-whole]"
    assert [runs_in(lane, test) for lane in ("quick", "full", "soak")] == [False, True, True]


def test_the_quick_lane_replays_on_asyncio_in_one_mode() -> None:
    assert {lane_of(f"{REPLAY}[asyncio-{row}-chunks]") for row in ROWS} == {"quick"}
    assert {lane_of(f"{REPLAY}[asyncio-{row}-whole]") for row in ROWS} == {"full"}


@pytest.mark.parametrize("test", ["[asyncio-{}-bytes]", "[trio-{}-chunks]"])
def test_of_a_matrix_a_tenth_stays_in_the_lane_before(test: str) -> None:
    lanes = [lane_of(REPLAY + test.format(row)) for row in ROWS]
    assert 70 < len(lanes) - lanes.count(max(lanes, key=lanes.count)) < 130


def test_a_share_is_the_same_at_each_run() -> None:
    rule = Rule("full", "x", "why", one_of=10)
    assert [number for number in range(50) if not rule.holds(f"x{number}")] == [4, 31, 32, 33]


def test_every_rule_has_a_reason() -> None:
    assert all(rule.why for rule in RULES)


BEFORE = ["a.py::test_kept", "a.py::test_split[x]", "a.py::test_dropped"]
CHANGES = read_changes(
    r"""
[[change]]
old = 'a\.py::test_split\[(.*)\]'
to = ['a.py::test_split[\1-one]', 'a.py::test_split[\1-two]']
why = "two things"

[[change]]
old = 'a\.py::test_dropped'
why = "nothing to prove"
"""
)
AFTER = ["a.py::test_kept", "a.py::test_split[x-one]", "a.py::test_split[x-two]", "a.py::test_new"]


def test_renamed_and_dropped_tests_are_accounted_for() -> None:
    assert problems(BEFORE, AFTER, CHANGES) == []


def test_a_lost_test_is_found() -> None:
    assert problems(BEFORE, AFTER[1:], CHANGES) == ["a.py::test_kept: missing, and no rule says why"]


def test_a_new_name_must_be_collected() -> None:
    [problem] = problems(BEFORE, [test for test in AFTER if "two" not in test], CHANGES)
    assert problem == "a.py::test_split[x]: renamed to a.py::test_split[x-two], which is not collected"


def test_a_new_name_may_be_the_beginning_of_several() -> None:
    changes = [Change(re.compile(r"a\.py::test_split.*"), ("a.py::test_split[*",), "why"), CHANGES[1]]
    assert problems(BEFORE, AFTER, changes) == []
    assert len(problems(BEFORE, ["a.py::test_kept", "a.py::test_splits"], changes)) == 1


def test_a_rule_must_match_a_test_from_end_to_end() -> None:
    changes = [*CHANGES, Change(re.compile("test_kept"), (), "why")]
    assert problems(BEFORE, AFTER, changes) == ["a rule that matches no test: test_kept"]
