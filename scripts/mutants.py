"""Mutation testing: introduce faults into a module, one at a time, and count how many its tests detect.

    python scripts/mutants.py fastgpt_client/_streaming/sse.py tests/unit/test_sse*.py

A fault that no test detects is printed: either it has no effect, or a test is missing. The same seed gives the same
faults. Each is tried in a fork of this process, so that pytest is loaded only once. The module is replaced on import;
its file is not changed. Requires a system that can fork.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts._mutations import Mutant, choose

# Slow imports, loaded before forking; the package itself must not be.
PRELOADED = ("httpx", "anyio", "trio", "hypothesis", "hypothesis.strategies", "respx")
BYTES = 3 << 30


class MutantLoader(SourceFileLoader):
    """Loads a module from a replaced source."""

    source = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


class MutantFinder(MetaPathFinder):
    """Finds the module under test before the regular finders do."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self._name = name
        self._loader = MutantLoader(name, str(path))
        self._loader.source = source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._loader.path, loader=self._loader)


class Outcome(NamedTuple):
    """The exit status of a test run, and the CPU time it took."""

    status: int
    seconds: float

    @property
    def out_of_time(self) -> bool:
        return self.status == -signal.SIGXCPU


class Trial(NamedTuple):
    """The module under test and its tests."""

    root: Path
    module: str
    tests: list[str]

    def start(self, source: str, seconds: float) -> int:
        """Run the tests with a replaced source in a separate process, and return its ID."""
        pid = os.fork()
        if pid:
            return pid
        status = 70  # if the run itself fails
        try:
            status = self._run(source, int(seconds))
        finally:
            os._exit(status)

    def _run(self, source: str, seconds: int) -> int:
        os.chdir(self.root)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        name = self.module.removesuffix(".py").replace("/", ".")
        sys.path.insert(0, str(self.root))
        sys.meta_path.insert(0, MutantFinder(name, self.root / self.module, source))
        options = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:faulthandler"]
        return int(pytest.main([*options, *self.tests]))


def wait_for_any(running: dict[int, int]) -> tuple[int, Outcome]:
    """Wait for any of the processes; return its index and outcome."""
    pid, status, usage = os.wait4(-1, 0)
    return running.pop(pid), Outcome(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime)


def try_all(trial: Trial, found: list[Mutant], jobs: int, seconds: float) -> list[Outcome]:
    """Return the outcome of the tests for each mutant."""
    outcomes: dict[int, Outcome] = {}
    running: dict[int, int] = {}
    for index, mutant in enumerate(found):
        if len(running) >= jobs:
            done, outcome = wait_for_any(running)
            outcomes[done] = outcome
        running[trial.start(mutant.source, seconds)] = index
    while running:
        done, outcome = wait_for_any(running)
        outcomes[done] = outcome
    return [outcomes[index] for index in range(len(found))]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Count how many faults in a module its tests detect.")
    parser.add_argument("module", help="path of the module, relative to the project")
    parser.add_argument("tests", nargs="+", help="paths or other arguments for pytest")
    parser.add_argument("--count", type=int, default=100, help="number of faults (default: 100)")
    parser.add_argument("--seed", type=int, default=1, help="seed that selects the faults (default: 1)")
    parser.add_argument("--jobs", type=int, default=2, help="number of parallel runs (default: 2)")
    # CPU time does not depend on the load of the machine.
    parser.add_argument(
        "--limit",
        type=float,
        default=20.0,
        help="CPU seconds allowed in addition to three times those of the original (default: 20)",
    )
    parser.add_argument("--root", type=Path, default=Path(), help="project folder (default: current folder)")
    options = parser.parse_args(arguments)

    trial = Trial(options.root.resolve(), options.module, options.tests)
    source = (trial.root / trial.module).read_text("utf-8")
    found = choose(source, options.count, options.seed)
    for name in PRELOADED:
        importlib.import_module(name)
    sys.stdout.flush()
    untouched = wait_for_any({trial.start(source, 600): 0})[1]
    if untouched.status:
        print(f"The tests fail even without a fault in {trial.module} (status {untouched.status}).", file=sys.stderr)
        return 2
    outcomes = try_all(trial, found, options.jobs, options.limit + 3 * untouched.seconds)

    survivors = [mutant for mutant, outcome in zip(found, outcomes, strict=True) if outcome.status == 0]
    endless = sum(outcome.out_of_time for outcome in outcomes)
    for mutant in survivors:
        print(f"  survived: {mutant}")
    killed = len(found) - len(survivors)
    late = f", {endless} of them by timeout" if endless else ""
    print(f"{trial.module}: {killed} of {len(found)} killed{late}; seed {options.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
