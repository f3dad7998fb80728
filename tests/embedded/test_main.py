"""`python -m fastgpt_client.testing`."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from typing import Any

import httpx
import pytest

from fastgpt_client import testing
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.testing import __main__ as program
from tests.embedded.test_running import PACKAGE_FOLDER
from tests.support.interrupts import wait_until_asleep
from tests.support.processes import end_group
from tests.support.until import PATIENCE


def press_ctrl_c() -> None:
    raise KeyboardInterrupt


def test_it_prints_what_is_needed_to_call_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "wait_for_interrupt", press_ctrl_c)
    out = io.StringIO()
    assert program.main(["--port", "0", "--version", "4.11", "--api-key", "fastgpt-mine", "--commercial"], out) == 0
    text = out.getvalue()
    assert text.startswith("FastGPT 4.11.1 at http://127.0.0.1:")
    assert "team key  fastgpt-mine" in text
    assert "6b0000000000000000000001" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--version", "3"], "version '3' must be one of 4.9, "), (["--host", "256.0.0.1", "--port", "0"], "[Errno ")],
)
def test_what_it_cannot_do_is_one_line(arguments: list[str], told: str) -> None:
    out = io.StringIO()
    assert program.main(arguments, out) == 2
    assert out.getvalue().startswith(told)
    assert out.getvalue().count("\n") == 1


def test_a_port_that_is_in_use_is_named() -> None:
    out = io.StringIO()
    with FakeFastGPT.serve() as server:
        port = server.url.rpartition(":")[2]
        assert program.main(["--port", port], out) == 2
    assert f"cannot listen on 127.0.0.1:{port}: " in out.getvalue()
    assert out.getvalue().endswith("; is a server already running there?\n")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(f"{name} needs the extra")

    monkeypatch.setattr(testing, "__getattr__", missing)
    monkeypatch.delitem(vars(testing), "FakeFastGPT", raising=False)
    out = io.StringIO()
    assert (program.main([], out), out.getvalue()) == (2, "FakeFastGPT needs the extra\n")


def test_ctrl_c_stops_the_program() -> None:
    command = [sys.executable, "-W", "error", "-m", "fastgpt_client.testing", "--port", "0"]
    with subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": PACKAGE_FOLDER},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            assert running.stdout is not None
            url = running.stdout.readline().split()[-1]
            assert httpx.get(url, timeout=PATIENCE).status_code == 404
            wait_until_asleep(running.pid)
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=PATIENCE)
        finally:
            end_group(running)
        assert (running.returncode, errors) == (0, "")
