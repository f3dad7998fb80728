"""Checks for changes: `nox` runs the quick lane, `nox -s full` the rest; `nox -l` lists all sessions.

CONTRIBUTING.md describes the lanes; tests/lanes.py assigns the tests to them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import chain
from pathlib import Path

import nox
from packaging.requirements import Requirement

sys.path.insert(0, str(Path(__file__).resolve().parent))  # nox does not add it

from scripts.pythons import find_pythons

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "virtualenv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["quick"]

ROOT = Path(__file__).resolve().parent
PROJECT = nox.project.load_toml("pyproject.toml")
OLDEST = (3, 11)
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
CPUS = os.cpu_count() or 1
# Most tests wait for sockets, not for the CPU.
PYTEST = ("python", "-m", "pytest", "-n", str(3 * CPUS))
# Started before pytest, which imports the package to find its fixture. Uses more CPU: fewer workers.
MEASURED = ("python", "-m", "coverage", "run", "-m", "pytest", "-n", str(CPUS + 1))
# The tests start hundreds of programs: each would compile the package again.
COMPILE_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}
QUIET = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}

GENERATE = (("python", "scripts/generate.py", "--check"),)
LINT = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("codespell", "."))
# The last one checks that the types of all public names are known.
TYPES = (("mypy",), ("pyright",), ("pyright", "--verifytypes", "fastgpt_client", "--ignoreexternal"))
# Finds import errors within seconds, and compiles the tests once for all workers.
COLLECT = ("python", "-m", "pytest", "--collect-only", "-qq", "--lane", "quick")

# What packaging may break: imports, programs and entry points.
PACKAGED = (
    "tests/cli/test_program.py",
    "tests/embedded/test_main.py",
    "tests/embedded/test_plugin.py",
    "tests/examples/test_owner_snippets.py",
)
# Everything that an asyncio client sends. Responses are parsed alike on every transport, so replays are left out.
ON_AIOHTTP = (
    "tests/_async",
    "tests/concurrency",
    "tests/embedded/test_clients.py",
    "tests/embedded/test_many_streams.py",
)


# Connection faults and abandoned connections, with TLS.
ON_TLS = (
    "tests/_async/test_deadlines.py",
    "tests/_async/test_faults.py",
    "tests/_async/test_faults_leaving.py",
    "tests/_async/test_faults_recovery.py",
    "tests/_sync/test_deadlines.py",
    "tests/_sync/test_faults.py",
    "tests/_sync/test_faults_leaving.py",
    "tests/concurrency/test_cancellation.py",
    "tests/concurrency/test_processes_and_loops.py",
    "tests/concurrency/test_threads.py",
    "tests/concurrency/test_uvloop.py",
)
# The ways of sending that differ, and all connection faults.
ON_HTTPX2 = (
    "tests/_async/test_faults.py",
    "tests/_async/test_httpx2.py",
    "tests/_async/test_upload_failures.py",
    "tests/_sync/test_faults.py",
    "tests/embedded/test_clients.py",
)


# What a workflow of GitHub sets: the package that is built names this address.
RELEASE = {"GITHUB_SERVER_URL": "https://git.example.com", "GITHUB_REPOSITORY": "owner/name"}

PYTHONS = find_pythons(OLDEST)
# nox looks for interpreters only on PATH: put those found before any shims.
os.environ["PATH"] = os.pathsep.join([*dict.fromkeys(map(str, PYTHONS.values())), os.environ["PATH"]])


# The newest Python other than the one that runs nox, which has already passed the quick lane.
MEASURED_ON = next((version for version in reversed(PYTHONS) if version != RUNNING), RUNNING)
# The sessions of `full`, in order. Add new ones here.
FULL = (
    "coverage",
    *(f"tests-{version}" for version in PYTHONS if version not in (RUNNING, MEASURED_ON)),
    "aiohttp",
    "httpx2",
    "tls",
    "browser",
    "recipes",
    "docs",
    "api",
    "wheel",
    "lowest",
)


def install(session: nox.Session, *requirements: str, groups: Iterable[str]) -> None:
    """Install everything at once and without compiling, which takes a third of the time."""
    session.install("--no-compile", *requirements, *nox.project.dependency_groups(PROJECT, *groups))


def run_tests(session: nox.Session, lane: str, *options: str, with_: Iterable[str] = PYTEST) -> None:
    session.run(*with_, "--lane", lane, *options, *session.posargs, env=COMPILE_ONCE)


def side_by_side(session: nox.Session, *commands: tuple[str, ...]) -> list[str]:
    """Run commands in parallel, print the output of those that failed, and return them."""
    environment = {**os.environ, **COMPILE_ONCE, **QUIET, "PATH": os.pathsep.join([session.bin, os.environ["PATH"]])}
    failed: list[str] = []

    def run(command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        program = Path(session.bin) / command[0]
        return subprocess.run(
            [program, *command[1:]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    with ThreadPoolExecutor(len(commands)) as pool:
        running = {pool.submit(run, command): " ".join(command) for command in commands}
        for future in as_completed(running):
            done, name = future.result(), running[future]
            session.log(f"{name}: {'FAILED' if done.returncode else 'passed'}")
            if done.returncode:
                failed.append(name)
                print(done.stdout, end="", flush=True)
    return failed


@nox.session
def quick(session: nox.Session) -> None:
    """Run the quick lane: generated files, lint, types, and the tests on the Python that runs nox."""
    install(session, "-e", ".", groups=["types"])
    failed = side_by_side(session, *TYPES, COLLECT, *GENERATE, *LINT)
    run_tests(session, "quick")
    if failed:
        session.error(f"failed before the tests: {'; '.join(failed)}")


@nox.session(venv_backend="none")
def full(session: nox.Session) -> None:
    """Run the rest: every Python, every transport, the wheel, coverage, the lowest versions."""
    for name in FULL:
        session.notify(name)


@nox.session
def soak(session: nox.Session) -> None:
    """Run every test at full size: `nox -s soak -- tests/concurrency`."""
    install(session, "-e", ".", groups=["types"])
    run_tests(session, "soak")


@nox.session
def generate(session: nox.Session) -> None:
    """Check that the generated files are up to date."""
    install(session, groups=["format"])
    for command in GENERATE:
        session.run(*command)


@nox.session
def lint(session: nox.Session) -> None:
    """Check formatting, lint rules and spelling, including generated files."""
    install(session, groups=["lint"])
    for command in LINT:
        session.run(*command)


@nox.session
def types(session: nox.Session) -> None:
    """Run mypy and pyright, both strict, on the sources, generated files, scripts and examples."""
    install(session, "-e", ".", groups=["types"])
    for command in TYPES:
        session.run(*command, env=QUIET)


@nox.session(python=list(PYTHONS))
def tests(session: nox.Session) -> None:
    """Run the tests of the quick lane; append `-- --lane full` for more."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick")


