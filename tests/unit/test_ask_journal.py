"""The file of a run: what was done stays, what is under way is told, and one run at a time has it."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import ServerError, ValidationError
from fastgpt_client._ask import journal as module
from fastgpt_client._ask.identity import json_line
from fastgpt_client._ask.journal import Journal
from fastgpt_client._ask.output import clash, outcome
from fastgpt_client._ask.settings import AskSettings, AskUnit
from fastgpt_client.asks import AskRow

SETTINGS = AskSettings("r", "question", "id", None, None)


def unit(id: str, question: str = "Where?") -> AskUnit:
    return SETTINGS.unit({"id": id, "question": question})


def good(id: str) -> AskRow:
    return outcome(unit(id), [], data_id="d", seconds=1.0)


def bad(id: str) -> AskRow:
    return outcome(unit(id), [], data_id="d", seconds=1.0, error=ServerError("Broken."))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers.jsonl"


@pytest.fixture
def begun(file: Path) -> Path:
    return file.with_name("answers.jsonl.begun")


def go_on(file: Path, *steps: Callable[[Journal], object]) -> None:
    """Open a run's file, take steps, and let go of it."""
    journal = Journal(file, "r")
    for step in steps:
        step(journal)
    journal.close()


def state(file: Path, *ids: str) -> list[tuple[int, bool, bool, bool]]:
    """Return what the next run finds of rows: attempt, whether it may have begun, has failed, has a result."""
    journal = Journal(file, "r")
    kept = [journal.find(id) for id in ids]
    journal.close()
    return [
        (attempt, begun, row is not None and row["error"] is not None, row is not None) for row, attempt, begun in kept
    ]


def test_the_file_of_another_run_is_refused(file: Path) -> None:
    go_on(file, lambda journal: journal.write(bad("1")), lambda journal: journal.write(good("1")))
    before = file.read_bytes()
    for _ in range(2):  # it is let go of, too
        with pytest.raises(ValidationError, match=r"^to: .*answers\.jsonl has the results of another run, not of"):
            Journal(file, "other")
    assert file.read_bytes() == before
    assert state(file, "1") == [(1, False, False, True)]


def test_the_first_result_may_be_that_of_a_later_attempt(file: Path) -> None:
    again = unit("1")._replace(attempt=3)
    file.write_bytes(json_line(outcome(again, [], data_id="d", seconds=1.0)))
    assert state(file, "1") == [(0, False, False, True)]


def test_what_was_written_is_found_again(file: Path, begun: Path) -> None:
    go_on(file, lambda journal: journal.begin("1", 0), lambda journal: journal.write(good("1")))
    go_on(file, lambda journal: journal.begin("2", 0), lambda journal: journal.write(good("2")))
    assert not begun.exists()
    assert [json.loads(line)["id"] for line in file.read_bytes().splitlines()] == ["1", "2"]
    journal = Journal(file, "r")
    assert (len(journal), journal.find("1").row, journal.find("3").row) == (2, good("1"), None)
    journal.close()
    journal.close()


def test_what_is_under_way_is_told(file: Path, begun: Path) -> None:
    go_on(
        file, *[lambda journal, id=id: journal.begin(id, 0) for id in "123"], lambda journal: journal.write(good("2"))
    )
    assert begun.exists()
    assert state(file, "1", "2", "3", "4") == [
        (0, True, False, False),
        (0, False, False, True),
        (0, True, False, False),
        (0, False, False, False),
    ]
    go_on(file, lambda journal: journal.forget("1", 0), lambda journal: journal.write(good("3")))
    assert not begun.exists()
    assert state(file, "1") == [(0, False, False, False)]


def test_what_was_forgotten_is_not_under_way(file: Path) -> None:
    steps = [lambda journal: journal.begin("1", 0), lambda journal: journal.begin("2", 0)]
    go_on(file, *steps, lambda journal: journal.forget("1", 0))
    assert state(file, "1", "2") == [(0, False, False, False), (0, True, False, False)]


def test_a_note_is_made_once(file: Path, begun: Path) -> None:
    for _ in range(2):
        go_on(file, lambda journal: journal.begin("1", 0))
    assert begun.read_bytes().count(b"id") == 1


