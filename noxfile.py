"""What must hold before a change is kept: `nox` the quick lane, `nox -s full` the rest; `nox -l` lists the parts.

CONTRIBUTING.md says what each lane is for; tests/lanes.py says which tests belong to it.
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

sys.path.insert(0, str(Path(__file__).resolve().parent))  # nox does not look there by itself

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
# Most tests wait for a socket, not for a processor.
PYTEST = ("python", "-m", "pytest", "-n", str(3 * CPUS))
# Begun before pytest, which loads the package itself to find its fixture. It is busier: fewer at a time.
MEASURED = ("python", "-m", "coverage", "run", "-m", "pytest", "-n", str(CPUS + 1))
# What the tests start are hundreds of programs: each would compile the package anew.
COMPILE_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}
QUIET = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}

GENERATE = (("python", "scripts/generate.py", "--check"),)
LINT = (("ruff", "check", "."), ("ruff", "format", "--check", "."), ("codespell", "."))
# The last one: no public name leaves a user's type checker guessing.
TYPES = (("mypy",), ("pyright",), ("pyright", "--verifytypes", "fastgpt_client", "--ignoreexternal"))
# Finds in seconds what cannot be imported, and compiles the tests once for all workers.
COLLECT = ("python", "-m", "pytest", "--collect-only", "-qq", "--lane", "quick")

# What packaging may break: what is imported, run as a program, or found by its name.
PACKAGED = (
    "tests/cli/test_program.py",
    "tests/embedded/test_main.py",
    "tests/embedded/test_plugin.py",
    "tests/examples/test_owner_snippets.py",
)
# Sends all that an asyncio client does. What the client makes of an answer is the same on each transport: no replays.
ON_AIOHTTP = (
    "tests/_async",
    "tests/concurrency",
    "tests/embedded/test_clients.py",
    "tests/embedded/test_many_streams.py",
)


# What a connection may do at its worst, and who leaves it, encrypted.
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
# The ways of sending that differ, and each thing that can go wrong on a connection.
ON_HTTPX2 = (
    "tests/_async/test_faults.py",
    "tests/_async/test_httpx2.py",
    "tests/_async/test_upload_failures.py",
    "tests/_sync/test_faults.py",
    "tests/embedded/test_clients.py",
)


PYTHONS = find_pythons(OLDEST)
# nox looks for interpreters on PATH alone: those that were found stand before the shims there.
os.environ["PATH"] = os.pathsep.join([*dict.fromkeys(map(str, PYTHONS.values())), os.environ["PATH"]])


# The newest that is not the one that runs nox: that one has passed the quick lane already.
MEASURED_ON = next((version for version in reversed(PYTHONS) if version != RUNNING), RUNNING)
# The sessions of `full`, in their order: what takes part in it is added here.
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
    """Install all in one go, and leave it to compile itself where it is used: a third of the time."""
    session.install("--no-compile", *requirements, *nox.project.dependency_groups(PROJECT, *groups))


def run_tests(session: nox.Session, lane: str, *options: str, with_: Iterable[str] = PYTEST) -> None:
    session.run(*with_, "--lane", lane, *options, *session.posargs, env=COMPILE_ONCE)


def side_by_side(session: nox.Session, *commands: tuple[str, ...]) -> list[str]:
    """Run commands at the same time, show what those that failed said, and return them."""
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
    """The quick lane: generated files, lint, types, and the tests on the Python that runs nox."""
    install(session, "-e", ".", groups=["types"])
    failed = side_by_side(session, *TYPES, COLLECT, *GENERATE, *LINT)
    run_tests(session, "quick")
    if failed:
        session.error(f"failed before the tests: {'; '.join(failed)}")


@nox.session(venv_backend="none")
def full(session: nox.Session) -> None:
    """The rest of what must hold: every Python, every transport, the wheel, coverage, the lowest versions."""
    for name in FULL:
        session.notify(name)


@nox.session
def soak(session: nox.Session) -> None:
    """Every test at its full size: `nox -s soak -- tests/concurrency`."""
    install(session, "-e", ".", groups=["types"])
    run_tests(session, "soak")


@nox.session
def generate(session: nox.Session) -> None:
    """The generated files are what their sources give."""
    install(session, groups=["format"])
    for command in GENERATE:
        session.run(*command)


@nox.session
def lint(session: nox.Session) -> None:
    """Everything, generated files included, is formatted, clean, and spelt right."""
    install(session, groups=["lint"])
    for command in LINT:
        session.run(*command)


@nox.session
def types(session: nox.Session) -> None:
    """Two type checkers, both strict, agree with the sources, the generated trees, the scripts and the examples."""
    install(session, "-e", ".", groups=["types"])
    for command in TYPES:
        session.run(*command, env=QUIET)


@nox.session(python=list(PYTHONS))
def tests(session: nox.Session) -> None:
    """The tests of the quick lane pass; `-- --lane full` after it runs more."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick")


@nox.session(python=MEASURED_ON)
def coverage(session: nox.Session) -> None:
    """The tests of the full lane pass, and run every line and every branch of the package."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    for data in (ROOT / ".coverage", *ROOT.glob(".coverage.*")):
        data.unlink(missing_ok=True)
    run_tests(session, "full", with_=MEASURED)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def aiohttp(session: nox.Session) -> None:
    """The asyncio client passes its tests on aiohttp's transport too, but for the differences that are listed."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick", "--transport", "aiohttp", *ON_AIOHTTP)


