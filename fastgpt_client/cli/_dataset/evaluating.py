"""`fastgpt-client dataset eval`: measures how much searches find of what they should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._commands.sheets import read_table
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.cli._output.json_data import as_list, as_object, write_json
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.knowledge import EvaluationReport, GoldenAnswer, Question

from .group import Concurrency, DatasetOption, check_there, datasets
from .scores import as_data, print_scores
from .setup import knowledge_base, open_client
from .variants import Bound, parse_bounds, parse_ks, parse_variants

__all__ = ["evaluate"]


@command(datasets, "eval", seeded=False, without=OF_APPS)
def evaluate(
    session: Session,
    questions: Annotated[
        str, typer.Argument(metavar="QUESTIONS", help="A .jsonl file with questions and answers; - for stdin.")
    ],
    dataset: DatasetOption,
    k: Annotated[str, typer.Option(metavar="N,N", help="The numbers of hits to report recall for.")] = "1,3,5,10",
    compare: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WAY,WAY", help="Ways of searching to compare: embedding, fulltext, mixed; mixed+rerank:limit=3000."
        ),
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            metavar="M=X", help="Exit with 1 if the first way is worse than this: recall@5=0.9, mrr=0.7, rejected=1."
        ),
    ] = None,
    concurrency: Concurrency = 4,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="The random seed of the intervals.")] = 0,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print all numbers and the results of each search as JSON.")
    ] = False,
) -> None:
    """Search for questions with known answers; print how much was found. Each search costs points.

    A line of QUESTIONS: {"question": "…", "answers": [{"text": "exact text of the file", "source": "a.md"}]}. A
    question without answers should find nothing.
    """
    ks, variants = parse_ks(k), parse_variants(compare or ())
    bounds = parse_bounds(fail_under or (), ks)
    asked = _read(questions)
    _check(bounds, asked)
    client = open_client(session)
    base = knowledge_base(session, client, dataset)
    client.get_dataset(id=base.dataset_id)  # raises if it does not exist: otherwise each search would fail
    report = base.evaluate(asked, k=ks, variants=variants, concurrency=concurrency, seed=seed)
    if as_json:
        write_json(session.out, as_data(report))
    else:
        print_scores(session, report, ks)
    failed = [score.error for score in report.scores if score.error is not None]
    if failed:
        session.say(f"{count(len(failed), 'search', 'searches')} failed: {session.describe(failed[0])}")
    missed = [text for bound in bounds if (text := _missed(report, bound))]
    for text in missed:
        session.say(text)
    if failed or missed:
        raise typer.Exit(1)


def _read(name: str) -> list[Question]:
    """Return the questions of a file, validated before anything is sent."""
    if name != "-" and not name.lower().endswith(".jsonl"):
        raise CommandError(f"QUESTIONS: {name!r} must end with .jsonl", 2)
    check_there("QUESTIONS", name)
    return [_question(row, number) for number, row in enumerate(read_table(name), 1)]


def _question(row: dict[str, Any], number: int) -> Question:
    question, answers = row.get("question"), row.get("answers", [])
    golden = [as_object(answer) for answer in as_list(answers)]
    texts = [answer.get("text") for answer in golden]
    well = isinstance(answers, list) and all(isinstance(text, str) and text.strip() for text in texts)
    if not well or not isinstance(question, str) or not question.strip():
        form = '{"question": "…", "answers": [{"text": "…", "source": "a.md"}]}'
        raise CommandError(f"QUESTIONS: question {number} does not have the form {form}", 2)
    return Question(
        question, tuple(GoldenAnswer(str(answer["text"]), str(answer.get("source") or "")) for answer in golden)
    )


def _check(bounds: Sequence[Bound], asked: Sequence[Question]) -> None:
    """Raise `CommandError` if these questions do not measure something that has a bound."""
    for bound in bounds:
        without = bound.measure == "rejected"
        if not any(bool(question.answers) != without for question in asked):
            which = "without" if without else "with"
            raise CommandError(
                f"--fail-under: {bound.measure} needs questions {which} answers, and the file has none", 2
            )


def _missed(report: EvaluationReport, bound: Bound) -> str:
    """Return how a bound was missed, "" if it was met."""
    try:
        value = report.value(bound.measure)
    except ValidationError:  # all its searches failed
        return f"{bound.measure} is unknown, so it is not at least {bound.least:g}"
    return "" if value >= bound.least else f"{bound.measure} is {value:.3f}, less than {bound.least:g}"