def test_attempts_grow_with_failures(file: Path) -> None:
    go_on(file, lambda journal: journal.begin("1", 0), lambda journal: journal.write(bad("1")))
    assert state(file, "1") == [(1, False, True, True)]
    go_on(file, lambda journal: journal.begin("1", 1))
    assert state(file, "1") == [(1, True, True, True)]
    go_on(file, lambda journal: journal.write(bad("1")))
    assert state(file, "1") == [(2, False, True, True)]
    go_on(file, lambda journal: journal.begin("1", 2), lambda journal: journal.write(good("1")))
    assert state(file, "1") == [(2, False, False, True)]


def test_an_id_in_use_says_nothing_of_the_other_question_and_is_written_once(file: Path) -> None:
    other = clash(unit("1", "Who?"))
    for _ in range(2):
        go_on(file, lambda journal: journal.write(good("1")) if not len(journal) else journal.write(other))
        go_on(file, lambda journal: journal.write(other))
    assert state(file, "1") == [(0, False, False, True)]
    assert file.read_bytes().count(b"\n") == 2


@pytest.mark.parametrize("kept", range(0, 100, 7))
def test_a_torn_last_line_is_cut(file: Path, kept: int) -> None:
    go_on(file, lambda journal: journal.write(good("1")))
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:kept])
    assert state(file, "1") == [(0, False, False, True)]
    assert file.read_bytes() == whole
    go_on(file, lambda journal: journal.write(good("2")))
    assert file.read_bytes().count(b"\n") == 2


def test_a_torn_note_is_of_nothing_that_was_sent(file: Path, begun: Path) -> None:
    go_on(file, lambda journal: journal.begin("1", 0))
    begun.write_bytes(begun.read_bytes() + b'{"id": "2", "att')
    go_on(file, lambda journal: journal.begin("3", 0))
    assert state(file, "1", "2", "3") == [(0, True, False, False), (0, False, False, False), (0, True, False, False)]


def test_a_file_of_something_else_is_left_alone(file: Path) -> None:
    file.write_text("name,age\nann,40\n", "utf-8")
    with pytest.raises(ValidationError, match="line 1 is not a result of ask_each"):
        Journal(file, "r")
    assert file.read_text("utf-8") == "name,age\nann,40\n"


def test_what_comes_too_late_is_not_written(file: Path, begun: Path) -> None:
    journal = Journal(file, "r")
    journal.begin("1", 0)
    assert journal.write(good("2"))
    journal.close()
    assert not journal.write(good("1"))
    journal.begin("3", 0)
    journal.forget("1", 0)
    assert state(file, "1", "2", "3") == [(0, True, False, False), (0, False, False, True), (0, False, False, False)]


def test_a_second_run_is_refused_until_the_first_has_gone(file: Path) -> None:
    journal = Journal(file, "r")
    with pytest.raises(ValidationError, match=r"answers\.jsonl is in use by another run"):
        Journal(file, "r")
    assert journal.write(good("1"))
    journal.close()
    assert state(file, "1") == [(0, False, False, True)]


def try_to_open(path: Path, answers: Any) -> None:
    try:
        Journal(path, "r")
    except ValidationError as exc:
        answers.put(str(exc))


def test_another_process_is_refused(file: Path) -> None:
    journal = Journal(file, "r")
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    other = context.Process(target=try_to_open, args=(file, answers))
    other.start()
    other.join()
    assert "is in use by another run" in answers.get()
    journal.close()


def test_a_full_disk_leaves_no_half_of_a_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on(file, lambda journal: journal.write(good("1")))
    whole = file.read_bytes()

    class Full:
        def __init__(self, inner: Any) -> None:
            self.inner = inner
            self.name = inner.name

        def write(self, line: bytes) -> int:
            return int(self.inner.write(line[:5]))

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inner, name)

    journal = Journal(file, "r")
    monkeypatch.setattr(journal, "_file", Full(journal._file))
    with pytest.raises(OSError, match="the disk is full"):
        journal.write(good("2"))
    journal.close()
    assert file.read_bytes() == whole


def test_there_may_be_no_file_beside_it(file: Path, begun: Path) -> None:
    assert [*module._notes(begun)] == []
