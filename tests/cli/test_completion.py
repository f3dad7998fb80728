"""What a shell completes: commands, flags, profiles, apps, datasets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fastgpt_client.cli._base.profiles import Profile, config_path, write_profile
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

# What is installed as `fastgpt-client` and as `fgc`.
CODE = "import sys; sys.argv[0] = {name!r}; from fastgpt_client.cli import main; main()"


def completed(line: str, monkeypatch: pytest.MonkeyPatch, *, called: str = "fastgpt-client") -> list[str]:
    """Return what bash completes of a line; a space at its end begins a new word."""
    words = line.split(" ")
    monkeypatch.setenv(f"_{called.replace('-', '_').upper()}_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "\n".join([called, *words]))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    ran = run(called=called)
    assert (ran.code, ran.err) == (0, "")
    return ran.out.split()


@pytest.mark.parametrize("called", ["fastgpt-client", "fgc"])
@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("hi", ["histories"]),
        ("as", ["ask", "ask-each"]),
        ("dataset s", ["show", "search", "status", "sync", "save"]),
        ("app ", ["info", "list", "logs", "chart"]),
        ("dataset show --fo", ["--folder"]),
        ("app chart --by w", ["week"]),
        ("histories --source a", ["all", "api"]),
        ("dataset search --mode f", ["fulltext"]),
        ("ask-each --check ", ["contains", "equals", "regex"]),
        ("nonsense x", []),
    ],
)
def test_commands_flags_and_words(called: str, line: str, found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert completed(line, monkeypatch, called=called) == found


def test_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    assert completed("ask --profile ", monkeypatch) == []
    for name in ("work", "工作", "home"):
        write_profile(config_path(), name, Profile("https://one.example", "fastgpt-k"))
    assert completed("ask --profile w", monkeypatch) == ["work"]
    assert completed("logout --profile ", monkeypatch) == ["work", "工作", "home"]
    config_path().write_text("[profiles.x")
    assert completed("ask --profile w", monkeypatch) == []


def test_apps(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    spaced = server.app("客服 Desk")
    server.app("客服")
    server.app("sorted", type="folder")
    assert completed("ask --app-id s", monkeypatch) == ["search", "simple"]
    assert completed("records --app-id 客", monkeypatch) == ["客服"]
    # A name that a shell would have to quote is completed by its id.
    assert spaced.id in completed("ask --app-id ", monkeypatch)
    assert not any("completions" in request.path for request in server.requests)


def test_apps_of_a_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    assert completed("chat --demo --app-id to", monkeypatch) == ["tour", "tools"]


def test_apps_of_a_profile(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    write_profile(config_path(), "work", Profile(server.url, server.api_key))
    for name in ("FASTGPT_BASE_URL", "FASTGPT_API_KEY"):
        monkeypatch.delenv(name)
    assert completed("ask --profile work --app-id si", monkeypatch) == ["simple"]
    # Without a key, and where nothing listens, nothing is completed, and nothing is written.
    assert completed("ask --app-id si", monkeypatch) == []
    assert completed("ask --api-key k --base-url http://127.0.0.1:1 --app-id si", monkeypatch) == []


def test_datasets(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Handbook", "Notes"):
        server.dataset(name)
    assert completed("dataset show H", monkeypatch) == ["Handbook"]
    assert completed("dataset search --dataset N", monkeypatch) == ["Notes"]


@pytest.mark.parametrize("name", ["fastgpt-client", "fgc"])
def test_completion_is_installed_for_a_shell(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*arguments: str) -> str:
        # Which shell it is, is found among the processes that it was started from.
        command = ["bash", "-c", '"$0" "$@"; :', sys.executable, "-c", CODE.format(name=name), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    variable = f"_{name.replace('-', '_').upper()}_COMPLETE=complete_bash"
    assert variable in start("--show-completion")
    assert "bash completion installed" in start("--install-completion")
    script = home / ".bash_completions" / f"{name}.sh"
    assert variable in script.read_text("utf-8")
    assert str(script) in (home / ".bashrc").read_text("utf-8")


def test_bash_completes_by_what_is_installed(home: Path, tmp_path: Path) -> None:
    command = tmp_path / "fgc"
    command.write_text(f'#!/bin/sh\nexec \'{sys.executable}\' -c "{CODE.format(name="fgc")}" "$@"\n')
    command.chmod(0o755)
    script = (
        'eval "$(fgc --show-completion)"; COMP_WORDS=(fgc hi) COMP_CWORD=1; _fgc_completion fgc; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{tmp_path}:/usr/bin:/bin"},
    )
    assert done.stdout == "histories\n"
