"""The files around the code say the same in each place, and what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_both_files_for_who_edits_the_code_are_one() -> None:
    assert (ROOT / "CLAUDE.md").read_bytes() == (ROOT / "AGENTS.md").read_bytes()


@pytest.mark.parametrize("name", ["AGENTS.md", "SECURITY.md"])
def test_the_paths_that_are_named_are_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    linked = re.findall(r"\]\(([^)#:]+)\)", text)
    quoted = [path for path in re.findall(r"`([\w./]+/[\w./]*|[\w]+\.(?:py|md))`", text) if "*" not in path]
    below = [ROOT, ROOT / "fastgpt_client"]
    missing = [path for path in [*linked, *quoted] if not any((place / path).exists() for place in below)]
    assert (missing, linked != []) == ([], True)
