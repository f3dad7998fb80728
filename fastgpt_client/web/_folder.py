"""Opening what lies in a folder, and nothing else: no way leads out of it, not even while it is being changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

__all__ = ["Folder", "is_visible", "parts_of"]

# Where folders can be opened, each step of a path is one from an open folder, and a link is followed by none of them.
_BY_STEPS = os.open in os.supports_dir_fd and os.scandir in os.supports_fd and hasattr(os, "O_NOFOLLOW")
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


def parts_of(path: str) -> list[str]:
    """Return the names that a path with slashes is made of.

    Raises:
        FileNotFoundError: a name is hidden, empty, leads upward, or is no name on some system.
    """
    parts = path.split("/")
    if not all(map(is_visible, parts)):
        raise FileNotFoundError(path)
    return parts


def is_visible(name: str) -> bool:
    """Return whether a name may be that of a file or a folder which is shown."""
    if not name or name.startswith(".") or name.endswith((".", " ")) or any(sign in name for sign in '\\:\0\n\r"<>|?*'):
        return False
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes that are no text
        return False
    return True


class _Place(NamedTuple):
    """An open folder: what is scanned, and how a name in it is opened."""

    scanned: int | str
    prefix: str
    dir_fd: int | None


class Folder:
    """A folder of the file system. Links in it are as if they were not there; what is not there is not found."""

    def __init__(self, root: Path) -> None:
        self._root = str(root.resolve(strict=True))
        if not os.path.isdir(self._root):
            raise NotADirectoryError(str(root))

    def entries(self, parts: Sequence[str]) -> list[tuple[str, os.stat_result]]:
        """Return the files and folders that are shown in a folder, with what is known of them, by their names."""
        found: list[tuple[str, os.stat_result]] = []
        with self._place(parts) as place, os.scandir(place.scanned) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # gone meanwhile
                    status = entry.stat(follow_symlinks=False)
                    if is_visible(entry.name) and (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
                        found.append((entry.name, status))
        return sorted(found, key=lambda item: item[0])

    def status(self, parts: Sequence[str]) -> os.stat_result:
        """Return what is known of a file or a folder."""
        with self._place(parts[:-1]) as place:
            status = os.stat(os.path.join(place.prefix, parts[-1]), dir_fd=place.dir_fd, follow_symlinks=False)
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise FileNotFoundError(parts[-1])
        return status

    def open(self, parts: Sequence[str]) -> BinaryIO:
        """Return a file, opened for reading bytes."""
        # Not blocking: what waits for a writer is no file.
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
        except OSError as error:  # a link, no folder, too long a name, not for us to read
            raise FileNotFoundError(*error.args[:2]) from None
