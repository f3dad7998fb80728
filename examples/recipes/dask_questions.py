"""Questions of a CSV file, asked by the processes of a Dask cluster: each once, whoever dies on the way.

Run it with:

    pip install distributed
    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/recipes/dask_questions.py questions.csv answers.jsonl

The file has the columns `id` and `question`. It starts four processes, or uses the cluster that DASK_SCHEDULER_ADDRESS
names, whose workers need the key in their environment. What was answered before is in `answers.jsonl`: run it again to
go on. A row that was on its way when its worker died is sent again under the same ids: FastGPT 4.15 and later answer it
with what is there, or wait for its run to end, and run nothing twice.
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

RUN = "2026-11"  # the same rows in the same run are the same questions
AT_ONCE = 8  # in all of the cluster


def ask(row: dict[str, str], settings: dict[str, str], places: Semaphore) -> AskRow:
    """Ask one row, in a worker, when one of the cluster's places is free."""
    with places:
        return ask_one(settings, row, run=RUN)


def rows_left(questions: Path, answers: Path) -> list[dict[str, str]]:
    """Return the rows without a result; of what a killed run was writing when it died, the end is cut off."""
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
    # A worker may die at any row; by default a row is given up that was on three of them.
    dask.config.set({"distributed.scheduler.allowed-failures": 20})
    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    with (
        Client(address) if address else Client(n_workers=4, threads_per_worker=4) as cluster,
        answers.open("a", encoding="utf-8") as file,
    ):
        places = Semaphore(max_leases=AT_ONCE, name="fastgpt")
        keys = [f"{RUN}-{row['id']}" for row in rows]  # how Dask calls each, which is then run once for all who ask
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
