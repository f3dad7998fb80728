"""Build a row's result, in its documented form, from its answers or its error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from fastgpt_client.asks.rows import ROW_COLUMNS, AskRow
from fastgpt_client.exceptions import FastGPTError
from fastgpt_client.usage import ModelUsage

from .journal import ID_IN_USE
from .settings import AskUnit

if TYPE_CHECKING:
    from fastgpt_client.responses import ChatCompletion

__all__ = ["clash", "outcome"]


def outcome(
    unit: AskUnit,
    answers: Sequence[Sequence[ChatCompletion]],
    *,
    data_id: str,
    seconds: float | None,
    error: BaseException | None = None,
) -> AskRow:
    """Return the result of a row.

    Args:
        answers: for each question, its answer and those to the replies to its pauses.
        data_id: the ID of the last answer.
        error: why the row failed; if part of a run failed, its answer contains the error.
    """
    parts = [part for question in answers for part in question]
    failure = _failure_of(parts) if error is None else f"{type(error).__name__}: {error}"
    if isinstance(error, FastGPTError) and error.outcome_unknown:
        failure = f"{failure} (it is unknown whether the question ran)"
    texts = ["".join(part.text for part in question) for question in answers]
    known = bool(parts) and all(part.has_nodes for part in parts)
    used = ModelUsage()
    for part in parts if known else ():
        used = used.plus(part.usage.total)
    tokens = used._asdict()
    points = tokens.pop("points")
    return _row(
        unit,
        answer=texts if unit.several else texts[0] if any(texts) or (texts and failure is None) else None,
        reasoning="\n\n".join(filter(None, (part.reasoning for part in parts))) or None,
        citations=_citations(parts) if known else None,
        usage=tokens if known else None,
        points=points if known else None,
        seconds=None if seconds is None else round(seconds, 3),
        error=failure,
        data_id=data_id,
    )


def clash(unit: AskUnit) -> AskRow:
    """Return the result of a row whose ID belongs to another question."""
    error = (
        f"{ID_IN_USE}: the ID {unit.id!r} belongs to another question in the run {unit.run!r}: give each row its own"
    )
    return _row(
        unit,
        answer=None,
        reasoning=None,
        citations=None,
        usage=None,
        points=None,
        seconds=None,
        error=error,
        data_id=unit.item_id(0),
    )


def _row(unit: AskUnit, **values: object) -> AskRow:
    own: dict[str, Any] = {"id": unit.id, "question": unit.question, **values, "chat_id": unit.chat_id}
    row = {name: own[name] for name in ROW_COLUMNS}
    for name, value in unit.row.items():
        if name not in row:
            row[str(name)] = value
        elif str(value) != str(row[name]):
            row[f"input_{name}"] = value
    return cast("AskRow", row)


def _failure_of(parts: Sequence[ChatCompletion]) -> str | None:
    failures = [part.error for part in parts if part.error is not None]
    return f"WorkflowError: part of the run failed: {failures[0]}" if failures else None


def _citations(parts: Sequence[ChatCompletion]) -> list[dict[str, Any]]:
    names = ("id", "dataset_id", "collection_id", "source_name", "q", "a", "scores")
    found = {cited.id: {name: getattr(cited, name) for name in names} for part in parts for cited in part.citations}
    return [*found.values()]
