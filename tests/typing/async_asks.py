"""What type checkers say of runs of many questions, async. Nothing here is called: mypy and pyright read it."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Any, assert_type

from fastgpt_client import AskResult, AskSummary, AsyncAskRun, AsyncChatClient, async_ask_one
from fastgpt_client.asks import AskRow
from fastgpt_client.interactive import InteractiveNode, UserSelect


def reply(row: Any, node: InteractiveNode) -> str:
    return "yes" if isinstance(node, UserSelect) else "no"


async def many(client: AsyncChatClient, rows: AsyncIterable[dict[str, str]]) -> None:
    assert_type(client.ask_each(rows, run="r"), AsyncAskRun)
    async with client.ask_each([{"question": "q"}], run="r", question=["a", "b"], to="a.jsonl", reply=reply) as run:
        assert_type(run, AsyncAskRun)
        async for result in run:
            assert_type(result, AskResult)
            assert_type(result.answer, str | list[str] | None)
            assert_type(result.output, AskRow)
        assert_type(run.summary, AskSummary)


async def one() -> None:
    row = await async_ask_one({"base_url": "http://localhost:3000"}, {"question": "q"}, run="r", variables={"a": 1})
    assert_type(row, AskRow)
    assert_type(row["answer"], str | list[str] | None)
