"""The fixture `fastgpt_server`, here and in a project of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import AsyncChatClient, ChatClient, testing
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.testing.pytest_plugin import load_server
from tests.embedded.test_running import PACKAGE_FOLDER, python
from tests.support.until import PATIENCE

HELLO = [{"role": "user", "content": "hello"}]


def test_the_fixture_serves_a_new_server(fastgpt_server: FakeFastGPT) -> None:
    with ChatClient(api_key=fastgpt_server.app_key("simple"), base_url=fastgpt_server.url) as client:
        assert client.create_chat_completion(HELLO).text == "You said: hello"
    assert len(fastgpt_server.requests) == 1


async def test_it_serves_async_tests_too(fastgpt_server: FakeFastGPT) -> None:
    async with AsyncChatClient(api_key=fastgpt_server.app_key("simple"), base_url=fastgpt_server.url) as client:
        assert (await client.create_chat_completion(HELLO)).text == "You said: hello"
    assert len(fastgpt_server.requests) == 1


@pytest.mark.fastgpt_server(version="4.11", api_key="fastgpt-mine")
def test_the_mark_says_how_it_is_served(fastgpt_server: FakeFastGPT) -> None:
    assert (str(fastgpt_server.version), fastgpt_server.api_key) == ("4.11.1", "fastgpt-mine")


def test_without_the_extra_the_test_fails_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError("pip install it")

    monkeypatch.setattr(testing, "__getattr__", missing)
    with pytest.raises(pytest.fail.Exception, match=r"^pip install it$") as failed:
        load_server()
    assert failed.value.pytrace is False


def test_the_plugin_alone_loads_no_server() -> None:
    heavy = {"starlette", "uvicorn", "httpx", "anyio"}
    code = f"import sys, fastgpt_client.testing.pytest_plugin; print({heavy} & set(sys.modules))"
    assert python(code).stdout.strip() == "set()"


PROJECT = """
import anyio, pytest
from fastgpt_client import AsyncChatClient, ChatClient

HELLO = [{"role": "user", "content": "hello"}]

@pytest.mark.parametrize("number", range(6))
def test_plain(fastgpt_server, number):
    app = fastgpt_server.app(answer=str(number))
    with ChatClient(api_key=app.key, base_url=fastgpt_server.url) as client:
        assert client.create_chat_completion(HELLO).text == str(number)

@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_async(fastgpt_server, anyio_backend):
    app = fastgpt_server.app(answer="ok")
    async with AsyncChatClient(api_key=app.key, base_url=fastgpt_server.url) as client:
        assert (await client.create_chat_completion(HELLO)).text == "ok"

@pytest.mark.fastgpt_server(version="4.9")
def test_old(fastgpt_server):
    assert str(fastgpt_server.version) == "4.9.0"
"""


@pytest.mark.timeout(4 * PATIENCE)  # a run of pytest in a run of pytest, with workers of its own
@pytest.mark.parametrize(
    ("workers", "conftest"), [("2", ""), ("0", 'pytest_plugins = ["fastgpt_client.testing.pytest_plugin"]')]
)
def test_a_project_uses_it(tmp_path: Path, workers: str, conftest: str) -> None:
    (tmp_path / "test_bot.py").write_text(PROJECT)
    (tmp_path / "conftest.py").write_text(conftest)
    options = ["-q", "-W", "error", "--strict-markers", "-n", workers, "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        env={**os.environ, "PYTHONPATH": PACKAGE_FOLDER},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "9 passed" in done.stdout
