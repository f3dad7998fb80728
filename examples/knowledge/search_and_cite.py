"""Search a knowledge base by meaning and by words, and print the source of each hit.

FASTGPT_API_KEY=fastgpt-… python examples/knowledge/search_and_cite.py 65f000000000000000000001 "How many days off?"
"""

from __future__ import annotations

import sys

from fastgpt_client import DatasetClient


def main(dataset: str, question: str) -> None:
    with DatasetClient() as client:
        hits = client.knowledge_base(dataset).search(question, mode="mixed")
    for number, hit in enumerate(hits, 1):
        score = "" if hit.score is None else f" ({hit.score:.2f})"
        print(f"[{number}] {hit.source}{score}: {hit.text}")
    if not len(hits):
        print("nothing was found")


if __name__ == "__main__":
    main(*sys.argv[1:3])
