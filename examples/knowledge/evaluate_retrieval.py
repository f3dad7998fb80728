"""Compare search modes, using a file of questions with known answers, one per line:

{"question": "How many days off?", "answers": [{"text": "thirty days off a year", "source": "holidays.md"}]}

FASTGPT_API_KEY=fastgpt-… python examples/knowledge/evaluate_retrieval.py questions.jsonl 65f000000000000000000001
"""

from __future__ import annotations

import sys

from fastgpt_client import DatasetClient

VARIANTS = {
    "embedding": {"searchMode": "embedding"},
    "full text": {"searchMode": "fullTextRecall"},
    "mixed": {"searchMode": "mixedRecall"},
}


def main(questions: str, dataset: str) -> None:
    with DatasetClient() as client:
        report = client.knowledge_base(dataset).evaluate(questions, k=(1, 5), variants=VARIANTS)
    for name, scores in report.variants.items():
        recall = ", ".join(f"recall@{k} {interval}" for k, interval in scores.recall.items())
        print(f"{name}: {recall}, MRR {scores.mrr}, {scores.characters:.0f} characters a search")
    for difference in report.differences:
        print(f"{difference.second} less {difference.first}: MRR {difference.mrr}")


if __name__ == "__main__":
    main(*sys.argv[1:3])
