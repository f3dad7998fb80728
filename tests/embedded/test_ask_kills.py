"""A run of many questions that is killed again and again: each question runs once, and no row is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fastgpt_client.asks import AskRow, read_rows
from fastgpt_client.testing import App, FakeFastGPT, ReceivedRequest, text_of
from tests.support.ask_worker import PHASES, rows
from tests.support.until import PATIENCE

ROOT = Path(__file__).parents[2]
UNKNOWN = "(it is unknown whether the question ran)"


class Model:
    """What answers, and counts how often each question was run; it kills who asks when it is told to."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.victim: subprocess.Popen[bytes] | None = None
        self.left = 0

    def __call__(self, messages: list[Any], variables: dict[str, Any]) -> str:
        question = text_of(messages[-1]["content"])
        with self.lock:
            self.runs[question] += 1
            self.left -= 1
            if self.left == 0 and self.victim is not None:
                self.victim.kill()
        return f"You said: {question}"


def run(model: Model, settings: dict[str, Any], phase: str = "", nth: int = 1, flavour: str = "sync") -> int:
    """Run the program to its end, and return how it ended."""
    given = json.dumps({**settings, "phase": phase, "nth": nth, "flavour": flavour})
    command = [sys.executable, "-W", "error", "-m", "tests.support.ask_worker", given]
    with model.lock:
        model.left = nth if phase == "answering" else 0
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        model.victim = process
    try:
        return process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()


def but_for_times(found: list[AskRow]) -> list[dict[str, Any]]:
    return sorted(({**row, "seconds": None} for row in found), key=lambda row: str(row["id"]))


def settings_of(server: FakeFastGPT, app: App, to: Path, number: int) -> dict[str, Any]:
    client = {"api_key": server.api_key, "base_url": server.url, "app_id": app.id, "retry_delay": 0.0}
    return {"client": client, "rows": number, "to": str(to)}


@pytest.mark.parametrize(
    ("kills", "number"), [pytest.param(len(PHASES), 40, id="small"), pytest.param(30, 200, id="full")]
)
@pytest.mark.parametrize("version", ["4.11", "4.16"])
def test_a_run_that_is_killed_in_each_phase(tmp_path: Path, version: str, kills: int, number: int) -> None:
    random = Random(7)
    with FakeFastGPT.serve(version=version) as server:
        model = Model()
        app = server.app(answer=model)
        settings = settings_of(server, app, tmp_path / "answers.jsonl", number)
        if version == "4.11":  # nothing there says that a run is over: it is looked for all the time
            settings["patience"] = 1.0

        def unlucky(request: ReceivedRequest) -> bool:
            return random.random() < 0.05 / 3

        for kind in ("cut_before_headers", "cut_in_json", "bad_gateway"):
            server.fault(kind, app=app, times=None, when=unlucky)  # type: ignore[arg-type]
        killed: Counter[str] = Counter()
        for kill in range(kills):
            phase = PHASES[-1] if kill == kills - 1 else PHASES[kill % (len(PHASES) - 1)]
            if run(model, settings, phase, 1 + kill % 3, ("sync", "asyncio")[kill % 2]) == -signal.SIGKILL:
                killed[phase] += 1
        assert run(model, settings) == 0
        found = [*read_rows(tmp_path / "answers.jsonl")]

        assert [row["id"] for row in sorted(found, key=lambda row: int(row["id"][4:]))] == [
            row["id"] for row in rows(number)
        ]
        assert max(model.runs.values()) == 1
        unknown = [row for row in found if row["error"] is not None]
        answered = [row for row in found if row["error"] is None]
        assert all(row["answer"] == f"You said: {row['question']}" for row in answered)
        if version == "4.16":
            assert (unknown, sum(model.runs.values())) == ([], number)
            undisturbed = server.app(answer=Model())
            again = settings_of(server, undisturbed, tmp_path / "undisturbed.jsonl", number)
            assert run(model, again) == 0
            assert but_for_times(found) == but_for_times([*read_rows(tmp_path / "undisturbed.jsonl")])
        else:
            assert len(unknown) < number / 2
            assert [row["error"] for row in unknown if not str(row["error"]).endswith(UNKNOWN)] == []
        assert [*tmp_path.glob("*.begun")] == []
        assert {*killed} == {*PHASES}
