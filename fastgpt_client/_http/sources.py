"""Files of the caller: opened, measured and read. All of it blocks: clients call it by way of `_concurrency`."""

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
# What asking for a path answers if the text can be none: too long, or with characters that Windows refuses.
_NO_PATH = (errno.ENAMETOOLONG, errno.EINVAL)


class CallerError(Exception):
    """Carries an error of the caller's own code past all that judges failures of the connection."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def as_callers_own(function: Callable[[], T]) -> T:
    """Return what a function returns that runs code of the caller's, and have a `CallerError` carry what it raises."""
    try:
        return function()
    except Exception as error:
        raise CallerError(error) from None


class FileSource:
    """A file that is being sent: `size` bytes from where it stood when it was opened.

    A thread may still be in `read` when the call is over: `close` does not wait for it, it closes itself afterwards.
    """

    def __init__(self, file: BinaryIO, begin: int, size: int, name: str | None, *, owned: bool) -> None:
        self.size = size
        self.name = name  # None if nothing names it
        self.in_memory = type(file) is io.BytesIO
        self._file = file
        self._begin = begin
        self._owned = owned  # opened here, and so closed here
        self._closed = False
        self._lock = ThreadLock()

    def read(self, at: int, size: int) -> bytes:
        """Return at least one and at most `size` of the bytes from `at` on, counted from where the file stood.

        Raises:
            ValidationError: the file became shorter, or gives no bytes.
        """
        try:
            with self._lock:
                self._check_open()
                self._file.seek(self._begin + at)
                chunk = _checked_bytes("file", self._file.read(size))
        finally:
            if self._closed:
                self._close()
        self._check_open()  # what comes too late is not sent
        if not chunk:
            raise ValidationError(f"file shrank while it was being sent: {at} bytes instead of {self.size}")
        return chunk[:size]

    def _check_open(self) -> None:
        if self._closed:
            raise ValidationError("file: the call that was sending it has ended")

    def close(self) -> None:
        """Read no further; close what was opened here, and leave another file where it stood."""
        self._closed = True
        self._close()

    def _close(self) -> None:
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._owned:
                self._file.close()
            else:
                with suppress(
                    Exception
                ):  # the caller may have closed it, or it failed before: what came of that counts
                    self._file.seek(self._begin)
        finally:
            self._lock.release()


def open_source(file: object) -> FileSource:
    """Return a file to send: a path, bytes, or a file opened in binary mode that can seek.

    Raises:
        ValidationError: it is none of these. Whatever else a file raises is passed on.
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
    """Return all bytes of a path, bytes or file, and its name if it has one; `argument` is named in errors."""
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
    """Return the last part of a path as text that can be sent; None for what is no path, such as a file's number."""
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str) or path.startswith("<"):
        return None
    # A name that is no text on this system has lone surrogates in it.
    return Path(path).name.encode("utf-8", "replace").decode("utf-8") or None


def _open(argument: str, path: str) -> BinaryIO:
    try:
        mode = os.stat(path).st_mode  # before opening: a pipe would be waited for
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
    """Return a file object whose `read` gives bytes."""
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
            # A wrapper, such as those of tempfile: only what it reads tells how it was opened.
            _checked_bytes(argument, stream.read(0))
            readable = True
    except io.UnsupportedOperation:
        readable = False
    if not readable:
        raise ValidationError(f"{argument} is not open for reading: open it with mode 'rb'")
    return stream


def _positions(file: BinaryIO) -> tuple[int, int]:
    """Return where a file stands and where it ends."""
    refused = ValidationError("file must be seekable, because its size is sent first: read it and pass the bytes")
    if any(not callable(getattr(file, name, None)) for name in ("seek", "tell")):
        raise refused
    try:
        begin = file.tell()
        file.seek(0, os.SEEK_END)  # what it returns is None for some files
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
