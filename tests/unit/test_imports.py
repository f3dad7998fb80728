"""Who imports whom, and that importing does nothing else."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

import fastgpt_client
from tests.support.import_graph import circles, graph, imported_names, modules

PACKAGE = Path(fastgpt_client.__file__).parent
# What an extra brings along has packages of its own.
EXTRAS = ("testing", "web", "cli")
GENERATED = ("_async", "_sync")
LINES, FLAT_MODULES = 300, 16
PUBLIC_MODULES = {
    "asks",
    "calls",
    "citations",
    "config",
    "content",
    "datasets",
    "events",
    "exceptions",
    "interactive",
    "knowledge",
    "responses",
    "testing",
    "tracing",
    "types",
    "usage",
    "web",
}

# The rooms of the package, the lowest first, and from which others each may import. Its own is always among them.
GROUND = ("_concurrency", "_json", "_version", "calls", "exceptions", "types", "usage")
RESULTS = (
    "asks",
    "citations",
    "config",
    "content",
    "datasets",
    "events",
    "interactive",
    "knowledge",
    "responses",
    "tracing",
)
CLIENT_ROOMS = (
    "ground",
    "_http",
    "_api",
    "results",
    "_streaming",
    "_conversation",
    "_knowledge",
    "_ask",
    "_base_client",
)
MAY_IMPORT = {
    "ground": set[str](),
    "_http": {"ground"},
    "_api": {"ground", "_http"},
    "results": {"ground", "_http", "_api"},
    "_streaming": {"ground", "_http", "_api", "results"},
    "_conversation": {"ground", "_api", "results", "_streaming"},
    "_knowledge": {"ground", "_http", "results"},
    "_ask": {"ground", "results"},
    "_base_client": {"ground", "_http", "_api"},
    "_async": {*CLIENT_ROOMS},
    "_sync": {*CLIENT_ROOMS},
    "fastgpt_client": {"ground", "results", "_async", "_sync"},
    "testing": {"ground", "results", "fastgpt_client"},
    "web": {"ground", "_api", "results", "fastgpt_client"},
    "cli": {"ground", "results", "fastgpt_client", "testing", "web"},
}
# The arrows that run upward: what an error carries, for types.
CARRIED = {("fastgpt_client.exceptions", f"fastgpt_client.{name}") for name in ("datasets", "knowledge", "responses")}


def room_of(module: str) -> str:
    name = [*module.split("."), "fastgpt_client"][1]
    if name == "__main__":
        return "cli"  # which it starts
    return "ground" if name in GROUND else "results" if name in RESULTS else name


def importers(name: str) -> set[str]:
    """Return the modules that import a module or one below it, by their files."""
    return {
        path.relative_to(PACKAGE).as_posix()
        for module, path in modules().items()
        if room_of(module) not in EXTRAS
        and any(f"{base}.{found}".startswith(f"{name}.") for base, found in imported_names(path))
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
    assert importers("httpcore") == {"_http/httpcore.py"}
    assert importers("h11") == {"_http/http11.py"}


@pytest.mark.parametrize("name", ["anyio", "threading", "time", "asyncio", "trio", "concurrent", "sniffio"])
def test_only_one_module_knows_of_threads_tasks_and_clocks(name: str) -> None:
    assert {PurePosixPath(path).parts[0] for path in importers(name)} <= {"_concurrency"}


def test_every_module_has_its_room() -> None:
    assert {room_of(module) for module in modules()} == MAY_IMPORT.keys()


def test_rooms_lie_in_layers() -> None:
    rooms = [*MAY_IMPORT]
    assert all(rooms.index(other) < rooms.index(room) for room, others in MAY_IMPORT.items() for other in others)


def test_the_rooms_are_those_of_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text("utf-8")
    table = text.partition("| room | what it knows | imports from |")[2].partition("\n\n")[0]
    rows = [[cell.replace("`", "").strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]
    documented = {
        room: set(filter(None, others.split(", "))) for rooms, _, others in rows for room in rooms.split(", ")
    }
    assert documented == MAY_IMPORT


def test_a_module_imports_from_the_rooms_that_it_may() -> None:
    wrong = {
        (module, target)
        for module, targets in graph().items()
        for target in targets
        if room_of(target) not in {room_of(module), *MAY_IMPORT[room_of(module)]}
    }
    assert wrong == CARRIED


def test_no_module_imports_itself_by_way_of_others() -> None:
    arrows = {
        module: [target for target in targets if (module, target) not in CARRIED] for module, targets in graph().items()
    }
    assert circles(arrows) == []


def test_few_modules_lie_flat() -> None:
    assert len([*PACKAGE.glob("*.py")]) <= FLAT_MODULES


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_file_is_short_enough_to_be_read_at_once(module: str) -> None:
    text = modules()[module].read_text("utf-8")
    lines = len(text.splitlines())
    if lines > LINES:  # docstrings are read one at a time, where they are looked up
        lines -= sum(lines_of_docstrings(ast.parse(text)))
    assert lines <= LINES


def lines_of_docstrings(tree: ast.Module) -> Iterator[int]:
    """Give how many lines each docstring of a module has."""
    for node in ast.walk(tree):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if documented and ast.get_docstring(node, clean=False) is not None:
            yield (node.body[0].end_lineno or 0) - node.body[0].lineno + 1


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
assert fastgpt_client.ChatClient is sys.modules["fastgpt_client._sync.chat"].ChatClient
assert "fastgpt_client._async.chat" not in sys.modules
assert fastgpt_client.types.ChatMessage
try:
    fastgpt_client.ChatCleint
except AttributeError as exc:
    print(exc)
"""
    assert run(code) == "module 'fastgpt_client' has no attribute 'ChatCleint'\n"


@pytest.mark.parametrize(
    "before", ["", "from fastgpt_client import *", "from fastgpt_client import AsyncChatClient, events"]
)
def test_dir_shows_the_public_names_and_no_others(before: str) -> None:
    code = f"""
import fastgpt_client
{before}
print(*(name for name in dir(fastgpt_client) if not name.startswith("__")))
"""
    public = {*fastgpt_client.__all__, *PUBLIC_MODULES} - {"__version__"}
    assert run(code).split() == sorted(public)


def test_dir_loads_nothing() -> None:
    code = """
import sys
import fastgpt_client
names = dir(fastgpt_client)
assert "__version__" in names and "__doc__" in names
print(*sorted(name for name in sys.modules if name.startswith("fastgpt_client")))
"""
    assert run(code) == "fastgpt_client fastgpt_client._version\n"


def test_type_checkers_see_the_same_names_as_python() -> None:
    # What `__init__` imports is for them alone. They take for public what is imported `as` itself, or by `*`.
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    seen: dict[str, str] = {}
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, ast.ImportFrom) and node.level else ():
            module = importlib.import_module(f".{node.module or ''}", "fastgpt_client")
            names = module.__all__ if alias.name == "*" else [alias.asname] if alias.asname == alias.name else []
            seen |= dict.fromkeys(names, module.__name__)
    assert {*seen} == {*fastgpt_client.__all__, *PUBLIC_MODULES} - {"testing", "web"}
    for name in fastgpt_client.__all__:
        assert getattr(fastgpt_client, name) is getattr(sys.modules[seen[name]], name)


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
heavy = {
    "trio", "uvloop", "pytest", "rich", "typer", "prompt_toolkit", "starlette", "uvicorn", "matplotlib",
    "httpx_aiohttp", "aiohttp",
}
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
