"""Sync the folders of a large source with a knowledge base, on a Dask cluster.

Run it with:

    pip install distributed
    FASTGPT_API_KEY=fastgpt-… python examples/recipes/dask_folders.py docs/ DATASET_ID

Each subfolder of the source is a unit. If its worker dies, it is started again and sends only what is missing, since
finished files have a mark. Files directly in the source are left to `kb.sync` itself. The key must be a personal one,
in the environment of each worker.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import os
import sys
from pathlib import Path

import dask
from distributed import Client, as_completed

from fastgpt_client import DatasetClient


def sync_folder(source: str, name: str, url: str, dataset: str) -> str:
    """Sync one folder in a worker, and return what was done."""
    with DatasetClient(base_url=url) as client:
        report = client.knowledge_base(dataset).sync(Path(source, name), under=name, prune=True, wait=600)
    report.raise_for_failures()
    return f"{name}: {report.counts}"


def main(source: Path, dataset: str) -> None:
    url = os.environ.get("FASTGPT_BASE_URL", "http://localhost:3000")
    dask.config.set({"distributed.scheduler.allowed-failures": 20})
    address = os.environ.get("DASK_SCHEDULER_ADDRESS")
    folders = sorted(path.name for path in source.iterdir() if path.is_dir())
    with Client(address) if address else Client(n_workers=4, threads_per_worker=1) as cluster:
        work = cluster.map(sync_folder, [str(source)] * len(folders), folders, url=url, dataset=dataset, key=folders)
        for future in as_completed(work):
            print(future.result())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
