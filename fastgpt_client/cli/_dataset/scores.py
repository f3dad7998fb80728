"""The numbers of an evaluation, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.text import Text

from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.cli._output.tables import Column, print_table, widths
from fastgpt_client.knowledge import Difference, EvaluationReport, Interval, QuestionScore, VariantScores

__all__ = ["as_data", "print_scores"]

_COMPARED = (
    Column("measure", whole=True),
    Column("difference", whole=True),
    Column("verdict", whole=True),
)


def print_scores(session: Session, report: EvaluationReport, ks: Sequence[int]) -> None:
    """Print a column for each way of searching, and compare each with those before it."""
    variants = [*report.variants.values()]
    lines: list[tuple[str, Callable[[VariantScores], str]]] = [
        *((f"recall@{k}", lambda one, k=k: _interval(one.recall.get(k))) for k in ks),
        ("mrr", lambda one: _interval(one.mrr)),
        ("rejected", lambda one: _interval(one.rejected)),
        ("searches", lambda one: f"{one.searches:,}"),
        ("failed", lambda one: f"{one.errors:,}" if one.errors else ""),
        ("seconds", lambda one: f"{one.seconds:.3f}"),
        ("characters", lambda one: f"{one.characters:,.0f}"),
    ]
    rows = [[title, *map(cell, variants)] for title, cell in lines]
    table = [["measure", *(one.name for one in variants)], *(row for row in rows if any(row[1:]))]
    if session.out.is_terminal and widths(_whole(table), table[1:], session.out.width) is None:
        table = [[*row] for row in zip(*table, strict=True)]  # one way of searching per line
        table[0][0] = "way"
    print_table(session.out, _whole(table), table[1:])
    for difference in report.differences:
        if compared := [*_compared(difference, ks)]:
            session.out.print()
            session.out.print(Text(f"{difference.second} - {difference.first}", style="bold"), soft_wrap=True)
            print_table(session.out, _COMPARED, compared)
    session.say(f"{count(len(report.scores) // len(variants), 'question')}; in brackets the 95 % interval")


def _whole(table: Sequence[Sequence[str]]) -> list[Column]:
    return [Column(title, whole=True) for title in table[0]]


def _interval(interval: Interval | None) -> str:
    return "" if interval is None else str(interval)


def _compared(difference: Difference, ks: Sequence[int]) -> Iterator[list[str]]:
    """Yield a line for each measure: the difference, and whether it is significant."""
    measures = [*((f"recall@{k}", difference.recall.get(k)) for k in ks), ("mrr", difference.mrr)]
    for measure, interval in ((measure, interval) for measure, interval in measures if interval is not None):
        sure = "better" if interval.low > 0 else "worse" if interval.high < 0 else "not sure"
        sure = "equal" if interval.low == interval.high == 0 else sure
        told = f"{interval.mean:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]"
        yield [measure, told, sure]


def as_data(report: EvaluationReport) -> dict[str, Any]:
    """Return an evaluation as JSON."""
    return {
        "variants": {name: _variant_data(one) for name, one in report.variants.items()},
        "differences": [
            {"first": one.first, "second": one.second, "recall": _recall(one.recall), "mrr": _data(one.mrr)}
            for one in report.differences
        ],
        "scores": [_score(one) for one in report.scores],
    }


def _variant_data(one: VariantScores) -> dict[str, Any]:
    numbers = {"searches": one.searches, "seconds": one.seconds, "characters": one.characters, "errors": one.errors}
    return {"recall": _recall(one.recall), "mrr": _data(one.mrr), "rejected": _data(one.rejected), **numbers}


def _recall(recall: Mapping[int, Interval]) -> dict[str, Any]:
    return {str(k): _data(interval) for k, interval in recall.items()}


def _data(interval: Interval | None) -> dict[str, float] | None:
    return None if interval is None else asdict(interval)


def _score(score: QuestionScore) -> dict[str, Any]:
    found = {"question": score.question.question, "variant": score.variant, "ranks": [*score.ranks]}
    error = None if score.error is None else str(score.error)
    return {**found, "hits": score.hits, "characters": score.characters, "seconds": score.seconds, "error": error}
