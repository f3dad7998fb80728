"""`fastgpt-client dataset sync | diff`: a dataset that holds what a folder holds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from fastgpt_client import DatasetClient, KnowledgeBase
from fastgpt_client.cli._dataset.progress import size
from fastgpt_client.cli._dataset.setup import DEMO_DATASET
from fastgpt_client.datasets import TrainingState
from fastgpt_client.knowledge import KnowledgeReport, Progress
from fastgpt_client.testing import FakeFastGPT
from tests.support import web
from tests.support.command import INTERRUPT, run
from tests.support.terminal import Terminal

TO = ("--dataset", "D")


@pytest.fixture
def docs(server: FakeFastGPT, tmp_path: Path) -> Path:
    """Return a folder of two files; the server has an empty dataset "D"."""
    server.dataset("D")
    folder = tmp_path / "docs"
    (folder / "子目录").mkdir(parents=True)
    (folder / "a.md").write_text("alpha", "utf-8")
    (folder / "子目录" / "中文.md").write_text("内容", "utf-8")
    return folder


def names(server: FakeFastGPT) -> set[str]:
    return {name for name, item in server.collections(server.datasets["D"]).items() if item.type != "folder"}


def table(out: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in out.splitlines()}


# --- sync -----------------------------------------------------------------------------------------------------------


def test_a_folder_is_put_in_and_then_left_alone(server: FakeFastGPT, docs: Path) -> None:
    ran = run("dataset", "sync", str(docs), *TO, "--under", "hand/book", "--wait", "--set", "chunkSize=500")
    assert (ran.code, ran.err) == (0, "")
    assert table(ran.out) == {"files": ["done", "pending", "failed", "skipped"], "create": ["2"]}
    assert names(server) == {"a.md", "中文.md"}
    ran = run("dataset", "sync", str(docs), *TO, "--under", "hand/book", "--set", "chunkSize=500")
    assert (ran.code, table(ran.out)["unchanged"]) == (0, ["2"])


def test_what_is_pruned_and_what_is_not(server: FakeFastGPT, docs: Path) -> None:
    run("dataset", "sync", str(docs), *TO)
    (docs / "a.md").unlink()
    assert table(run("dataset", "sync", str(docs), *TO).out)["unchanged"] == ["1"]
    assert names(server) == {"a.md", "中文.md"}
    ran = run("dataset", "sync", str(docs), *TO, "--prune", "--max-delete", "0")
    assert (ran.code, ran.err) == (1, "nothing is pruned: 1 would be deleted, but --max-delete is 0\n")
    assert ran.out.startswith("skipped   a.md  nothing is pruned")
    ran = run("dataset", "sync", str(docs), *TO, "--prune")
    assert (ran.code, table(ran.out)["delete"], names(server)) == (0, ["1"], {"中文.md"})


def test_lines_of_json(server: FakeFastGPT, docs: Path) -> None:
    (docs / "b.exe").write_bytes(b"x")
    ran = run("dataset", "sync", str(docs), *TO, "--wait", "--json")
    progress = [line for line in ran.json_lines if line["event"] == "progress"]
    assert [*dict.fromkeys(line["phase"] for line in progress)] == ["listing", "sending", "waiting", "deleting"]
    assert progress[-1]["bytesDone"] == progress[-1]["bytesTotal"] == 11
    assert {(line["rowsTrained"], line["rowsLeft"]) for line in progress if line["phase"] == "waiting"} == {(0, 0)}
    files = {line["path"]: line["status"] for line in ran.json_lines if line["event"] == "file"}
    assert files == {"a.md": "done", "b.exe": "failed", "子目录/中文.md": "done"}
    end = ran.json_lines[-1]
    assert (ran.code, end["event"], end["ok"], end["stopped"]) == (1, "end", False, None)
    assert end["counts"] == {"create done": 2, "refuse failed": 1}


def test_a_run_that_ends_early_says_why(server: FakeFastGPT, docs: Path) -> None:
    server.fault("error_before_run", path="collection/create", message="aiPointsNotEnough", times=None)
    ran = run("dataset", "sync", str(docs), *TO)
    assert (ran.code, ran.err.startswith("the run ended early: ")) == (1, True)
    assert "skipped   a.md  the run ended early" in ran.out
    end = run("dataset", "sync", str(docs), *TO, "--json").json_lines[-1]
    assert end["stopped"].partition(" [")[0] in ran.err


@pytest.mark.parametrize("columns", [80, 120])
def test_at_a_terminal_paths_are_whole(server: FakeFastGPT, docs: Path, columns: int) -> None:
    (docs / f"{'长' * 45}.exe").write_bytes(b"x")
    ran = run("dataset", "sync", str(docs), *TO, "--wait", columns=columns)
    assert ran.code == 1
    assert f"{'长' * 45}.exe" in ran.text.replace("\n", "")
    assert "create     2" in ran.text


def test_the_bar_says_how_far_it_is(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sync(self: KnowledgeBase, source: object, **given: object) -> None:
        given["progress"](Progress(phase="sending", done=1, total=2, bytes_done=1500, bytes_total=3000))  # type: ignore[operator]
        raise KeyboardInterrupt

    monkeypatch.setattr(KnowledgeBase, "sync", sync)
    ran = run("dataset", "sync", str(docs), *TO, columns=100)
    assert ran.code == 130
    assert "1.5 KB of 3.0 KB" in ran.err
    assert "interrupted: what was sent is kept, and the same command continues from here" in ran.text


def test_ctrl_c_while_it_is_learnt(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeFastGPT.serve(train_delay=600.0) as slow:
        slow.dataset("D")
        monkeypatch.setenv("FASTGPT_BASE_URL", slow.url)
        monkeypatch.setenv("FASTGPT_API_KEY", slow.api_key)
        with Terminal("dataset", "sync", str(docs), *TO, "--wait") as terminal:
            terminal.wait_for("0 of 2 rows")
            terminal.press(INTERRUPT)
            terminal.wait_for("the same command continues from here")
            assert terminal.wait() == 130


def test_rows_are_counted_as_they_are_learnt(server: FakeFastGPT, docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def sync(self: KnowledgeBase, source: object, **given: object) -> KnowledgeReport:
        for _ in left:
            given["progress"](Progress(phase="waiting"))  # type: ignore[operator]
        return KnowledgeReport(outcomes=())

    left = [5, 7, 2, None]
    looks = iter([*left, *left])
    monkeypatch.setattr(KnowledgeBase, "sync", sync)
    monkeypatch.setattr(DatasetClient, "get_training", lambda self, **_: TrainingState(active=next(looks), raw={}))
    *progress, _ = run("dataset", "sync", str(docs), *TO, "--json").json_lines
    assert [(line["rowsTrained"], line["rowsLeft"]) for line in progress] == [(0, 5), (0, 7), (5, 2), (0, None)]
    assert run("dataset", "sync", str(docs), *TO, columns=80).code == 0


def test_an_empty_folder(server: FakeFastGPT, tmp_path: Path) -> None:
    server.dataset("D")
    (tmp_path / "empty").mkdir()
    ran = run("dataset", "sync", str(tmp_path / "empty"), *TO)
    assert (ran.code, ran.out, ran.err) == (0, "", "no files\n")


def test_a_commit_of_the_folder(server: FakeFastGPT, docs: Path) -> None:
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        identity = ["-c", "user.name=n", "-c", "user.email=e@x"]
        subprocess.run(["git", "-C", str(docs.parent), *identity, *arguments], check=True)
    (docs / "later.md").write_text("later", "utf-8")
    assert run("dataset", "sync", str(docs), *TO, "--git", "HEAD", "--match", "*.md").code == 0
    assert names(server) == {"a.md"}
    whole = run("dataset", "diff", str(docs.parent), *TO, "--git", "HEAD", "--json").json_lines
    assert {line.get("path") for line in whole} >= {"docs/a.md", "docs/子目录/中文.md"}
    ran = run("dataset", "sync", str(docs), *TO, "--git", "nowhere")
    assert (ran.code, ran.err[:39]) == (2, "fastgpt-client: SRC: git rev-parse: fat")


def test_a_web_page_and_a_sitemap(server: FakeFastGPT) -> None:
    server.dataset("D")
    pages = {"/a.md": "alpha", "/sitemap.xml": "<urlset><url><loc>/a.md</loc></url></urlset>"}

    def answer(asked: web.Asked) -> web.Reply:
        text = pages[asked.path].replace("/a.md", f"{url}/a.md")
        return web.Reply(200, text.encode(), {"Content-Type": "text/markdown"})

    with web.serve(answer) as url:
        assert run("dataset", "sync", f"{url}/a.md", *TO).code == 0
        assert table(run("dataset", "sync", f"{url}/sitemap.xml", *TO).out)["unchanged"] == ["1"]


# --- diff -----------------------------------------------------------------------------------------------------------


def test_what_would_be_done(server: FakeFastGPT, docs: Path) -> None:
    before = len(server.requests)
    ran = run("dataset", "diff", str(docs), *TO, "--exit-code")
    assert ran.out == "create    a.md  5 bytes, it is new\ncreate    子目录/中文.md  6 bytes, it is new\n"
    assert (ran.code, ran.err) == (1, "2 create; 11 bytes to send\n")
    assert run("dataset", "sync", str(docs), *TO, "--dry-run").out == ran.out
    assert {request.path.rpartition("/")[2] for request in server.requests[before:]} <= {"list", "listV2"}
    run("dataset", "sync", str(docs), *TO)
    ran = run("dataset", "diff", str(docs), *TO, "--exit-code")
    assert (ran.code, ran.out, ran.err) == (0, "", "2 unchanged; 0 bytes to send\n")


def test_what_is_left_from_earlier_and_what_is_told(server: FakeFastGPT, docs: Path) -> None:
    run("dataset", "sync", str(docs), *TO)
    (docs / "a.md").rename(docs / "b.md")
    (docs / "c.md").write_text("alpha", "utf-8")
    ran = run("dataset", "diff", str(docs), *TO)
    assert "1 file of earlier syncs not in SRC: delete with --prune" in ran.err
    assert "b.md" in ran.err.splitlines()[0]
    assert "earlier syncs" not in run("dataset", "diff", str(docs), *TO, "--prune").err
    (docs / "c.md").unlink()
    (docs / "b.md").unlink()
    refused = ["--prune", "--max-delete", "0"]
    assert (
        "nothing is pruned: 1 would be deleted, but --max-delete is 0"
        in run("dataset", "diff", str(docs), *TO, *refused).err
    )
    *plan, end = run("dataset", "diff", str(docs), *TO, *refused, "--json").json_lines
    assert {line["event"] for line in plan} == {"plan"}
    assert end["pruneRefused"] == "1 would be deleted, but --max-delete is 0"
    assert (end["notInSource"], end["bytesToSend"]) == (["a.md"], 0)


def test_a_folder_without_files(server: FakeFastGPT, tmp_path: Path) -> None:
    server.dataset("D")
    (tmp_path / "empty").mkdir()
    ran = run("dataset", "diff", str(tmp_path / "empty"), *TO, "--follow-symlinks")
    assert (ran.code, ran.out, ran.err) == (0, "", "no files; 0 bytes to send\n")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["nowhere"], "SRC: no such folder: 'nowhere'"),
        (["."], "--max-delete needs --prune"),
        (
            ["http://127.0.0.1:9/", "--git", "HEAD"],
            "--git and --follow-symlinks work with folders only, not with web pages",
        ),
        ([".", "--set", "chunkSize"], "--set takes KEY=VALUE, not 'chunkSize'"),
    ],
    ids=["folder", "prune", "pages", "set"],
)
def test_wrong_flags_are_told_before_anything_is_sent(server: FakeFastGPT, flags: list[str], said: str) -> None:
    more = ["--max-delete", "3"] if "needs --prune" in said else []
    for command in ("sync", "diff"):
        ran = run("dataset", command, *flags, *more, "--dataset", "D")
        assert (ran.code, ran.out, ran.err) == (2, "", f"fastgpt-client: {said}\n")
    assert not server.requests


def test_an_error_of_the_library_names_the_flag(
    server: FakeFastGPT, docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("dataset", "diff", str(docs), *TO, "--under", "a//b")
    assert (ran.code, ran.err) == (
        2,
        "fastgpt-client: --under must be a path such as 'handbook/2026', not 'a//b'\n",
    )
    (docs / ".fastgptignore").write_text("x", "utf-8")
    monkeypatch.setitem(__import__("sys").modules, "pathspec", None)
    ran = run("dataset", "diff", str(docs), *TO)
    assert (ran.code, ran.err) == (2, "fastgpt-client: .fastgptignore needs pathspec: pip install pathspec\n")


def test_the_demo_takes_a_folder(docs: Path) -> None:
    ran = run("dataset", "sync", str(docs), "--dataset", DEMO_DATASET, "--demo", "--wait")
    assert (ran.code, table(ran.out)["create"]) == (0, ["2"])


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1500, "1.5 KB"), (2_000_000_000_000, "2000.0 GB")],
)
def test_sizes(number: int, told: str) -> None:
    assert size(number) == told
