"""A user's project with the wheel installed. Not part of the suite: it makes environments and asks the package index.

Run it with a built wheel, or let it build one:

    FASTGPT_CLIENT_WHEEL=dist/….whl pytest tests/userproject/check_user_project.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import pytest

from fastgpt_client import AsyncChatClient
from my_bot import greet

HELLO = [{"role": "user", "content": "hello"}]


def test_greet(fastgpt_server):
    app = fastgpt_server.app(answer="Hello, Ann!")
    assert greet("Ann", fastgpt_server.url, app.key) == "Hello, Ann!"
    assert "Ann" in fastgpt_server.requests[-1].json["messages"][0]["content"]


@pytest.mark.fastgpt_server(version="4.11")
def test_greet_on_an_older_server(fastgpt_server):
    assert greet("Ann", fastgpt_server.url, fastgpt_server.app_key("simple")) == "You said: Greet Ann"


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_async(fastgpt_server, anyio_backend):
    app = fastgpt_server.app(answer="ok")
    async with AsyncChatClient(api_key=app.key, base_url=fastgpt_server.url) as client:
        assert (await client.create_chat_completion(HELLO)).text == "ok"
"""
BOT = """
from fastgpt_client import ChatClient


def greet(name, url, key):
    with ChatClient(api_key=key, base_url=url) as client:
        return client.create_chat_completion([{"role": "user", "content": f"Greet {name}"}]).text
"""
PYPROJECT = """
[project]
name = "my-bot"
version = "1"

[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["--strict-markers"]
filterwarnings = ["error"]
anyio_mode = "auto"
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    given = os.environ.get("FASTGPT_CLIENT_WHEEL")
    if given:
        return Path(given).resolve()
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT), cwd=folder)
    [built] = folder.glob("*.whl")
    return built


def run(*command: str, cwd: Path, code: int = 0) -> str:
    """Run a command outside of this project; return what it printed."""
    settings = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "FASTGPT"))
    }
    done = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in (
        ("pyproject.toml", PYPROJECT),
        ("my_bot.py", BOT),
        ("tests/test_bot.py", TESTS),
    ):
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "project"


def environment(folder: Path, *requirements: str) -> str:
    """Make an environment and return its Python."""
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    run(python, "-m", "pip", "install", "-q", *requirements, cwd=folder)
    return python


@pytest.mark.timeout(600)
def test_it_passes_with_the_extra(tmp_path: Path, project: Path, wheel: Path) -> None:
    python = environment(tmp_path / "with", f"{wheel}[testing]", "pytest", "pytest-xdist", "trio")
    for workers in ("0", "2"):
        assert "4 passed" in run(python, "-m", "pytest", "-q", "-n", workers, cwd=project)
    help_text = run(python, "-m", "fastgpt_client.testing", "--help", cwd=project)
    assert "--port" in help_text


@pytest.mark.timeout(600)
def test_without_the_extra_it_gets_one_clear_line(tmp_path: Path, project: Path, wheel: Path) -> None:
    python = environment(tmp_path / "without", str(wheel), "pytest", "trio")
    said = run(python, "-m", "pytest", "-q", cwd=project, code=1)
    line = "the embedded FastGPT needs starlette and uvicorn: pip install starlette uvicorn python-multipart"
    assert f"\n{line}\n" in said
    assert "4 errors" in said
    assert "Traceback" not in said
    assert run(python, "-m", "fastgpt_client.testing", cwd=project, code=2) == f"{line}\n"
