"""Sources of a sync: anything with `entries()` and `open(path)`, such as a folder."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Protocol, runtime_checkable

from fastgpt_client.exceptions import ValidationError

__all__ = ["Directory", "Entry", "Source"]

_PIECE = 1 << 20


@dataclass(frozen=True)
class Entry:
    """A file of a source.

    Attributes:
        path: its path relative to the source, with "/" between folders.
        size: its size in bytes.
        fingerprint: a text that changes when its content does: "sha256:…", "git:…", or one in the source's own format.
        problem: why it cannot be read, None if it can. A sync reports such a file as failed.
    """

    path: str
    size: int = 0
    fingerprint: str = ""
    problem: str | None = None


@runtime_checkable
class Source(Protocol):
    """The protocol of a source for `sync`. Its methods may block: async clients call them in a worker thread."""

    def entries(self) -> Iterable[Entry]:
        """Return an entry for each file of the source."""
        ...

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading in binary mode. It must be seekable; the caller closes it.

        Args:
            path: the path of the entry, as returned by `entries`.
        """
        ...


class Directory:
    """A source of the files in a folder and its subfolders, except those that are ignored or start with a dot.

    ```python
    for entry in Directory("docs").entries():
        print(entry.path, entry.size, entry.problem)
    ```

    Names are normalized to NFC. A file that cannot be read, or that changes while it is read, has a `problem`.

    Args:
        path: the folder.
        follow_symlinks: whether to follow symbolic links. Default: ignore them.
        ignore_file: the name of a file in the folder that lists what to ignore, in the format of .gitignore. If there
            is one, the extra `sync` is required.

    Raises:
        ValidationError: `path` is not a folder, or there is an ignore file and the extra is not installed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        follow_symlinks: bool = False,
        ignore_file: str = ".fastgptignore",
    ) -> None:
        self._root = Path(path)
        self._follow = follow_symlinks
        if not self._root.is_dir():
            raise ValidationError(f"source: no such folder: {str(path)!r}")
        self._ignored = _ignored_by(self._root / ignore_file)

    def entries(self) -> Iterator[Entry]:
        """Iterate over the entries of all files, sorted by name."""
        return self._below(self._root, "", frozenset())

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading in binary mode.

        Args:
            path: the path of the entry, as returned by `entries`.
        """
        return open(self._found(path), "rb")

    def _found(self, path: str) -> str:
        """Return the path of a file on disk, where its name may have another Unicode form."""
        here = str(self._root)
        for part in path.split("/"):
            there = os.path.join(here, part)
            if not os.path.lexists(there):
                other = next((name for name in os.listdir(here) if unicodedata.normalize("NFC", name) == part), part)
                there = os.path.join(here, other)
            here = there
        return here

    def _below(self, folder: Path, prefix: str, above: frozenset[tuple[int, int]]) -> Iterator[Entry]:
        try:
            status = folder.stat()
            with os.scandir(folder) as scan:
                found = sorted(scan, key=lambda item: item.name)
        except OSError as exc:
            yield Entry(prefix, problem=f"the folder cannot be read: {exc.strerror}")
            return
        here = (status.st_dev, status.st_ino)
        if here in above:  # a symbolic link to a parent folder
            return
        for item in found:
            path = prefix + unicodedata.normalize("NFC", item.name)
            if item.name.startswith(".") or (item.is_symlink() and not self._follow):
                continue
            is_folder = item.is_dir()
            if self._ignored(path + "/" if is_folder else path):
                continue
            if is_folder:
                yield from self._below(Path(item.path), path + "/", above | {here})
            elif item.is_file():
                yield _read(item.path, path)


def _read(file: str, path: str) -> Entry:
    """Return the entry of a file, hashing it piece by piece."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return Entry(path.encode("utf-8", "replace").decode(), problem="its name is not valid UTF-8")
    try:
        with open(file, "rb") as opened:
            before = os.fstat(opened.fileno())
            digest = sha256()
            while piece := opened.read(_PIECE):
                digest.update(piece)
            after = os.fstat(opened.fileno())
    except OSError as exc:
        return Entry(path, problem=f"it cannot be read: {exc.strerror}")
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return Entry(path, problem="it changed while it was read")
    return Entry(path, after.st_size, f"sha256:{digest.hexdigest()}")


def _ignored_by(file: Path) -> Callable[[str], bool]:
    """Return a function that says whether a path is ignored; the path of a folder must end in "/"."""
    if not file.is_file():
        return lambda path: False
    try:
        from pathspec import GitIgnoreSpec  # noqa: PLC0415 - an extra
    except ImportError:
        raise ValidationError(f"{file.name} needs pathspec: pip install pathspec") from None
    return GitIgnoreSpec.from_lines(file.read_text("utf-8").splitlines()).match_file
