"""The recipes for Dask ask each question and send each file once, whoever is killed on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest

from fastgpt_client import DatasetClient
from fastgpt_client.asks import AskRow, read_rows
from fastgpt_client.testing import FakeFastGPT, text_of

RECIPES = Path(__file__).resolve().parents[2] / "examples" / "recipes"
RECIPE = RECIPES / "dask_questions.py"


class Model:
    """What answers, and counts how often each question was run; it does something when so many were."""

    def __init__(self) -> None:
        self.runs: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.left = 0
        self.then: Callable[[], None] = lambda: None

    def __call__(self, messages: list[Any], variables: dict[str, Any]) -> str:
        question = text_of(messages[-1]["content"])
        with self.lock:
            self.runs[question] += 1
            self.left -= 1
            now = self.left == 0
        if now:
            self.then()
        return f"You said: {question}"


def workers(driver: int) -> list[psutil.Process]:
    below = psutil.Process(driver).children(recursive=True)
    return [one for one in below if "spawn_main" in " ".join(one.cmdline())]


class Recipe:
    """The recipe, as a program that may be killed."""

    def __init__(self, server: FakeFastGPT, model: Model, folder: Path, rows: int) -> None:
        self.model = model
        self.folder = folder
        self.to = folder / "answers.jsonl"
        self.environment = {
            **os.environ,
            "FASTGPT_BASE_URL": server.url,
            "FASTGPT_API_KEY": server.api_key,
            "FASTGPT_APP_ID": server.app(answer=model).id,
        }
        lines = [f"row{number},question {number}\n" for number in range(rows)]
        (folder / "questions.csv").write_text("".join(["id,question\n", *lines]))

    def run(self, kills: list[str], after: Callable[[], int]) -> int:
        """Run it to its end; kill a worker, or the driver with all of them, each time that so many more were asked."""
        command = [sys.executable, str(RECIPE), "questions.csv", "answers.jsonl"]
        with subprocess.Popen(command, cwd=self.folder, env=self.environment) as process:

            def killing() -> None:
                below = psutil.Process(process.pid).children(recursive=True)
                for one in workers(process.pid)[:1] if kills.pop() == "worker" else [process, *below]:
                    one.kill()
                self.model.left = after() if kills else 0

            self.model.left, self.model.then = after() if kills else 0, killing
            return process.wait()

    def found(self) -> list[dict[str, Any]]:
        """Return what came, but for times."""
        rows: list[AskRow] = [*read_rows(self.to)]
        return sorted(({**row, "seconds": None} for row in rows), key=lambda row: str(row["id"]))


@pytest.mark.skipif(sys.platform == "win32", reason="it tells workers by how POSIX starts them")
@pytest.mark.parametrize(("rows", "kills"), [pytest.param(40, 2, id="small"), pytest.param(1000, 10, id="full")])
@pytest.mark.timeout(1800)
def test_each_question_is_asked_once_whoever_is_killed(tmp_path: Path, rows: int, kills: int) -> None:
    chance = Random(7)
    with FakeFastGPT.serve() as server:
        folders = [tmp_path / "disturbed", tmp_path / "undisturbed"]
        for folder in folders:
            folder.mkdir()
        disturbed, undisturbed = (Recipe(server, Model(), folder, rows) for folder in folders)
        left = ["worker", "driver"] * (kills // 2)
        ended = [disturbed.run(left, lambda: chance.randint(1, rows // kills - 2)) for _ in range(kills // 2 + 1)]
        assert (left, ended) == ([], [*[-signal.SIGKILL] * (kills // 2), 0])
        assert disturbed.model.runs == {f"question {number}": 1 for number in range(rows)}
        assert undisturbed.run([], lambda: 0) == 0
        assert disturbed.found() == undisturbed.found()


@pytest.mark.skipif(sys.platform == "win32", reason="it tells workers by how POSIX starts them")
def test_each_folder_comes_to_the_source_though_a_worker_is_killed(tmp_path: Path) -> None:
    for number in range(24):
        file = tmp_path / "docs" / f"folder{number % 4}" / f"{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"word{number}")
    with (
        FakeFastGPT.serve(train_delay=0.01) as server,
        DatasetClient(server.api_key, server.url) as client,
    ):
        dataset = client.create_dataset(name="Handbook").data
        cache = str(tmp_path / "cache")
        environment = {"FASTGPT_BASE_URL": server.url, "FASTGPT_API_KEY": server.api_key, "XDG_CACHE_HOME": cache}
        with subprocess.Popen(
            [sys.executable, str(RECIPES / "dask_folders.py"), str(tmp_path / "docs"), dataset],
            env={**os.environ, **environment},
        ) as process:
            sent = [request for request in server.requests if request.path.endswith("localFile")]
            while len(sent) < 4:
                assert process.poll() is None
                time.sleep(0.01)
                sent = [request for request in server.requests if request.path.endswith("localFile")]
            workers(process.pid)[0].kill()
            assert process.wait() == 0
        found = Counter(item["name"] for item in client.iter_collections(datasetId=dataset, searchText="."))
        assert found == {f"{number}.md": 1 for number in range(24)}
