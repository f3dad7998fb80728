"""Rows of a run: who they are, what they ask, the form of their results, and what other tools take of it."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import AskResult, AskSummary, ServerError, ValidationError, asks
from fastgpt_client._ask.identity import chat_id, fingerprint, item_id, json_line, row_id
from fastgpt_client._ask.output import clash, outcome
from fastgpt_client._ask.settings import AskBounds, AskSettings, AskUnit
from fastgpt_client._http.httpx import HTTPResponse
from fastgpt_client.asks import ROW_COLUMNS, ROW_SCHEMA, read_rows, spreadsheet_cell, to_ragas
from fastgpt_client.responses import ChatCompletion

ROW = {"id": 7, "question": "Where?", "expected": "Oslo"}
NODE = {
    "id": "n",
    "moduleName": "Chat",
    "moduleType": "chatNode",
    "inputTokens": 3,
    "outputTokens": 2,
    "totalPoints": 0.5,
    "quoteList": [{"id": "q1", "q": "Oslo is a city.", "a": "", "score": 0.5, "datasetId": "d", "sourceName": "a.md"}],
}


def settings(**changed: Any) -> AskSettings:
    return AskSettings(**{"run": "r", "question": "question", "id": "id", "files": None, "variables": None, **changed})


def unit(row: dict[str, Any] = ROW, **changed: Any) -> AskUnit:
    return settings(**changed).unit(row)


def completion(text: str, *nodes: Any, **more: Any) -> ChatCompletion:
    message = {"role": "assistant", "content": text}
    data: Any = {"id": "", "choices": [{"message": message, "finish_reason": "stop", "index": 0}], **more}
    return ChatCompletion(HTTPResponse(200), b"", {**data, "responseData": [*nodes]} if nodes else data)


def result(row: dict[str, Any] = ROW, *, error: Exception | None = None, seconds: float = 1.0) -> AskResult:
    answers = [] if error else [[completion("Oslo.", NODE)]]
    output = outcome(unit(row), answers, data_id="d", seconds=seconds, error=error)
    return AskResult(output["id"], row, output, 1)


# --- who is who -----------------------------------------------------------------------------------------------------


def test_the_ids_of_a_row_stay_what_they_are() -> None:
    # A run that was begun by one version of this package is gone on with by another.
    assert chat_id("2026-11", "7", 0) == "aa640bdd47c424095d69ec86"
    assert item_id("2026-11", "7", 0, 0, 0) == "afb05d29404763cd2261c8be"


def test_ids_follow_from_run_row_attempt_and_turn_alone() -> None:
    names = [("r", "1", 0), ("r", "1", 1), ("r", "10", 0), ("r1", "0", 0), ("r", "1 ", 0)]
    chats = {chat_id(*name) for name in names}
    items = {item_id(*name, *turn) for name in names for turn in ((0, 0), (1, 0), (0, 1))}
    assert (len(chats), len(items), len(chats | items)) == (5, 15, 20)
    assert all(len(id) == 24 and id[0].isalpha() and id.isalnum() for id in chats | items)


@pytest.mark.parametrize(
    ("given", "id"), [(7, "7"), (7.0, "7"), (7.5, "7.5"), (" x ", "x"), (0, "0"), (False, "False")]
)
def test_an_id_is_its_text(given: object, id: str) -> None:
    assert row_id({}, given) == id


@pytest.mark.parametrize("given", [None, "", "  "])
def test_a_row_without_an_id_is_known_by_its_hash(given: object) -> None:
    row = {"a": 1, "b": date(2026, 1, 2), "c": [float("nan"), {"d": ("x",)}]}
    same = {"c": [float("nan"), {"d": ["x"]}], "b": "2026-01-02", "a": 1}
    assert row_id(row, given) == row_id(same, given) == row_id(same, None)
    assert row_id({**row, "a": 2}, given) != row_id(row, given)
    assert len(row_id(row, given)) == 24


def test_a_line_is_json_whatever_is_in_it() -> None:
    line = json_line({"a": "ü\ud800\u2028\n", "b": float("inf"), 3: date(2026, 1, 2)})
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"a": "ü\ud800\u2028\n", "b": None, "3": "2026-01-02"}


# --- what is asked --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "asked", "several"),
    [
        ("question", ("Where?",), False),
        (["question", "expected"], ("Where?", "Oslo"), True),
        (lambda row: f"{row['question']}!", ("Where?!",), False),
        (lambda row: ["One?", "Two?"], ("One?", "Two?"), True),
    ],
    ids=["column", "columns", "function", "function-of-several"],
)
def test_a_row_asks_what_the_settings_say(question: Any, asked: tuple[str, ...], several: bool) -> None:
    made = unit(question=question)
    assert (made.questions, made.several, made.id) == (asked, several, "7")
    assert made.question == ([*asked] if several else asked[0])


@pytest.mark.parametrize(
    ("changed", "row", "message"),
    [
        ({}, {"id": 1}, "question: the row has no column 'question', only id"),
        ({}, {"question": "  "}, "question must be text, or a list of texts, not '  '"),
        ({}, {"question": 5}, "question must be text, or a list of texts, not 5"),
        ({"question": lambda row: []}, ROW, r"not \[\]"),
        ({"question": ["question", "n"]}, {"question": "a", "n": ""}, "not .'a', ''"),
        ({"files": "file"}, ROW, "files: the row has no column 'file'"),
        ({}, "text", "a row must be a mapping of columns"),
    ],
    ids=["no-column", "blank", "no-text", "nothing", "one-blank", "no-file-column", "no-row"],
)
def test_a_row_that_asks_nothing_is_refused(changed: dict[str, Any], row: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        unit(row, **changed)


@pytest.mark.parametrize("run", ["", " ", None, 5])
def test_a_run_needs_a_name(run: Any) -> None:
    with pytest.raises(ValidationError, match="run must be a non-empty str"):
        settings(run=run).check()


@pytest.mark.parametrize(
    ("found", "files"),
    [
        ("a.pdf", ("a.pdf",)),
        (Path("a.pdf"), ("a.pdf",)),
        (["a", Path("b")], ("a", "b")),
        (None, ()),
        ("", ()),
        ([], ()),
    ],
    ids=["text", "path", "several", "none", "empty", "empty-list"],
)
def test_files_are_of_a_column_or_a_function(found: object, files: tuple[str, ...]) -> None:
    assert unit({**ROW, "file": found}, files="file").files == files
    assert unit(files=lambda row: found).files == files


def test_variables_are_the_same_for_all_or_of_the_row() -> None:
    assert unit(variables={"a": 1}).variables == {"a": 1}
    assert unit(variables=lambda row: {"a": row["id"]}).variables == {"a": 7}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in ("concurrency", "per_minute", "max_failures", "max_points")
        for value in (0, -1, "1", True)
    ]
    + [("concurrency", None), ("concurrency", 1.5), ("max_failures", 2.5), ("per_minute", float("inf"))],
)
def test_a_bound_that_is_none_is_refused(name: str, value: Any) -> None:
    bounds = AskBounds(8, None, None, False, False, None, None, None)
    bounds.check()
    with pytest.raises(ValidationError, match=rf"{name} must be a (whole )?number"):
        bounds._replace(**{name: value}).check()


def test_to_is_a_path() -> None:
    with pytest.raises(ValidationError, match="to must be the path of a file, not 5"):
        AskBounds(8, None, 5, False, False, None, None, None).check()  # type: ignore[arg-type]


# --- what comes out -------------------------------------------------------------------------------------------------


def test_a_result_has_the_columns_and_those_of_the_row() -> None:
    row = outcome(unit(), [[completion("Oslo.", NODE)]], data_id="d", seconds=1.23456)
    assert row == {
        "id": "7",
        "question": "Where?",
        "answer": "Oslo.",
        "reasoning": None,
        "citations": [
            {
                "id": "q1",
                "dataset_id": "d",
                "collection_id": "",
                "source_name": "a.md",
                "q": "Oslo is a city.",
                "a": "",
                "scores": {"": 0.5},
            }
        ],
        "usage": {"input_tokens": 3, "output_tokens": 2, "embedding_tokens": 0, "rerank_tokens": 0, "other_tokens": 0},
        "points": 0.5,
        "seconds": 1.235,
        "error": None,
        "chat_id": unit().chat_id,
        "data_id": "d",
        "expected": "Oslo",
    }
    assert [*row] == [*ROW_COLUMNS, "expected"]
    assert [*ROW_SCHEMA["properties"]] == ROW_SCHEMA["required"] == [*ROW_COLUMNS]


def test_a_column_of_the_row_that_bears_a_result_s_name_is_kept_beside_it() -> None:
    row = unit({"id": "7", "question": "Where?", "answer": "Oslo", "error": None})
    found: Any = outcome(row, [[completion("Bergen.", NODE)]], data_id="d", seconds=None)
    assert (found["answer"], found["input_answer"], found["seconds"]) == ("Bergen.", "Oslo", None)
    assert [*found] == [*ROW_COLUMNS, "input_answer"]


@pytest.mark.parametrize(
    ("answers", "error", "answer", "failure", "points"),
    [
        ([], ServerError("Broken.", status_code=500), None, "ServerError: Broken.", None),
        ([[completion("")]], None, "", None, None),
        ([[completion("", NODE, error="No model.")]], ServerError("No."), None, "ServerError: No.", 0.5),
        ([[completion("Part", NODE, error="No model.")]], None, "Part", "part of the run failed: No model.", 0.5),
        ([[completion("Which? ", NODE), completion("Basic.", NODE)]], None, "Which? Basic.", None, 1.0),
        ([[completion("Which? ", NODE), completion("Basic.")]], None, "Which? Basic.", None, None),
    ],
    ids=["error", "empty", "failed-run", "failed-in-part", "after-a-pause", "half-known"],
)
def test_what_came_is_told(answers: Any, error: Exception | None, answer: str, failure: str, points: float) -> None:
    row = outcome(unit(), answers, data_id="d", seconds=1.0, error=error)
    assert (row["answer"], row["points"]) == (answer, points)
    assert (row["citations"] is None) == (row["usage"] is None) == (points is None)
    assert (row["error"] or "").endswith(failure or "")
    assert (row["error"] is None) == (failure is None)


def test_an_error_says_that_the_fate_of_the_question_is_not_known() -> None:
    row = outcome(unit(), [], data_id="d", seconds=1.0, error=ServerError("Cut.", outcome_unknown=True))
    assert row["error"] == "ServerError: Cut. (it is unknown whether the question ran)"


def test_several_questions_have_several_answers() -> None:
    several = unit(question=["question", "expected"])
    row = outcome(several, [[completion("One.")], [completion("Two.")]], data_id="d", seconds=1.0)
    assert (row["question"], row["answer"]) == (["Where?", "Oslo"], ["One.", "Two."])


def test_a_result_says_what_matters() -> None:
    failed = result(error=ServerError("Broken."))
    assert (result().answer, result().error, result().seconds) == ("Oslo.", None, 1.0)
    assert (failed.answer, failed.error) == (None, "ServerError: Broken.")
    assert pickle.loads(pickle.dumps(failed)) == failed


def test_a_summary_counts() -> None:
    summary = AskSummary()
    assert (summary.p50_seconds, summary.p95_seconds) == (None, None)
    assert str(summary) == "0 asked; 0 reused; 0 failed; 0 tokens, 0 points"
    for seconds in range(20, 0, -1):
        summary.add(result(seconds=float(seconds)))
    for _ in range(2):
        summary.add(result(error=ServerError("Broken.")))
    summary.add(AskResult("7", ROW, clash(unit())))
    summary.add(AskResult("7", ROW, {**result().output, "seconds": None, "usage": None, "points": None}))
    summary.add(AskResult("7", ROW, result().output, reused=True))
    summary.stopped = "stopped"
    assert (summary.asked, summary.reused, summary.failures, summary.tokens) == (24, 1, 3, 100)
    assert (summary.p50_seconds, summary.p95_seconds, summary.points) == (10.0, 19.0, 10.0)
    assert str(summary) == (
        "24 asked; 1 reused; 3 failed (ServerError 2, IdInUse 1); 100 tokens, 10 points; half within 10 s, 95 % within "
        "19 s; stopped"
    )


# --- other tools ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        *[(f"{sign}1+1", f"'{sign}1+1") for sign in "=+-@\t\r"],
        ("plain = text", "plain = text"),
        (-1.5, -1.5),
        (True, True),
        (None, None),
        (["a", "ü"], '["a", "ü"]'),
        ({"a": date(2026, 1, 2)}, '{"a": "2026-01-02"}'),
        ("half \ud800", "half ?"),
    ],
)
def test_no_cell_is_a_formula(value: object, cell: object) -> None:
    assert spreadsheet_cell(value) == cell


def test_evaluation_tools_get_their_names() -> None:
    assert to_ragas(result().output, reference="expected") == {
        "user_input": "Where?",
        "response": "Oslo.",
        "retrieved_contexts": ["Oslo is a city."],
        "reference": "Oslo",
    }


def test_of_several_questions_evaluation_tools_get_the_last() -> None:
    several = {**result().output, "question": ["a", "b"], "answer": ["A"], "citations": None}
    assert to_ragas(several) == {"user_input": "b", "response": "A", "retrieved_contexts": []}
    assert to_ragas({**several, "answer": []})["response"] == to_ragas({**several, "answer": None})["response"] == ""


def test_a_reference_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValidationError, match="reference: the row has no column 'gold', but id, question"):
        to_ragas(result().output, reference="gold")


def test_of_rows_that_were_asked_again_the_last_one_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    failed, good = result(error=ServerError("Broken.")).output, result().output
    other = result({**ROW, "id": 8}).output
    file.write_bytes(b"".join(map(json_line, [failed, other, clash(unit()), good])) + json_line(good)[:20])
    assert [*read_rows(file)] == [other, good]
    other_question = unit({**ROW, "question": "Who?"})
    file.write_bytes(b"".join(map(json_line, [good, clash(other_question)])))
    assert [row["question"] for row in read_rows(str(file))] == ["Where?", "Who?"]


@pytest.mark.parametrize("line", [b"{}\n", b"[]\n", b"nonsense\n", b"\xff\n"])
def test_what_is_no_result_is_refused(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(json_line(result().output) + line)
    with pytest.raises(ValidationError, match=r"a\.jsonl: line 2 is not a result of ask_each"):
        [*read_rows(file)]


def test_questions_are_told_apart() -> None:
    assert fingerprint("a") == fingerprint("a") != fingerprint(["a"])


def test_the_module_has_what_it_names() -> None:
    assert all(hasattr(asks, name) for name in asks.__all__)
