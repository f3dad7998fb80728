"""Convert the answers saved by `ask_each(to=…)` into rows that ragas and similar tools evaluate.

    python examples/asks/ragas_rows.py answers.jsonl expected > samples.jsonl

`expected` is the column with the correct answer. With ragas installed:
`EvaluationDataset.from_list([json.loads(line) for line in open("samples.jsonl")])`.
"""

from __future__ import annotations

import json
import sys

from fastgpt_client.asks import read_rows, to_ragas


def main(answers: str, reference: str | None = None) -> None:
    for row in read_rows(answers):
        if row["error"] is None:
            print(json.dumps(to_ragas(row, reference=reference), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:3])
