"""Ask questions as Celery tasks, each exactly once, even if workers die.

Run it with a broker, such as Redis:

    pip install "celery[redis]"
    export CELERY_BROKER_URL=redis://localhost CELERY_RESULT_BACKEND=redis://localhost
    export FASTGPT_BASE_URL=http://localhost:3000 FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=…
    cd examples/recipes
    celery --app celery_questions worker --concurrency 8
    python celery_questions.py questions.csv answers.jsonl

The file has the columns `id` and `question`. A task is acknowledged when it has ended, so if its worker dies, another
worker gets it and sends the question again with the same IDs. FastGPT 4.15 and later do not run it twice: the saved
answer is returned, if necessary once its run has ended.
"""

# mypy: disable-error-code="import-untyped, no-untyped-call, untyped-decorator, no-any-return"
# pyright: basic

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

from celery import Celery, group

from fastgpt_client import ask_one
from fastgpt_client.asks import AskRow

RUN = "2026-11"  # the same row in the same run is the same question

app = Celery("questions")
app.conf.update(
    broker_url=os.environ.get("CELERY_BROKER_URL", "memory://"),
    result_backend=os.environ.get("CELERY_RESULT_BACKEND", "cache+memory://"),
    worker_prefetch_multiplier=1,  # a worker takes only the task that it runs
)


@app.task(acks_late=True, reject_on_worker_lost=True, rate_limit="600/m")
def ask(row: dict[str, str]) -> AskRow:
    """Ask one row."""
    settings = {"base_url": os.environ.get("FASTGPT_BASE_URL", "http://localhost:3000")}
    return ask_one(settings, row, run=RUN)


def main(questions: Path, answers: Path) -> None:
    with questions.open(newline="", encoding="utf-8") as file:
        asked = group(ask.s(row) for row in csv.DictReader(file)).apply_async()
    with answers.open("w", encoding="utf-8") as file:
        for result in asked.join():
            file.write(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