@nox.session(python=MEASURED_ON)
def coverage(session: nox.Session) -> None:
    """Run the tests of the full lane; they must cover every line and branch of the package."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    for data in (ROOT / ".coverage", *ROOT.glob(".coverage.*")):
        data.unlink(missing_ok=True)
    run_tests(session, "full", with_=MEASURED)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def aiohttp(session: nox.Session) -> None:
    """Test the asyncio client on aiohttp's transport, except for the listed differences."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick", "--transport", "aiohttp", *ON_AIOHTTP)


@nox.session
def httpx2(session: nox.Session) -> None:
    """Test the sync and async clients with httpx2 as `http_client=`."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick", "--transport", "httpx2", *ON_HTTPX2)


@nox.session
def tls(session: nox.Session) -> None:
    """Test faults, cancellation, forks and event loops on encrypted connections."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick", "--tls", *ON_TLS)


@nox.session(python=next(iter(PYTHONS)))
def lowest(session: nox.Session) -> None:
    """Test with the lowest runtime versions that `pyproject.toml` allows, on the oldest Python."""
    install(session, "-e", ".", *lowest_versions(), groups=["test", "format"])
    # anyio has `anyio_mode` since 4.11; tests/conftest.py has a substitute for older versions.
    old = ("-o", "addopts=--import-mode=importlib", "-W", "ignore:Unknown config option:pytest.PytestConfigWarning")
    # This test runs pytest itself, with only the settings of pyproject.toml.
    by_itself = "tests/embedded/test_examples.py::test_the_example_of_a_test_passes"
    # anyio before 4.16 leaves a transport to the garbage collector if a connect is cancelled at its end.
    at_each_step = "tests/concurrency/test_cancellation.py::test_a_task_is_cancelled_at_each_step_of_its_way"
    # Old packages call functions that newer ones deprecate.
    run_tests(
        session, "quick", *old, "-W", "ignore::DeprecationWarning", "--deselect", by_itself, "--deselect", at_each_step
    )


