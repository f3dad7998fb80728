"""The examples in docstrings run, against the embedded server; those of the async classes are made of the same text."""

from __future__ import annotations

import ast
import asyncio
import os
import re
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Mount

import fastgpt_client
from fastgpt_client import AppClient, AsyncChatClient, ChatClient, DatasetClient
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.web import ChatIds

PACKAGE = Path(fastgpt_client.__file__).parent
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
SECRET = "a secret that all processes know"
DATASET = "65f000000000000000000001"


def examples(*, of_async: bool) -> Iterator[Any]:
    """Yield each example, its id being the module and the name that it stands at."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if ("_async" in path.parts) is not of_async or "```python" not in (text := path.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                place = f"{path.relative_to(PACKAGE).with_suffix('').as_posix()}-{getattr(node, 'name', '')}"
                for code in BLOCK.findall(ast.get_docstring(node) or ""):
                    yield pytest.param(code, place, id=place)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What examples take for granted: every public name, a client, and what earlier lines would have made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("CHAT_SECRET", SECRET)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "oslo.md").write_text("Oslo is in Norway.")
    (tmp_path / "handbook").mkdir()
    names: dict[str, Any] = {"Starlette": Starlette, "StreamingResponse": StreamingResponse, "Mount": Mount, "os": os}
    for module in ("fastgpt_client", *(f"fastgpt_client.{name}" for name in ("config", "knowledge", "testing", "web"))):
        found = import_module(module)
        names |= {name: getattr(found, name) for name in found.__all__}
    with FakeFastGPT.serve() as server:
        monkeypatch.setenv("FASTGPT_API_KEY", server.api_key)
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_APP_ID", server.apps["simple"].id)
        dataset = server.dataset("Handbook").id
        with ChatClient() as chat, DatasetClient() as datasets, AppClient() as app:
            kb = datasets.knowledge_base(dataset)
            list(kb.push_rows([{"q": "Where is Oslo?", "a": "In Norway."}], collection="Places"))
            places, *_ = datasets.iter_collections(datasetId=dataset)
            select = chat.conversation(appId=server.apps["workflow_select"].id).ask("Hello!")
            with chat.create_chat_completion([{"role": "user", "content": "Hi"}], stream=True, detail=True) as stream:
                *_, event = stream
            yield {
                **names,
                **{"server": server, "chat_client": chat, "dataset_client": datasets, "app_client": app, "kb": kb},
                **{"dataset": dataset, "dataset_id": dataset, "collection_id": places["_id"], "Path": Path},
                **{"event": event, "answer": select, "chat_id": select.chat_id or "one"},
                **{"rows": [{"id": "1", "question": "Hi"}], "messages": [{"role": "user", "content": "Hi"}]},
                **{"input": lambda _: server.url, "getpass": lambda _: server.api_key, "pytest": pytest},
                **{"question": "Hi", "token": "a-long-secret", "customers": {}, "user": SimpleNamespace(id="ann")},
                "signed": ChatIds(SECRET).new(visitor="ann").signed,
            }


@pytest.mark.parametrize(("code", "place"), [*examples(of_async=False)])
def test_an_example_runs(code: str, place: str, names: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    server: FakeFastGPT = names["server"]
    for written, meant in (
        ("fastgpt-xxxxx", server.api_key),
        ("http://localhost:3000", server.url),
        ('"…"', f'"{server.apps["simple"].id}"'),
        (DATASET, names["dataset"]),
        ('choose("Confirm")', 'choose("Red")'),
        ('"handbook.pdf"', '"docs/oslo.md"'),
        ('"report.pdf"', '"docs/oslo.md"'),
    ):
        code = code.replace(written, meant)
    kind = "dataset" if re.search("dataset|knowledge", place) else "app" if "/app-" in place else "chat"
    names["client"] = names[f"{kind}_client"]
    inside = textwrap.indent(code, "    ")
    if place.startswith("web/"):  # a web service's client is an async one
        exec(compile(f"async def example(client):\n{inside}", place, "exec"), names)
        asyncio.run(with_async_client(names["example"]))
    else:
        exec(compile(f"def example():\n{inside}", place, "exec"), names)
        names["example"]()
    capsys.readouterr()


async def with_async_client(example: Callable[[AsyncChatClient], Awaitable[object]]) -> None:
    async with AsyncChatClient() as client:
        response = await example(client)
        if isinstance(response, StreamingResponse):
            assert "".join([str(piece) async for piece in response.body_iterator])


@pytest.mark.parametrize(("code", "place"), [*examples(of_async=True)])
def test_an_async_example_is_code(code: str, place: str) -> None:
    compile(code, place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
