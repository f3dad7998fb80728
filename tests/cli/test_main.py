"""`fastgpt-client` itself: its help, its exit codes, and where it is told to go."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.metadata import entry_points

import pytest

import fastgpt_client
from fastgpt_client.cli._base.session import open_session
from fastgpt_client.exceptions import WorkflowError
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import Stream, run
from tests.support.processes import pipe
from tests.support.terminal import Terminal


def test_help_names_the_commands() -> None:
    ran = run("--help")
    assert (ran.code, ran.err) == (0, "")
    assert "ask" in ran.out
    assert "chat" in ran.out


def test_it_tells_its_version() -> None:
    ran = run("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"fastgpt-client {fastgpt_client.__version__}\n", "")


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


NEEDED = ["typer", "rich", "prompt_toolkit", "platformdirs", "tomli_w"]
TO_INSTALL = f"fastgpt-client: the command needs more packages: pip install {' '.join(NEEDED)}\n"


@pytest.mark.parametrize("missing", NEEDED)
def test_without_the_extra_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    ran = run("ask", "hello")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == TO_INSTALL


class Refusal:
    """A finder that lets the command's program not be imported."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name == "fastgpt_client.cli._program":
            raise self._error
        return None


def test_without_the_extra_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli.find_spec", lambda name: None)
    ran = run("ask", "hello")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == TO_INSTALL


def test_an_interrupt_on_the_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "fastgpt_client.cli._program", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Refusal(KeyboardInterrupt()), *sys.meta_path])
    ran = run("ask", "hello")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


@pytest.mark.parametrize("name", ["fastgpt_client.exceptions", None])
def test_another_module_that_is_missing_is_a_bug(name: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "fastgpt_client.cli._program", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Refusal(ImportError("no", name=name)), *sys.meta_path])
    with pytest.raises(ImportError, match="no"):
        run("ask", "hello")


@pytest.mark.parametrize(
    ("called", "name"),
    [("/usr/bin/fastgpt-client", "fastgpt-client"), ("fgc", "fgc"), ("/x/__main__.py", "fastgpt-client")],
)
def test_the_help_has_the_name_that_it_was_called_by(called: str, name: str) -> None:
    assert run("ask", "--help", called=called).out.startswith(f"Usage: {name} ask ")


def test_it_takes_no_name_of_fastgpts_own_tool() -> None:
    installed = {script.name for script in entry_points(group="console_scripts", value="fastgpt_client.cli:main")}
    assert installed == {"fastgpt-client", "fgc"}


def test_the_module_alone_does_nothing() -> None:
    assert importlib.import_module("fastgpt_client.__main__").main


def test_debug_lets_an_error_through(server: FakeFastGPT) -> None:
    with pytest.raises(WorkflowError):
        run("ask", "LLM500", "--debug")


@pytest.mark.parametrize(
    ("before", "after"), [("strict", "replace"), ("surrogateescape", "replace"), ("backslashreplace",) * 2]
)
def test_no_text_fails_to_be_written(before: str, after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream(tty=False, errors=before)
    monkeypatch.setattr(sys, "stdout", stream)
    with open_session(base_url=None, api_key="key", app_id=None, profile=None, demo=False):
        assert stream.errors == after


def test_a_stream_of_another_kind_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with open_session(base_url=None, api_key="key", app_id=None, profile=None, demo=False) as session:
        assert not session.demo
