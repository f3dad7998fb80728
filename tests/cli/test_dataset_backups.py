"""`fastgpt-client dataset save | restore`: a dataset as files, and again as a dataset."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client import KnowledgeBase
from fastgpt_client.cli._dataset.setup import DEMO_DATASET
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run


@pytest.fixture
def saved(server: FakeFastGPT, tmp_path: Path) -> Path:
    """Return the folder of a saved dataset "D", of a file and a row; the server still has it."""
    server.dataset("D", rows=["谁"], texts={"a.md": "alpha"})
    assert run("dataset", "save", str(tmp_path / "backup"), "--dataset", "D").code == 0
    return tmp_path / "backup"


def test_what_was_saved_is_told(server: FakeFastGPT, saved: Path) -> None:
    id = server.datasets["D"].id
    ran = run("dataset", "save", str(saved), "--dataset", "D")
    assert (ran.code, ran.out) == (0, f"{id}\n")
    assert ran.err == f"saved {id} to {saved}: 2 collections, 2 rows, 1 original\n"
    told = run("dataset", "save", str(saved), "--dataset", "D", "--json").json
    assert told == {"datasetId": id, "collections": 2, "rows": 2, "originals": 1, "problems": []}


def test_it_is_made_again(server: FakeFastGPT, saved: Path) -> None:
    ran = run("dataset", "restore", str(saved), "--name", "备份", columns=80)
    made = server.datasets["备份"]
    assert (ran.code, ran.out.strip()) == (0, made.id)
    assert "2 collections, 2 rows, 1 original" in " ".join(ran.text.split())
    assert {*server.collections(made)} == {"manual", "a.md"}
    ran = run("dataset", "restore", str(saved), "--dataset", "备份")
    assert (ran.code, ran.out, len(server.collections(made))) == (0, f"{made.id}\n", 2)


def test_what_could_not_be_had_is_told(server: FakeFastGPT, saved: Path) -> None:
    server.fault("error_before_run", path="dataset/data/", message="broken", times=None)
    ran = run("dataset", "save", str(saved.with_name("other")), "--dataset", "D")
    assert ran.code == 1
    assert ran.err.startswith("- ")


@pytest.mark.parametrize(
    ("command", "method", "said"),
    [
        (
            ["save", "new", "--dataset", "D"],
            "save",
            "interrupted: what was saved is kept, and the same command continues",
        ),
        (["restore", "backup"], "restore", "interrupted: continue with --dataset and the new dataset"),
    ],
    ids=["save", "restore"],
)
def test_ctrl_c_says_how_to_go_on(
    saved: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], method: str, said: str
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(saved.parent)
    monkeypatch.setattr(KnowledgeBase, method, interrupted)
    ran = run("dataset", *command)
    assert (ran.code, ran.err.startswith(said)) == (130, True)


def test_other_folders_are_left_alone(server: FakeFastGPT, saved: Path, tmp_path: Path) -> None:
    before = len(server.requests)
    (tmp_path / "file").write_text("x", "utf-8")
    for folder in ("", str(tmp_path), str(tmp_path / "file")):
        ran = run("dataset", "save", folder, "--dataset", "D")
        assert (ran.code, ran.err[:25]) == (2, "fastgpt-client: FOLDER: '")
    ran = run("dataset", "restore", str(tmp_path))
    assert (ran.code, ran.err.endswith("' does not have a completely saved dataset\n")) == (2, True)
    ran = run("dataset", "restore", str(saved), "--name", "x", "--dataset", "D")
    assert ran.err == "fastgpt-client: --name and --dataset exclude each other: an existing dataset keeps its name\n"
    assert (ran.code, len(server.requests)) == (2, before)
    (tmp_path / "empty").mkdir()
    assert run("dataset", "save", str(tmp_path / "empty"), "--dataset", "D").code == 0


def test_the_demo_is_saved_and_restored(tmp_path: Path) -> None:
    assert run("dataset", "save", str(tmp_path / "b"), "--dataset", DEMO_DATASET, "--demo").code == 0
    ran = run("dataset", "restore", str(tmp_path / "b"), "--demo")
    assert (ran.code, "4 collections, 5 rows, 3 originals" in ran.err) == (0, True)
