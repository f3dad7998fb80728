"""A failure is shown when it happens, and once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFTEST = """
from tests.support.failures import ShownAtOnce


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ShownAtOnce(config))
"""
TESTS = """
import pytest


@pytest.fixture
def broken():
    raise OSError("no such disk")


def test_fails():
    print("what was printed")
    assert 1 == 2


def test_errs(broken): ...


@pytest.mark.parametrize("number", range(20))
def test_passes(number): ...
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["one-process", "workers"])
def test_a_failure_is_shown_before_the_next_test_and_once(tmp_path: Path, workers: list[str]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    (tmp_path / "test_it.py").write_text(TESTS, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-ra", f"--rootdir={tmp_path}", *workers, "."]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    running, _, end = done.stdout.partition("[100%]")
    for text in ("FAILED in call: test_it.py::test_fails", "> ", "assert 1 == 2", "what was printed", "no such disk"):
        assert text in running
    assert end.count("test_it.py") == 2  # a line each
    assert end.rstrip("= \n").rpartition("= ")[2].startswith("1 failed, 20 passed, 1 error in ")
