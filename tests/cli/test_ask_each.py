"""`fastgpt-client ask-each`: a table of questions in, a table of answers out, and on from where it ended."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from fastgpt_client import AskRun
from fastgpt_client.asks import ROW_COLUMNS, read_rows
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

ROWS = [{"id": str(number), "question": f"What is {number}?", "gold": f"what IS {number}"} for number in range(4)]


@pytest.fixture
def asked(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    """The server, whose app repeats the question at once."""
    monkeypatch.setenv("FASTGPT_APP_ID", server.app(answer=echo).id)
    return server


def echo(messages: list[Any], variables: dict[str, Any]) -> str:
    return f"You said: {messages[-1]['content']}"


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [*csv.DictReader(file)]


def questions(tmp_path: Path, kind: str = ".csv", rows: list[dict[str, Any]] = ROWS) -> str:
    """Return the path of a table of questions."""
    path = tmp_path / f"questions{kind}"
    if kind == ".jsonl":
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows) + "\n", "utf-8")
    elif kind == ".xlsx":
        book = Workbook()
        for line in ([*rows[0], None], *([*row.values()] for row in rows), [None] * 3):
            book.active.append(line)
        book.save(path)
    else:
        mark = {".csv": ",", ".semicolon.csv": ";", ".tab.csv": "\t"}[kind]
        lines = [mark.join(rows[0]), *(mark.join(map(str, row.values())) for row in rows)]
        path.write_text("\ufeff" + "\n".join(lines), "utf-8")
    return str(path)


@pytest.mark.parametrize("source", [".csv", ".semicolon.csv", ".tab.csv", ".jsonl", ".xlsx"])
def test_each_kind_of_table_is_read(asked: FakeFastGPT, tmp_path: Path, source: str) -> None:
    to = tmp_path / "answers.csv"
    ran = run("ask-each", questions(tmp_path, source), "--to", str(to))
    assert ran.code == 0, ran.err
    found = csv_rows(to)
    assert [*found[0]] == [*ROW_COLUMNS, "gold"]
    assert [(row["id"], row["answer"], row["gold"]) for row in found] == [
        (row["id"], f"You said: {row['question']}", row["gold"]) for row in ROWS
    ]
    assert "4 asked; 0 reused; 0 failed; " in ran.err
    assert ran.err.splitlines()[-1] == f"4 rows in {to}"


@pytest.mark.parametrize("kind", [".csv", ".jsonl"])
def test_questions_are_piped_in(asked: FakeFastGPT, tmp_path: Path, kind: str) -> None:
    piped = Path(questions(tmp_path, kind)).read_text("utf-8-sig")
    ran = run("ask-each", "-", "--to", str(tmp_path / "a.jsonl"), stdin=piped)
    assert (ran.code, len([*read_rows(tmp_path / "a.jsonl")])) == (0, 4)


def test_answers_as_xlsx(asked: FakeFastGPT, tmp_path: Path) -> None:
    to = tmp_path / "answers.xlsx"
    rows = [{"id": "1", "question": "=1+1 \x07", "gold": "-"}]
    assert run("ask-each", questions(tmp_path, ".jsonl", rows), "--to", str(to)).code == 0
    sheet = load_workbook(to)["answers"]
    head, line = sheet.iter_rows()
    cells = {name.value: cell for name, cell in zip(head, line, strict=True)}
    assert (cells["question"].value, cells["gold"].value) == ("'=1+1 ", "'-")
    assert {cell.data_type for cell in line} <= {"s", "n"}
    assert cells["points"].value > 0


@pytest.mark.parametrize("kind", [".csv", ".jsonl"])
def test_the_same_command_goes_on(asked: FakeFastGPT, tmp_path: Path, kind: str) -> None:
    to = str(tmp_path / f"answers{kind}")
    run("ask-each", questions(tmp_path, rows=ROWS[2:]), "--to", to)
    ran = run("ask-each", questions(tmp_path), "--to", to)
    assert "2 asked; 2 reused; 0 failed" in ran.err
    found = csv_rows(Path(to)) if kind == ".csv" else [*read_rows(to)]
    assert sorted(row["id"] for row in found) == [row["id"] for row in ROWS]
    if kind == ".csv":
        assert [row["id"] for row in found] == [row["id"] for row in ROWS]


@pytest.mark.parametrize(
    ("check", "gold", "passed"),
    [
        ("contains", ["you SAID", "nothing"], [True, False]),
        ("equals", ["You said: q0 ", "you said: q1"], [True, False]),
        ("regex", [r"q\d$", "^q"], [True, False]),
    ],
)
def test_answers_are_compared(
    asked: FakeFastGPT, tmp_path: Path, check: str, gold: list[str], passed: list[bool]
) -> None:
    rows = [{"question": f"q{number}", "answer": text} for number, text in enumerate(gold)]
    arguments = ["ask-each", questions(tmp_path, ".jsonl", rows), "--to", str(tmp_path / "a.csv"), "--expect", "answer"]
    ran = run(*arguments, "--check", check, "--fail-under", "0.5")
    assert (ran.code, ran.err.splitlines()[0]) == (0, "1 of 2 answers passed (50.0%)")
    assert [row["passed"] for row in csv_rows(tmp_path / "a.csv")] == [str(one) for one in passed]
    assert run(*arguments, "--check", check, "--fail-under", "0.6").code == 1


def test_failed_rows_are_told_and_asked_again(asked: FakeFastGPT, tmp_path: Path) -> None:
    arguments = ["ask-each", questions(tmp_path), "--to", str(tmp_path / "a.csv"), "--expect", "gold"]
    with asked.fault("error_before_run", message="modelNotFound", times=None):
        ran = run(*arguments, "--max-failures", "2", "--concurrency", "1")
    assert ran.code == 1
    assert "2 rows failed, as many as --max-failures allows; the same call goes on from there" in ran.err
    assert ran.err.startswith("0 of ")
    ran = run(*arguments, "--retry-failed", "--per-minute", "60000", "--max-points", "100", "--run", "a.csv")
    assert ran.code == 0
    assert ran.err.startswith("4 of 4 answers passed (100.0%)")


def test_what_an_earlier_run_did_stays_in_the_table(asked: FakeFastGPT, tmp_path: Path) -> None:
    to = str(tmp_path / "a.csv")
    run("ask-each", questions(tmp_path), "--to", to)
    run("ask-each", questions(tmp_path, rows=ROWS[:1]), "--to", to)
    assert next(row["id"] for row in csv_rows(Path(to))) == "0"
    assert len(csv_rows(Path(to))) == 4


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_ends_a_run_in_good_order(
    asked: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    following, left = AskRun.__next__, times

    def interrupted(self: AskRun) -> Any:
        nonlocal left
        if left:
            left -= 1
            raise KeyboardInterrupt
        return following(self)

    monkeypatch.setattr(AskRun, "__next__", interrupted)
    to = str(tmp_path / "a.csv")
    ran = run("ask-each", questions(tmp_path), "--to", to)
    assert "waiting for the rows in progress" in ran.err
    assert ran.code == (1 if times == 1 else 130)
    assert ("interrupted; the same call goes on from there" in ran.err) == (times == 1)
    monkeypatch.undo()


def test_a_terminal_sees_how_far_it_is(asked: FakeFastGPT, tmp_path: Path) -> None:
    ran = run("ask-each", questions(tmp_path), "--to", str(tmp_path / "a.csv"), columns=120)
    assert b"points, 0 failed" in ran.seen
    assert ran.code == 0


@pytest.mark.parametrize(
    ("content", "flags", "message"),
    [
        ("question\nq\n", ["--to", "a.txt"], "must end with .csv, .jsonl or .xlsx"),
        ("question\nq\n", ["--to", "nowhere/a.csv"], "cannot be written"),
        ("question\n", [], "has no rows"),
        ("{}\n", [], "stdin: line 1 is not a JSON object"),
        ('{"question": "q"}\nnonsense\n', [], "stdin: line 2 is not a JSON object"),
        ("question\nq\n", ["--check", "roughly"], "--check: 'roughly' is not one of contains, equals, regex"),
        ("question\nq\n", ["--fail-under", "0.5"], "--fail-under needs --expect"),
        ("question\nq\n", ["--expect", "gold"], "--expect: no column 'gold'; the columns are question"),
        ("question,g\nq,(\n", ["--expect", "g", "--check", "regex"], "--expect: row 1 is not a regular expression"),
        ("q\nq\n", [], "question: the row has no column 'question', only q"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(
    asked: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, flags: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("ask-each", "-", "--to", "a.csv", *flags, stdin=content)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"question\n\xff\n", "is not UTF-8"),
        ("a.xlsx", b"no", "is not an xlsx file"),
        ("a.csv", None, "a.csv"),
        ("a.xlsx", None, "a.xlsx"),
    ],
    ids=["no-utf-8", "no-xlsx", "no-file", "no-xlsx-file"],
)
def test_a_file_that_cannot_be_read(
    asked: FakeFastGPT, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = run("ask-each", str(tmp_path / name), "--to", str(tmp_path / "b.csv"))
    assert ran.code != 0
    assert message in ran.err


def test_xlsx_needs_its_extra(asked: FakeFastGPT, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    ran = run("ask-each", questions(tmp_path), "--to", str(tmp_path / "a.xlsx"))
    assert (ran.code, ran.err) == (2, "fastgpt-client: xlsx files need openpyxl: pip install openpyxl\n")


def test_a_run_that_another_process_has_is_refused(asked: FakeFastGPT, tmp_path: Path) -> None:
    from fastgpt_client._ask.journal import Journal  # noqa: PLC0415 - what the other process holds

    journal = Journal(tmp_path / "a.csv.jsonl", "a.csv")
    ran = run("ask-each", questions(tmp_path), "--to", str(tmp_path / "a.csv"))
    assert ran.code == 2
    assert "is in use by another run" in ran.err
    journal.close()


def test_the_answers_of_several_questions_are_compared_as_one() -> None:
    from fastgpt_client.cli._commands.ask_each import _text  # noqa: PLC0415 - no command gives several

    assert [_text(["a", "b"]), _text("a"), _text(None)] == ["a\nb", "a", ""]


def test_it_runs_without_a_server(tmp_path: Path) -> None:
    ran = run("ask-each", questions(tmp_path), "--to", str(tmp_path / "a.csv"), "--demo")
    assert ran.code == 0
    assert csv_rows(tmp_path / "a.csv")[0]["answer"] == "You said: What is 0?"


# --- export chats ---------------------------------------------------------------------------------------------------


def test_chats_are_exported_as_json_lines(tmp_path: Path) -> None:
    out = tmp_path / "chats.jsonl"
    ran = run("export", "chats", "--demo", "--out", str(out))
    assert (ran.code, ran.err) == (0, f"wrote 5 chats with 14 messages to {out}\n")
    chats = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    hello = next(chat for chat in chats if chat["chat_id"] == "demo-hello")
    assert [(message["role"], message["text"]) for message in hello["messages"]] == [
        ("user", "Hello!"),
        ("assistant", "You said: Hello!"),
        ("user", "What can you do?"),
        ("assistant", "You said: What can you do?"),
    ]


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_chats_are_exported_as_a_table(tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"chats{kind}"
    assert run("export", "chats", "--demo", "--out", str(out), "--source", "all").code == 0
    if kind == ".csv":
        rows: list[dict[str, Any]] = [*csv_rows(out)]
    else:
        names, *lines = load_workbook(out).active.values
        rows = [dict(zip(names, line, strict=True)) for line in lines]
    assert [*rows[0]] == ["chat_id", "title", "changed", "time", "role", "text", "reasoning", "error", "data_id"]
    assert len(rows) == 14
    assert next(row["text"] for row in rows if row["chat_id"] == "demo-prices") == "What are your prices?"


def test_chats_of_a_time_are_exported(tmp_path: Path) -> None:
    out = str(tmp_path / "chats.csv")
    ran = run("export", "chats", "--demo", "--out", out, "--from", "2020-01-01", "--to", "2020-12-31")
    assert (ran.code, ran.err) == (0, f"wrote 0 chats with 0 messages to {out}\n")