@nox.session
def httpx2(session: nox.Session) -> None:
    """Both flavours pass their tests with a client of httpx2 that is passed in."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick", "--transport", "httpx2", *ON_HTTPX2)


@nox.session
def tls(session: nox.Session) -> None:
    """Faults, cancellations, forks and event loops are met on encrypted connections as on others."""
    install(session, "-e", ".", groups=["test", "httpx2", "format"])
    run_tests(session, "quick", "--tls", *ON_TLS)


@nox.session(python=next(iter(PYTHONS)))
def lowest(session: nox.Session) -> None:
    """The tests pass with the lowest versions that `pyproject.toml` allows at run time, on the oldest Python."""
    install(session, "-e", ".", *lowest_versions(), groups=["test", "format"])
    # anyio has `anyio_mode` since 4.11, and tests/conftest.py a stand-in for the versions before.
    old = ("-o", "addopts=--import-mode=importlib", "-W", "ignore:Unknown config option:pytest.PytestConfigWarning")
    # It runs pytest by itself, with the settings of pyproject.toml alone.
    by_itself = "tests/embedded/test_examples.py::test_the_example_of_a_test_passes"
    # anyio before 4.16 leaves a transport to the garbage collector when a connect is cancelled at its end.
    at_each_step = "tests/concurrency/test_cancellation.py::test_a_task_is_cancelled_at_each_step_of_its_way"
    # Old packages call what newer ones deprecate.
    run_tests(
        session, "quick", *old, "-W", "ignore::DeprecationWarning", "--deselect", by_itself, "--deselect", at_each_step
    )


def lowest_versions() -> list[str]:
    """Return the requirements of the package and its extras, each at its lower bound."""
    project = PROJECT["project"]
    found: list[str] = []
    for text in chain(project["dependencies"], *project["optional-dependencies"].values()):
        requirement = Requirement(text)
        if requirement.name == project["name"]:  # an extra made of others
            continue
        [bound] = [specifier.version for specifier in requirement.specifier if specifier.operator == ">="]
        found.append(f"{requirement.name}=={bound}")
    return found


@nox.session
def browser(session: nox.Session) -> None:
    """The page that chats does what it should in a real browser; skipped, and said so, where there is none."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        session.skip("there is no Chromium here: install Debian's package `chromium`")
    install(session, "-e", ".", groups=["test"])
    run_tests(session, "full", "tests/web/test_browser.py", with_=("python", "-m", "pytest"))


@nox.session
def recipes(session: nox.Session) -> None:
    """The recipes for tools that the package does not need do what they say, and both type checkers agree."""
    install(session, "-e", ".", groups=["types", "recipes"])
    session.run("python", "-m", "pytest", "tests/recipes", "--lane", "full", *session.posargs, env=COMPILE_ONCE)
    written = [str(path) for path in sorted((ROOT / "examples" / "recipes").glob("*.py"))]
    session.run("mypy", *written)
    session.run("pyright", *written, env=QUIET)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation site builds without a warning or a broken link: build/site/index.html."""
    install(session, "-e", ".", groups=["docs"])
    session.run("python", "scripts/site.py")


@nox.session
def api(session: nox.Session) -> None:
    """What may break programs that were written for an earlier commit is listed, with its reason."""
    install(session, groups=["api"])
    session.run("python", "scripts/api_changes.py")


@nox.session(reuse_venv=False)
def wheel(session: nox.Session) -> None:
    """The wheel holds what it should, needs what it says, and works without the sources."""
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
    session.run("python", "-P", str(ROOT / "tests" / "examples" / "check_base_install.py"))
    install(session, groups=["test"])
    there = folder / "elsewhere"
    copy_tests(there)
    session.chdir(there)
    checks = ("tests/examples/check_wheel.py", "tests/userproject/check_user_project.py")
    session.run("pytest", *checks, env={"FASTGPT_CLIENT_WHEEL": str(built)})
    run_tests(session, "full", *PACKAGED, "-k", "not trio")


def _would_install(session: nox.Session, folder: Path, *requirements: str) -> set[str]:
    """Return the names of all that pip would install into an empty environment."""
    report = folder / "report.json"
    pip = ("python", "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report))
    session.run_install(*pip, *requirements)
    return {item["metadata"]["name"].lower() for item in json.loads(report.read_text("utf-8"))["install"]}


def copy_tests(there: Path) -> None:
    """Copy what is tested beside an installed package, without the sources."""
    for name in ("tests", "examples", "docs"):
        shutil.copytree(ROOT / name, there / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, there)


@nox.session
def bench(session: nox.Session) -> None:
    """What the client costs on top of its transport, as ratios: `nox -s bench -- --rounds 3 --only import`."""
    install(session, "-e", ".", groups=["bench"])
    session.run("python", "-m", "benchmarks.run", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """The calls the library was made for, over real sockets, against the recorded answers of a real server."""
    session.install("-e", ".")
    session.run("python", "scripts/demo.py")
