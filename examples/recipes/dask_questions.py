"""Ask the questions of a CSV file on a Dask cluster, each exactly once, even if workers die.

Run it with:

    pip install distributed
    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/recipes/dask_questions.py questions.csv answers.jsonl

The file has the columns `id` and `question`. The program starts four processes, or uses the cluster at
DASK_SCHEDULER_ADDRESS, whose workers need the key in their environment. Results are saved in `answers.jsonl`: run it
again to resume. If a worker dies, its row is sent again with the same IDs. FastGPT 4.15 and later do not run it twice:
the saved answer is returned, if necessary once its run has ended.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path

import dask
from distributed import Client, Semaphore, as_completed

from fastgpt_client import QuotaExceededError, ask_one
from fastgpt_client.asks import AskRow, read_rows

RUN = "2026-11"  # the same row in the same run is the same question
AT_ONCE = 8  # in the whole cluster


def ask(row: dict[str, str], settings: dict[str, str], places: Semaphore) -> AskRow:
    """Ask one row in a worker, once one of the cluster's places is free."""
    with places:
        return ask_one(settings, row, run=RUN)


def rows_left(questions: Path, answers: Path) -> list[dict[str, str]]:
    """Return the rows without a result, after removing a line that a killed run did not finish."""
    done = set[str]()
    if answers.exists():
        written = answers.read_bytes()
        answers.write_bytes(written[: written.rfind(b"\n") + 1])
        done = {row["id"] for row in read_rows(answers)}
    with questions.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["id"] not in done]


def main(questions: Path, answers: Path) -> int:
    rows = rows_left(questions, answers)
    settings = {"base_url": os.environ.get("FASTGPT_BASE_URL", "http://localhost:3000")}
    # By default Dask gives up a row after three workers that ran it have died.
    dask.config.set({"distributed.scheduler.allowed-failures": 20})
    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    with (
        Client(address) if address else Client(n_workers=4, threads_per_worker=4) as cluster,
        answers.open("a", encoding="utf-8") as file,
    ):
        places = Semaphore(max_leases=AT_ONCE, name="fastgpt")
        keys = [f"{RUN}-{row['id']}" for row in rows]  # names for Dask, which runs tasks with the same name once
        asked = cluster.map(ask, rows, settings=settings, places=places, key=keys)
        try:
            for future in as_completed(asked):
                file.write(json.dumps(future.result(), ensure_ascii=False) + "\n")
                file.flush()
        except QuotaExceededError as exc:
            print(f"stopped: {exc}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
