"""The script that puts faults into a module and counts which of them its tests notice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts._mutations import choose, mutants

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ("a < b", ["a <= b", "a >= b"]),
        ("a is b", ["a is not b"]),
        ("x = a + 1", ["x = a - 1", "x = a + 2", "x = a + 0"]),
        ("not a", ["a"]),
        ("a and b", ["b", "a", "a or b"]),
        ("min(a)", ["max(a)"]),
        ("a.find(b)", ["a.rfind(b)"]),
        ("x = 'y'", ["x = 'XXyXX'"]),
        ("x = ''", ["x = 'XX'"]),
        ("x = b'y'", ["x = b'XXyXX'"]),
        ("x = True", ["x = False"]),
        ("a[1:]", ["a[:]", "a[2:]", "a[0:]"]),
        ("def f():\n    return a", ["def f():\n    return None"]),
        ("def f():\n    a = b", ["def f():\n    pass"]),
        ("while a:\n    break", ["while not a:\n    break", "while a:\n    continue"]),
        ("x = cast('A', a is b)", ["x = cast('A', a is not b)"]),
        ("x = a if b else c", ["x = a if not b else c"]),
    ],
)
def test_one_thing_is_changed_at_a_time(source: str, changed: list[str]) -> None:
    assert [mutant.source for mutant in mutants(source)] == changed


@pytest.mark.parametrize(
    "source",
    [
        '"""Docstring."""',
        "import a",
        "from a import b",
        "__all__ = ['a']",
        "if TYPE_CHECKING:\n    x = 1",
        "def f(a: Literal['x']) -> Literal['y']: ...",
        "@a('x')\nclass A: ...",
        "x = f'{a:>9}'",
        "x = cast('A', a)",
        "x = None",
        "a = b",
    ],
)
def test_what_says_nothing_when_the_program_runs_is_left_alone(source: str) -> None:
    assert mutants(source) == []


def test_a_fault_says_where_it_is() -> None:
    (mutant,) = mutants("a = b\n\nc = d is e\n")
    assert (mutant.line, str(mutant)) == (3, "line 3: Is  ->  IsNot")


def test_the_same_seed_chooses_the_same_faults() -> None:
    source = "\n".join(f"x{number} = {number}" for number in range(50))
    chosen = choose(source, 20, seed=1)
    assert len(chosen) == 20
    assert [mutant.line for mutant in chosen] == sorted(mutant.line for mutant in chosen)
    assert choose(source, 20, seed=1) == chosen
    assert choose(source, 20, seed=2) != chosen


def test_what_is_added_to_a_module_leaves_the_choice_among_the_rest_as_it_is() -> None:
    source = "\n".join(f"x{number} = {number}" for number in range(50))
    before = {(mutant.before, mutant.after) for mutant in choose(source, 20, seed=1)}
    after = {(mutant.before, mutant.after) for mutant in choose("y = 'new'\n" + source, 20, seed=1)}
    assert len(before - after) <= 1


TESTED = """
def is_bigger(a, b):
    return a > b

def emptied(items):
    while items:
        items.pop()
    return items
"""
TESTS = """
from tested import emptied, is_bigger

def test_is_bigger():
    assert is_bigger(2, 1) and not is_bigger(1, 2)

def test_emptied():
    assert emptied([1, 2]) == []
"""
COUNT = [sys.executable, str(ROOT / "scripts" / "mutants.py"), "tested.py", "test_tested.py", "--limit", "1"]
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="each fault is tried in a fork")


def count(folder: Path) -> subprocess.CompletedProcess[str]:
    """Count the faults in `tested.py` that `test_tested.py` notices; plugins would only take time."""
    settings = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(COUNT, cwd=folder, env=settings, capture_output=True, text=True, timeout=110, check=False)


@FORKS
def test_faults_are_counted_and_survivors_named(tmp_path: Path) -> None:
    (tmp_path / "tested.py").write_text(TESTED)
    (tmp_path / "test_tested.py").write_text(TESTS)
    done = count(tmp_path)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "  survived: line 3: Gt  ->  GtE",
        "tested.py: 5 of 6 killed, 1 of them by timeout; seed 1",
    ]
    assert (tmp_path / "tested.py").read_text() == TESTED


@FORKS
def test_tests_that_fail_without_a_fault_count_nothing(tmp_path: Path) -> None:
    (tmp_path / "tested.py").write_text("x = 1")
    (tmp_path / "test_tested.py").write_text("import tested\ndef test_x(): assert tested.x == 2")
    done = count(tmp_path)
    assert (done.stdout, done.returncode) == ("", 2)
    assert done.stderr == "The tests fail even without a fault in tested.py (status 1).\n"
