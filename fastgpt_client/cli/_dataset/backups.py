"""`fastgpt-client dataset save | restore`: a dataset as files, and again as a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from fastgpt_client import KnowledgeBase
from fastgpt_client.cli._base.command import command
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count, sanitize
from fastgpt_client.cli._output.json_data import write_json
from fastgpt_client.knowledge import CopyReport

from .group import Concurrency, DatasetOption, datasets
from .progress import watched
from .setup import dataset_id, knowledge_base, open_client, poll

__all__ = ["restore", "save"]

AsJson = Annotated[bool, typer.Option("--json", help="Print what there is as JSON.")]


@command(datasets, seeded=False)
def save(
    session: Session,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Where to: a new folder, or one of an earlier save.")],
    dataset: DatasetOption,
    concurrency: Concurrency = 4,
    as_json: AsJson = False,
) -> None:
    """Save a dataset as files: its rows, the texts that they are found by, marks and originals.

    The same command goes on with a save that ended early; one that was finished is made anew. The exit code is 1 if
    something could not be read.
    """
    path = Path(folder).expanduser()
    if not folder or (path.exists() and not _is_free(path)):
        raise CommandError(f"FOLDER: {folder!r} holds something else: name a new folder, or one of an earlier save", 2)
    client = open_client(session)
    base = knowledge_base(session, client, dataset)
    try:
        with watched(session, client, base.dataset_id) as progress:
            report = base.save(path, concurrency=concurrency, progress=progress)
    except KeyboardInterrupt:
        session.say("interrupted: what was saved stays, and the same command goes on from here")
        raise
    _tell(session, report, f"saved {base.dataset_id} to {path}", as_json=as_json)


def _is_free(path: Path) -> bool:
    return path.is_dir() and ((path / "collections").is_dir() or not any(path.iterdir()))


@command(datasets, seeded=False)
def restore(
    session: Session,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="What fastgpt-client dataset save wrote.")],
    name: Annotated[str | None, typer.Option(help="What the new dataset is called; as it was, if left out.")] = None,
    dataset: Annotated[
        str | None,
        typer.Option(metavar="DATASET", help="Go on in the dataset that a restore has made which ended early."),
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long learning may take.")] = 600.0,
    concurrency: Concurrency = 4,
    as_json: AsJson = False,
) -> None:
    """Make a saved dataset again, here or on another server; print the new one's ID.

    In the end all rows are compared with the saved ones. The exit code is 1 if something is not as it was.
    """
    if name is not None and dataset is not None:
        raise CommandError("--name is for a new dataset, --dataset for one that is there", 2)
    if not (Path(folder).expanduser() / "dataset.json").is_file():
        raise CommandError(f"FOLDER: {folder!r} holds no dataset that was saved whole", 2)
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
        session.say(
            "interrupted: --dataset with the dataset that was made goes on from here: fastgpt-client dataset ls"
        )
        raise
    _tell(session, report, f"restored {folder}", as_json=as_json)


def _tell(session: Session, report: CopyReport, done: str, *, as_json: bool) -> None:
    """Print what there is, and what could not be had."""
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
