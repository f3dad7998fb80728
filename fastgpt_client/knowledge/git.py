"""Files of a git repository, as they are in a commit."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO, cast

from fastgpt_client.exceptions import ValidationError

from .sources import Entry

__all__ = ["GitTree"]

# Links and submodules are no files.
_FILES = (b"100644", b"100755")


class GitTree:
    """The files of a commit, whatever the working tree holds: no file has to be read to see whether it changed.

    It asks the program `git`. Names are in the form NFC.

    Args:
        path: a folder of the repository.
        revision: the commit, branch or tag. What it stands for is looked up once.
        folder: a folder of the commit, whose files alone are taken; "" for all.

    Raises:
        ValidationError: there is no git, no repository, or no such commit or folder in it.
    """

    def __init__(self, path: str | os.PathLike[str] = ".", revision: str = "HEAD", *, folder: str = "") -> None:
        self._path = os.fspath(path)
        commit = self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        self._tree = f"{commit}:{folder.strip('/')}"
        self._names: dict[str, str] = {}

    def entries(self) -> Iterator[Entry]:
        """Return all files, in the order of git."""
        for line in self._git("ls-tree", "-r", "-l", "-z", "--full-tree", self._tree).split(b"\0")[:-1]:
            about, _, name = line.partition(b"\t")
            mode, _, blob, size = about.split()
            if mode in _FILES:
                try:
                    path = unicodedata.normalize("NFC", name.decode())
                except UnicodeDecodeError:
                    yield Entry(name.decode("utf-8", "replace"), problem="its name is no text")
                    continue
                self._names[path] = blob.decode()
                yield Entry(path, int(size), f"git:{blob.decode()}")

    def open(self, path: str) -> BinaryIO:
        """Return a file that `entries` named, opened for reading.

        Args:
            path: the entry's path, as `entries` named it.
        """
        file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
        try:
            self._git("cat-file", "blob", self._names[path], to=file)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return file

    def _git(self, *arguments: str, to: BinaryIO | None = None) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", self._path, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if to is None else to,
                stderr=subprocess.PIPE,
                check=False,
            )
        except OSError as exc:
            raise ValidationError(f"source: git cannot be run: {exc.strerror}") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise ValidationError(f"source: git {arguments[0]}: {said}")
        return done.stdout or b""
