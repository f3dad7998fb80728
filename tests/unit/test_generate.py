"""The generator: what it writes, what `--check` sees, and what it leaves alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts._source import FOLDERS
from scripts.generate import main

ROOT = Path(__file__).resolve().parents[2]
PACKAGE, TESTS = FOLDERS

CHAT = f"""{PACKAGE.first_line}
from __future__ import annotations

from .stream import AsyncChatStream


class AsyncChatClient:
    async def open(self, first: int, second: int) -> AsyncChatStream:
        raise NotImplementedError
"""

STREAM = f"""{PACKAGE.first_line}
from __future__ import annotations


class AsyncChatStream: ...
"""

TEST_CHAT = f"""{TESTS.first_line}
from __future__ import annotations


async def test_a() -> None: ...
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with two sources and a test."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, text in {
        "_async_src/stream.py": STREAM,
        "_async_src/chat.py": CHAT,
        "tests/_async/test_chat.py": TEST_CHAT,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_every_output_and_nothing_else_is_written(root: Path) -> None:
    before = set(snapshot(root))
    main([], root)
    assert set(snapshot(root)) - before == {
        "fastgpt_client/_async/chat.py",
        "fastgpt_client/_async/stream.py",
        "fastgpt_client/_sync/chat.py",
        "fastgpt_client/_sync/stream.py",
        "tests/_sync/test_chat.py",
    }


def test_async_copy_differs_from_source_in_line_1_only(root: Path) -> None:
    main([], root)
    banner, rest = (root / "fastgpt_client/_async/chat.py").read_text(encoding="utf-8").split("\n", 1)
    assert banner == "# Generated from _async_src/chat.py by scripts/generate.py: edit the source, not this file."
    assert rest == CHAT.split("\n", 1)[1]


def test_output_is_formatted_and_imports_are_sorted(root: Path) -> None:
    chat = CHAT.replace("from .stream", "from fastgpt_client._concurrency import AsyncLock, Held\n\nfrom .stream")
    chat += "\n\nasync def run(lock: AsyncLock, held: Held,) -> None: ...\n"
    (root / "_async_src/chat.py").write_text(chat, encoding="utf-8")
    main([], root)
    made = (root / "fastgpt_client/_sync/chat.py").read_text(encoding="utf-8")
    assert "import Held, Lock\n" in made
    assert made.endswith("def run(\n    lock: Lock,\n    held: Held,\n) -> None: ...\n")


def test_own_modules_are_sorted_last_wherever_they_are(root: Path) -> None:
    (root / "tests/support").mkdir()
    (root / "tests/support/server.py").touch()
    (root / "tests/_async/helpers.py").write_text(TEST_CHAT, encoding="utf-8")
    imports = [
        "import pytest\n\n",
        "from fastgpt_client import AsyncChatClient\n",
        "from tests._async.helpers import test_a\n",
        "from tests.support.server import URL\n",
    ]
    text = TEST_CHAT.replace("\n\n\n", "\n\n" + "".join(reversed(imports)) + "\n\n", 1)
    (root / "tests/_async/test_chat.py").write_text(text, encoding="utf-8")
    assert main([], root) == 0
    expected = "".join(imports).replace("AsyncChat", "Chat").replace("_async", "_sync")
    assert expected in (root / "tests/_sync/test_chat.py").read_text(encoding="utf-8")
    assert main(["--check"], root) == 0


def test_second_run_writes_nothing(root: Path) -> None:
    main([], root)
    before = snapshot(root)
    assert main([], root) == 0
    assert snapshot(root) == before


