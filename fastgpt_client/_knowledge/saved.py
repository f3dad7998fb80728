"""A knowledge base saved as files: the data of each collection, and how to restore its rows."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self, get_type_hints
from urllib.parse import urlsplit, urlunsplit

from fastgpt_client._json import as_object, is_array, parse_json
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.types import ChunkSettings

__all__ = [
    "RowPlan",
    "SavedCollection",
    "SavedFolder",
    "chunk_settings_of",
    "hash_of",
    "original_url",
    "restored_metadata",
    "restored_settings",
    "row_key",
    "saved_id",
    "saved_metadata",
    "saved_row",
    "why_virtual",
]

FORM = 1
SAVED = "fastgpt_client_saved"
_ADDED = (SAVED, "relatedImgId")
# Path parts of files served by FastGPT itself, whose credentials do not cover the host.
_SERVERS_OWN = ("/api/system/file/", "/api/common/file/")
_SETTINGS = frozenset(get_type_hints(ChunkSettings))


@dataclass(frozen=True, kw_only=True)
class SavedCollection:
    """The description of a saved collection; `rows_sha256` and `original_sha256` are the hashes of its files."""

    id: str
    name: str
    type: str
    parent_id: str | None
    tags: list[str] = field(default_factory=list[str])
    forbid: bool = False
    metadata: dict[str, Any] = field(default_factory=dict[str, Any])
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    rows: int = 0
    rows_sha256: str = ""
    original_sha256: str | None = None

    @classmethod
    def of(cls, value: object) -> Self:
        """Parse a saved description; raise `ValueError` if it is invalid."""
        found = as_object(value)
        try:
            return cls(**found)
        except TypeError as exc:
            raise ValueError(str(exc)) from None


class SavedFolder:
    """The files of a saved knowledge base.

    `dataset.json` is written last: without it, the save was not finished, and the next one resumes it. A collection's
    own file is written after its rows and its original.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def rows_file(self, id: str) -> Path:
        return self.path / "rows" / f"{id}.jsonl"

    def original_file(self, id: str) -> Path:
        return self.path / "originals" / id

    def begin(self) -> None:
        """Create the folders; discard a finished save, so that everything is requested again."""
        for name in ("collections", "rows", "originals"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        finished = self.path / "dataset.json"
        if finished.exists():
            finished.unlink()
            for file in (self.path / "collections").glob("*.json"):
                file.unlink()

    def find(self, id: str) -> SavedCollection | None:
        """Return a saved collection, None if it is missing or its files have changed."""
        try:
            return self.checked(SavedCollection.of(self._described(id)))
        except (OSError, ValueError):
            return None

    def _described(self, id: str) -> Any:
        return parse_json((self.path / "collections" / f"{id}.json").read_bytes())

    def checked(self, collection: SavedCollection) -> SavedCollection:
        """Return a collection; raise `ValidationError` if its files are missing or have changed."""
        rows, original = self.rows_file(collection.id), self.original_file(collection.id)
        if collection.rows_sha256 and hash_of(rows) != collection.rows_sha256:
            raise ValidationError(f"{rows} is missing or was changed after the save")
        if collection.original_sha256 is not None and hash_of(original) != collection.original_sha256:
            raise ValidationError(f"{original} is missing or was changed after the save")
        return collection

    def write(self, collection: SavedCollection) -> None:
        """Write the description of a collection."""
        _write(self.path / "collections" / f"{collection.id}.json", asdict(collection))

    def finish(self, about: Mapping[str, Any], ids: Sequence[str]) -> None:
        """Finish the save: write the description of the dataset, with the IDs of its collections."""
        _write(self.path / "dataset.json", {"form": FORM, **about, "collections": [*ids]})

    def read(self) -> tuple[dict[str, Any], list[SavedCollection]]:
        """Return the description of the dataset, and its collections after checking their files.

        Raises:
            ValidationError: the folder has no save or an unfinished one, or a file is missing or has changed.
        """
        try:
            about = as_object(parse_json((self.path / "dataset.json").read_bytes()))
            if about.get("form") != FORM:
                raise ValueError("its format is unknown")
            found = [self.checked(SavedCollection.of(self._described(id))) for id in about["collections"]]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            if isinstance(exc, ValidationError):
                raise
            raise ValidationError(f"{self.path} does not contain a completely saved knowledge base: {exc}") from None
        return about, found

    def rows(self, id: str) -> Iterator[dict[str, Any]]:
        """Return the saved rows of a collection."""
        with self.rows_file(id).open("rb") as file:
            for line in file:
                yield as_object(parse_json(line))


def _write(file: Path, value: object) -> None:
    """Write JSON atomically."""
    part = file.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False, indent=1), "utf-8")
    os.replace(part, file)


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file, "" if it does not exist."""
    try:
        with file.open("rb") as opened:
            digest = sha256()
            while piece := opened.read(1 << 20):
                digest.update(piece)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def chunk_settings_of(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chunk settings of a collection."""
    return {name: value for name, value in detail.items() if name in _SETTINGS and value is not None}


