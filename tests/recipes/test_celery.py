"""The recipe for Celery asks each question once, and a task that is given out again asks nothing."""

from __future__ import annotations

import runpy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.contrib.testing.worker import start_worker
from celery.signals import setup_logging

from fastgpt_client.asks import read_rows
from fastgpt_client.testing import FakeFastGPT, text_of

RECIPE = Path(__file__).resolve().parents[2] / "examples" / "recipes" / "celery_questions.py"


@pytest.fixture(autouse=True)
def logging_left_alone() -> Iterator[None]:
    """Keep the worker, which runs in this process, from configuring logging for all tests after this one."""

    def configured(**_: object) -> None:
        """Take part in the signal: Celery then leaves logging to whoever does."""

    setup_logging.connect(configured)
    yield
    setup_logging.disconnect(configured)


def test_each_question_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: Counter[str] = Counter()

    def model(messages: list[Any], variables: dict[str, Any]) -> str:
        question = text_of(messages[-1]["content"])
        runs[question] += 1
        return f"You said: {question}"

    lines = [f"row{number},question {number}\n" for number in range(10)]
    (tmp_path / "questions.csv").write_text("".join(["id,question\n", *lines]))
    with FakeFastGPT.serve() as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.api_key)
        monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=model).id)
        recipe = runpy.run_path(str(RECIPE))
        with start_worker(recipe["app"], pool="threads", concurrency=4, perform_ping_check=False):
            for name in ("answers.jsonl", "again.jsonl"):  # the second time each task is one that was given out again
                recipe["main"](tmp_path / "questions.csv", tmp_path / name)
    assert runs == {f"question {number}": 1 for number in range(10)}
    found = {row["id"]: row["answer"] for row in read_rows(tmp_path / "answers.jsonl")}
    assert found == {f"row{number}": f"You said: question {number}" for number in range(10)}
    again = {row["id"]: row["answer"] for row in read_rows(tmp_path / "again.jsonl")}
    assert again == found


def test_a_task_is_given_out_again_when_its_worker_dies() -> None:
    ask = runpy.run_path(str(RECIPE))["ask"]
    assert (ask.acks_late, ask.reject_on_worker_lost) == (True, True)
