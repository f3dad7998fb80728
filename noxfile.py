"""What must hold before a change is kept: `nox` runs all of it, `nox -s lint` one part, `nox -l` lists them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["generate", "lint", "types", "tests", "aiohttp", "wheel", "coverage"]

ROOT = Path(__file__).resolve().parent
PROJECT = nox.project.load_toml("pyproject.toml")
OLDEST = (3, 11)
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
CPUS = os.cpu_count() or 1
# Most tests wait for a socket, not for a processor.
PYTEST = ("python", "-m", "pytest", "-n", str(2 * CPUS))
# Begun before pytest, which loads the package itself to find its fixture. It is busier: fewer at a time.
MEASURED = ("python", "-m", "coverage", "run", "-m", "pytest", "-n", str(CPUS + 1))
# Test files that look at the sources, which an installed package does not have.
NEEDS_SOURCES = re.compile(r"^\s*(?:from|import) scripts\b|_async_src|noxfile|\.ci\b", re.MULTILINE)

# What packaging may break: what is imported, run as a program, or found by its name. Which event loop is no matter.
PACKAGED = ("tests/cli", "tests/embedded", "tests/examples", "tests/unit")

measured_by: list[str] = []  # the sessions of this run that left coverage data


def find_pythons() -> dict[str, Path]:
    """Return the folder of each released CPython of this machine that the package supports, by its version.

    What PATH names `python3.12` may be a version manager's shim that does not start: only what runs counts.
    """
    folders = [Path(sys.executable).parent, *map(Path, os.get_exec_path())]
    managed = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    if managed.is_dir():
        folders += sorted(path / "bin" for path in managed.iterdir())
    found: dict[str, Path] = {}
    for minor in range(OLDEST[1], 30):
        version = f"{OLDEST[0]}.{minor}"
        for folder in folders:
            if _answers(folder / f"python{version}", version):
                found[version] = folder
                break
    found.setdefault(RUNNING, Path(sys.executable).parent)
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


PYTHONS = find_pythons()
# nox looks for interpreters on PATH alone: those that were found stand before the shims there.
os.environ["PATH"] = os.pathsep.join([*dict.fromkeys(map(str, PYTHONS.values())), os.environ["PATH"]])


def install_groups(session: nox.Session, *groups: str) -> None:
    session.install(*nox.project.dependency_groups(PROJECT, *groups))


@nox.session
def generate(session: nox.Session) -> None:
    """The generated files are what their sources give."""
    install_groups(session, "format")
    session.run("python", "scripts/generate.py", "--check")


@nox.session
def lint(session: nox.Session) -> None:
    """Everything, generated files included, is formatted and clean."""
    install_groups(session, "format")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Two type checkers, both strict, agree with the sources, the generated trees, the scripts and the examples."""
    install_groups(session, "types")
    session.install("-e", ".")
    session.run("mypy")
    python = Path(session.bin) / "python"
    session.run("pyright", "--pythonpath", str(python), env={"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"})


@nox.session(python=list(PYTHONS))
def tests(session: nox.Session) -> None:
    """The tests pass on every Python of this machine; the one that runs nox measures what they cover."""
    run_tests(session, measure=session.python == RUNNING)


def run_tests(session: nox.Session, *, measure: bool) -> None:
    install_groups(session, "test", "format")
    session.install("-e", ".")
    if not measure:
        session.run(*PYTEST, *session.posargs)
        return
    for data in (ROOT / ".coverage", *ROOT.glob(".coverage.*")):
        data.unlink(missing_ok=True)
    measured_by.append(session.name)  # a run that fails has measured too: once is enough
    session.run(*MEASURED, *session.posargs)


@nox.session
def aiohttp(session: nox.Session) -> None:
    """The asyncio client passes its tests on aiohttp's transport too, but for the differences that are listed."""
    install_groups(session, "test", "format")
    session.install("-e", ".[aiohttp]")
    suites = ("tests/_async", "tests/concurrency", "tests/embedded")
    session.run(*PYTEST, "--transport", "aiohttp", *suites, *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """The tests run every line and every branch of the package."""
    if not measured_by:
        run_tests(session, measure=True)
    session.install("coverage[toml]")
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session(reuse_venv=False)
def wheel(session: nox.Session) -> None:
    """The wheel holds what it should, needs what it says, and passes the tests without the sources."""
    folder = Path(session.create_tmp()).resolve() / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    # The tool that builds is kept out of the environment that is tested.
    session.install("--target", str(folder / "tools"), "build")
    session.run(
        "python", "-m", "build", "--outdir", str(folder / "dist"), ".", env={"PYTHONPATH": str(folder / "tools")}
    )
    [built] = (folder / "dist").glob("*.whl")

    own = _would_install(session, folder, "httpx", "anyio")
    ours = _would_install(session, folder, str(built))
    if ours != own | {"fastgpt-client"}:
        session.error(f"the wheel pulls more than httpx and anyio: {sorted(ours - own)}")

    session.install(str(built))
    session.run("python", "-m", "pip", "check")
    install_groups(session, "test")
    there = folder / "elsewhere"
    copy_tests(there)
    session.chdir(there)
    checks = ("tests/examples/check_wheel.py", "tests/userproject/check_user_project.py")
    session.run("pytest", *checks, env={"FASTGPT_CLIENT_WHEEL": str(built)})
    session.run(*PYTEST, *PACKAGED, "-k", "not trio", *session.posargs)


def _would_install(session: nox.Session, folder: Path, *requirements: str) -> set[str]:
    """Return the names of all that pip would install into an empty environment."""
    report = folder / "report.json"
    pip = ("python", "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report))
    session.run_install(*pip, *requirements)
    return {item["metadata"]["name"].lower() for item in json.loads(report.read_text("utf-8"))["install"]}


def copy_tests(there: Path) -> None:
    """Copy what is tested beside an installed package: no sources, and no test that asks for them."""
    for name in ("tests", "examples", "docs"):
        shutil.copytree(ROOT / name, there / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, there)
    for path in (there / "tests").rglob("test_*.py"):
        if NEEDS_SOURCES.search(path.read_text("utf-8")):
            path.unlink()


@nox.session
def bench(session: nox.Session) -> None:
    """What the client costs on top of its transport, as ratios: `nox -s bench -- --rounds 3 --only import`."""
    install_groups(session, "bench")
    session.install("-e", ".")
    session.run("python", "-m", "benchmarks.run", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """The calls the library was made for, over real sockets, against the recorded answers of a real server."""
    session.install("-e", ".")
    session.run("python", "scripts/demo.py")