def lowest_versions() -> list[str]:
    """Return the requirements of the package and its extras, pinned to their lower bounds."""
    project = PROJECT["project"]
    found: list[str] = []
    for text in chain(project["dependencies"], *project["optional-dependencies"].values()):
        requirement = Requirement(text)
        if requirement.name == project["name"]:  # an extra that combines others
            continue
        [bound] = [specifier.version for specifier in requirement.specifier if specifier.operator == ">="]
        found.append(f"{requirement.name}=={bound}")
    return found


@nox.session
def browser(session: nox.Session) -> None:
    """Test the chat page in a real browser; skipped with a message if there is none."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        session.skip("Chromium is not installed: install Debian's package `chromium`")
    install(session, "-e", ".", groups=["test"])
    run_tests(session, "full", "tests/web/test_browser.py", with_=("python", "-m", "pytest"))


@nox.session
def recipes(session: nox.Session) -> None:
    """Test and type-check the recipes for tools that the package does not depend on."""
    install(session, "-e", ".", groups=["types", "recipes"])
    session.run("python", "-m", "pytest", "tests/recipes", "--lane", "full", *session.posargs, env=COMPILE_ONCE)
    written = [str(path) for path in sorted((ROOT / "examples" / "recipes").glob("*.py"))]
    session.run("mypy", *written)
    session.run("pyright", *written, env=QUIET)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site, without warnings or broken links: build/site/index.html."""
    install(session, "-e", ".", groups=["docs"])
    session.run("python", "scripts/site.py")


@nox.session
def api(session: nox.Session) -> None:
    """Check that all changes that may break programs since an earlier commit are listed with a reason."""
    install(session, groups=["api"])
    session.run("python", "scripts/api_changes.py")


@nox.session(reuse_venv=False)
def wheel(session: nox.Session) -> None:
    """Build the wheel, and check its contents, its dependencies, and that it works without the sources."""
    folder = Path(session.create_tmp()).resolve() / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    # Keep the build tool out of the environment that is tested.
    session.install("--target", str(folder / "tools"), "build")
    environment = {"PYTHONPATH": str(folder / "tools"), **RELEASE}
    session.run("python", "-m", "build", "--outdir", str(folder / "dist"), ".", env=environment)
    [built] = (folder / "dist").glob("*.whl")

    own = _would_install(session, folder, "httpx", "anyio")
    ours = _would_install(session, folder, str(built))
    if ours != own | {"fastgpt-client"}:
        session.error(f"the wheel installs more than httpx and anyio: {sorted(ours - own)}")

    session.install(str(built))
    session.run("python", "-m", "pip", "check")
    session.run("python", "-P", str(ROOT / "tests" / "examples" / "check_base_install.py"))
    install(session, groups=["test"])
    there = folder / "elsewhere"
    copy_tests(there)
    session.chdir(there)
    checks = ("tests/examples/check_wheel.py", "tests/userproject/check_user_project.py")
    session.run("pytest", *checks, env={"FASTGPT_CLIENT_WHEEL": str(built)})
    run_tests(session, "full", *PACKAGED, "-k", "not trio")


def _would_install(session: nox.Session, folder: Path, *requirements: str) -> set[str]:
    """Return the names of all packages that pip would install into an empty environment."""
    report = folder / "report.json"
    pip = ("python", "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report))
    session.run_install(*pip, *requirements)
    return {item["metadata"]["name"].lower() for item in json.loads(report.read_text("utf-8"))["install"]}


def copy_tests(there: Path) -> None:
    """Copy the files needed to test an installed package, without the sources."""
    for name in ("tests", "examples", "docs"):
        shutil.copytree(ROOT / name, there / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, there)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure the client's overhead over its transport, as ratios: `nox -s bench -- --rounds 3 --only import`."""
    install(session, "-e", ".", groups=["bench"])
    session.run("python", "-m", "benchmarks.run", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """Run the demo calls over real sockets against recorded responses of a real server."""
    session.install("-e", ".")
    session.run("python", "scripts/demo.py")
