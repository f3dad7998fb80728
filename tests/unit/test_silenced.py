"""A check that is silenced says why: on its line, or in a comment above it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GENERATED = {"_async", "_sync"}
FOLDERS = ("_async_src", "fastgpt_client", "scripts", "benchmarks", "examples")
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))] + [ROOT / "noxfile.py"]
SILENCED = re.compile(r"# (?:noqa|type: ?ignore|pragma: no cover)\b(.*)")
REASON = re.compile(r"(?:: [A-Z0-9, ]+|\[[\w, -]+\])? (?:-|#) \w")


def silent(text: str) -> list[str]:
    """Return the lines that silence a check and do not say why; of several below each other, one reason is enough."""
    found: list[str] = []
    given = False
    for line in text.splitlines():
        silenced = SILENCED.search(line)
        if silenced is None and not line:
            continue
        if silenced is None:
            given = line.lstrip().startswith("#")
            continue
        given = given or REASON.match(silenced[1]) is not None
        if not given:
            found.append(line.strip())
    return found


@pytest.mark.parametrize(
    ("text", "is_silent"),
    [
        ("import a  # noqa: E402", True),
        ("import a  # noqa: E402 - the path is set first", False),
        ("# The path is set first.\nimport a  # noqa: E402\nimport b  # noqa: E402", False),
        ("a = b  # type: ignore[misc]", True),
        ("a = b  # type: ignore[misc] # a tuple", False),
        ("if a:  # pragma: no cover", True),
        ("if a:  # pragma: no cover - on Windows", False),
    ],
)
def test_a_reason_is_seen(text: str, is_silent: bool) -> None:
    assert bool(silent(text)) is is_silent


def test_each_silenced_check_says_why() -> None:
    assert len(SOURCES) > 300
    sources = [path for path in SOURCES if not GENERATED & {*path.parts}]
    assert [
        (path.relative_to(ROOT).as_posix(), line) for path in sources for line in silent(path.read_text("utf-8"))
    ] == []
