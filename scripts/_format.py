"""Formatting, by the version of ruff that the project pins: another one would write other bytes."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from scripts._source import Refused


def check_versions(root: Path) -> None:
    """Refuses to go on with versions other than those of the `format` dependency group."""
    groups = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    problems: list[str] = []
    for requirement in groups["format"]:
        name, _, pinned = requirement.partition("==")
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "not installed"
        if found != pinned:
            problems.append(f"{name} {pinned} is needed, found: {found}; run: pip install {requirement}")
    if problems:
        raise Refused(problems)


def formatted(root: Path, texts: Mapping[str, str]) -> dict[str, bytes]:
    """The texts, given by their path below `root`, with imports sorted and formatted by the project's settings."""
    with tempfile.TemporaryDirectory(prefix="generate-") as folder:
        work = Path(folder)
        (work / "pyproject.toml").write_bytes((root / "pyproject.toml").read_bytes())
        for package in {path.parent.name for path in root.glob("*/*.py")}:
            # Import sorting asks whether a folder of that name is there.
            (work / package).mkdir()
            (work / package / "__init__.py").touch()
        for path, text in texts.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(text.encode())
        _ruff(work, "check", "--select", "I", "--fix")
        _ruff(work, "format")
        return {path: (work / path).read_bytes() for path in texts}


def _ruff(work: Path, command: str, *options: str) -> None:
    call = [sys.executable, "-m", "ruff", command, "--quiet", "--no-cache", "--no-respect-gitignore", *options, "."]
    done = subprocess.run(call, cwd=work, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Refused([f"ruff {command} failed:\n{done.stdout}{done.stderr}"])
