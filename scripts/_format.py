"""Formatting with the version of ruff that the project pins: other versions produce different output."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts._source import Refused


def check_versions(root: Path) -> None:
    """Raise `Refused` if versions differ from those of the `format` dependency group."""
    problems: list[str] = []
    for requirement in _settings(root)["dependency-groups"]["format"]:
        name, _, pinned = requirement.partition("==")
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "not installed"
        if found != pinned:
            problems.append(f"{name} {pinned} is required, found: {found}; run: pip install {requirement}")
    if problems:
        raise Refused(problems)


def formatted(root: Path, texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return the texts, by path below `root`, formatted and with sorted imports according to the project's settings."""
    with tempfile.TemporaryDirectory(prefix="generate-") as folder:
        work = Path(folder)
        (work / "pyproject.toml").write_bytes((root / "pyproject.toml").read_bytes())
        for path, text in texts.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(text.encode())
        # First-party modules are sorted last, but only if ruff finds their files: generated ones in `work` (`root` may
        # not have them yet), others only in `root`.
        places: list[str] = _settings(root)["tool"]["ruff"]["src"]
        places = [str(base / place) for base in (work, root.resolve()) for place in places]
        _ruff(work, "check", "--select", "I", "--fix", "--config", f"src = {json.dumps(places, ensure_ascii=False)}")
        _ruff(work, "format")
        return {path: (work / path).read_bytes() for path in texts}


def _settings(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def _ruff(work: Path, command: str, *options: str) -> None:
    call = [sys.executable, "-m", "ruff", command, "--quiet", "--no-cache", "--no-respect-gitignore", *options, "."]
    done = subprocess.run(call, cwd=work, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise Refused([f"ruff {command} failed:\n{done.stdout}{done.stderr}"])
