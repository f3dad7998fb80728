"""Push questions and answers from a table with the columns `question` and `answer` into a knowledge base.

FASTGPT_API_KEY=fastgpt-… python examples/knowledge/faq_from_csv.py faq.csv 65f000000000000000000001
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from fastgpt_client import DatasetClient
from fastgpt_client.types import DataRow


def rows(table: Path) -> Iterator[DataRow]:
    with table.open(newline="", encoding="utf-8-sig") as file:
        for line in csv.DictReader(file):
            yield {"q": line["question"], "a": line["answer"]}


def main(table: str, dataset: str) -> int:
    accepted, left = 0, 0
    with DatasetClient() as client:
        kb = client.knowledge_base(dataset)
        for outcome in kb.push_rows(rows(Path(table)), collection="FAQ"):
            if outcome.status == "accepted":
                accepted += 1
            else:
                left += 1
                print(f"row {outcome.index + 1} was {outcome.status}: {outcome.reason}")
        kb.wait_until_trained(deadline=600)
    print(f"{accepted} rows were accepted, {left} were not")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
