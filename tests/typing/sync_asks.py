"""What type checkers say of runs of many questions. Nothing here is called: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_type

from fastgpt_client import AskResult, AskRun, AskSummary, ChatClient, ask_one
from fastgpt_client.asks import AskRow


def many(client: ChatClient, rows: Iterable[dict[str, str]]) -> None:
    assert_type(client.ask_each(rows, run="r"), AskRun)
    with client.ask_each([{"question": "q"}], run="r", files=lambda row: [row["file"]], id=lambda row: row["n"]) as run:
        assert_type(run, AskRun)
        for result in run:
            assert_type(result, AskResult)
            assert_type(result.output, AskRow)
        assert_type(run.summary, AskSummary)


def one() -> None:
    assert_type(ask_one({"app_id": "a"}, {"question": "q"}, run="r", attempt=1, begun=True), AskRow)
