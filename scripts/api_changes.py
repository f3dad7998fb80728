"""Compare the public API with that of an earlier commit; fail for breaking changes that are not listed with a reason.

python scripts/api_changes.py    requires griffe and the commit; the list is tests/api_changes.toml
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = ["LIST", "compare", "main"]

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "api_changes.toml"
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


def main() -> int:
    with LIST.open("rb") as file:
        listed = tomllib.load(file)
    since = listed["since"]
    if _run("git", "cat-file", "-e", f"{since}^{{commit}}").returncode:
        print(f"Not compared: the commit {since[:10]} is not in this clone. Run `git fetch --unshallow` to get it.")
        return 0
    done = _run(sys.executable, "-m", "griffe", "check", "fastgpt_client", "--against", since, "-f", "oneline")
    lines = [line for line in done.stderr.splitlines() if line]
    if done.returncode != (1 if lines else 0):
        print(done.stderr, file=sys.stderr)
        return 2
    problems = compare(lines, {change["what"]: change["why"] for change in listed["change"]})
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(lines)} changes since {since[:10]}, all listed in {LIST.relative_to(ROOT)}.")
    return 1 if problems else 0


def compare(report: Iterable[str], reasons: Mapping[str, str]) -> list[str]:
    """Return the lines of griffe's report that no rule matches, and the rules that match no line."""
    lines = [re.sub(r"\.py:\d+: ", ".py: ", _COLOR.sub("", line)) for line in report]
    rules = {what: re.compile(what) for what in reasons}
    unlisted = [line for line in lines if not any(rule.fullmatch(line) for rule in rules.values())]
    unmet = [what for what, rule in rules.items() if not any(map(rule.fullmatch, lines))]
    return [f"not listed: {line}" for line in unlisted] + [f"no longer a change: {what}" for what in unmet]


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)


if __name__ == "__main__":
    sys.exit(main())
