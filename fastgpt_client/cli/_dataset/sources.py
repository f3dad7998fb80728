"""The source of a sync: a folder, a commit, or web pages."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.knowledge import Directory, GitTree, Pages, Source

__all__ = ["opened"]


@contextmanager
def opened(name: str, *, revision: str | None, follow_symlinks: bool) -> Generator[Source]:
    """Yield the source of a command line.

    Raises:
        CommandError: it does not exist.
    """
    if name.startswith(("http://", "https://")):
        if revision is not None or follow_symlinks:
            raise CommandError("--git and --follow-symlinks work with folders only, not with web pages", 2)
        pages = Pages(sitemap=name) if name.endswith(".xml") else Pages([name])
        try:
            yield pages
        finally:
            pages.close()
    elif not Path(name).expanduser().is_dir():
        raise CommandError(f"SRC: no such folder: {name!r}", 2)
    elif revision is not None:
        yield _commit(Path(name).expanduser().resolve(), revision)
    else:
        yield Directory(Path(name).expanduser(), follow_symlinks=follow_symlinks)


def _commit(folder: Path, revision: str) -> GitTree:
    """Return the files of a commit, of a folder in a working tree."""
    top = next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)
    inside = folder.relative_to(top).as_posix()
    return GitTree(top, revision, folder="" if inside == "." else inside)
