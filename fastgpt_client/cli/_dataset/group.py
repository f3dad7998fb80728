"""The group of the commands, and the options that several of them share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fastgpt_client.cli._base.command import program
from fastgpt_client.cli._base.completion import dataset_names
from fastgpt_client.cli._base.errors import CommandError

__all__ = [
    "Concurrency",
    "DatasetArgument",
    "DatasetOption",
    "Similarity",
    "Timeout",
    "check_there",
    "datasets",
    "one_of",
]

datasets = typer.Typer(name="dataset", help="Manage knowledge bases: sync, search, evaluate.", no_args_is_help=True)
program.add_typer(datasets)

DatasetArgument = Annotated[
    str,
    typer.Argument(
        metavar="DATASET",
        help="The dataset, by its ID or name: see fastgpt-client dataset ls.",
        autocompletion=dataset_names,
    ),
]
DatasetOption = Annotated[
    str,
    typer.Option(
        "--dataset",
        metavar="DATASET",
        help="The dataset, by its ID or name: see fastgpt-client dataset ls.",
        autocompletion=dataset_names,
    ),
]
Similarity = Annotated[
    float | None, typer.Option(min=0, max=1, metavar="SHARE", help="Omit results with a lower similarity.")
]
Timeout = Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long to wait at most with --wait.")]
Concurrency = Annotated[int, typer.Option(min=1, metavar="N", help="How many calls to make at a time.")]


def one_of(flag: str, value: str, known: tuple[str, ...]) -> str:
    """Return the value of a flag, checked against the known ones.

    Raises:
        CommandError: the value is unknown.
    """
    if value not in known:
        raise CommandError(f"{flag}: {value!r} is not one of {', '.join(known)}", 2)
    return value


def check_there(argument: str, name: str) -> None:
    """Check that a file exists; "-" is stdin.

    Raises:
        CommandError: it does not.
    """
    if name != "-" and not Path(name).expanduser().exists():
        raise CommandError(f"{argument}: no such file: {name!r}", 2)
