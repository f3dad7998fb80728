"""The files for type checkers are true at run time as far as they go: they import, and they keep pace."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.calls import CALLS

FOLDER = Path(__file__).resolve().parent.parent / "typing"
FILES = sorted(path.stem for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_for_type_checkers_can_be_imported(name: str) -> None:
    module = importlib.import_module(f"tests.typing.{name}")
    assert module.__doc__


def words(name: str) -> list[str]:
    found = re.findall(r"\w+", (FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    return [word for word in found if word not in ("async", "await", "sync")]


def sync_word(word: str) -> str:
    return {"aiter_lines": "iter_lines", "__aexit__": "__exit__"}.get(word, re.sub(r"^Async(?=[A-Z])", "", word))


@pytest.mark.parametrize("subject", ["client", "datasets", "knowledge"])
def test_both_flavours_are_checked_alike(subject: str) -> None:
    theirs, ours = words(f"async_{subject}"), words(f"sync_{subject}")
    assert Counter(map(sync_word, theirs)) == Counter(map(sync_word, ours))


def test_every_call_has_its_types_checked() -> None:
    calls = {call.name for call in CALLS} | {"iter_chat_histories", "iter_chat_records", "iter_app_logs"}
    assert calls <= {*words("async_client"), *words("async_datasets")}
