"""The examples about many questions, against the embedded server."""

from __future__ import annotations

import csv
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client.testing import FakeFastGPT
from tests.embedded.test_running import PACKAGE_FOLDER
from tests.support.until import PATIENCE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "asks"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


@pytest.fixture
def run(server: FakeFastGPT, tmp_path: Path) -> Run:
    settings = {
        "FASTGPT_BASE_URL": server.url,
        "FASTGPT_API_KEY": server.api_key,
        "FASTGPT_APP_ID": server.apps["simple"].id,
        "PYTHONPATH": PACKAGE_FOLDER,
        "PYTHONIOENCODING": "utf-8",
    }

    def started(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py"), *arguments],
            env={**os.environ, **settings},
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    return started


def test_a_table_becomes_a_table_and_then_samples(server: FakeFastGPT, run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text("id,question,expected\n1,hello,hi\n2,=SUM(1),2\n", "utf-8")
    for said in ("2 asked, 0 done before, 0 failed", "0 asked, 2 done before, 0 failed"):
        done = run("questions_from_csv", "questions.csv", "answers.csv")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        assert done.stderr.splitlines()[-1] == said
    assert len([request for request in server.requests if "completions" in request.path]) == 2
    with (tmp_path / "answers.csv").open(newline="", encoding="utf-8-sig") as file:
        found = {row["id"]: (row["question"], row["answer"], row["error"]) for row in csv.DictReader(file)}
    assert found == {"1": ("hello", "You said: hello", ""), "2": ("'=SUM(1)", "You said: =SUM(1)", "")}

    samples = run("ragas_rows", "answers.jsonl", "expected")
    assert samples.returncode == 0, samples.stderr
    assert sorted((json.loads(line) for line in samples.stdout.splitlines()), key=lambda one: one["reference"]) == [
        {"user_input": "=SUM(1)", "response": "You said: =SUM(1)", "retrieved_contexts": [], "reference": "2"},
        {"user_input": "hello", "response": "You said: hello", "retrieved_contexts": [], "reference": "hi"},
    ]


def test_a_row_that_fails_is_told(server: FakeFastGPT, run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text("question\nhello\n", "utf-8")
    with server.fault("error_before_run", times=None):
        done = run("questions_from_csv", "questions.csv", "answers.csv")
    assert done.returncode == 1
    assert "1 asked, 0 done before, 1 failed" in done.stderr
    assert run("ragas_rows", "answers.jsonl").stdout == ""


@pytest.fixture
def call_api(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., dict[str, Any]]]:
    monkeypatch.setenv("FASTGPT_API_KEY", server.api_key)
    names = runpy.run_path(str(EXAMPLES / "promptfoo_provider.py"))

    def call(prompt: str, **variables: object) -> dict[str, Any]:
        app = server.apps["simple"].id
        options = {"id": "fastgpt", "config": {"base_url": server.url, "app_id": app, "basePath": "/"}}
        found: dict[str, Any] = names["call_api"](prompt, options, {"vars": variables})
        return found

    yield call
    for client in {id(one): one for one in names["clients"].values()}.values():
        client.close()


def test_a_provider_answers(call_api: Callable[..., dict[str, Any]], server: FakeFastGPT) -> None:
    found = call_api("hello", tone="kind")
    used = found["tokenUsage"]
    assert found["output"] == "You said: hello"
    assert used["total"] == used["prompt"] + used["completion"] > 0
    assert found["metadata"] == {"points": pytest.approx(found["metadata"]["points"]), "citations": []}
    assert server.requests[-1].json["variables"] == {"tone": "kind"}
    assert call_api('[{"role": "user", "content": "why?"}]')["output"] == "You said: why?"


@pytest.mark.parametrize("kind", ["error_before_run", "llm_failure"])
def test_a_provider_tells_what_failed(call_api: Callable[..., dict[str, Any]], server: FakeFastGPT, kind: Any) -> None:
    with server.fault(kind, times=None):
        assert call_api("hello")["error"]
