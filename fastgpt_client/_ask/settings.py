"""How a run turns rows into questions."""

from __future__ import annotations

import math
import os
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from fastgpt_client._json import shown
from fastgpt_client.exceptions import ValidationError

from .identity import chat_id, fingerprint, item_id, row_id

if TYPE_CHECKING:
    from fastgpt_client.asks import AskSummary
    from fastgpt_client.interactive import InteractiveNode
    from fastgpt_client.types import ChatMessage

__all__ = [
    "AskBounds",
    "AskSettings",
    "AskUnit",
    "AsyncRows",
    "Files",
    "Ids",
    "Questions",
    "Reply",
    "Row",
    "Rows",
    "Variables",
]

Row: TypeAlias = Mapping[str, Any]
Rows: TypeAlias = Iterable[Row]
AsyncRows: TypeAlias = Iterable[Row] | AsyncIterable[Row]
Questions: TypeAlias = str | Sequence[str] | Callable[[Row], str | Sequence[str]]
Ids: TypeAlias = str | Callable[[Row], object]
Files: TypeAlias = str | Callable[[Row], str | os.PathLike[str] | Sequence[str | os.PathLike[str]]]
Variables: TypeAlias = Mapping[str, Any] | Callable[[Row], Mapping[str, Any]]
Reply: TypeAlias = "Callable[[Row, InteractiveNode], ChatMessage | str]"


class AskUnit(NamedTuple):
    """A row to ask: its ID and its questions. `questions` are asked one after the other, in the same chat."""

    run: str
    id: str
    row: Row
    questions: tuple[str, ...]
    several: bool  # whether they were given as a list, so that the answers are a list too
    files: tuple[str, ...]
    variables: Mapping[str, Any] | None
    attempt: int = 0
    begun: bool = False  # whether the server may already have it

    @property
    def chat_id(self) -> str:
        """The ID of its chat."""
        return chat_id(self.run, self.id, self.attempt)

    def item_id(self, question: int, reply: int = 0) -> str:
        """Return the ID of an answer; questions count from 0, replies to their pauses from 1."""
        return item_id(self.run, self.id, self.attempt, question, reply)

    @property
    def question(self) -> str | list[str]:
        """The question, as it appears in results."""
        return [*self.questions] if self.several else self.questions[0]

    @property
    def fingerprint(self) -> int:
        """Distinguishes it from a row with the same ID but another question."""
        return fingerprint(self.question)


class AskSettings(NamedTuple):
    """Settings shared by all rows of a run."""

    run: str
    question: Questions
    id: Ids
    files: Files | None
    variables: Variables | None

    def check(self) -> None:
        """Raise `ValidationError` if a setting is invalid."""
        if not isinstance(cast("object", self.run), str) or not self.run.strip():
            raise ValidationError(f"run must be a non-empty str, the name of the run, not {shown(self.run)}")

    def unit(self, row: Row) -> AskUnit:
        """Return the unit for a row; exceptions of the caller's functions are passed on.

        Raises:
            ValidationError: the row lacks a column or a question.
        """
        if not isinstance(cast("object", row), Mapping):
            raise ValidationError(
                f"a row must be a mapping of columns, such as csv.DictReader yields, not {shown(row)}"
            )
        given = self.id(row) if callable(self.id) else row.get(self.id)
        questions, several = self._questions(row)
        variables = self.variables(row) if callable(self.variables) else self.variables
        return AskUnit(self.run, row_id(row, given), row, questions, several, self._files(row), variables)

    def _questions(self, row: Row) -> tuple[tuple[str, ...], bool]:
        if callable(self.question):
            asked: object = self.question(row)
        elif isinstance(self.question, str):
            asked = _column(row, "question", self.question)
        else:
            asked = [_column(row, "question", name) for name in self.question]
        several = isinstance(asked, (list, tuple))
        questions = tuple(cast("Sequence[object]", asked)) if several else (asked,)
        if not questions or not all(isinstance(one, str) and one.strip() for one in questions):
            raise ValidationError(f"question must be text, or a list of texts, not {shown(asked)}")
        return cast("tuple[str, ...]", questions), several

    def _files(self, row: Row) -> tuple[str, ...]:
        if self.files is None:
            return ()
        found: object = self.files(row) if callable(self.files) else _column(row, "files", self.files)
        if found is None or found == "":
            return ()
        paths = cast("Sequence[str | os.PathLike[str]]", found if isinstance(found, (list, tuple)) else (found,))
        return tuple(os.fspath(path) for path in paths)


class AskBounds(NamedTuple):
    """Limits of a run, its output file, and its progress callback."""

    concurrency: int
    per_minute: float | None
    to: str | os.PathLike[str] | None
    ordered: bool
    retry_failed: bool
    max_failures: int | None
    max_points: float | None
    progress: Callable[[AskSummary], None] | None

    def check(self) -> None:
        """Raise `ValidationError` if a limit is invalid."""
        for name in ("concurrency", "per_minute", "max_failures", "max_points"):
            value: object = getattr(self, name)
            if value is None and name != "concurrency":
                continue
            whole = name in ("concurrency", "max_failures")
            is_number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
            if not is_number or not 0 < cast("float", value) < math.inf:
                kind = "a whole number of at least 1" if whole else "a number greater than 0"
                raise ValidationError(f"{name} must be {kind}, not {shown(value)}")
        if self.to is not None and not isinstance(cast("object", self.to), (str, os.PathLike)):
            raise ValidationError(f"to must be the path of a file, not {shown(self.to)}")


def _column(row: Row, what: str, name: str) -> object:
    if name not in row:
        raise ValidationError(f"{what}: the row has no column {name!r}, only {', '.join(map(str, row))}")
    return row[name]
