"""`fastgpt` itself: its help, its exit codes, and where it is told to go."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fastgpt_client.testing import FakeFastGPT
from tests.support.terminal import Terminal, pipe, run


def test_help_names_the_commands() -> None:
    ran = run("--help")
    assert (ran.code, ran.err) == (0, "")
    assert "ask" in ran.out
    assert "chat" in ran.out


def test_a_wrong_flag_is_a_wrong_command() -> None:
    ran = run("ask", "--nonsense")
    assert (ran.code, ran.out) == (2, "")
    assert "--nonsense" in ran.err


def test_piped_it_does_the_same(server: FakeFastGPT) -> None:
    ran = pipe("ask", "hello")
    assert (ran.code, ran.out, ran.err) == (0, "You said: hello\n", "")


def test_in_a_terminal_it_does_the_same(server: FakeFastGPT) -> None:
    with Terminal("ask", "hello") as terminal:
        assert terminal.wait() == 0
        assert terminal.text == "You said: hello"


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; from fastgpt_client.cli import main; main()"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'fastgpt: the command needs typer and rich: pip install "fastgpt-client[cli]"\n'
