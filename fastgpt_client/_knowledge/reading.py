"""Verify files against their fingerprints while sending them."""

from __future__ import annotations

import hashlib
import os
from typing import Any, BinaryIO

from fastgpt_client.exceptions import ValidationError
from fastgpt_client.knowledge import Entry

__all__ = ["CheckedFile"]


class CheckedFile:
    """A file that must match its entry; the last bytes are returned only once that is verified.

    The server thus never gets the whole of a changed file, and creates nothing from it.
    """

    def __init__(self, file: BinaryIO, entry: Entry) -> None:
        self._file = file
        self._entry = entry
        self._read = 0
        self._digest: Any = None
        self.closed = False
        if file.seek(0, os.SEEK_END) != entry.size:
            raise _changed()
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Read from the current position."""
        at = self._file.tell()
        piece = self._file.read(size)
        if at == 0:  # also when it is sent again
            self._read, self._digest = 0, _digest_of(self._entry)
        if self._digest is not None and at == self._read:
            self._digest.update(piece)
            self._read += len(piece)
            wanted = self._entry.fingerprint.partition(":")[2]
            if self._read >= self._entry.size and self._digest.hexdigest() != wanted:
                raise _changed()
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self.closed = True
        self._file.close()


def _changed() -> ValidationError:
    return ValidationError("it changed while it was read")


def _digest_of(entry: Entry) -> Any:
    """Return the hash object for the fingerprint of an entry, None for a source's own scheme."""
    scheme, _, value = entry.fingerprint.partition(":")
    if scheme == "sha256":
        return hashlib.sha256()
    if scheme == "git":  # git's blob ID: 40 digits, or 64 in SHA-256 repositories
        digest = hashlib.sha1(usedforsecurity=False) if len(value) == 40 else hashlib.sha256()
        digest.update(b"blob %d\0" % entry.size)
        return digest
    return None
