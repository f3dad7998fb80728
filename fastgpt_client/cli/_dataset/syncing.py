"""`fastgpt-client dataset sync | diff`: keeps a dataset in step with a folder."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fastgpt_client.cli._base.command import OF_APPS, command
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.pairs import parse_pairs
from fastgpt_client.cli._base.session import Session

from .group import Concurrency, DatasetOption, Timeout, datasets
from .plans import print_plan, print_report
from .progress import watched
from .setup import knowledge_base, open_client
from .sources import opened

__all__ = ["diff", "sync"]

Src = Annotated[
    str,
    typer.Argument(metavar="SRC", help="A folder, or the address of a web page or of a sitemap (.xml)."),
]
Under = Annotated[str, typer.Option(metavar="FOLDER", help="The folder of the dataset to sync to.")]
Match = Annotated[
    list[str] | None, typer.Option(metavar="PATTERN", help="Only files that match, such as '**/*.md'. May be repeated.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="K=V", help="How files are split into rows: chunkSize=500, trainingType=qa. May be repeated."
    ),
]
Prune = Annotated[bool, typer.Option("--prune", help="Delete what earlier syncs added and SRC no longer has.")]
MaxDelete = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="Prune nothing if it would be more. Defaults to 10, or a quarter if that is more."
    ),
]
Git = Annotated[
    str | None, typer.Option(metavar="REV", help="Sync the files of this git commit, not those of the working tree.")
]
Follow = Annotated[bool, typer.Option("--follow-symlinks", help="Follow symbolic links.")]
Lines = Annotated[bool, typer.Option("--json", help="Print lines of JSON: progress, one line per file, and an end.")]


@command(datasets, seeded=False, without=OF_APPS)
def sync(
    session: Session,
    src: Src,
    dataset: DatasetOption,
    under: Under = "",
    match: Match = None,
    set_: Settings = None,
    prune: Prune = False,
    max_delete: MaxDelete = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until everything is learnt.")] = False,
    timeout: Timeout = 600.0,
    git: Git = None,
    follow_symlinks: Follow = False,
    concurrency: Concurrency = 4,
    as_json: Lines = False,
) -> None:
    """Keep a dataset in step with a folder: send what is new or changed.

    A changed file is replaced once the new version is learnt; without --wait, by the next run. The same command
    continues an earlier run, from any machine. The exit code is 1 if a file failed.
    """
    asked = _arguments(under, match, set_, prune=prune, max_delete=max_delete, concurrency=concurrency)
    with opened(src, revision=git, follow_symlinks=follow_symlinks) as source:
        client = open_client(session)
        base = knowledge_base(session, client, dataset)
        if dry_run:
            print_plan(session, base.plan_sync(source, **asked), prune=prune, as_json=as_json)
            return
        try:
            with watched(session, client, base.dataset_id, as_json=as_json) as progress:
                report = base.sync(source, **asked, wait=timeout if wait else None, progress=progress)
        except KeyboardInterrupt:
            session.say("interrupted: what was sent is kept, and the same command continues from here")
            raise
    print_report(session, report, as_json=as_json)
    if not report.ok:
        raise typer.Exit(1)


@command(datasets, seeded=False, without=OF_APPS)
def diff(
    session: Session,
    src: Src,
    dataset: DatasetOption,
    under: Under = "",
    match: Match = None,
    set_: Settings = None,
    prune: Prune = False,
    max_delete: MaxDelete = None,
    git: Git = None,
    follow_symlinks: Follow = False,
    concurrency: Concurrency = 4,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 if there is something to do.")] = False,
    as_json: Lines = False,
) -> None:
    """Show what sync would do with the same flags, file by file, and why, without changing anything."""
    asked = _arguments(under, match, set_, prune=prune, max_delete=max_delete, concurrency=concurrency)
    with opened(src, revision=git, follow_symlinks=follow_symlinks) as source:
        client = open_client(session)
        plan = knowledge_base(session, client, dataset).plan_sync(source, **asked)
    print_plan(session, plan, prune=prune, as_json=as_json)
    if exit_code and not plan.is_empty:
        raise typer.Exit(1)


def _arguments(
    under: str,
    match: list[str] | None,
    given: list[str] | None,
    *,
    prune: bool,
    max_delete: int | None,
    concurrency: int,
) -> dict[str, Any]:
    """Return the arguments of both commands, checked before anything is sent."""
    if max_delete is not None and not prune:
        raise CommandError("--max-delete needs --prune", 2)
    return {
        "under": under,
        "match": match or None,
        "settings": parse_pairs("--set", given or ()),
        "prune": prune,
        "max_delete": max_delete,
        "concurrency": concurrency,
    }
