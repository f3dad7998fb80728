"""The comparison of public names with those of an earlier commit, but for what griffe does."""

from __future__ import annotations

import re
import tomllib

from scripts.api_changes import LIST, compare

LINE = "\x1b[1mfastgpt_client/calls.py\x1b[0m:12: CallAttempt.seconds: Public object was removed"


def test_a_change_that_is_listed_is_none_that_fails() -> None:
    assert compare([LINE], {r".*/calls\.py: CallAttempt\.\w+: Public object was removed": "a reason"}) == []


def test_a_change_that_is_not_listed_is_named() -> None:
    assert compare([LINE], {}) == [
        "not listed: fastgpt_client/calls.py: CallAttempt.seconds: Public object was removed"
    ]


def test_a_rule_that_matches_nothing_is_named() -> None:
    assert compare([], {"gone": "a reason"}) == ["no longer a change: gone"]


def test_each_rule_is_a_pattern_with_a_reason() -> None:
    listed = tomllib.loads(LIST.read_text("utf-8"))
    assert re.fullmatch("[0-9a-f]{40}", listed["since"])
    assert [change for change in listed["change"] if not (re.compile(change["what"]) and change["why"])] == []
