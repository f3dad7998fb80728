"""`fastgpt-client dataset save | restore`: a dataset as files, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from fastgpt_client import KnowledgeBase
from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, sanitize
from fastgpt_client.cli._output.json_data import write_json
from fastgpt_client.knowledge import CopyReport

from .group import Concurrency, DatasetOption, datasets
from .progress import watched
from .setup import dataset_id, knowledge_base, open_client, poll

__all__ = ["restore", "save"]

AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@command(datasets, seeded=False, without=OF_APPS)
def save(
    session: Session,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="A new folder, or that of an earlier save.")],
    dataset: DatasetOption,
    concurrency: Concurrency = 4,
    as_json: AsJson = False,
) -> None:
    """Save a dataset as files: its rows with their search texts, marks and originals.

    The same command continues a save that ended early, and replaces one that was complete. The exit code is 1 if
    something could not be read.
    """
    path = Path(folder).expanduser()
    if not folder or (path.exists() and not _is_free(path)):
        raise CommandError(f"FOLDER: {folder!r} has other contents: name a new folder, or that of an earlier save", 2)
    client = open_client(session)
    base = knowledge_base(session, client, dataset)
    try:
        with watched(session, client, base.dataset_id) as progress:
            report = base.save(path, concurrency=concurrency, progress=progress)
    except KeyboardInterrupt:
        session.say("interrupted: what was saved is kept, and the same command continues from here")
        raise
    _tell(session, report, f"saved {base.dataset_id} to {path}", as_json=as_json)


def _is_free(path: Path) -> bool:
    return path.is_dir() and ((path / "collections").is_dir() or not any(path.iterdir()))


@command(datasets, seeded=False, without=OF_APPS)
def restore(
    session: Session,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="The folder that fastgpt-client dataset save wrote.")],
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The name of the new dataset; defaults to that of the saved one.")
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="DATASET", help="Continue in the dataset of a restore that ended early."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="How long to wait until everything is learnt.")
    ] = 600.0,
    concurrency: Concurrency = 4,
    as_json: AsJson = False,
) -> None:
    """Restore a saved dataset, on this server or another one; print the ID of the new dataset.

    At the end all rows are compared with the saved ones. The exit code is 1 if something differs.
    """
    if name is not None and dataset is not None:
        raise CommandError("--name and --dataset exclude each other: an existing dataset keeps its name", 2)
    if not (Path(folder).expanduser() / "dataset.json").is_file():
        raise CommandError(f"FOLDER: {folder!r} does not have a completely saved dataset", 2)
    client = open_client(session)
    into = None if dataset is None else dataset_id(client, dataset)
    try:
        with watched(session, client, into) as progress:
            report = KnowledgeBase.restore(
                client,
                Path(folder).expanduser(),
                name=name,
                datasetId=into,
                concurrency=concurrency,
                wait=timeout,
                poll=poll(session),
                progress=progress,
            )
    except KeyboardInterrupt:
        session.say("interrupted: continue with --dataset and the new dataset; see fastgpt-client dataset ls")
        raise
    _tell(session, report, f"restored {folder}", as_json=as_json)


def _tell(session: Session, report: CopyReport, done: str, *, as_json: bool) -> None:
    """Print the report, and the problems."""
    if as_json:
        numbers = {"collections": report.collections, "rows": report.rows, "originals": report.originals}
        write_json(session.out, {"datasetId": report.dataset_id, **numbers, "problems": [*report.problems]})
    else:
        session.out.print(report.dataset_id, soft_wrap=True)
        for problem in report.problems:
            session.err.print(Text(f"- {sanitize(problem)}"), soft_wrap=True)
    held = (count(report.collections, "collection"), count(report.rows, "row"), count(report.originals, "original"))
    session.say(f"{done}: {', '.join(held)}")
    if not report.ok:
        raise typer.Exit(1)
