"""`fastgpt-client dataset import | export`: rows from and to tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.files import writable
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._commands.sheets import check_kind, read_table, write_table
from fastgpt_client.cli._output.formatting import count, one_line
from fastgpt_client.cli._output.json_data import as_list, as_object, write_json
from fastgpt_client.exceptions import APIError, FastGPTError
from fastgpt_client.knowledge import Progress, RowOutcome

from .group import DatasetArgument, DatasetOption, check_there, datasets
from .listed import walk
from .progress import watched
from .setup import dataset_id, knowledge_base, open_client

__all__ = ["export_rows", "import_rows"]

_COLUMNS = ("q", "a", "collection", "id")
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")


# --- import ---------------------------------------------------------------------------------------------------------


@command(datasets, "import", seeded=False, without=OF_APPS)
def import_rows(
    session: Session,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The table of rows: .csv, .jsonl or .xlsx; - for stdin.")],
    dataset: DatasetOption,
    collection: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The collection for the rows, created if needed. Defaults to the name of FILE."
        ),
    ] = None,
    question: Annotated[
        str, typer.Option(metavar="COLUMN", help="The column with the texts, or questions, to search.")
    ] = "q",
    answer: Annotated[str, typer.Option(metavar="COLUMN", help="The column with the answers.")] = "a",
    indexes: Annotated[
        str, typer.Option(metavar="COLUMN", help="The column with further search texts: a list, or one per line.")
    ] = "indexes",
    skip: Annotated[int, typer.Option(min=0, metavar="N", help="Skip the first N rows.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON for each row.")] = False,
) -> None:
    """Add the rows of a table to a collection, 200 per call; list those that were not accepted.

    Rows are always added: the same command adds them again. The exit code is 1 if a row was not accepted.
    """
    name = collection or Path(file).name
    if not name.strip() or (collection is None and file == "-"):
        raise CommandError("--collection is missing: name the collection for the rows", 2)
    check_there("FILE", file)
    table = read_table(file)
    if not any(question in row for row in table):
        raise CommandError(f"--question: no column {question!r}; the columns are {', '.join(table[0])}", 2)
    guarded = Path(file).suffix.lower() in (".csv", ".xlsx")
    rows = [_row(row, question, answer, indexes, guarded=guarded) for row in table[skip:]]
    client = open_client(session)
    base = knowledge_base(session, client, dataset)
    told: list[RowOutcome] = []
    try:
        with nullcontext(_nobody) if as_json else watched(session, client, base.dataset_id) as show:
            for outcome in base.push_rows(rows, collection=name):
                told.append(outcome)
                show(Progress(phase="sending", done=len(told), total=len(rows)))
    except (KeyboardInterrupt, FastGPTError) as exc:
        # Refused rows were not added, unless they took several calls.
        refused = isinstance(exc, APIError) and not (exc.pushed and exc.pushed.sent)
        further = (
            f"continue with --skip {skip + len(told)}"
            if refused
            else "some of the next 200 may be in the dataset: check"
        )
        session.say(f"stopped after row {skip + len(told):,}; {further}")
        raise
    finally:
        _print_outcomes(session, told, skip, as_json=as_json)
    accepted = sum(outcome.status == "accepted" for outcome in told)
    session.say(f"{accepted:,} of {count(len(rows), 'row')} accepted, in {one_line(name)}")
    if accepted < len(rows):
        raise typer.Exit(1)


def _nobody(progress: Progress) -> None:
    """Ignore the progress."""


def _print_outcomes(session: Session, told: Sequence[RowOutcome], skip: int, *, as_json: bool) -> None:
    for outcome in told:
        number = skip + outcome.index + 1
        if as_json:
            line = {"row": number, "status": outcome.status, "reason": outcome.reason}
            write_json(session.out, line, indent=None)
        elif outcome.status != "accepted":
            text = f"row {number:,}  {outcome.status}: {one_line(outcome.reason)}"
            session.out.print(Text(text), soft_wrap=True)


def _row(row: Mapping[str, Any], question: str, answer: str, indexes: str, *, guarded: bool) -> dict[str, Any]:
    """Return a row in the form of the server."""

    def text(value: Any) -> Any:
        if not isinstance(value, str):
            return value if value is None or not guarded else str(value)
        return value[1:] if guarded and value.startswith(_GUARDED) else value

    found = {"q": text(row.get(question)), "a": text(row.get(answer))}
    others = row.get(indexes)
    lines = as_list(others) or (others.split("\n") if isinstance(others, str) else [])
    texts = [as_object(one) or {"text": text(one)} for one in lines if one != ""]
    return {name: value for name, value in found.items() if value is not None} | ({"indexes": texts} if texts else {})


# --- export ---------------------------------------------------------------------------------------------------------


@command(datasets, "export", seeded=False, without=OF_APPS)
def export_rows(
    session: Session,
    dataset: DatasetArgument,
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="The file to write: .jsonl, .csv or .xlsx.")],
    collection: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Only this collection. May be repeated.")
    ] = None,
) -> None:
    """Export the rows of a dataset to a table, each with its collection."""
    target = writable(out)
    check_kind(target)
    client = open_client(session)
    id = dataset_id(client, dataset)
    wanted = [*dict.fromkeys(collection or ())]
    found = {str(one.item.get("_id")): one.path for one in walk(client, id)}
    if unknown := [one for one in wanted if one not in found]:
        raise CommandError(f"--collection: {unknown[0]} is not in the dataset {id}: see fastgpt-client dataset show")
    rows: list[dict[str, Any]] = []
    with watched(session, client, id) as show:
        for one in wanted or found:
            rows += [_exported(item, found[one]) for item in client.iter_data(collectionId=one)]
            show(Progress(phase="listing", done=len(rows)))
    write_table(target, rows, _COLUMNS)
    session.say(f"wrote {count(len(rows), 'row')} of {count(len(wanted or found), 'collection')} to {target}")


def _exported(item: Mapping[str, Any], path: str) -> dict[str, Any]:
    texts = {name: item.get(name) or "" for name in ("q", "a")}
    return {**texts, "collection": path, "id": item.get("_id")}
