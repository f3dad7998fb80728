"""What is put into a knowledge base: anything with `entries()` and `open(path)`, such as a folder."""

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
        path: its name, with folders before it, parted by "/".
        size: its bytes.
        fingerprint: what changes when its bytes do: "sha256:…", "git:…", or a text of the source's own.
        problem: why it cannot be read, else None. It then counts as one that failed.
    """

    path: str
    size: int = 0
    fingerprint: str = ""
    problem: str | None = None


@runtime_checkable
class Source(Protocol):
    """What is put into a knowledge base. Both are called where no other task waits for them."""

    def entries(self) -> Iterable[Entry]:
        """Return all that it holds."""
        ...

    def open(self, path: str) -> BinaryIO:
        """Return a file of it, opened for reading; it can seek, and is closed by who asked for it.

        Args:
            path: the entry's path, as `entries` named it.
        """
        ...


class Directory:
    """A folder and all that is in it, but what is hidden (its name begins with a dot) or ignored.

    Names are in the form NFC, whichever the disk has. A file that cannot be read, or changes meanwhile, is an entry
    with a problem; the rest goes on.

    Args:
        path: the folder.
        follow_symlinks: whether links count as what they point at; left out, they are passed over.
        ignore_file: the name of a file in the folder whose lines, in the form of .gitignore, say what is left out. It
            needs the extra `sync`.

    Raises:
        ValidationError: it is no folder, or there is an ignore file and the extra is not installed.
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
            raise ValidationError(f"source: there is no folder {str(path)!r}")
        self._ignored = _ignored_by(self._root / ignore_file)

    def entries(self) -> Iterator[Entry]:
        """Return all files, in the order of their names."""
        return self._below(self._root, "", frozenset())

    def open(self, path: str) -> BinaryIO:
        """Return a file, opened for reading.

        Args:
            path: the entry's path, as `entries` named it.
        """
        return open(self._found(path), "rb")

    def _found(self, path: str) -> str:
        """Return where a file is on the disk, which may spell its name in another form."""
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
        if here in above:  # a link that points at a folder above it
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
    """Return the entry of a file, whose bytes are read piece by piece."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return Entry(path.encode("utf-8", "replace").decode(), problem="its name is no text")
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
    """Return what says of a path whether an ignore file leaves it out; a folder's path ends in "/"."""
    if not file.is_file():
        return lambda path: False
    try:
        from pathspec import GitIgnoreSpec  # noqa: PLC0415 - an extra
    except ImportError:
        raise ValidationError(f"{file.name} needs pathspec: pip install pathspec") from None
    return GitIgnoreSpec.from_lines(file.read_text("utf-8").splitlines()).match_file
