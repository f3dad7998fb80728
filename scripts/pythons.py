"""Find the Python versions that the tests run on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def find_pythons(oldest: tuple[int, int]) -> dict[str, Path]:
    """Return the folders of the released CPythons on this machine, from version `oldest`, by version.

    A `python3.12` on PATH may be a version manager's shim that does not start, so each one is run.
    """
    folders = [Path(sys.executable).parent, *map(Path, os.get_exec_path())]
    managed = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    if managed.is_dir():
        folders += sorted(path / "bin" for path in managed.iterdir())
    found: dict[str, Path] = {}
    for minor in range(oldest[1], 30):
        version = f"{oldest[0]}.{minor}"
        for folder in folders:
            if _answers(folder / f"python{version}", version):
                found[version] = folder
                break
    found.setdefault(f"{sys.version_info.major}.{sys.version_info.minor}", Path(sys.executable).parent)
    return found


def _answers(python: Path, version: str) -> bool:
    if not python.is_file():
        return False
    code = "import sys; print('%s %d.%d %s' % (sys.implementation.name, *sys.version_info[:2], sys.version_info[3]))"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == f"cpython {version} final"
