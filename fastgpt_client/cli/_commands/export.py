"""All pages of a log as CSV or JSON lines: complete files or none, with a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import IO, Literal, NamedTuple

from fastgpt_client.asks import spreadsheet_cell
from fastgpt_client.cli._base.files import replaced_when_whole, writable
from fastgpt_client.cli._base.session import Session
from fastgpt_client.cli._output.formatting import count
from fastgpt_client.cli._output.json_data import json_text
from fastgpt_client.types import AppLog

__all__ = ["Target", "export"]

Kind = Literal["csv", "jsonl"]


class Target(NamedTuple):
    """The target of an export: a file, or stdout if there is no path."""

    kind: Kind
    path: Path | None

    @classmethod
    def of(cls, name: str, kind: Kind) -> Target:
        """Return the target with this name on the command line.

        Raises:
            CommandError: it cannot be written.
        """
        if name == "-":
            return cls(kind, None)
        return cls(kind, writable(name))


def export(session: Session, target: Target, items: Iterable[AppLog], total: int) -> None:
    """Write all items; show the progress at a terminal."""
    if target.path is None:
        written = _write(session.out.file, target.kind, items)
    else:
        # Spreadsheets detect the encoding by the byte order mark.
        encoding = "utf-8-sig" if target.kind == "csv" else "utf-8"
        with replaced_when_whole(target.path) as path, path.open("w", encoding=encoding, newline="") as file:
            written = _write(file, target.kind, _watched(session, items, total))
    session.say(f"wrote {count(written, 'chat')}{f' to {target.path}' if target.path else ''}")


def _watched(session: Session, items: Iterable[AppLog], total: int) -> Iterable[AppLog]:
    if not session.err.is_terminal:
        return items
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - loaded where used

    def counted() -> Generator[AppLog]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=session.err, transient=True) as progress:
            yield from progress.track(items, total=total, description="chats")

    return counted()


def _write(file: IO[str], kind: Kind, items: Iterable[AppLog]) -> int:
    write = _json_lines(file) if kind == "jsonl" else _csv_rows(file)
    number = 0
    for item in items:
        write(item)
        number += 1
    file.flush()
    return number


def _json_lines(file: IO[str]) -> Callable[[AppLog], None]:
    def write(item: AppLog) -> None:
        file.write(f"{json_text(item, file)}\n")

    return write


def _csv_rows(file: IO[str]) -> Callable[[AppLog], None]:
    import csv  # noqa: PLC0415 - loaded where used

    names = list(AppLog.__annotations__)
    writer = csv.writer(file)
    writer.writerow(names)

    def write(item: AppLog) -> None:
        writer.writerow([spreadsheet_cell(item.get(name)) for name in names])

    return write
