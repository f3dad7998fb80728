"""Progress: a bar at a terminal, lines of JSON for programs, otherwise nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from fastgpt_client import DatasetClient
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.cli._output.json_data import write_json
from fastgpt_client.exceptions import FastGPTError
from fastgpt_client.knowledge import Progress

__all__ = ["size", "watched"]

Show = Callable[[Progress], None]


@contextmanager
def watched(session: Session, client: DatasetClient, dataset: str | None, *, as_json: bool = False) -> Generator[Show]:
    """Yield the function that a run reports its progress to."""
    rows = _Rows(client, dataset)
    if as_json:
        yield lambda progress: write_json(session.out, _event(progress, rows), indent=None)
    elif session.err.is_terminal:
        yield from _bar(session, rows)
    else:
        yield lambda progress: None


def size(number: int) -> str:
    """Return a readable number of bytes."""
    value, unit = float(number), "bytes"
    for larger in ("KB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return count(number, "byte") if unit == "bytes" else f"{value:.1f} {unit}"


def _bar(session: Session, rows: _Rows) -> Generator[Show]:
    # Only needed at a terminal.
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415

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
            if progress.phase != phase:  # each phase has its own pace
                phase = progress.phase
                bars.reset(task)
            told = _told(progress, rows)
            bars.update(task, description=phase, completed=progress.done, total=progress.total or None, told=told)

        yield show


def _told(progress: Progress, rows: _Rows) -> str:
    """Return the details: bytes while files are sent, rows while they are learnt."""
    if progress.phase == "waiting":
        trained, left = rows.look()
        return "" if left is None else f"{trained:,} of {count(trained + left, 'row')}"
    if progress.phase == "sending" and progress.bytes_total:
        return f"{size(progress.bytes_done)} of {size(progress.bytes_total)}"
    return ""


def _event(progress: Progress, rows: _Rows) -> dict[str, Any]:
    told: dict[str, Any] = {"event": "progress", "phase": progress.phase, "done": progress.done}
    told |= {"total": progress.total, "bytesDone": progress.bytes_done, "bytesTotal": progress.bytes_total}
    if progress.phase == "waiting":
        trained, left = rows.look()
        told |= {"rowsTrained": trained, "rowsLeft": left}
    return told


class _Rows:
    """How many rows, and texts to split into rows, were learnt since the first look, and how many are left."""

    def __init__(self, client: DatasetClient, dataset: str | None) -> None:
        self._client = client
        self._dataset = dataset
        self._most = 0

    def look(self) -> tuple[int, int | None]:
        """Return both; the second is None if the server does not report it, or no dataset is known."""
        if self._dataset is None:
            return 0, None
        try:
            left = self._client.get_training(datasetId=self._dataset).active
        except FastGPTError:
            left = None  # a failure of the display must not end the run
        self._most = max(self._most, left or 0)
        return (0, None) if left is None else (self._most - left, left)
