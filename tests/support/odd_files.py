"""Files of every kind that a caller may pass, and some that cannot be used."""

from __future__ import annotations

import gzip
import io
import mmap
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

CONTENT = b"grapes and pears\n" * 40_000  # more than one piece


class Unnamed:
    """What a caller may have written: no class of `io`, nothing that says which kind of file it is."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)
        self.seek = self._file.seek
        self.tell = self._file.tell

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, 1000))


class Generous(io.BytesIO):
    """Gives more than it was asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(-1 if size else 0)


def spooled() -> Any:
    file = tempfile.SpooledTemporaryFile(max_size=1000)  # noqa: SIM115 - the test closes it
    file.write(CONTENT)
    file.seek(0)
    return file


def temporary() -> Any:
    file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the test closes it
    file.write(CONTENT)
    file.seek(0)
    return file


def mapped() -> Any:
    file = mmap.mmap(-1, len(CONTENT))
    file.write(CONTENT)
    file.seek(0)
    return file


def strided() -> memoryview:
    twice = bytes(byte for byte in CONTENT for _ in range(2))
    return memoryview(twice)[::2]


MADE: dict[str, Callable[[], Any]] = {
    "bytes": lambda: CONTENT,
    "bytearray": lambda: bytearray(CONTENT),
    "memoryview": lambda: memoryview(CONTENT),
    "a view in steps": strided,
    "BytesIO": lambda: io.BytesIO(CONTENT),
    "a buffered reader": lambda: io.BufferedReader(io.BytesIO(CONTENT)),
    "a spooled file": spooled,
    "a temporary file": temporary,
    "a mapping": mapped,
    "gzip": lambda: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(CONTENT, 1))),
    "a class of the caller's": lambda: Unnamed(CONTENT),
    "a generous class": lambda: Generous(CONTENT),
}


class Unseekable(io.RawIOBase):
    """Comes from elsewhere, once."""

    def readable(self) -> bool:
        return True


class Awaited:
    """A file of an async library."""

    async def read(self, size: int = -1) -> bytes:
        return b""


def pipe_end() -> Iterator[BinaryIO]:
    inlet, outlet = os.pipe()
    os.close(outlet)
    with os.fdopen(inlet, "rb") as file:
        yield file


@pytest.fixture
def refused(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Files of each kind that cannot be used."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    closed = io.BytesIO(b"x")
    closed.close()
    unreadable = Unnamed(b"x")
    unreadable.read = lambda size=-1: None  # type: ignore[assignment,method-assign,return-value]
    lost = Unnamed(b"x")
    lost.tell = lambda: None  # type: ignore[assignment,return-value]
    blind = Unnamed(b"x")
    del blind.seek
    spooled_text = tempfile.SpooledTemporaryFile(mode="w+")  # noqa: SIM115 - closed below
    with (
        tempfile.NamedTemporaryFile("w+") as text,
        path.open("wb") as written,
        path.open("ab", buffering=0) as appended,
        tempfile.NamedTemporaryFile("wb") as written_wrapped,
        spooled_text,
    ):
        pipe = pipe_end()
        yield {
            "text": text,
            "spooled text": spooled_text,
            "StringIO": io.StringIO("x"),
            "written": written,
            "appended": appended,
            "written, wrapped": written_wrapped,
            "closed": closed,
            "pipe": next(pipe),
            "unseekable": Unseekable(),
            "fifo": fifo,
            "folder": tmp_path,
            "missing": tmp_path / "missing",
            "below a file": path / "x",
            "no path": "a\0b",
            "long": "x" * 100_000,
            "url": "https://example.com/a.png",
            "data": "data:image/png;base64,AAAA",
            "none": None,
            "number": 5,
            "awaited": Awaited(),
            "unreadable": unreadable,
            "lost": lost,
            "blind": blind,
        }
        pipe.close()


@pytest.fixture
def nameless(tmp_path: Path) -> str:
    """A file whose name is no text in the encoding of the file system."""
    path = tmp_path / os.fsdecode(b"\xff.txt")
    try:
        path.write_bytes(b"x")
    except OSError:
        pytest.skip("here all names are Unicode")
    return str(path)


async def awaited(sent: int, size: int) -> None:
    """Take part in an upload as nobody would wait for it."""
