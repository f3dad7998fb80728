"""Opens the files in a folder, and nothing outside it, even while the folder is being changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

__all__ = ["Folder", "is_visible", "parts_of"]

# Where folders can be opened, a path is walked from one open folder to the next, without following links.
_BY_STEPS = os.open in os.supports_dir_fd and os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


def parts_of(path: str) -> list[str]:
    """Return the names in a path with slashes.

    Raises:
        FileNotFoundError: a name is hidden, empty, leads upward, or is not valid on some operating system.
    """
    parts = path.split("/")
    if not all(map(is_visible, parts)):
        raise FileNotFoundError(path)
    return parts


def is_visible(name: str) -> bool:
    """Return whether a file or folder of this name is shown."""
    if not name or name.startswith(".") or name.endswith((".", " ")) or any(sign in name for sign in '\\:\0\n\r"<>|?*'):
        return False
    try:
        name.encode()
    except UnicodeEncodeError:  # undecodable bytes
        return False
    return True


class _Place(NamedTuple):
    """An open folder: what to scan, and how to open a name in it."""

    scanned: int | str
    prefix: str
    dir_fd: int | None


class Folder:
    """A folder of the file system. Links in it are treated as missing; missing files raise `FileNotFoundError`."""

    def __init__(self, root: Path) -> None:
        self._root = str(root.resolve(strict=True))
        if not os.path.isdir(self._root):
            raise NotADirectoryError(str(root))

    def entries(self, parts: Sequence[str]) -> list[tuple[str, os.stat_result]]:
        """Return the visible files and folders in a folder with their status, sorted by name."""
        found: list[tuple[str, os.stat_result]] = []
        with self._place(parts) as place, os.scandir(place.scanned) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # deleted in the meantime
                    status = entry.stat(follow_symlinks=False)
                    if is_visible(entry.name) and (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                        found.append((entry.name, status))
        return sorted(found, key=lambda item: item[0])

    def status(self, parts: Sequence[str]) -> os.stat_result:
        """Return the status of a file or folder."""
        with self._place(parts[:-1]) as place:
            status = os.stat(os.path.join(place.prefix, parts[-1]), dir_fd=place.dir_fd, follow_symlinks=False)
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise FileNotFoundError(parts[-1])
        return status

    def open(self, parts: Sequence[str]) -> BinaryIO:
        """Open a file for reading in binary mode."""
        # Non-blocking: opening a FIFO would wait for a writer.
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | _NO_LINK
        with self._place(parts[:-1]) as place:
            opened = os.open(os.path.join(place.prefix, parts[-1]), flags, dir_fd=place.dir_fd)
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            raise FileNotFoundError(parts[-1])
        return os.fdopen(opened, "rb")

    @contextmanager
    def _place(self, parts: Sequence[str]) -> Generator[_Place]:
        try:
            if not _BY_STEPS:
                path = os.path.join(self._root, *parts)
                if os.path.realpath(path) != path:
                    raise FileNotFoundError(path)
                yield _Place(path, path, None)
                return
            folder = os.open(self._root, _FOLDER)
            try:
                for part in parts:
                    inner = os.open(part, _FOLDER | _NO_LINK, dir_fd=folder)
                    os.close(folder)
                    folder = inner
                yield _Place(folder, "", folder)
            finally:
                os.close(folder)
        except OSError as error:  # a link, not a folder, too long a name, no permission
            raise FileNotFoundError(*error.args[:2]) from None
