"""Tables that commands read and write: CSV, JSON lines, and xlsx by openpyxl."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from fastgpt_client.asks import spreadsheet_cell
from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.files import replaced_when_whole
from fastgpt_client.cli._output.json_data import as_object

__all__ = ["KINDS", "check_kind", "read_table", "write_table"]

KINDS = (".csv", ".jsonl", ".xlsx")
# What XML, and therefore xlsx, cannot contain.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Table = list[dict[str, Any]]


def check_kind(path: Path) -> str:
    """Return the kind of a table by its file name.

    Raises:
        CommandError: the kind is unknown, or needs a package that is missing.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise CommandError(f"{str(path)!r} must end with {', '.join(KINDS[:-1])} or {KINDS[-1]}", 2)
    if kind == ".xlsx":
        _openpyxl()
    return kind


def _openpyxl() -> Any:
    try:
        return import_module("openpyxl")
    except ImportError:
        raise CommandError("xlsx files need openpyxl: pip install openpyxl", 2) from None


def read_table(name: str) -> Table:
    """Return the rows of a table; for "-", of CSV or JSON lines from stdin.

    Raises:
        CommandError: it cannot be parsed, or has no rows.
    """
    if name == "-":
        text = sys.stdin.read()
        rows = _json_lines(text, "stdin") if text.lstrip().startswith("{") else _csv(text)
    else:
        path = Path(name).expanduser()
        kind = check_kind(path)
        if kind == ".xlsx":
            rows = _xlsx(path)
        else:
            try:
                text = path.read_text("utf-8-sig")
            except UnicodeDecodeError:
                raise CommandError(f"{name} is not UTF-8: save it in that encoding", 2) from None
            rows = _json_lines(text, name) if kind == ".jsonl" else _csv(text)
    if not rows:
        raise CommandError(f"{name} has no rows", 2)
    return rows


def _csv(text: str) -> Table:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    found = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    return [{name: value for name, value in row.items() if isinstance(value, str)} for row in found]


def _json_lines(text: str, name: str) -> Table:
    rows: Table = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = as_object(json.loads(line))
            except ValueError:
                row = {}
            if not row:
                raise CommandError(f"{name}: line {number} is not a JSON object", 2)
            rows.append(row)
    return rows


def _xlsx(path: Path) -> Table:
    try:
        book = _openpyxl().load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise
    except Exception as exc:  # openpyxl's own, zipfile's, those of XML
        raise CommandError(f"{path} is not an xlsx file: {exc}", 2) from None
    try:
        lines: Iterator[tuple[Any, ...]] = book.active.iter_rows(values_only=True)
        names = [None if name is None else str(name) for name in next(lines, ())]
        rows = ({name: value for name, value in zip(names, line, strict=False) if name} for line in lines)
        return [row for row in rows if any(value is not None for value in row.values())]
    finally:
        book.close()


def write_table(path: Path, rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> None:
    """Write a table, completely or not at all; further columns of the rows are appended."""
    everything = list(rows)
    names = list(dict.fromkeys([*columns, *(name for row in everything for name in row)]))
    kind = check_kind(path)
    with replaced_when_whole(path) as new:
        if kind == ".jsonl":
            with new.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(f"{json.dumps(row, ensure_ascii=False, default=str)}\n" for row in everything)
        elif kind == ".csv":
            # Spreadsheets detect the encoding by the byte order mark.
            with new.open("w", encoding="utf-8-sig", newline="") as file:
                _write_csv(file, names, everything)
        else:
            _write_xlsx(new, names, everything)


def _cells(names: list[str], row: Mapping[str, Any]) -> list[Any]:
    return [spreadsheet_cell(row.get(name)) for name in names]


def _write_csv(file: IO[str], names: list[str], rows: list[Mapping[str, Any]]) -> None:
    writer = csv.writer(file)
    writer.writerow([spreadsheet_cell(name) for name in names])
    writer.writerows(_cells(names, row) for row in rows)


def _write_xlsx(path: Path, names: list[str], rows: list[Mapping[str, Any]]) -> None:
    book = _openpyxl().Workbook(write_only=True)
    sheet = book.create_sheet("answers")
    for line in ([spreadsheet_cell(name) for name in names], *(_cells(names, row) for row in rows)):
        sheet.append([_NO_XML.sub("", cell) if isinstance(cell, str) else cell for cell in line])
    book.save(path)