def saved_row(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return the saved form of a row: its texts, and the indexes that the server does not create itself."""
    found = detail.get("indexes")
    indexes = [
        {"type": str(index.get("type") or "custom"), "text": index["text"]}
        for index in map(as_object, found if is_array(found) else [])
        if index.get("type") != "default" and isinstance(index.get("text"), str)
    ]
    row = {"q": detail.get("q") or "", "a": detail.get("a") or "", "chunkIndex": detail.get("chunkIndex") or 0}
    return {
        **row,
        "indexes": indexes,
        **{name: detail[name] for name in ("imageId", "metadata") if detail.get(name)},
    }


def saved_metadata(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return a collection's metadata without fields added by the server or a restore."""
    return {name: value for name, value in as_object(detail.get("metadata")).items() if name not in _ADDED}


def restored_metadata(one: SavedCollection) -> dict[str, Any]:
    """Return the metadata of a restored collection: the saved metadata and the saved collection's ID."""
    return {**one.metadata, SAVED: one.id}


def saved_id(detail: Mapping[str, Any]) -> str | None:
    """Return the ID of the saved collection that a collection was restored from, None if it was not restored."""
    found = as_object(detail.get("metadata")).get(SAVED)
    return found if isinstance(found, str) else None


def restored_settings(one: SavedCollection) -> dict[str, Any]:
    """Return the chunk settings of a restored file, without model-generated rows: its rows come from the save."""
    return {**one.settings, "trainingType": "chunk"}


def why_virtual(one: SavedCollection) -> str | None:
    """Return why a collection is restored without its file, "" if it never had one, None if it is restored with it."""
    if one.type == "virtual":
        return ""
    if one.type != "file":
        return f"its rows are in an empty collection: one of the type {one.type} would get different rows"
    if one.original_sha256 is None:
        return "its rows are in a collection without a mark: its original is missing"
    return None


def original_url(value: str, base_url: str) -> str:
    """Return the URL of an original, on the server that is called rather than under the host name it reports."""
    ours, theirs = urlsplit(base_url), urlsplit(value)
    if not theirs.netloc or any(path in theirs.path for path in _SERVERS_OWN):
        return urlunsplit((ours.scheme, ours.netloc, theirs.path, theirs.query, ""))
    return value


def row_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return a key that is equal for rows with the same texts and indexes."""
    return row["q"], row["a"], row.get("imageId", ""), tuple(sorted(index["text"] for index in row["indexes"]))


class RowPlan:
    """The rows to delete and to push so that a collection has exactly its saved rows."""

    def __init__(self, saved: Iterable[Mapping[str, Any]], there: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        rows = [*saved]
        left = Counter(row_key(row) for row in rows)
        self.delete: list[str] = []
        for id, row in there:
            key = row_key(row)
            if left[key] > 0:
                left[key] -= 1
            else:
                self.delete.append(id)
        self.push: list[Mapping[str, Any]] = []
        for row in rows:
            if left[row_key(row)] > 0:
                left[row_key(row)] -= 1
                self.push.append(row)

    @property
    def is_done(self) -> bool:
        """Whether the collection already has exactly its saved rows."""
        return not (self.delete or self.push)
