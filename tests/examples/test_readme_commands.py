"""The commands that README.md gives are those that are run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_ci_runs_the_command_of_the_readme() -> None:
    demo, all_checks = commands()
    assert demo.endswith("/bin/fastgpt-client chat --demo")
    ci = (ROOT / ".ci" / "run").read_text("utf-8")
    assert f"    {all_checks}\n" in ci
    assert f"    {all_checks.rpartition(' && ')[2]} -s full\n" in ci


def test_the_demo_installs_what_it_needs() -> None:
    [extras] = re.findall(r"'\.\[([\w,]+)\]'", commands()[0])
    known = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert {"cli", "testing"} == set(extras.split(",")) <= set(known)


def commands() -> list[str]:
    """Return the commands in the order of the README."""
    return [
        line
        for block in re.findall(r"^```bash\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
        for line in block.splitlines()
        if line and not line.startswith("#")
    ]
