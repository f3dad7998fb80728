"""The form of a result, which stays: its columns, its JSON schema, and what other tools take of it."""

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
    """A result as a row; the input's own columns stand behind these.

    A column of the input that bears one of these names has `input_` before it, unless it is the id or the question.
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
"""The columns of a result, in their order."""

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
            "question": {**_TEXTS, "description": "a list where the row has several questions"},
            "answer": {
                "anyOf": [*_TEXTS["anyOf"], {"type": "null"}],
                "description": "the text; a list, as long as the questions or shorter, where there are several",
            },
            "reasoning": {"type": ["string", "null"], "description": "what the model thought aloud"},
            "citations": {
                "type": ["array", "null"],
                "description": "what was found in knowledge bases; null if that is not known",
                "items": {
                    "type": "object",
                    "required": [*_CITATION],
                    "properties": {name: {"type": kind} for name, kind in _CITATION.items()},
                },
            },
            "usage": {
                "type": ["object", "null"],
                "description": "tokens; null if they are not known",
                "required": [*_TOKENS],
                "properties": {name: {"type": "integer", "minimum": 0} for name in _TOKENS},
            },
            "points": {"type": ["number", "null"], "description": "what it cost; null if that is not known"},
            "seconds": {"type": ["number", "null"], "description": "from the request to the answer, with all waits"},
            "error": {"type": ["string", "null"], "description": "the kind of error, a colon, and what happened"},
            "chat_id": {"type": "string", "description": "the chat on the server"},
            "data_id": {"type": "string", "description": "the last answer in that chat"},
        },
    }
)
"""The JSON schema of a result: names and types stay as they are within a major version, columns may be added."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def spreadsheet_cell(value: object) -> str | int | float | None:
    """Return a value as a cell of a CSV or xlsx file: no text in it is run as a formula.

    Args:
        value: what the cell is to hold.

    Objects and lists are written as JSON. A text that a spreadsheet would take for a formula gets an apostrophe first.
    """
    if value is None or isinstance(value, (int, float)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "replace").decode("utf-8")  # halves of characters cannot be written
    return f"'{text}" if text.startswith(_FORMULA) else text


def to_ragas(row: Mapping[str, Any], *, reference: str | None = None) -> dict[str, Any]:
    """Return a result as evaluation tools such as ragas take it: `user_input`, `response`, `retrieved_contexts`.

    Args:
        row: a result in its documented form; of several questions the last one counts.
        reference: the column of the input that holds the expected answer; it becomes `reference`.

    Raises:
        ValidationError: there is no such column.
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
    """Return the results in the file that `ask_each(to=…)` wrote, in its order; of a row that was asked again the last.

    Args:
        path: the file.

    A last line that is being written, or was torn, is passed over.

    Raises:
        ValidationError: a line of it is no result.
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
    """Return the result that a line of a file is; raise `ValidationError` if it is none."""
    try:
        found = as_object(parse_json(line))
    except ValueError:
        found = {}
    if not found.keys() >= AskRow.__annotations__.keys():
        raise ValidationError(f"{path}: line {number} is no result of ask_each; name another file")
    return cast("AskRow", found)
