"""What docs/cli.md says is true: its examples run, and its commands and flags are there."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer

from fastgpt_client.cli._program import program
from tests.support.command import run

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "cli.md").read_text("utf-8")
PIPELINES = (DOCS / "knowledge-in-ci.md").read_text("utf-8")
LINES = [
    *re.findall(r"^(?:\$ )?(fastgpt-client [a-z].*)$", PAGE, re.MULTILINE),
    *re.findall(r"^(?: *(?:- |run: ))?(fastgpt-client [a-z].*)$", PIPELINES, re.MULTILINE),
]
BLOCKS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [tuple(example.split("\n", 1)) for block in BLOCKS for example in f"\n{block}".split("\n$ ")[1:]]
# A line's end with an id of the request, and a duration, are never the same again.
VARYING = re.compile(r" \[request [^]]*\]|\b\d+\.\d\d s\b")
# What is piped into the command, its words, and what that is piped into.
SHELL = re.compile(r"(?:((?:echo|printf) .*?) \| )?fastgpt-client (.*?)(?: \| (.*))?")

MAIN = typer.main.get_command(program)


def options(command: object) -> set[str]:
    return {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}  # type: ignore[attr-defined]


def commands() -> dict[str, object]:
    """Return the commands by their words."""
    found: dict[str, object] = {}
    for name, command in MAIN.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {name: command} if inner is None else {f"{name} {word}": each for word, each in inner.items()}
    return found


@pytest.mark.parametrize(("command", "printed"), EXAMPLES, ids=[command for command, _ in EXAMPLES])
def test_an_example_prints_what_it_is_said_to(command: str, printed: str) -> None:
    before, words, after = SHELL.fullmatch(command).groups()  # type: ignore[union-attr] # one that does not fails
    arguments, streams = without_redirections(shlex.split(words))
    ran = run(*arguments, stdin=in_a_shell(before) if before else "")
    if after:
        seen = in_a_shell(after, stdin=ran.out) + ran.err
    else:
        both = ran.seen.decode().replace("\r", "")
        seen = {"": both, "2>/dev/null": ran.out, "2>&1 >/dev/null": ran.err}[streams]
    assert VARYING.sub("", seen).rstrip() == VARYING.sub("", printed).rstrip()


def without_redirections(words: list[str]) -> tuple[list[str], str]:
    return [word for word in words if ">" not in word], " ".join(word for word in words if ">" in word)


def in_a_shell(command: str, *, stdin: str = "") -> str:
    """Return what other programs print."""
    done = subprocess.run(["sh", "-c", command], input=stdin, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def test_every_command_is_told_of() -> None:
    told = " ".join(re.findall(r"^\| `(fastgpt-client .*?)\|", PAGE, re.MULTILINE))
    assert [name for name in commands() if re.search(rf"\b{name.split()[-1]}\b", told) is None] == []


def test_every_flag_that_is_told_of_is_there() -> None:
    known = set().union(*map(options, (MAIN, *commands().values())), {"--help"})
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE)) - known == set()


@pytest.mark.parametrize("line", LINES)
def test_the_flags_of_a_command_are_its_own(line: str) -> None:
    words = shlex.split(line.split(" | ", maxsplit=1)[0], comments=True)
    name = " ".join(words[1:3]) if words[1] in ("app", "dataset", "export", "library") else words[1]
    assert {word.split("=")[0] for word in words if word.startswith("--")} <= options(commands()[name])
