"""Who imports whom, and that importing does nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import fastgpt_client

PACKAGE = Path(fastgpt_client.__file__).parent
# What an extra brings along has packages of its own.
EXTRAS = ("testing", "cli")
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] not in EXTRAS]
GENERATED = ("_async", "_sync")


def imports(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, those for type checkers included."""
    parts = ("fastgpt_client", *path.relative_to(PACKAGE).with_suffix("").parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = [*parts[: len(parts) - node.level]] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def importers(name: str) -> set[str]:
    """Return the modules that import a module or one below it."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if any(found == name or found.startswith(f"{name}.") for found in imports(path))
    }


def run(code: str, **environment: str) -> str:
    """Return what a fresh interpreter prints."""
    command = [sys.executable, "-W", "error", "-c", code]
    paths = str(PACKAGE.parent)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"PYTHONPATH": paths, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_only_one_module_imports_httpx() -> None:
    assert importers("httpx") == {"_http/httpx.py"}
    assert importers("httpcore") == set()


@pytest.mark.parametrize("name", ["anyio", "threading", "time", "asyncio", "trio", "concurrent", "sniffio"])
def test_only_one_module_knows_of_threads_tasks_and_clocks(name: str) -> None:
    assert importers(name) <= {"_concurrency.py"}


def test_shared_modules_know_nothing_of_the_flavours() -> None:
    top = {"__init__.py"}
    for flavour in GENERATED:
        own = {path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / flavour).glob("*.py")}
        assert importers(f"fastgpt_client.{flavour}") <= own | top


def test_nothing_imports_the_source() -> None:
    assert importers("_async_src") == set()
    assert importers("tests") == set()


def test_importing_the_package_alone_loads_nothing() -> None:
    code = """
import sys
import fastgpt_client
print(sorted({name.split(".")[0] for name in sys.modules} & {"httpx", "anyio", "asyncio", "json", "ssl"}))
"""
    assert run(code) == "[]\n"


def test_a_name_is_loaded_when_it_is_used() -> None:
    code = """
import sys
import fastgpt_client
assert set(fastgpt_client.__all__) <= set(dir(fastgpt_client))
assert fastgpt_client.ChatClient is sys.modules["fastgpt_client._sync.chat"].ChatClient
assert "fastgpt_client._async.chat" not in sys.modules
assert fastgpt_client.types.ChatMessage
try:
    fastgpt_client.ChatCleint
except AttributeError as exc:
    print(exc)
"""
    assert run(code) == "module 'fastgpt_client' has no attribute 'ChatCleint'\n"


def test_importing_opens_nothing_and_configures_nothing() -> None:
    code = """
import logging, socket, threading
import anyio, httpx
def refuse(*arguments, **named):
    raise AssertionError("not while importing")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
before = threading.active_count()
from fastgpt_client import *
logger = logging.getLogger("fastgpt_client")
assert [type(handler).__name__ for handler in logger.handlers] == ["NullHandler"], logger.handlers
assert logger.level == logging.NOTSET and logger.propagate
assert not logging.getLogger().handlers
assert threading.active_count() == before
"""
    assert run(code) == ""


def test_importing_reads_no_setting() -> None:
    code = """
import os
class Watched(dict):
    def __getitem__(self, name):
        assert not name.startswith("FASTGPT"), name
        return super().__getitem__(name)
    def get(self, name, default=None):
        assert not name.startswith("FASTGPT"), name
        return super().get(name, default)
os.environ = Watched(os.environ)
from fastgpt_client import *
"""
    assert run(code, FASTGPT_API_KEY="broken\n", FASTGPT_BASE_URL="nonsense") == ""


def test_importing_brings_in_neither_an_event_loop_nor_an_extra() -> None:
    code = """
import sys
import httpx, anyio
before = set(sys.modules)
from fastgpt_client import *
heavy = {"trio", "uvloop", "pytest", "rich", "typer", "starlette", "uvicorn", "matplotlib", "httpx_aiohttp", "aiohttp"}
new = set(sys.modules) - before
print(sorted(heavy & new), sorted(name for name in new if name.startswith("asyncio")))
"""
    assert run(code) == "[] []\n"


def test_nothing_is_printed_without_a_handler() -> None:
    code = """
import logging
from fastgpt_client import ChatClient, FastGPTError
import httpx
http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(500)))
try:
    ChatClient("key", "http://fastgpt.test", http_client=http, app_id="a", max_retries=0).get_chat_histories()
except FastGPTError:
    pass
"""
    assert run(code) == ""


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
