"""The recipe for LangChain does what it says, against the embedded server."""

from __future__ import annotations

import asyncio
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate

from fastgpt_client import AsyncChatClient, AsyncDatasetClient, ChatClient, DatasetClient, WorkflowError
from fastgpt_client.testing import App, FakeFastGPT, Select

RECIPE = Path(__file__).resolve().parents[2] / "examples" / "recipes" / "langchain_fastgpt.py"


@pytest.fixture(scope="module")
def recipe() -> dict[str, Any]:
    return runpy.run_path(str(RECIPE))


@pytest.fixture
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    return server.app(answer="Oslo is the capital.")


@pytest.fixture
def model(recipe: dict[str, Any], server: FakeFastGPT, app: App) -> Iterator[Any]:
    with ChatClient(app.key, server.url, max_retries=0) as client:
        yield recipe["ChatFastGPT"](client=client)


def test_an_app_is_a_model_of_a_chain(server: FakeFastGPT, model: Any) -> None:
    prompt = ChatPromptTemplate.from_messages([("system", "Be brief."), ("human", "Capital of {country}?")])
    chain = prompt | model | StrOutputParser()
    assert chain.invoke({"country": "Norway"}) == "Oslo is the capital."
    assert server.requests[-1].json["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Capital of Norway?"},
    ]


def test_what_it_cost_comes_along(model: Any) -> None:
    assert model.invoke("Hello!").response_metadata["points"] > 0


def test_a_stream_comes_in_pieces(model: Any) -> None:
    pieces = [chunk.content for chunk in model.stream("Hello!")]
    assert len([piece for piece in pieces if piece]) > 1
    assert "".join(pieces) == "Oslo is the capital."


def test_it_is_awaited_too(recipe: dict[str, Any], server: FakeFastGPT, app: App) -> None:
    async def ask() -> tuple[str, str]:
        async with AsyncChatClient(app.key, server.url) as client:
            model = recipe["ChatFastGPT"](async_client=client)
            answer = await model.ainvoke([SystemMessage("Be brief."), HumanMessage("Hello!")])
            return answer.content, "".join([chunk.content async for chunk in model.astream("Hello!")])

    assert asyncio.run(ask()) == ("Oslo is the capital.", "Oslo is the capital.")


def test_what_cannot_be_sent_is_named(recipe: dict[str, Any], model: Any) -> None:
    with pytest.raises(ValueError, match="no messages of the kind tool"):
        model.invoke([ToolMessage("12:00", tool_call_id="1")])
    with pytest.raises(ValueError, match="client= is needed"):
        recipe["ChatFastGPT"]().invoke("Hello!")


@pytest.mark.parametrize("way", ["invoke", "stream"])
def test_a_pause_and_a_failure_are_exceptions(recipe: dict[str, Any], server: FakeFastGPT, way: str) -> None:
    asking = server.app(answer=Select("Which?", {"A": "a", "B": "b"}))
    for key, question in ((asking.key, "Hello!"), (server.app_key("simple"), "LLM500")):
        with ChatClient(key, server.url, max_retries=0) as client, pytest.raises(WorkflowError):
            list(getattr(recipe["ChatFastGPT"](client=client), way)(question))


def test_a_knowledge_base_is_a_retriever(recipe: dict[str, Any], server: FakeFastGPT) -> None:
    dataset = server.dataset("Places").id
    with DatasetClient(server.api_key, server.url) as client:
        list(client.knowledge_base(dataset).push_rows([{"q": "Where is Oslo?", "a": "In Norway."}], collection="FAQ"))
        retriever = recipe["FastGPTRetriever"](client=client, dataset=dataset, search={"limit": 500})
        [found] = retriever.invoke("Where is Oslo?")
    assert "In Norway." in found.page_content
    assert found.metadata["source"] == "FAQ"

    async def search() -> list[Any]:
        async with AsyncDatasetClient(server.api_key, server.url) as client:
            return await recipe["FastGPTRetriever"](async_client=client, dataset=dataset).ainvoke("Where is Oslo?")

    assert [document.id for document in asyncio.run(search())] == [found.id]


def test_the_program_runs(server: FakeFastGPT, app: App) -> None:
    settings = {"FASTGPT_BASE_URL": server.url, "FASTGPT_API_KEY": app.key, "FASTGPT_APP_ID": app.id}
    program = [sys.executable, str(RECIPE), "Capital of Norway?"]
    done = subprocess.run(program, env={**os.environ, **settings}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Oslo is the capital.\n"), done.stderr
