"""The examples as programs of their own, without a FastGPT server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fastgpt_client.testing import FakeFastGPT
from tests.embedded.test_running import PACKAGE_FOLDER
from tests.support.until import PATIENCE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
# The app an example is run on, its arguments, what is typed, and a line of what it prints.
RUNS = [
    ("app_analytics", "simple", [], "", "simple"),
    ("basic_chat", "simple", ["Hello!"], "", "You said: Hello!"),
    ("chat_app", "simple", ["one", "two"], "", "You said: two"),
    ("chat_with_file", "simple", ["Hello!"], "", "You said: Hello!"),
    ("citations_and_cost", "search", ["capital?"], "", "You said: capital?"),
    ("concurrent_calls", "simple", ["Why?"], "", "Why? -> You said: Why?"),
    ("conversation", "simple", [], "Hello!\nAgain\n\n", "> You said: Again"),
    ("error_handling", "simple", [], "", "You said: Hello!"),
    ("interactive_form", "workflow_select", ["go"], "1\n", "which? You chose red: Red"),
    ("interactive_form", "workflow_form", ["go"], "Ann\n33\npro\n", "Fill in the form"),
    ("stream_events", "tools", ["use the TOOL"], "", "[calls get_weather]"),
    ("trio_chat", "simple", ["Hello!"], "", "You said: Hello!"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


def test_every_example_that_talks_to_a_server_is_run() -> None:
    programs = {path.stem for path in EXAMPLES.glob("*.py") if not path.stem.startswith("test_")}
    assert {name for name, *_ in RUNS} == programs


@pytest.mark.parametrize(("name", "app", "arguments", "typed", "line"), RUNS)
def test_it_runs(name: str, app: str, arguments: list[str], typed: str, line: str, server: FakeFastGPT) -> None:
    settings = {
        "FASTGPT_BASE_URL": server.url,
        "FASTGPT_API_KEY": server.app_key(app),
        "FASTGPT_APP_ID": server.apps[app].id,
        "PYTHONPATH": PACKAGE_FOLDER,
        "PYTHONIOENCODING": "utf-8",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py"), *arguments],
        env={**os.environ, **settings},
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert line in done.stdout.splitlines()


def test_the_example_of_a_test_passes() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_with_fake_server.py"],
        env={**os.environ, "PYTHONPATH": PACKAGE_FOLDER},
        cwd=EXAMPLES,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "passed" in done.stdout
    assert done.returncode == 0, done.stdout
