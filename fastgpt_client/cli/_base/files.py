"""Files that a command writes completely, or not at all."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from .errors import CommandError

__all__ = ["replaced_when_whole", "writable"]


def writable(name: str) -> Path:
    """Return the path of a file to write; for a link, the path of its target.

    Raises:
        CommandError: its folder does not exist, or it is a folder itself.
    """
    path = Path(os.path.realpath(Path(name).expanduser()))
    if not name or path.is_dir() or not path.parent.is_dir():
        raise CommandError(f"{name!r} cannot be written: name a file in an existing folder", 2)
    return path


@contextmanager
def replaced_when_whole(path: Path) -> Generator[Path]:
    """Yield a path to write to; it replaces `path` if the block succeeds, and is removed otherwise."""
    if path.exists() and not path.is_file():  # a device or a pipe is not to be replaced
        yield path
        return
    new = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        yield new
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
