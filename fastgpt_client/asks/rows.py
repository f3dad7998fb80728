"""The stable form of a result: its columns, its JSON schema, and conversions for other tools."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, TypedDict, cast

from fastgpt_client._json import as_object, parse_json
from fastgpt_client.exceptions import ValidationError

__all__ = ["ROW_COLUMNS", "ROW_SCHEMA", "AskRow", "read_rows", "spreadsheet_cell", "to_ragas"]


class AskRow(TypedDict):
    """The result for one row of input, followed by the input's own columns.

    An input column with one of these names is prefixed with `input_`, unless it is the ID or the question.

    Attributes:
        id: the row's own ID, or the hash of the row.
        question: the question, or a list if the row has several.
        answer: the text; for several questions a list of the same length or shorter; None if there is no answer.
        reasoning: the model's reasoning, None if it sent none.
        citations: the knowledge base rows that were found; None if unknown.
        usage: the tokens by kind; None if unknown.
        points: FastGPT's points; None if unknown.
        seconds: from the request to the answer, including waits; None if nothing was sent.
        error: the kind of error, a colon, and what happened; None if it succeeded.
        chat_id: the ID of the chat on the server.
        data_id: the ID of the last answer in that chat.
    """

    id: str
    question: str | list[str]
    answer: str | list[str] | None
    reasoning: str | None
    citations: list[dict[str, Any]] | None
    usage: dict[str, int] | None
    points: float | None
    seconds: float | None
    error: str | None
    chat_id: str
    data_id: str


ROW_COLUMNS: Final = tuple(AskRow.__annotations__)
"""The columns of a result, in order."""

_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_TOKENS = ("input_tokens", "output_tokens", "embedding_tokens", "rerank_tokens", "other_tokens")
_CITATION = {
    "id": "string",
    "dataset_id": "string",
    "collection_id": "string",
    "source_name": "string",
    "q": "string",
    "a": "string",
    "scores": "object",
}

ROW_SCHEMA: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A result of ask_each",
        "type": "object",
        "required": [*ROW_COLUMNS],
        "additionalProperties": True,
        "properties": {
            "id": {"type": "string", "description": "the row's own id, or the hash of the row"},
            "question": {**_TEXTS, "description": "a list if the row has several questions"},
            "answer": {
                "anyOf": [*_TEXTS["anyOf"], {"type": "null"}],
                "description": "the text; for several questions a list of the same length or shorter",
            },
            "reasoning": {"type": ["string", "null"], "description": "the model's reasoning"},
            "citations": {
                "type": ["array", "null"],
                "description": "the knowledge base rows that were found; null if unknown",
                "items": {
                    "type": "object",
                    "required": [*_CITATION],
                    "properties": {name: {"type": kind} for name, kind in _CITATION.items()},
                },
            },
            "usage": {
                "type": ["object", "null"],
                "description": "tokens by kind; null if unknown",
                "required": [*_TOKENS],
                "properties": {name: {"type": "integer", "minimum": 0} for name in _TOKENS},
            },
            "points": {"type": ["number", "null"], "description": "FastGPT's points; null if unknown"},
            "seconds": {"type": ["number", "null"], "description": "from the request to the answer, including waits"},
            "error": {"type": ["string", "null"], "description": "the kind of error, a colon, and what happened"},
            "chat_id": {"type": "string", "description": "the chat on the server"},
            "data_id": {"type": "string", "description": "the last answer in that chat"},
        },
    }
)
"""The JSON schema of a result. Names and types are stable within a major version; columns may be added."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_cell(value: object) -> str | int | float | None:
    """Return a value as a cell of a CSV or xlsx file, escaped so that no text is run as a formula.

    Args:
        value: the content of the cell. Objects and lists are written as JSON.

    Text that a spreadsheet would take for a formula is prefixed with an apostrophe.
    """
    if value is None or isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot be written
    return f"'{text}" if text.startswith(_FORMULA) else text


def to_ragas(row: Mapping[str, Any], *, reference: str | None = None) -> dict[str, Any]:
    """Return a result in the form of evaluation tools such as ragas: `user_input`, `response`, `retrieved_contexts`.

    Args:
        row: a result in its documented form. If it has several questions, the last one is used.
        reference: the input column with the expected answer, returned as `reference`. Default: none.

    Raises:
        ValidationError: the row has no such column.
    """
    found: dict[str, Any] = {
        "user_input": _last(row["question"]),
        "response": _last(row["answer"]),
        "retrieved_contexts": ["\n".join(filter(None, (cited["q"], cited["a"]))) for cited in (row["citations"] or ())],
    }
    if reference is not None:
        if reference not in row:
            raise ValidationError(f"reference: the row has no column {reference!r}, but {', '.join(row)}")
        found["reference"] = row[reference]
    return found


def _last(texts: str | list[str] | None) -> str:
    if isinstance(texts, list):
        return texts[-1] if texts else ""
    return texts or ""


def read_rows(path: str | os.PathLike[str]) -> Iterator[AskRow]:
    """Iterate over the results in a file that `ask_each(to=…)` wrote, in the order of the file.

    Only the last result of each question is returned. An incomplete last line is ignored.

    ```python
    from fastgpt_client.asks import read_rows

    with client.ask_each(rows, run="2026-11", to="answers.jsonl") as run:
        print(len([result for result in run if result.error is None]), "answered")
    print([row["answer"] for row in read_rows("answers.jsonl")])
    ```

    Args:
        path: the file, as passed to `ask_each` as `to`.

    Raises:
        ValidationError: a line is not a result of `ask_each`.
    """
    last: dict[str, int] = {}
    for number, row in _lines(path):
        last[_which(row)] = number
    for number, row in _lines(path):
        if last[_which(row)] == number:
            yield row


def _which(row: AskRow) -> str:
    return json.dumps([row["id"], row["question"]])


def _lines(path: str | os.PathLike[str]) -> Iterator[tuple[int, AskRow]]:
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                yield number, parse_row(line, path, number)


def parse_row(line: bytes, path: object, number: int) -> AskRow:
    """Return the result in a line of a file; raise `ValidationError` if it is not a result."""
    try:
        found = as_object(parse_json(line))
    except ValueError:
        found = {}
    if not found.keys() >= AskRow.__annotations__.keys():
        raise ValidationError(f"{path}: line {number} is not a result of ask_each; name another file")
    return cast("AskRow", found)
