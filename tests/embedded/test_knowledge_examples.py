"""The examples about knowledge bases as programs of their own, against the embedded server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import DatasetClient, KnowledgeBase
from fastgpt_client.testing import FakeFastGPT
from tests.embedded.test_running import PACKAGE_FOLDER
from tests.support.until import PATIENCE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "knowledge"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


@pytest.fixture
def run(server: FakeFastGPT, tmp_path: Path) -> Run:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "holidays.md").write_text("Staff have thirty days off a year.")
    (tmp_path / "docs" / "notes.exe").write_text("no document")
    settings = {
        "FASTGPT_BASE_URL": server.url,
        "FASTGPT_API_KEY": server.api_key,
        "FASTGPT_DATASET_ID": server.dataset("Handbook").id,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": PACKAGE_FOLDER,
        "PYTHONIOENCODING": "utf-8",
    }

    def started(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", str(EXAMPLES / f"{name}.py"), *arguments],
            env={**os.environ, **settings},
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    return started


def test_every_example_is_run() -> None:
    text = Path(__file__).read_text("utf-8")
    assert all(f'run("{path.stem}"' in text for path in EXAMPLES.glob("*.py"))


def test_a_folder_is_put_in_found_and_measured(server: FakeFastGPT, run: Run, tmp_path: Path) -> None:
    dataset = server.datasets["Handbook"].id
    done = run("ingest_folder", "docs", dataset)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "done     create    holidays.md",
        "failed   refuse    notes.exe servers accept only .txt .docx .csv .xlsx .pdf .md .html .pptx",
    ]
    done = run("search_and_cite", dataset, "days off")
    assert "Staff have thirty days off a year." in done.stdout
    assert done.stdout.startswith("[1] holidays.md")
    answer = {"text": "thirty days off", "source": "holidays.md"}
    (tmp_path / "q.jsonl").write_text(json.dumps({"question": "days off", "answers": [answer]}))
    done = run("evaluate_retrieval", "q.jsonl", dataset)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("embedding: recall@1 1.000 [1.000, 1.000]")
    assert "mixed less embedding: MRR 0.000 [0.000, 0.000]" in done.stdout.splitlines()


def test_a_table_is_pushed(server: FakeFastGPT, run: Run, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("question,answer\nWho wrote Faust?,Goethe\n,nothing\n")
    done = run("faq_from_csv", "faq.csv", server.datasets["Handbook"].id)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines() == [
        "row 2 was dropped: it has neither q nor imageId",
        "1 rows were accepted, 1 were not",
    ]


def test_a_commit_is_kept_in_step(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")
    for command in (["init", "-q"], ["add", "docs"], ["commit", "-qm", "1"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    done = run("sync_in_ci", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "create docs/docs/holidays.md: it is new\n"
    for counts in ("{'create done': 1}", "{'unchanged done': 1}"):
        done = run("sync_in_ci")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.strip() == counts


def test_the_blocks_of_the_page_do_what_they_say(
    server: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (EXAMPLES.parents[1] / "docs" / "knowledge.md").read_text("utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    sync, copies = (text for language, text in blocks if not language)  # tests/examples runs the others
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "holidays.md").write_text("Staff have thirty days off a year.")
    ours = {
        "fastgpt-xxxxx": server.api_key,
        "http://localhost:3000": server.url,
        "65f000000000000000000001": server.dataset("Handbook").id,
    }
    for text, value in ours.items():
        assert text in sync
        sync = sync.replace(text, value)
    names: dict[str, Any] = {}
    exec(sync, names)
    assert capsys.readouterr().out == "{'create': 1} 34\n"
    with DatasetClient(server.api_key, server.url) as client:
        kb = client.knowledge_base(server.datasets["Handbook"].id)
        exec(copies, {"kb": kb, "KnowledgeBase": KnowledgeBase, "other_client": client})
    assert [file.name for file in tmp_path.rglob("dataset.json")] == ["dataset.json"]
