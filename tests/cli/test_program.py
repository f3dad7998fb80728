"""The table of commands is what there is, and help loads none of it."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from typing import Any

import pytest
import typer

from fastgpt_client import __version__
from fastgpt_client.cli._program import COMMANDS, program
from tests.support.command import run


def test_the_table_has_every_command() -> None:
    group: Any = typer.main.get_command(program)
    commands = group.commands
    assert group.list_commands(None) == list(COMMANDS)
    assert list(commands) == list(COMMANDS)
    assert len(commands) == len(COMMANDS)
    assert [commands[name].name for name in COMMANDS] == list(COMMANDS)
    from fastgpt_client.cli._base import command  # noqa: PLC0415 - all of it is loaded now

    assert set(typer.main.get_command(command.program).commands) == set(COMMANDS)  # type: ignore[attr-defined]


def test_each_command_has_a_help() -> None:
    for name in COMMANDS:
        ran = run(name, "--help")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(f"Usage: fastgpt-client {name} ")


def parameters() -> list[tuple[str, Any]]:
    """Return the options and arguments of all commands, each with the words of its command."""
    group: Any = typer.main.get_command(program)
    found = [("", group)]
    for name in COMMANDS:
        command: Any = group.commands[name]
        inner = getattr(command, "commands", None)
        found += [(name, command)] if inner is None else [(f"{name} {word}", inner[word]) for word in inner]
    return [(words, parameter) for words, command in found for parameter in command.params]


@pytest.mark.parametrize(
    ("words", "parameter"), [pytest.param(*each, id=f"{each[0]} {each[1].name}") for each in parameters()]
)
def test_each_option_and_argument_has_a_help_of_its_own(words: str, parameter: Any) -> None:
    text = parameter.help or ""
    flag = getattr(parameter, "is_flag", False) or parameter.name in ("install_completion", "show_completion")
    assert flag or re.fullmatch(r"[A-Z][A-Z_,=-]*", parameter.metavar or ""), parameter.metavar
    assert re.match(r"[A-Z].*[.)]\Z", text, re.DOTALL), text
    assert len(text.split()) >= 3
    # Not the name again, in other words.
    assert {word.strip(".,").lower() for word in text.split()} - {parameter.name, "the", "a", "an", "its"}


def test_each_command_is_described_in_one_sentence() -> None:
    group: Any = typer.main.get_command(program)
    for name in COMMANDS:
        command: Any = group.commands[name]
        for each in (command, *getattr(command, "commands", {}).values()):
            first = (each.help or "").split("\n\n")[0]
            assert re.match(r"[A-Z][a-z]+ .*\.\Z", first, re.DOTALL), first


def test_help_loads_no_command() -> None:
    code = (
        "import sys; from fastgpt_client.cli._program import program; sys.argv = ['fastgpt-client', '--help']\n"
        "try: program()\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name.startswith('fastgpt_client.cli.')], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "['fastgpt_client.cli._program']\n"
    assert "histories" in done.stdout


@pytest.mark.parametrize("module", ["fastgpt_client", "fastgpt_client.cli"])
def test_it_runs_as_a_module(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"fastgpt-client {__version__}\n"


def test_imported_it_runs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    importlib.import_module("fastgpt_client.cli.__main__")
    assert capsys.readouterr().out == ""
