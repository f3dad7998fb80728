"""The files of a commit in a git repository."""

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

# Excludes symbolic links and submodules.
_FILES = (b"100644", b"100755")


class GitTree:
    """A source of the files in a git commit, regardless of the working tree.

    Unlike `Directory`, it need not read files to see whether they changed. It runs the program `git`. Symbolic links
    and submodules are ignored; names are normalized to NFC.

    Args:
        path: a folder of the repository. Default: the current directory.
        revision: the commit, branch or tag. It is resolved once, here.
        folder: a folder in the commit to take files from. Default: "" for all.

    Raises:
        ValidationError: git cannot be run, `path` is not in a repository, or the revision is unknown. `entries` raises
            it if the commit has no such folder.
    """

    def __init__(self, path: str | os.PathLike[str] = ".", revision: str = "HEAD", *, folder: str = "") -> None:
        self._path = os.fspath(path)
        commit = self._git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        self._tree = f"{commit}:{folder.strip('/')}"
        self._names: dict[str, str] = {}

    def entries(self) -> Iterator[Entry]:
        """Iterate over the entries of all files, in git's order."""
        for line in self._git("ls-tree", "-r", "-l", "-z", "--full-tree", self._tree).split(b"\0")[:-1]:
            about, _, name = line.partition(b"\t")
            mode, _, blob, size = about.split()
            if mode in _FILES:
                try:
                    path = unicodedata.normalize("NFC", name.decode())
                except UnicodeDecodeError:
                    yield Entry(name.decode("utf-8", "replace"), problem="its name is not valid UTF-8")
                    continue
                self._names[path] = blob.decode()
                yield Entry(path, int(size), f"git:{blob.decode()}")

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading in binary mode.

        Args:
            path: the path of the entry, as returned by `entries`.
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
