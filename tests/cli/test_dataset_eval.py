"""`fastgpt-client dataset eval`: how much searches find of what they should."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client.cli._dataset.setup import DEMO_DATASET
from fastgpt_client.cli._dataset.variants import parse_variants
from fastgpt_client.knowledge import Interval
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

KNOWN = {"question": "How many days off?", "answers": [{"text": "thirty days off", "source": "a.md"}]}
CHINESE = {"question": "发票写什么?", "answers": [{"text": "公司名称"}]}
HARD = {"question": "where is the zebra", "answers": [{"text": "in the zoo"}]}
NOWHERE = {"question": "xylophone"}


@pytest.fixture
def handbook(server: FakeFastGPT) -> FakeFastGPT:
    server.dataset("D", texts={"a.md": "Staff have thirty days off.", "报销.md": "发票须注明公司名称。"})
    return server


def ask(folder: Path, *rows: dict[str, Any]) -> tuple[str, ...]:
    """Return the beginning of a command that asks these questions."""
    file = folder / "questions.jsonl"
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")
    return ("dataset", "eval", str(file), "--dataset", "D")


def lines(out: str) -> dict[str, list[str]]:
    return {line.split("  ")[0]: line.split()[1:] for line in out.splitlines() if line}


def test_what_is_measured(handbook: FakeFastGPT, tmp_path: Path) -> None:
    ran = run(*ask(tmp_path, KNOWN, CHINESE, HARD, NOWHERE), "--k", "5,1")
    told = lines(ran.out)
    assert [*told] == ["measure", "recall@1", "recall@5", "mrr", "rejected", "searches", "seconds", "characters"]
    assert told["measure"] == ["embedding"]
    assert told["recall@5"] == ["0.667", "[0.000,", "1.000]"]
    assert told["rejected"] == ["1.000", "[1.000,", "1.000]"]
    assert (ran.code, ran.err) == (0, "4 questions; in brackets the 95 % interval\n")


def test_ways_are_compared(handbook: FakeFastGPT, tmp_path: Path) -> None:
    ways = "embedding, mixed+rerank:similarity=1,fulltext"
    ran = run(*ask(tmp_path, KNOWN, CHINESE), "--k", "1", "--compare", ways)
    assert "embedding" in ran.out.splitlines()[0]
    compared = [block.splitlines() for block in ran.out.split("\n\n")[1:]]
    assert [block[0] for block in compared] == [
        "mixed+rerank:similarity=1 - embedding",
        "fulltext - embedding",
        "fulltext - mixed+rerank:similarity=1",
    ]
    assert [line.split("  ")[0] for line in compared[1]] == ["fulltext - embedding", "measure", "recall@1", "mrr"]
    assert compared[1][-1].endswith("equal")
    assert {request.json.get("usingReRank") for request in handbook.requests[1:] if request.body} == {None, True}


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.1, 0.3, "better"), (-0.3, -0.1, "worse"), (-0.1, 0.1, "not sure")]
)
def test_a_verdict_needs_an_interval_without_0(
    handbook: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, low: float, high: float, verdict: str
) -> None:
    monkeypatch.setattr(
        "fastgpt_client._knowledge.scores._interval", lambda *_: Interval((low + high) / 2, low, high, 9)
    )
    ran = run(*ask(tmp_path, KNOWN), "--k", "1", "--compare", "embedding,mixed")
    assert ran.out.splitlines()[-1].endswith(f"[{low:+.3f}, {high:+.3f}]  {verdict}")


def test_without_answers_there_is_nothing_to_compare(handbook: FakeFastGPT, tmp_path: Path) -> None:
    ran = run(*ask(tmp_path, NOWHERE), "--k", "1", "--compare", "embedding,mixed")
    assert [*lines(ran.out)] == ["measure", "rejected", "searches", "seconds", "characters"]


def test_ways_that_do_not_fit_side_by_side_stand_below_each_other(handbook: FakeFastGPT, tmp_path: Path) -> None:
    ran = run(*ask(tmp_path, KNOWN), "--k", "1", "--compare", "embedding,mixed:similarity=0.01:limit=3000", columns=60)
    assert ran.lines[:2] == ["way: embedding", "recall@1: 1.000 [1.000, 1.000]"]
    assert "way: mixed:similarity=0.01:limit=3000" in ran.lines


@pytest.mark.parametrize("columns", [80, 120])
def test_numbers_are_whole_at_a_terminal(handbook: FakeFastGPT, tmp_path: Path, columns: int) -> None:
    ran = run(*ask(tmp_path, KNOWN), "--compare", "embedding,fulltext,mixed+rerank", columns=columns)
    assert ran.text.count("1.000 [1.000, 1.000]") == 15
    assert "…" not in ran.text


def test_all_numbers_as_json(handbook: FakeFastGPT, tmp_path: Path) -> None:
    ran = run(*ask(tmp_path, KNOWN, CHINESE), "--k", "1", "--compare", "embedding,mixed", "--json", "--seed", "7")
    told = ran.json
    assert told["variants"]["mixed"]["recall"]["1"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "count": 2}
    assert told["variants"]["mixed"]["rejected"] is None
    assert [(one["first"], one["second"]) for one in told["differences"]] == [("embedding", "mixed")]
    assert [(one["question"], one["ranks"], one["error"]) for one in told["scores"][:2]] == [
        ("How many days off?", [1], None),
        ("发票写什么?", [1], None),
    ]


def test_a_bound_that_is_missed_fails(handbook: FakeFastGPT, tmp_path: Path) -> None:
    asked = ask(tmp_path, KNOWN, HARD)
    assert run(*asked, "--fail-under", "recall@5=0.5,mrr=0.5").code == 0
    ran = run(*asked, "--fail-under", "recall@5=0.9", "--fail-under", "mrr=0.5")
    assert (ran.code, ran.err.splitlines()[1:]) == (1, ["recall@5 is 0.500, less than 0.9"])


def test_searches_that_fail(handbook: FakeFastGPT, tmp_path: Path) -> None:
    asked = ask(tmp_path, KNOWN, CHINESE)
    handbook.fault("error_before_run", path="searchTest", message="no model", times=None)
    ran = run(*asked, "--fail-under", "mrr=0.5", "--k", "1", "--concurrency", "1")
    assert (ran.code, lines(ran.out)["failed"]) == (1, ["2"])
    assert "2 searches failed: " in ran.err
    assert ran.err.endswith("mrr is unknown, so it is not at least 0.5\n")
    assert "no model" in run(*asked, "--json").json["scores"][0]["error"]


def test_questions_from_stdin(handbook: FakeFastGPT) -> None:
    ran = run("dataset", "eval", "-", "--dataset", "D", "--json", stdin=json.dumps(KNOWN))
    assert ran.json["variants"]["embedding"]["searches"] == 1


def test_the_demo_is_measured(tmp_path: Path) -> None:
    asked = ask(tmp_path, {"question": "days off", "answers": [{"text": "thirty days off a year"}]})
    ran = run(*asked[:-1], DEMO_DATASET, "--demo", "--fail-under", "recall@1=1")
    assert ran.code == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--k", "0"], "--k: '0' is not a list of numbers such as 1,5"),
        (["--k", "1,x"], "--k: '1,x' is not a list of numbers such as 1,5"),
        (["--fail-under", "recall=1"], "--fail-under takes recall@5=0.9, mrr=0.7 or rejected=1, not 'recall=1'"),
        (["--fail-under", "mrr=x"], "--fail-under takes recall@5=0.9, mrr=0.7 or rejected=1, not 'mrr=x'"),
        (["--fail-under", "mrr=nan"], "--fail-under takes recall@5=0.9, mrr=0.7 or rejected=1, not 'mrr=nan'"),
        (["--fail-under", "recall@2=1"], "--fail-under: recall@2 is not measured: add 2 to --k"),
        (
            ["--fail-under", "rejected=1"],
            "--fail-under: rejected needs questions without answers, and the file has none",
        ),
        (
            ["--compare", "best"],
            "--compare: 'best' is not a way of searching: embedding, fulltext, mixed, each with +rerank",
        ),
        (
            ["--compare", "mixed+x"],
            "--compare: 'mixed+x' is not a way of searching: embedding, fulltext, mixed, each with",
        ),
        (["--compare", "mixed,mixed"], "--compare: 'mixed' is named twice"),
        (["--compare", "mixed:similarity=2"], "--compare: similarity is a number from 0 to 1, not 2"),
        (["--compare", "mixed:limit=true"], "--compare: limit is a number from 0 to 20000, not True"),
        (["--compare", "mixed:x=1"], "--compare: 'x' is not one of similarity, embeddingWeight, rerankWeight, limit,"),
        (["--compare", "mixed:x"], "--compare mixed: takes KEY=VALUE, not 'x'"),
    ],
)
def test_what_cannot_be_right_is_told_before_anything_is_sent(
    handbook: FakeFastGPT, tmp_path: Path, flags: list[str], said: str
) -> None:
    ran = run(*ask(tmp_path, KNOWN), *flags)
    assert (ran.code, ran.out, len(handbook.requests)) == (2, "", 0)
    assert ran.err.startswith(f"fastgpt-client: {said}")


@pytest.mark.parametrize(
    "row",
    [
        {"question": " "},
        {"answers": []},
        {"question": "x", "answers": "y"},
        {"question": "x", "answers": [{"text": ""}]},
    ],
    ids=["blank", "none", "no-list", "no-text"],
)
def test_a_question_of_another_form(handbook: FakeFastGPT, tmp_path: Path, row: dict[str, Any]) -> None:
    ran = run(*ask(tmp_path, KNOWN, row))
    assert (ran.code, ran.out, len(handbook.requests)) == (2, "", 0)
    assert ran.err.startswith("fastgpt-client: QUESTIONS: question 2 does not have the form {")


def test_bounds_need_questions_of_their_kind_and_files_an_ending(handbook: FakeFastGPT, tmp_path: Path) -> None:
    ran = run(*ask(tmp_path, NOWHERE), "--fail-under", "mrr=1")
    assert ran.err == "fastgpt-client: --fail-under: mrr needs questions with answers, and the file has none\n"
    ran = run("dataset", "eval", "questions.csv", "--dataset", "D")
    assert (ran.code, ran.err) == (2, "fastgpt-client: QUESTIONS: 'questions.csv' must end with .jsonl\n")
    ran = run("dataset", "eval", "nowhere.jsonl", "--dataset", "D")
    assert (ran.code, ran.err) == (2, "fastgpt-client: QUESTIONS: no such file: 'nowhere.jsonl'\n")
    assert not handbook.requests


def test_a_model_is_named_as_a_text() -> None:
    found = parse_variants(["mixed+rerank:rerankModel=7:rerankWeight=0.5"])
    assert [*found.values()] == [
        {"searchMode": "mixedRecall", "usingReRank": True, "rerankModel": "7", "rerankWeight": 0.5}
    ]
