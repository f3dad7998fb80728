"""A library of the files in a folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fastgpt_client.exceptions import ValidationError

from ._folder import Folder, parts_of
from ._library_data import FileContent, FileItem

__all__ = ["SUFFIXES", "DirectoryLibrary"]

SUFFIXES = frozenset({".csv", ".docx", ".html", ".md", ".pdf", ".pptx", ".txt", ".xlsx"})
"""What FastGPT reads."""

_TEXTS = frozenset({".md", ".txt"})
_TEXT_BYTES = 8 * 1024 * 1024
# A list has no pages.
_MOST_FOUND = 1000


class DirectoryLibrary:
    """The files in a folder and below it, each known by its path: `FileLibraryApp` serves them.

    No way leads out of the folder: links, hidden files and folders, and what is no file are not there. Texts
    (`.md`, `.txt`, in UTF-8) are given as they are; FastGPT loads other files and parses them.

    Args:
        path: the folder.
        suffixes: of the files that are shown, in lower case; by default those that FastGPT reads.

    Raises:
        ValidationError: there is no such folder.
    """

    def __init__(self, path: str | os.PathLike[str], *, suffixes: Collection[str] = SUFFIXES) -> None:
        try:
            self._folder = Folder(Path(path))
        except OSError as exc:
            raise ValidationError(f"path: there is no folder {str(path)!r} ({exc.strerror or 'no folder'})") from exc
        self._suffixes = frozenset(suffixes)

    def list(self, parent_id: str | None, search: str) -> Sequence[FileItem]:
        """Return what lies in a folder; with a search, the files there and below whose names have it in them.

        Args:
            parent_id: the folder, "" for the root.
            search: a piece of the name; "" for all.
        """
        parts = parts_of(parent_id) if parent_id else []
        if not search:
            return [*self._items(parts)]
        found: list[FileItem] = []
        folders = [parts]
        while folders and len(found) < _MOST_FOUND:
            inside = [*self._items(folders.pop())]
            found += [item for item in inside if item.type == "file" and search.casefold() in item.name.casefold()]
            folders += [item.id.split("/") for item in reversed(inside) if item.type == "folder"]
        return found[:_MOST_FOUND]

    def content(self, id: str) -> FileContent:
        """Return the text of a file, or nothing for one that has to be parsed.

        Args:
            id: the file, as `list` named it.
        """
        if PurePosixPath(id).suffix.lower() not in _TEXTS:
            self.detail(id)
            return FileContent()
        with self.open(id) as file:
            data = file.read(_TEXT_BYTES + 1)
        try:
            return FileContent(data.decode("utf-8-sig") if len(data) <= _TEXT_BYTES else "")
        except UnicodeDecodeError:  # FastGPT guesses encodings
            return FileContent()

    def read(self, id: str) -> None:
        """Leave it to the application to hand the file out.

        Args:
            id: the file, as `list` named it.
        """
        self.detail(id)

    def detail(self, id: str) -> FileItem:
        """Return the item of a file or a folder.

        Args:
            id: the file or folder, as `list` named it.
        """
        parts = parts_of(id)
        item = self._item(parts, self._folder.status(parts))
        if item is None:
            raise FileNotFoundError(id)
        return item

    def open(self, id: str) -> BinaryIO:
        """Return a file, opened for reading bytes.

        Args:
            id: the file, as `list` named it.
        """
        if PurePosixPath(id).suffix.lower() not in self._suffixes:
            raise FileNotFoundError(id)
        return self._folder.open(parts_of(id))

    def _items(self, parts: Sequence[str]) -> Iterator[FileItem]:
        for name, status in self._folder.entries(parts):
            item = self._item([*parts, name], status)
            if item is not None:
                yield item

    def _item(self, parts: Sequence[str], status: os.stat_result) -> FileItem | None:
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and PurePosixPath(parts[-1]).suffix.lower() not in self._suffixes:
            return None
        return FileItem(
            id="/".join(parts),
            name=parts[-1],
            updated=datetime.fromtimestamp(status.st_mtime, UTC),
            type="folder" if is_folder else "file",
            parent_id="/".join(parts[:-1]) or None,
        )
