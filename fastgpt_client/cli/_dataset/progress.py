"""How far a run is: a bar at a terminal, nothing for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from fastgpt_client import DatasetClient
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.exceptions import FastGPTError
from fastgpt_client.knowledge import Progress

__all__ = ["watched"]

Show = Callable[[Progress], None]


@contextmanager
def watched(session: Session, client: DatasetClient, dataset: str) -> Generator[Show]:
    """Give what a run tells how far it is."""
    if session.err.is_terminal:
        yield from _bar(session, client, dataset)
    else:
        yield lambda progress: None


def _bar(session: Session, client: DatasetClient, dataset: str) -> Generator[Show]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415 - loaded where used

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    with Bars(*columns, console=session.err, transient=True) as bars:
        task, phase = bars.add_task("", total=None, told=""), ""

        def show(progress: Progress) -> None:
            nonlocal phase
            if progress.phase != phase:  # each has a pace of its own
                phase = progress.phase
                bars.reset(task)
            told = _told(client, dataset, progress)
            bars.update(task, description=phase, completed=progress.done, total=progress.total or None, told=told)

        yield show


def _told(client: DatasetClient, dataset: str, progress: Progress) -> str:
    """Return what else there is to say: of learning the rows that are left."""
    if progress.phase == "waiting":
        left = _rows_left(client, dataset)
        return "" if left is None else f"{count(left, 'row')} to learn"
    return ""


def _rows_left(client: DatasetClient, dataset: str) -> int | None:
    """Return how many rows and texts the server still has to learn, None if it does not tell."""
    try:
        return client.get_training(datasetId=dataset).active
    except FastGPTError:
        return None  # what is only shown must end no run
