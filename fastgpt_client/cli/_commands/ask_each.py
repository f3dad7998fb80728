"""`fastgpt-client ask-each`: each question of a table, asked once, and a table of answers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from fastgpt_client import AskRun, AskSummary
from fastgpt_client.asks import ROW_COLUMNS, AskRow, read_rows
from fastgpt_client.cli._base.command import command, program
from fastgpt_client.cli._base.completion import one_of
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.files import writable
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count

from .sheets import check_kind, read_table, write_table

__all__ = ["ask_each"]

_CHECKS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda answer, expected: expected.casefold() in answer.casefold(),
    "equals": lambda answer, expected: answer.strip() == expected.strip(),
    "regex": lambda answer, expected: re.search(expected, answer) is not None,
}


@command(program, "ask-each", seeded=False)
def ask_each(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The table of questions: .csv, .jsonl or .xlsx; - for stdin.")
    ],
    to: Annotated[str, typer.Option(metavar="FILE", help="The table of answers to write: .csv, .jsonl or .xlsx.")],
    question: Annotated[str, typer.Option(metavar="COLUMN", help="The column with the questions.")] = "question",
    id: Annotated[str, typer.Option(metavar="COLUMN", help="The column with the IDs of the rows.")] = "id",
    run: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The name of the run; a new name asks everything again. Defaults to the name of --to."
        ),
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, metavar="N", help="How many rows to ask at a time.")] = 8,
    per_minute: Annotated[
        float | None, typer.Option(min=0.001, metavar="N", help="At most so many questions per minute.")
    ] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Ask failed rows again.")] = False,
    max_failures: Annotated[int, typer.Option(min=1, metavar="N", help="Stop after so many failed rows.")] = 50,
    max_points: Annotated[
        float | None, typer.Option(min=0.0001, metavar="N", help="Stop when so many points were spent.")
    ] = None,
    expect: Annotated[str | None, typer.Option(metavar="COLUMN", help="The column to compare answers with.")] = None,
    check: Annotated[
        str,
        typer.Option(
            metavar="HOW", help="How to compare: contains, equals or regex.", autocompletion=one_of([*_CHECKS])
        ),
    ] = "contains",
    fail_under: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="SHARE", help="Exit with 1 if a smaller share passes, such as 0.9."),
    ] = None,
) -> None:
    """Ask each question of a table once; write a table of answers.

    The same command continues an earlier run, however that one ended.
    """
    target = writable(to)
    kind = check_kind(target)
    rows = read_table(file)
    judge = _judge(rows, expect, check, fail_under)
    # Rows cannot be appended to these tables: the finished ones are kept in a file next to them.
    journal = target if kind == ".jsonl" else target.with_name(f"{target.name}.jsonl")
    asked = session.chats.ask_each(
        rows,
        run=run or target.name,
        question=question,
        id=id,
        to=journal,
        appId=session.app_id,
        concurrency=concurrency,
        per_minute=per_minute,
        retry_failed=retry_failed,
        max_failures=max_failures,
        max_points=max_points,
        ordered=True,
    )
    found = _results(session, asked, len(rows))
    passed = [judge(row) for row in found]
    if kind != ".jsonl":
        write_table(target, _table(journal, found, passed, judged=expect is not None), ROW_COLUMNS)
    _tell(session, asked.summary, found, passed if expect is not None else None, target)
    failed = any(row["error"] is not None for row in found)
    too_few = fail_under is not None and sum(passed) < fail_under * len(rows)
    if asked.summary.stopped is not None or failed or too_few:
        raise typer.Exit(1)


def _judge(
    rows: list[dict[str, Any]], expect: str | None, check: str, fail_under: float | None
) -> Callable[[AskRow], bool]:
    """Return a function that checks whether a result is as expected."""
    if check not in _CHECKS:
        raise CommandError(f"--check: {check!r} is not one of {', '.join(_CHECKS)}", 2)
    if expect is None:
        if fail_under is not None:
            raise CommandError("--fail-under needs --expect, the column to compare answers with", 2)
        return lambda row: True
    if not any(expect in row for row in rows):
        raise CommandError(f"--expect: no column {expect!r}; the columns are {', '.join(rows[0])}", 2)
    if check == "regex":
        for number, row in enumerate(rows, 1):
            try:
                re.compile(str(row.get(expect, "")))
            except re.error as exc:
                raise CommandError(f"--expect: row {number} is not a regular expression: {exc}", 2) from None
    column = f"input_{expect}" if expect in ROW_COLUMNS else expect

    def judge(row: AskRow) -> bool:
        expected: object = row.get(column, row.get(expect))
        return row["error"] is None and _CHECKS[check](_text(row["answer"]), str(expected))

    return judge


def _text(answer: str | list[str] | None) -> str:
    return "\n".join(answer) if isinstance(answer, list) else answer or ""


def _results(session: Session, run: AskRun, total: int) -> list[AskRow]:
    """Return all results; Ctrl-C ends the run after the rows in progress, and a second one at once."""
    found: list[AskRow] = []
    with ExitStack() as stack:
        stack.enter_context(run)
        show = _progress(session, stack, total)
        while True:
            try:
                for result in run:
                    found.append(result.output)
                    show(run.summary)
                return found
            except KeyboardInterrupt:
                if run.summary.stopped is not None:
                    raise
                run.stop("interrupted")
                session.say("waiting for the rows in progress; Ctrl-C again leaves them to the next run")


def _progress(session: Session, stack: ExitStack, total: int) -> Callable[[AskSummary], None]:
    """Show progress, remaining time and cost at a terminal."""
    if not session.err.is_terminal:
        return lambda summary: None
    # Only needed at a terminal.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    progress = stack.enter_context(Progress(*columns, console=session.err, transient=True))
    task = progress.add_task("", total=total)

    def show(summary: AskSummary) -> None:
        cost = f"{summary.points:g} points, {summary.failures} failed"
        progress.update(task, completed=summary.asked + summary.reused, description=cost)

    return show


def _table(journal: Path, found: list[AskRow], passed: list[bool], *, judged: bool) -> list[dict[str, Any]]:
    """Return all rows that the run has finished, in the order of the questions."""
    rows = [{**row, **({"passed": good} if judged else {})} for row, good in zip(found, passed, strict=True)]
    told = {(row["id"], str(row["question"])) for row in found}
    return [*rows, *({**row} for row in read_rows(journal) if (row["id"], str(row["question"])) not in told)]


def _tell(session: Session, summary: AskSummary, found: list[AskRow], passed: list[bool] | None, target: Path) -> None:
    if passed is not None and found:
        session.say(f"{sum(passed)} of {count(len(passed), 'answer')} passed ({sum(passed) / len(passed):.1%})")
    session.say(session.in_flags(str(summary)))
    session.say(f"{count(len(found), 'row')} in {shlex.quote(str(target))}")
