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
"""The file types that FastGPT reads."""

_TEXTS = frozenset({".md", ".txt"})
_TEXT_BYTES = 8 * 1024 * 1024
# FastGPT's list call has no paging.
_MOST_FOUND = 1000


class DirectoryLibrary:
    """A library of the files in a folder and its subfolders, for `FileLibraryApp`. The ID of a file is its path.

    Nothing outside the folder can be reached: symbolic links, hidden files and folders, and special files are treated
    as missing. Text files (`.md` and `.txt` in UTF-8) are passed on as text; FastGPT downloads and parses other files.

    Args:
        path: the folder.
        suffixes: the suffixes of the files to show, in lower case. Default: those that FastGPT reads.

    Raises:
        ValidationError: `path` is not a folder, or cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str], *, suffixes: Collection[str] = SUFFIXES) -> None:
        try:
            self._folder = Folder(Path(path))
        except OSError as exc:
            reason = exc.strerror or "not a folder"
            raise ValidationError(f"path: cannot open the folder {str(path)!r}: {reason}") from exc
        self._suffixes = frozenset(suffixes)

    def list(self, parent_id: str | None, search: str) -> Sequence[FileItem]:
        """Return the files and folders in a folder, or the files that a search finds in it and its subfolders.

        Args:
            parent_id: the ID of the folder, None or "" for the root.
            search: a part of the name, ignoring case; "" for no search. At most 1000 files are returned.

        Raises:
            FileNotFoundError: there is no such folder.
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
        """Return the text of a file, or an empty content if FastGPT has to parse it.

        Args:
            id: the ID of the file, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such file.
        """
        if PurePosixPath(id).suffix.lower() not in _TEXTS:
            self.detail(id)
            return FileContent()
        with self.open(id) as file:
            data = file.read(_TEXT_BYTES + 1)
        try:
            return FileContent(data.decode("utf-8-sig") if len(data) <= _TEXT_BYTES else "")
        except UnicodeDecodeError:  # FastGPT can guess the encoding
            return FileContent()

    def read(self, id: str) -> None:
        """Return None: the application itself serves the file.

        Args:
            id: the ID of the file, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such file.
        """
        self.detail(id)

    def detail(self, id: str) -> FileItem:
        """Return the item of a file or folder.

        Args:
            id: the ID of the file or folder, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such file or folder.
        """
        parts = parts_of(id)
        item = self._item(parts, self._folder.status(parts))
        if item is None:
            raise FileNotFoundError(id)
        return item

    def open(self, id: str) -> BinaryIO:
        """Open a file for reading in binary mode.

        Args:
            id: the ID of the file, as returned by `list`.

        Raises:
            FileNotFoundError: there is no such file.
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
