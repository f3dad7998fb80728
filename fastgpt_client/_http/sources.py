"""Open, measure and read the caller's files. All functions block: clients call them through `_concurrency`."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from inspect import iscoroutine
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from fastgpt_client._concurrency.locks import ThreadLock
from fastgpt_client.exceptions import ValidationError

__all__ = ["CallerError", "FileSource", "as_callers_own", "open_source", "read_whole"]

T = TypeVar("T")

_URL = re.compile(r"(https?|ftp|file|s3)://|data:", re.IGNORECASE)
# Errors of `stat` for text that cannot be a path: too long, or with characters that Windows refuses.
_NO_PATH = (errno.ENAMETOOLONG, errno.EINVAL)


class CallerError(Exception):
    """Wraps an error of the caller's code, so that it is not mistaken for a connection failure."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def as_callers_own(function: Callable[[], T]) -> T:
    """Call a function that runs the caller's code; wrap its exceptions in `CallerError`."""
    try:
        return function()
    except Exception as error:
        raise CallerError(error) from None


class FileSource:
    """A file being sent: `size` bytes from its initial position.

    A thread may still be in `read` when the call ends. `close` does not wait for it; `read` then closes the file.
    """

    def __init__(self, file: BinaryIO, begin: int, size: int, name: str | None, *, owned: bool) -> None:
        self.size = size
        self.name = name  # None if unknown
        self.in_memory = type(file) is io.BytesIO
        self._file = file
        self._begin = begin
        self._owned = owned  # opened here, so it must be closed here
        self._closed = False
        self._lock = ThreadLock()

    def read(self, at: int, size: int) -> bytes:
        """Return up to `size` bytes, but at least one, from `at`, relative to the initial position.

        Raises:
            ValidationError: the file shrank, or does not return bytes.
        """
        try:
            with self._lock:
                self._check_open()
                self._file.seek(self._begin + at)
                chunk = _checked_bytes("file", self._file.read(size))
        finally:
            if self._closed:
                self._close()
        self._check_open()  # closed while reading: do not send the data
        if not chunk:
            raise ValidationError(f"file shrank while it was being sent: {at} bytes instead of {self.size}")
        return chunk[:size]

    def _check_open(self) -> None:
        if self._closed:
            raise ValidationError("file: the call that was sending it has ended")

    def close(self) -> None:
        """Stop reading; close the file if it was opened here, otherwise restore its position."""
        self._closed = True
        self._close()

    def _close(self) -> None:
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._owned:
                self._file.close()
            else:
                with suppress(Exception):  # the caller may have closed it; do not mask an earlier error
                    self._file.seek(self._begin)
        finally:
            self._lock.release()


def open_source(file: object) -> FileSource:
    """Open a file to send: a path, bytes, or a seekable file opened in binary mode.

    Raises:
        ValidationError: it is none of these. Other exceptions of the file are passed on.
    """
    content, path = _bytes_of(file), _path_of(file)
    if content is not None:
        return FileSource(io.BytesIO(content), 0, len(content), None, owned=True)
    if path is not None:
        opened = _open("file", path)
        return FileSource(opened, 0, os.fstat(opened.fileno()).st_size, _name_of(path), owned=True)
    stream = _readable("file", file)
    begin, end = _positions(stream)
    return FileSource(stream, begin, end - begin, _name_of(getattr(file, "name", None)), owned=False)


def read_whole(argument: str, file: object) -> tuple[bytes, str | None]:
    """Return the content and the name, if any, of a path, bytes or file; errors mention `argument`."""
    content, path = _bytes_of(file), _path_of(file)
    if content is not None:
        return content, None
    if path is not None:
        with _open(argument, path) as opened:
            return opened.read(), _name_of(path)
    stream = _readable(argument, file)
    return _checked_bytes(argument, stream.read()), _name_of(getattr(file, "name", None))


def _bytes_of(value: object) -> bytes | None:
    if isinstance(value, memoryview):
        return value.tobytes()
    return bytes(value) if isinstance(value, (bytes, bytearray)) else None


def _path_of(file: object) -> str | None:
    if isinstance(file, os.PathLike):
        return os.fsdecode(cast("Any", file))
    return file if isinstance(file, str) else None


def _name_of(path: object) -> str | None:
    """Return the last part of a path as text that can be sent, None if it is not a path but e.g. a file descriptor."""
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str) or path.startswith("<"):
        return None
    # A name that cannot be decoded on this system contains lone surrogates.
    return Path(path).name.encode("utf-8", "replace").decode("utf-8") or None


def _open(argument: str, path: str) -> BinaryIO:
    try:
        mode = os.stat(path).st_mode  # before opening, which would block on a pipe
    except (FileNotFoundError, NotADirectoryError, ValueError):
        mode = 0
    except OSError as exc:
        if exc.errno not in _NO_PATH:
            raise
        mode = 0
    if stat.S_ISREG(mode):
        return open(path, "rb")
    shown = repr(path if len(path) <= 200 else f"{path[:200]}…")
    if _URL.match(path):
        raise ValidationError(f"{argument}: {shown} is a URL: put it in the message as is")
    if stat.S_ISDIR(mode):
        raise ValidationError(f"{argument}: {shown} is a folder, not a file")
    if mode:
        raise ValidationError(f"{argument}: {shown} is a pipe or a device: read it and pass the bytes")
    raise ValidationError(f"{argument}: no such file: {shown}")


def _readable(argument: str, file: object) -> BinaryIO:
    """Return a file object whose `read` returns bytes."""
    stream = cast("BinaryIO", file)
    if not callable(getattr(file, "read", None)):
        kind = type(file).__name__
        raise ValidationError(f"{argument} must be a path, bytes, or a file opened in binary mode, not {kind}")
    if getattr(file, "closed", False) is True:
        raise ValidationError(f"{argument} is closed: pass an open file")
    if isinstance(file, io.TextIOBase):
        raise _text_mode(argument)
    try:
        if isinstance(file, (io.RawIOBase, io.BufferedIOBase)):
            readable = file.readable()
        else:
            # A wrapper, such as those of tempfile: only reading shows how it was opened.
            _checked_bytes(argument, stream.read(0))
            readable = True
    except io.UnsupportedOperation:
        readable = False
    if not readable:
        raise ValidationError(f"{argument} is not open for reading: open it with mode 'rb'")
    return stream


def _positions(file: BinaryIO) -> tuple[int, int]:
    """Return the current position and the end of a file."""
    refused = ValidationError("file must be seekable, because its size is sent first: read it and pass the bytes")
    if any(not callable(getattr(file, name, None)) for name in ("seek", "tell")):
        raise refused
    try:
        begin = file.tell()
        file.seek(0, os.SEEK_END)  # returns None for some files
        end = file.tell()
        if not all(isinstance(position, int) for position in (begin, end)):
            raise refused
        file.seek(begin)
    except io.UnsupportedOperation:
        raise refused from None
    except OSError as exc:
        if exc.errno != errno.ESPIPE:
            raise
        raise refused from None
    return begin, end


def _text_mode(argument: str) -> ValidationError:
    return ValidationError(f"{argument} is opened in text mode: open it with mode 'rb'")


def _checked_bytes(argument: str, chunk: object) -> bytes:
    content = _bytes_of(chunk)
    if content is not None:
        return content
    if isinstance(chunk, str):
        raise _text_mode(argument)
    if iscoroutine(chunk):
        chunk.close()
        raise ValidationError(f"{argument}: read() returned a coroutine: pass its path or its bytes")
    raise ValidationError(f"{argument}: read() returned {type(chunk).__name__} instead of bytes")
