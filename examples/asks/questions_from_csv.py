"""Ask the question of each row of a CSV file, and write a CSV file of answers; run it again to resume.

    FASTGPT_API_KEY=fastgpt-… FASTGPT_APP_ID=… python examples/asks/questions_from_csv.py questions.csv answers.csv

The input has a column `question`, and optionally `id`. Results are saved in a `.jsonl` file next to the answers.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from fastgpt_client import AskSummary, ChatClient
from fastgpt_client.asks import read_rows, spreadsheet_cell

COLUMNS = ("id", "question", "answer", "error", "points", "seconds")


def show(summary: AskSummary) -> None:
    print(f"{summary.asked} asked, {summary.reused} done before, {summary.failures} failed", file=sys.stderr)


def main(questions: str, answers: str) -> int:
    kept = Path(answers).with_suffix(".jsonl")
    with open(questions, newline="", encoding="utf-8-sig") as file, ChatClient() as client:
        rows = csv.DictReader(file)
        with client.ask_each(rows, run=Path(questions).stem, to=kept, concurrency=8, progress=show) as run:
            for _ in run:
                pass
    with open(answers, "w", newline="", encoding="utf-8-sig") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        # A spreadsheet must not evaluate a text as a formula.
        for row in read_rows(kept):
            cells: dict[str, object] = {**row}
            table.writerow([spreadsheet_cell(cells[name]) for name in COLUMNS])
    if run.summary.stopped:
        print(run.summary.stopped, file=sys.stderr)
    return 1 if run.summary.stopped or run.summary.failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
