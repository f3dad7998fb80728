"""`fastgpt-client dataset import | export`: rows of tables in, and out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from fastgpt_client import KnowledgeBase
from fastgpt_client.testing import FakeFastGPT, ReceivedRequest
from tests.support.command import run

TO = ("--dataset", "D")


@pytest.fixture
def dataset(server: FakeFastGPT) -> FakeFastGPT:
    server.dataset("D")
    return server


def rows(server: FakeFastGPT, collection: str) -> list[tuple[str, str]]:
    return [(row.q, row.a) for row in server.collections(server.datasets["D"])[collection].rows.values()]


# --- import ---------------------------------------------------------------------------------------------------------


def test_a_table_is_put_in(dataset: FakeFastGPT, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text("q,a,more\n谁?,我\nWho?,Me\n'=1+1,'quoted\n", "utf-8")
    ran = run("dataset", "import", str(file), *TO)
    assert (ran.code, ran.out, ran.err) == (0, "", "3 of 3 rows accepted, in faq.csv\n")
    assert rows(dataset, "faq.csv") == [("谁?", "我"), ("Who?", "Me"), ("=1+1", "'quoted")]


def test_columns_and_further_texts(dataset: FakeFastGPT, tmp_path: Path) -> None:
    file = tmp_path / "faq.jsonl"
    lines = [
        {"ask": "one", "say": "1", "by": ["uno", {"text": "eins"}]},
        {"ask": "'=two", "by": "due\nzwei\n"},
        {"ask": "three"},
    ]
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    columns = ["--question", "ask", "--answer", "say", "--indexes", "by"]
    assert run("dataset", "import", str(file), *TO, "--collection", "FAQ", *columns).code == 0
    assert rows(dataset, "FAQ") == [("one", "1"), ("'=two", ""), ("three", "")]
    sent = next(request.json["data"] for request in dataset.requests if request.path.endswith("pushData"))
    found = [[index["text"] for index in row.get("indexes", [])] for row in sent]
    assert found == [["uno", "eins"], ["due", "zwei"], []]


def test_numbers_of_a_sheet_are_texts(dataset: FakeFastGPT, tmp_path: Path) -> None:
    book = Workbook()
    for line in (["q", "a"], ["How many?", 42], [7, None]):
        book.active.append(line)
    book.save(tmp_path / "faq.xlsx")
    assert run("dataset", "import", str(tmp_path / "faq.xlsx"), *TO).code == 0
    assert rows(dataset, "faq.xlsx") == [("How many?", "42"), ("7", "")]


def test_rows_that_are_not_taken_are_named(dataset: FakeFastGPT) -> None:
    piped = '{"q": "good"}\n{"q": ""}\n{"q": 3}\n'
    ran = run("dataset", "import", "-", *TO, "--collection", "C", stdin=piped)
    assert ran.out.splitlines()[0] == "row 2  dropped: it has neither q nor imageId"
    assert ran.out.splitlines()[1].startswith("row 3  dropped: its q must be text")
    assert (ran.code, ran.err) == (1, "1 of 3 rows accepted, in C\n")
    ran = run("dataset", "import", "-", *TO, "--collection", "C", "--skip", "1", "--json", stdin=piped)
    assert [(line["row"], line["status"]) for line in ran.json_lines] == [(2, "dropped"), (3, "dropped")]
    assert (ran.code, rows(dataset, "C")) == (1, [("good", "")])


def test_a_bar_at_a_terminal(dataset: FakeFastGPT, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("q\n\n谁\n", "utf-8")
    ran = run("dataset", "import", str(tmp_path / "faq.csv"), *TO, columns=80)
    assert "sending" in ran.err
    assert "1 of 1 row accepted, in faq.csv" in ran.text


def is_rest(request: ReceivedRequest) -> bool:
    return len(request.json["data"]) < 200


def test_what_ends_early_says_how_to_go_on(dataset: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = "q\n" + "x\n" * 202
    dataset.fault("error_before_run", path="pushData", message="aiPointsNotEnough", when=is_rest)
    ran = run("dataset", "import", "-", *TO, "--collection", "C", "--skip", "1", stdin=piped)
    assert ran.code == 1
    assert "stopped after row 201; continue with --skip 201\n" in ran.err

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(KnowledgeBase, "push_rows", interrupted)
    ran = run("dataset", "import", "-", *TO, "--collection", "C", stdin=piped)
    assert (ran.code, ran.err.splitlines()[0]) == (
        130,
        "stopped after row 0; some of the next 200 may be in the dataset: check",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "--collection is missing: name the collection for the rows"),
        (["-", "--collection", " "], "--collection is missing: name the collection for the rows"),
        (["faq.txt"], "FILE: no such file: 'faq.txt'"),
        (["-", "--collection", "C", "--question", "ask"], "--question: no column 'ask'; the columns are q"),
    ],
)
def test_wrong_flags_are_told_before_anything_is_sent(dataset: FakeFastGPT, arguments: list[str], said: str) -> None:
    ran = run("dataset", "import", *arguments, *TO, stdin="q\nx\n")
    assert (ran.code, ran.out, ran.err, len(dataset.requests)) == (2, "", f"fastgpt-client: {said}\n", 0)


# --- export ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(dataset: FakeFastGPT) -> FakeFastGPT:
    run("dataset", "import", "-", *TO, "--collection", "C", stdin='{"q": "=1+1", "a": "@x"}\n{"q": "谁"}\n')
    run("dataset", "import", "-", *TO, "--collection", "Other", stdin='{"q": "other"}\n')
    return dataset


def test_rows_are_written_as_they_are(held: FakeFastGPT, tmp_path: Path) -> None:
    ran = run("dataset", "export", "D", "--out", str(tmp_path / "rows.jsonl"))
    assert (ran.code, ran.err) == (0, f"wrote 3 rows of 2 collections to {tmp_path / 'rows.jsonl'}\n")
    found = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()]
    assert {(row["q"], row["a"], row["collection"]) for row in found} == {
        ("=1+1", "@x", "C"),
        ("谁", "", "C"),
        ("other", "", "Other"),
    }
    assert all(len(row["id"]) == 24 for row in found)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_spreadsheet_runs_them_and_they_come_back(held: FakeFastGPT, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"rows.{kind}"
    only = held.collections(held.datasets["D"])["C"].id
    ran = run("dataset", "export", "D", "--out", str(file), "--collection", only, columns=80)
    assert (ran.code, "wrote 2 rows of 1 collection" in ran.text) == (0, True)
    if kind == "csv":
        assert "'=1+1,'@x,C," in file.read_text("utf-8-sig")
    else:
        assert ("'=1+1", "'@x", "C") in [line[:3] for line in load_workbook(file).active.iter_rows(values_only=True)]
    assert run("dataset", "import", str(file), *TO).code == 0
    assert {*rows(held, file.name)} == {*rows(held, "C")} == {("=1+1", "@x"), ("谁", "")}


def test_what_cannot_be_exported(held: FakeFastGPT, tmp_path: Path) -> None:
    before = len(held.requests)
    ran = run("dataset", "export", "D", "--out", str(tmp_path / "rows.txt"))
    assert (ran.code, len(held.requests)) == (2, before)
    ran = run("dataset", "export", "D", "--out", str(tmp_path / "rows.csv"), "--collection", "x")
    assert ran.code == 1
    assert "--collection: x is not in the dataset" in ran.err
    assert not (tmp_path / "rows.csv").exists()