def test_only_changed_files_are_written_again(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([], root)
    (root / "_async_src/chat.py").write_text(CHAT.replace("second", "third"), encoding="utf-8")
    capsys.readouterr()
    main([], root)
    assert capsys.readouterr().out.splitlines() == [
        "wrote fastgpt_client/_async/chat.py",
        "wrote fastgpt_client/_sync/chat.py",
    ]


def test_outputs_without_a_source_are_removed(root: Path) -> None:
    main([], root)
    (root / "tests/_async/test_chat.py").unlink()
    (root / "_async_src/chat.py").unlink()
    assert main([], root) == 0
    assert [path.name for path in root.rglob("_sync/*")] == ["stream.py"]


def test_check_passes_on_a_fresh_tree(root: Path) -> None:
    main([], root)
    assert main(["--check"], root) == 0


def test_check_lists_every_difference_and_writes_nothing(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([], root)
    (root / "fastgpt_client/_sync/chat.py").unlink()
    (root / "fastgpt_client/_async/chat.py").write_bytes(
        (root / "fastgpt_client/_async/chat.py").read_bytes().replace(b"second", b"third")
    )
    shutil.copy(root / "tests/_sync/test_chat.py", root / "tests/_sync/test_old.py")
    before = snapshot(root)
    assert main(["--check"], root) == 1
    assert capsys.readouterr().err.splitlines() == [
        "fastgpt_client/_async/chat.py: not up to date with its source",
        "fastgpt_client/_sync/chat.py: missing",
        "tests/_sync/test_old.py: no longer has a source",
        "run: python scripts/generate.py",
    ]
    assert snapshot(root) == before


@pytest.mark.parametrize("name", ["chat.py", "own.py"])
@pytest.mark.parametrize("option", [[], ["--check"]])
def test_file_without_banner_is_neither_removed_nor_overwritten(
    root: Path, capsys: pytest.CaptureFixture[str], name: str, option: list[str]
) -> None:
    own = root / "fastgpt_client/_sync" / name
    own.parent.mkdir(parents=True)
    own.write_bytes(b"x = 1\n")
    assert main(option, root) == 1
    expected = f"fastgpt_client/_sync/{name}: was not generated; move it away or delete it\n"
    assert capsys.readouterr().err == expected
    assert own.read_bytes() == b"x = 1\n"


def test_files_that_are_no_python_are_left_alone(root: Path) -> None:
    for folder in ("_async_src/__pycache__", "fastgpt_client/_sync/__pycache__"):
        (root / folder).mkdir(parents=True)
        (root / folder / "chat.cpython-311.pyc").write_bytes(b"\0")
    (root / "fastgpt_client/_sync/notes.txt").write_bytes(b"")
    before = set(snapshot(root))
    assert main([], root) == 0
    assert before < set(snapshot(root))


@pytest.mark.parametrize("folder", ["_async_src", "fastgpt_client/_sync"])
def test_sub_folder_is_refused(root: Path, capsys: pytest.CaptureFixture[str], folder: str) -> None:
    (root / folder / "inner").mkdir(parents=True)
    (root / folder / "inner/x.py").write_bytes(b"")
    assert main([], root) == 1
    expected = f"{folder}/inner: sub-folders are not converted; move its files into {folder}\n"
    assert capsys.readouterr().err == expected


def test_tree_without_sources_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert main([], tmp_path) == 1
    assert capsys.readouterr().err.startswith("_async_src: no sources found in ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = 1\n", f"1: line 1 is not the source comment; line 1 must be: {PACKAGE.first_line}"),
        (TESTS.first_line.encode() + b"\n", "1: line 1 is not the source comment; line 1 must be: "),
        (PACKAGE.first_line.encode() + b"\n\nx = '\xff'\n", "3: not UTF-8; save the file as UTF-8"),
        (PACKAGE.first_line.encode() + b"\nx = 1\r\n", "2: a carriage return; end lines with LF only"),
        (PACKAGE.first_line.encode() + b"\n\x0c\nx = 1\n", "2: a form feed; end lines with LF only"),
        (PACKAGE.first_line.encode() + b"\n\nx = (\n", "3: not valid Python: '(' was never closed; fix the syntax"),
    ],
)
def test_unreadable_source_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], data: bytes, message: str
) -> None:
    (root / "_async_src/bad.py").write_bytes(data)
    assert main([], root) == 1
    assert capsys.readouterr().err.startswith(f"_async_src/bad.py:{message}")


def test_nothing_is_written_when_one_file_is_refused(root: Path) -> None:
    (root / "_async_src/bad.py").write_text(f"{PACKAGE.first_line}\nimport time\n", encoding="utf-8")
    before = snapshot(root)
    assert main([], root) == 1
    assert snapshot(root) == before


def test_other_formatter_version_is_refused_with_the_command_that_helps(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    (root / "pyproject.toml").write_text(text.replace('"ruff==', '"not-there==1", "ruff==9.'), encoding="utf-8")
    assert main([], root) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first == "not-there 1 is required, found: not installed; run: pip install not-there==1"
    assert second.startswith("ruff 9.")
    assert "; run: pip install ruff==9." in second


def test_code_that_the_formatter_rejects_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    (root / "pyproject.toml").write_text(text.replace('target-version = "py311"', 'target-version = "py3"'))
    assert main([], root) == 1
    assert capsys.readouterr().err.startswith("ruff check failed:\n")


def test_script_runs_from_any_folder(tmp_path: Path) -> None:
    script = [sys.executable, str(ROOT / "scripts/generate.py"), "--help"]
    done = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--check" in done.stdout
