"""The journal of a run: an append-only file with a result per line, and a second file of the questions sent.

Written results survive a kill of the process; a torn last line is truncated. The second file lists the rows whose
question the server may have although there is no result; it is deleted once there are none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from fastgpt_client._concurrency.locks import ThreadLock
from fastgpt_client._json import as_object, parse_json
from fastgpt_client.asks.rows import AskRow, parse_row
from fastgpt_client.exceptions import ValidationError

from .identity import chat_id, fingerprint, json_line
from .lock import try_lock

__all__ = ["ID_IN_USE", "Journal", "Kept"]

# The error of a row whose ID belongs to another question; it is not a result of that other question.
ID_IN_USE = "IdInUse"
# A row is asked again only on purpose: the first result of a file is hardly ever that of a later attempt.
_ATTEMPTS = 100


class Kept(NamedTuple):
    """The journal's state of a row: its last result, its next attempt, and whether that may have begun.

    Attempts count from 0, so the number is how often the row has failed.
    """

    row: AskRow | None
    attempt: int
    begun: bool


class Journal:
    """The results of a run, in a file from which it can resume. Only one process can open it at a time.

    Uses a few tens of bytes of memory per row, regardless of the size of the answers.

    Raises:
        ValidationError: another process has the file open, it is not the file of a run, or that of another run.
    """

    def __init__(self, path: str | os.PathLike[str], run: str) -> None:
        self.path = Path(path)
        self._run = run
        self._lock = ThreadLock()
        self._offsets: dict[int, int] = {}  # of the last result of each ID, by the ID's fingerprint
        self._failures: dict[int, int] = {}
        self._failed_now: set[int] = set()
        self._begun: dict[int, int] = {}  # the attempt that the server may have, for IDs without its result
        self._clashes: set[int] = set()  # results that report an ID in use
        self._begun_path = self.path.with_name(f"{self.path.name}.begun")
        self._file = open(self.path, "a+b", buffering=0)  # noqa: SIM115 - closed by `close`
        self._closed = False
        try:
            if not try_lock(self._file):
                raise ValidationError(f"{self.path} is in use by another run: wait for it, or choose another file")
            self._end = self._load()
            self._load_begun()
            self._begun_file = open(self._begun_path, "a+b", buffering=0)  # noqa: SIM115 - closed by `close`
            _append(self._begun_file, b"\n")  # the last note may have been torn
            self._reader = open(self.path, "rb")  # noqa: SIM115 - closed by `close`
        except BaseException:
            self._file.close()
            raise

    def __len__(self) -> int:
        return len(self._offsets)

    # --- previous results -------------------------------------------------------------------------------------------

    def find(self, id: str) -> Kept:
        """Return the state of a row."""
        key = fingerprint(id)
        attempt = self._failures.get(key, 0)
        begun = self._begun.get(key) == attempt
        offset = self._offsets.get(key)
        if offset is None:
            return Kept(None, attempt, begun)
        with self._lock:
            self._reader.seek(offset)
            line = self._reader.readline()
        return Kept(parse_row(line, self.path, 0), attempt, begun)

    # --- writing ----------------------------------------------------------------------------------------------------

    def begin(self, id: str, attempt: int) -> None:
        """Record, before sending a question, that the server may have it."""
        key = fingerprint(id)
        with self._lock:
            if not self._closed and self._begun.get(key) != attempt:
                _append(self._begun_file, json_line({"id": id, "attempt": attempt}))
                self._begun[key] = attempt

    def forget(self, id: str, attempt: int) -> None:
        """Record that the server is known not to have a question."""
        with self._lock:
            if not self._closed:
                _append(self._begun_file, json_line({"id": id, "attempt": attempt, "begun": False}))
                self._begun.pop(fingerprint(id), None)

    def write(self, row: AskRow) -> bool:
        """Append a result; return False if the journal is already closed."""
        line = json_line(row)
        with self._lock:
            if self._closed:
                return False
            if self._is_new_clash(row):
                _append(self._file, line)
                self._note(row, self._end)
                self._end += len(line)
        return True

    def _is_new_clash(self, row: AskRow) -> bool:
        """Return whether to write a result: each clash of IDs is written only once."""
        return not _is_clash(row) or _clash_key(row) not in self._clashes

    def close(self) -> None:
        """Release the file for other runs. Questions without a result stay recorded."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._begun_file.close()
            if not self._begun:
                self._begun_path.unlink(missing_ok=True)
            self._file.close()
            self._reader.close()

    # --- reading ----------------------------------------------------------------------------------------------------

    def _load(self) -> int:
        """Read all results, truncate a torn last line, and return the offset of the next result."""
        offset = 0
        with open(self.path, "rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    self._file.truncate(offset)
                    break
                row = parse_row(line, self.path, number)
                if number == 1 and not _belongs_to(row, self._run):
                    raise ValidationError(
                        f"to: {self.path} has the results of another run, not of {self._run!r}: pass another file, "
                        "or the name of that run"
                    )
                self._note(row, offset)
                offset += len(line)
        return offset

    def _note(self, row: AskRow, offset: int) -> None:
        key = fingerprint(row["id"])
        if _is_clash(row):
            self._clashes.add(_clash_key(row))
            return
        self._offsets[key] = offset
        self._begun.pop(key, None)
        self._failed_now.discard(key)
        if row["error"] is not None:
            self._failed_now.add(key)
            self._failures[key] = self._failures.get(key, 0) + 1

    def _load_begun(self) -> None:
        """Read which attempts the server may have; those with a result are finished."""
        for note in _notes(self._begun_path):
            key, attempt = fingerprint(note.get("id")), note.get("attempt")
            self._begun.pop(key, None)
            is_over = key in self._offsets and key not in self._failed_now
            if note.get("begun", True) and not is_over and attempt == (failures := self._failures.get(key, 0)):
                self._begun[key] = failures


def _belongs_to(row: AskRow, run: str) -> bool:
    """Return whether a result is one of a run, which its chat ID is derived from; its attempt is not saved."""
    return any(row["chat_id"] == chat_id(run, row["id"], attempt) for attempt in range(_ATTEMPTS))


def _is_clash(row: AskRow) -> bool:
    return (row["error"] or "").startswith(f"{ID_IN_USE}:")


def _clash_key(row: AskRow) -> int:
    return fingerprint([row["id"], row["question"]])


def _notes(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the notes of a file, if it exists. A torn one is skipped: its question was not sent yet."""
    if path.exists():
        for line in path.read_bytes().splitlines():
            try:
                yield as_object(parse_json(line))
            except ValueError:
                continue


def _append(file: IO[bytes], line: bytes) -> None:
    """Append a line, completely or not at all."""
    end = file.seek(0, os.SEEK_END)
    written = file.write(line)
    if written != len(line):
        file.truncate(end)
        raise OSError(f"{file.name}: the disk is full")
