"""What is served from a terminal: the page, by itself and by the command, and a folder."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.web import __main__ as program
from fastgpt_client.web import serve
from tests.embedded.test_running import PACKAGE_FOLDER
from tests.support.interrupts import wait_until_asleep
from tests.support.processes import end_group
from tests.support.until import PATIENCE


@contextmanager
def running(*arguments: str, lines: int = 1, **settings: str) -> Iterator[list[str]]:
    """Run a module until its block is left, and give the first lines that it prints; then it is interrupted."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", *arguments],
        env={**os.environ, "PYTHONPATH": PACKAGE_FOLDER, "NO_PROXY": "*", **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield [process.stdout.readline().strip() for _ in range(lines)]
            wait_until_asleep(process.pid)
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=PATIENCE)
        finally:
            end_group(process)
        assert (process.returncode, "Traceback" in rest) == (0, False), rest


def asked(url: str) -> str:
    """Return the answer of a page to one question."""
    with httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False) as browser:
        assert "<title>Chat</title>" in browser.get("/").text
        return browser.post("/answer", json={"message": "hello"}).text


def test_the_page_is_served_by_itself() -> None:
    with FakeFastGPT.serve() as fastgpt:
        settings: Mapping[str, str] = {"FASTGPT_BASE_URL": fastgpt.url, "FASTGPT_API_KEY": fastgpt.app_key("simple")}
        with running("fastgpt_client.web", "--port", "0", **settings) as [url]:
            assert "[DONE]" in asked(url)


def test_the_command_serves_the_page_of_a_demo() -> None:
    with running("fastgpt_client", "web", "--demo", "--port", "0") as [url]:
        assert "[DONE]" in asked(url)


def test_the_command_serves_a_folder(tmp_path: Path) -> None:
    (tmp_path / "moons.md").write_text("# Moons")
    with running("fastgpt_client", "library", "serve", str(tmp_path), "--port", "0", "--demo", lines=6) as lines:
        found = dict(line.split(maxsplit=1) for line in lines)
        headers = {"Authorization": f"Bearer {found['authorization']}"}
        answer = httpx.post(f"{found['baseUrl']}/v1/file/list", json={}, headers=headers, trust_env=False).json()
    assert [item["id"] for item in answer["data"]] == ["moons.md"]
    assert (found["files"], lines[-1]) == ("1, 1 of them new", "All files are learnt.")


@pytest.mark.parametrize(("host", "url"), [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
def test_it_tells_its_address_and_ends_with_ctrl_c(host: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("uvicorn.Server.run", interrupted)
    out = io.StringIO()
    assert program.main(["--host", host, "--port", "0"], out) == 0
    assert out.getvalue().startswith(url)
    assert out.getvalue().endswith("\nPress Ctrl-C to stop.\n")


async def nothing(scope: object, receive: object, send: object) -> None:
    """Answer nobody."""


def test_what_goes_on_beside_ends_with_the_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    async def lived(app: Any) -> None:
        async with app.router.lifespan_context(app):
            await anyio.wait_all_tasks_blocked()

    async def beside() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            told.append("ended")

    async def close() -> None:
        told.append("closed")

    monkeypatch.setattr("uvicorn.Server.run", lambda server, sockets: anyio.run(lived, server.config.app))
    serve(nothing, host="127.0.0.1", port=0, ready=lambda url: None, started=beside, close=close)
    assert told == ["ended", "closed"]
    serve(nothing, host="127.0.0.1", port=0, ready=lambda url: None)
    assert told == ["ended", "closed"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "256.0.0.1", "--port", "0"], ""),
        (["--port", "0"], "serving needs uvicorn"),
        (["--host", "::1", "--port", "1"], ""),
    ],
    ids=["host", "uvicorn", "ipv6"],
)
def test_what_cannot_be_served_is_one_line(arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "fastgpt-mine")
    if told:
        monkeypatch.setattr("fastgpt_client.web._serving.find_spec", lambda name: None)
    monkeypatch.setattr("socket.create_server", refused)
    out = io.StringIO()
    assert program.main(arguments, out) == 2
    assert told in out.getvalue()
    assert out.getvalue().count("\n") == 1


def refused(*arguments: object, **options: object) -> None:
    raise OSError("not here")
