"""Files that a command writes: whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from .errors import CommandError

__all__ = ["replaced_when_whole", "writable"]


def writable(name: str) -> Path:
    """Return the path of a file to be written; of a link, of what it leads to.

    Raises:
        CommandError: its folder is not there, or it is one itself.
    """
    path = Path(os.path.realpath(Path(name).expanduser()))
    if not name or path.is_dir() or not path.parent.is_dir():
        raise CommandError(f"{name!r} is no file that can be written: name one in a folder that is there", 2)
    return path


@contextmanager
def replaced_when_whole(path: Path) -> Generator[Path]:
    """Give a path to write to, and let that take the place of `path` when the block ends well; else nothing stays."""
    if path.exists() and not path.is_file():  # a device or a pipe: nothing may take its place
        yield path
        return
    new = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        yield new
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
