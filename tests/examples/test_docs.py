"""What README.md and docs/ say is true: the code of docs/ runs, and the tables are those of the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

import fastgpt_client
from fastgpt_client import AppClient, ChatClient, DatasetClient, FastGPTClient, KnowledgeBase, events, exceptions
from fastgpt_client._api import envelope
from fastgpt_client._http.retry import may_repeat
from tests.examples.recorded_server import RecordedServer

ROOT = Path(__file__).resolve().parents[2]
PAGES = {path.name: path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# What each block prints, in the order of the pages. test_blocks.py says what runs those of the other pages.
OUTPUTS = {
    "api.md": [["You said: hello"]],
    "cli.md": [],  # its examples are run by tests/cli/test_docs_cli.py
    "connections.md": [["You said: hello"]],
    "conversations.md": [["You said: hello"]],
    "errors.md": [["500 514 unAuthApiKey 1"], ["POST /api/v1/chat/completions 200 1"]],
    "files.md": [],  # its example is examples/chat_with_file.py
    "knowledge.md": [
        [
            "0.7071067690849304 manual What is the capital of France?",
            "Paris",
        ],
        ["2 2 []"],
    ],
    "performance.md": [],
    "scale.md": [],  # its recipes are run by tests/recipes
    "streaming.md": [["[AI Chat]", "You said: hello", "2 nodes"]],
}


def test_every_block_has_its_output() -> None:
    assert {name: len(CODE.findall(PAGES[name])) for name in OUTPUTS} == {
        name: len(outputs) for name, outputs in OUTPUTS.items()
    }


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param(code, lines, id=f"{name}-{number}")
        for name, outputs in OUTPUTS.items()
        for number, (code, lines) in enumerate(zip(CODE.findall(PAGES[name]), outputs, strict=True), 1)
    ],
)
def test_block_runs(code: str, lines: list[str], server: RecordedServer, capsys: pytest.CaptureFixture[str]) -> None:
    code = code.replace("http://localhost:3000", server.url)
    exec(compile(code, "block", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.splitlines() == lines
    assert server.count > 0


def table(page: str, first_column: str) -> list[list[str]]:
    """Return the cells of the rows of the table whose first column is so headed."""
    _, found, rest = PAGES[page].partition(f"\n| {first_column} |")
    assert found
    rows = rest.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" |")] for row in rows]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_table_of_events_is_complete_and_right() -> None:
    told = {quoted(row[0])[0]: (quoted(row[1])[:1], quoted(row[2])) for row in table("streaming.md", "class")}
    classes = [getattr(events, name) for name in events.__all__ if name != "Event"]
    assert told == {
        kind.__name__: (
            [kind.wire_name] if kind.wire_name else [],
            [field.name for field in fields(kind) if field.name != "raw"],
        )
        for kind in classes
        if isinstance(kind, type)
    }


def test_every_error_has_its_place_in_the_tree() -> None:
    told = re.findall(r"^[├└│ ─]*(\w+Error)\b", PAGES["errors.md"], re.MULTILINE)
    drawn = re.findall(r"^[├└│ ─]*(\w+Error)\b", exceptions.__doc__ or "", re.MULTILINE)
    assert told == drawn
    assert sorted(told) == sorted(exceptions.__all__)


def test_every_attribute_in_the_tree_of_errors_is_there() -> None:
    for name, attributes in re.findall(r"^[├└│ ─]*(\w+Error)\b[^.\n]*(\..*)$", PAGES["errors.md"], re.MULTILINE):
        error = getattr(exceptions, name)("said")
        assert all(hasattr(error, attribute[1:]) for attribute in attributes.split())


def test_the_table_of_errors_is_that_of_the_code() -> None:
    names: dict[str, str] = {}
    codes: dict[int, str] = {}
    statuses: dict[int, str] = {}
    for kind, status_text, code, status in table("errors.md", "class"):
        names |= dict.fromkeys(quoted(status_text), quoted(kind)[0])
        codes |= dict.fromkeys(map(int, re.findall(r"\b\d{3}\b", code)), quoted(kind)[0])
        statuses |= dict.fromkeys(map(int, re.findall(r"\b\d{3}\b", status)), quoted(kind)[0])
    endings = {f"…{ending}": kind.__name__ for ending, kind in envelope._BY_STATUS_TEXT_END}
    whole = {name: kind.__name__ for name, kind in envelope._BY_STATUS_TEXT.items()}
    beginnings = {f"{beginning}…": kind.__name__ for beginning, kind in envelope._BY_STATUS_TEXT_BEGIN}
    assert names == {**whole, **endings, **beginnings}
    assert codes == {code: kind.__name__ for code, kind in envelope._BY_CODE.items()}
    assert statuses == {status: kind.__name__ for status, kind in envelope._BY_HTTP_STATUS.items()}
    assert (kind_of(418), kind_of(500), kind_of(599)) == ("BadRequestError", "ServerError", "ServerError")
    assert (kind_of(200), kind_of(302)) == ("ServerError", "APIError")


def kind_of(status: int) -> str:
    """Return the class of an answer of that status which is no envelope."""
    return type(envelope.response_error(status, httpx.Headers(), b"no envelope", None, 0.0)).__name__


@pytest.mark.parametrize(("column", "idempotent"), [(1, False), (2, True)])
def test_the_table_of_repeats_is_that_of_the_code(column: int, idempotent: bool) -> None:
    rows = [row for row in table("errors.md", "what happened") if row[column] == "retried"]
    told = {int(status) for row in rows for status in re.findall(r"\b\d{3}\b", row[0])}
    errors = {status: envelope.response_error(status, httpx.Headers(), b"", None, 0.0) for status in range(400, 600)}
    assert told == {status for status, error in errors.items() if may_repeat(error, idempotent=idempotent)}


def test_every_method_of_a_knowledge_base_is_in_the_map() -> None:
    told = {name for row in table("api.md", "method of `KnowledgeBase`") for name in quoted(row[0])}
    assert told == {name for name in dir(KnowledgeBase) if name[0] != "_"}


@pytest.mark.parametrize(
    ("client", "heading"),
    [(ChatClient, "`ChatClient`"), (AppClient, "`AppClient`"), (DatasetClient, "`DatasetClient`")],
)
def test_every_method_is_in_the_map(client: type[FastGPTClient], heading: str) -> None:
    told = {name for row in table("api.md", f"method of {heading}") for name in quoted(row[0])}
    assert told == {name for name in dir(client) if name[0] != "_"} - set(dir(FastGPTClient))


def test_the_classes_of_answers_have_what_is_told_of_them() -> None:
    for kind, told in table("api.md", "class"):
        have = {"attempts", "raw", *dir(getattr(fastgpt_client, quoted(kind)[0]))}  # these two are set on each object
        assert [name for name in quoted(told) if name[0] == "." and name[1:].removesuffix("()") not in have] == []


def test_every_error_that_calls_for_something_is_in_the_readme() -> None:
    told = {name for row in table("README.md", "exception") for name in quoted(row[0])}
    assert told == set(exceptions.__all__) - {"FastGPTError", "APIError"}
    assert told <= set(fastgpt_client.__all__)


def ruled_out() -> list[str]:
    return [word for row in table("glossary.md", "term") for word in row[2].split(", ") if word]


def test_each_term_is_explained_once() -> None:
    terms = [row[0] for row in table("glossary.md", "term")]
    assert terms == sorted(set(terms), key=str.lower)
    assert len(ruled_out()) > 8


@pytest.mark.parametrize("word", ruled_out())
def test_a_word_that_the_glossary_rules_out_is_not_used(word: str) -> None:
    pattern = re.compile(rf"\b[{word[0]}{word[0].upper()}]{re.escape(word[1:])}s?\b")
    pages = {name: text for name, text in PAGES.items() if name != "glossary.md"}
    sources = {str(path): path.read_text("utf-8") for path in (ROOT / "fastgpt_client").rglob("*.py")}
    assert [name for name, text in (pages | sources).items() if pattern.search(text)] == []
