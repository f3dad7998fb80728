"""The cost of filling a knowledge base: CPU and time per file and row, with our client and by hand.

python -m benchmarks.knowledge [--files 200] [--rows 50000] [--rounds 7]

By hand is what users write: threads that post files with a shared httpx client; a loop over rows, 200 per call. The
server runs in a separate process and discards bodies. Each round adds everything again, taking turns. Ours lists before
and after, marks each file with its hash, creates the folders, and reports the outcome of each row.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx

from fastgpt_client import DatasetClient

from .pairs import compare
from .sink import running

KEY = "fastgpt-benchmarks"
CONCURRENCY, ROWS_A_CALL = 4, 200
API = "/api/core/dataset"
datasets = map("{:024x}".format, itertools.count())  # each run has its own, empty one


def files_by_hand(url: str, folder: Path) -> None:
    data = {"datasetId": next(datasets), "trainingType": "chunk"}
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, base_url=url, trust_env=False) as client:

        def post(path: Path) -> None:
            with path.open("rb") as file:
                answer = client.post(
                    f"{API}/collection/create/localFile",
                    data={"data": json.dumps(data)},
                    files={"file": (path.name, file, "text/markdown")},
                )
            answer.raise_for_status()
            assert answer.json()["data"]["collectionId"]

        with ThreadPoolExecutor(CONCURRENCY) as pool:
            [*_] = pool.map(post, sorted(folder.rglob("*.md")))


def files_ours(url: str, folder: Path) -> None:
    with DatasetClient(KEY, url) as client:
        client.knowledge_base(next(datasets)).sync(folder, concurrency=CONCURRENCY).raise_for_failures()


def rows_by_hand(url: str, rows: int) -> None:
    with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, base_url=url, trust_env=False) as client:
        made = client.post(
            f"{API}/collection/create", json={"datasetId": next(datasets), "name": "FAQ", "type": "virtual"}
        )
        for begin in range(0, rows, ROWS_A_CALL):
            data = [{"q": f"question {row}", "a": f"answer {row}"} for row in range(begin, begin + ROWS_A_CALL)]
            body = {"collectionId": made.json()["data"], "trainingType": "chunk", "data": data}
            answer = client.post(f"{API}/data/pushData", json=body)
            answer.raise_for_status()
            assert answer.json()["data"]["insertLen"] == len(data)


def rows_ours(url: str, rows: int) -> None:
    data = ({"q": f"question {row}", "a": f"answer {row}"} for row in range(rows))
    with DatasetClient(KEY, url) as client:
        for outcome in client.knowledge_base(next(datasets)).push_rows(data, collection="FAQ"):
            assert outcome.status == "accepted"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=200, help="number of files of 20 KB, in ten folders")
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--at-most", type=float, default=1.2, help="CPU ratio above which this fails")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["XDG_CACHE_HOME"] = stack.enter_context(tempfile.TemporaryDirectory())
        for number in range(given.files):
            file = folder / f"folder{number % 10}" / f"{number}.md"
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"{number} " + "some text " * 2000)
        url = stack.enter_context(running())
        files = {"by hand": lambda: files_by_hand(url, folder), "ours": lambda: files_ours(url, folder)}
        rows = {"by hand": lambda: rows_by_hand(url, given.rows), "ours": lambda: rows_ours(url, given.rows)}
        kept = compare("files", given.files, files, given.rounds, given.at_most)
        kept &= compare("rows", given.rows, rows, given.rounds, given.at_most)
    raise SystemExit(not kept)


if __name__ == "__main__":
    main()
