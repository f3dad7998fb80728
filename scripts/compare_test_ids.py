"""Compare two lists of tests: each old test must still be in a lane, or match a rule in `tests/changed_ids.toml`.

    python -m pytest --collect-only -q > after.txt
    python scripts/compare_test_ids.py before.txt after.txt

Both files contain the output of `pytest --collect-only -q`. Rules are tried in order; the first that matches the whole
ID is used. A rule that matches nothing, or a new name that is not collected, is also an error.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # Python adds only the script's own folder

from tests.lanes import LANES, RULES, lane_of

ROOT = Path(__file__).resolve().parent.parent
CHANGES = ROOT / "tests" / "changed_ids.toml"


@dataclass(frozen=True)
class Change:
    """Tests that were renamed, or removed if `to` is empty."""

    old: re.Pattern[str]
    to: tuple[str, ...]
    why: str


def read_changes(text: str) -> list[Change]:
    return [
        Change(re.compile(entry["old"]), tuple(entry.get("to", ())), entry["why"])
        for entry in tomllib.loads(text).get("change", [])
    ]


def read_ids(text: str) -> list[str]:
    return [line for line in text.split("\n") if "::" in line]


def problems(before: Iterable[str], after: Iterable[str], changes: Sequence[Change]) -> list[str]:
    """Return the problems: tests that are missing without a reason, and rules that do not match."""
    now = set(after)
    found: list[str] = []
    matched: set[Change] = set()
    for test in before:
        # A new test may reuse the name of a renamed one, so rules take precedence over equal IDs.
        for change in changes:
            match = change.old.fullmatch(test)
            if match:
                matched.add(change)
                new = [match.expand(name) for name in change.to]
                found += [
                    f"{test}: renamed to {name}, which is not collected" for name in new if not is_among(name, now)
                ]
                break
        else:
            if test not in now:
                found.append(f"{test}: missing, and no rule says why")
    return [
        *found,
        *(f"a rule that matches no test: {change.old.pattern}" for change in changes if change not in matched),
    ]


def is_among(name: str, tests: set[str]) -> bool:
    """Return whether a test exists; a name that ends with `*` matches any test with that prefix."""
    return name in tests or (name.endswith("*") and any(test.startswith(name[:-1]) for test in tests))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args(arguments)
    before, after = (read_ids(path.read_text("utf-8")) for path in (options.before, options.after))
    found = problems(before, after, read_changes(CHANGES.read_text("utf-8")))
    found += [f"a lane's rule that matches no test: {rule.tests}" for rule in RULES if not any(map(rule.holds, after))]
    for line in found:
        print(line, file=sys.stderr)
    lanes = Counter(map(lane_of, after))
    print(f"before: {len(before)} tests; now: {len(after)}, first run by", *(f"{name} {lanes[name]}" for name in LANES))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
