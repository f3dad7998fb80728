"""The group of the commands, and the options that several of them have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fastgpt_client.cli._base.command import program
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

datasets = typer.Typer(name="dataset", help="Keep knowledge bases: put in, search, measure.", no_args_is_help=True)
program.add_typer(datasets)

DatasetArgument = Annotated[
    str, typer.Argument(metavar="DATASET", help="Its id, or its name: fastgpt-client dataset ls lists them.")
]
DatasetOption = Annotated[
    str, typer.Option("--dataset", metavar="DATASET", help="Its id, or its name: see fastgpt-client dataset ls.")
]
Similarity = Annotated[float | None, typer.Option(min=0, max=1, metavar="SHARE", help="Leave worse results out.")]
Timeout = Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long --wait waits, at most.")]
Concurrency = Annotated[int, typer.Option(min=1, metavar="N", help="How many calls are made at a time.")]


def one_of(flag: str, value: str, known: tuple[str, ...]) -> str:
    """Return a value of a flag that has to be one of some.

    Raises:
        CommandError: it is none of them.
    """
    if value not in known:
        raise CommandError(f"{flag}: {value!r} is none of {', '.join(known)}", 2)
    return value


def check_there(argument: str, name: str) -> None:
    """Raise if a file that is to be read is not there; "-" is stdin.

    Raises:
        CommandError: it is not.
    """
    if name != "-" and not Path(name).expanduser().exists():
        raise CommandError(f"{argument}: no such file: {name!r}", 2)
