"""Add a folder to a knowledge base, wait until it is learnt, and print the outcome of each file.

Run it again whenever the folder has changed: unchanged files are not sent again.

    FASTGPT_API_KEY=fastgpt-… python examples/knowledge/ingest_folder.py docs/ 65f000000000000000000001
"""

from __future__ import annotations

import sys

from fastgpt_client import DatasetClient
from fastgpt_client.knowledge import Progress


def show(state: Progress) -> None:
    print(f"{state.phase}: {state.done} of {state.total}", file=sys.stderr)


def main(folder: str, dataset: str) -> int:
    with DatasetClient() as client:
        report = client.knowledge_base(dataset).sync(folder, prune=True, wait=600, progress=show)
    for outcome in report:
        print(f"{outcome.status:8} {outcome.action:9} {outcome.path} {outcome.reason}".rstrip())
    for line in report.notes:
        print(f"note: {line}")
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
