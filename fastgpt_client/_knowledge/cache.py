"""Cache the marks in the user's cache folder, so that the next run does not have to request them.

A collection's mark is set when it is created and never changes, so its ID identifies the mark. If the file is missing,
invalid or inaccessible, the marks are requested again.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastgpt_client._json import as_object, parse_json

from .marks import FIELD, Mark

__all__ = ["MarkCache", "cache_folder"]

_FORM = 1


def cache_folder(environment: Mapping[str, str], platform: str) -> Path:
    """Return the user's cache folder."""
    if platform == "win32":
        base = environment.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "fastgpt-client" / "Cache"
    if platform == "darwin":
        return Path.home() / "Library" / "Caches" / "fastgpt-client"
    base = environment.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "fastgpt-client"


class MarkCache:
    """The marks of a dataset's collections, by ID; None for a collection without a mark.

    Args:
        server: the server's address.
        dataset: the dataset's ID.
        folder: the folder of the cache files; None for the user's cache folder.
    """

    def __init__(self, server: str, dataset: str, folder: Path | None = None) -> None:
        name = sha256(f"{server}\n{dataset}".encode()).hexdigest()[:32]
        self._folder = folder
        self._name = f"marks-{name}.json"

    def load(self) -> dict[str, Mark | None]:
        """Return the cached marks, {} if they cannot be read."""
        try:
            kept = as_object(parse_json(self._file().read_bytes()))
        except (OSError, ValueError, RuntimeError):
            return {}
        if kept.get("form") != _FORM:
            return {}
        return {id: Mark.of({FIELD: mark}) for id, mark in as_object(kept.get("marks")).items()}

    def save(self, marks: Mapping[str, Mark | None]) -> None:
        """Replace the cached marks, atomically."""
        text: dict[str, Any] = {
            "form": _FORM,
            "marks": {id: None if mark is None else mark.as_json() for id, mark in marks.items()},
        }
        with suppress(OSError, RuntimeError):
            file = self._file()
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, written = tempfile.mkstemp(prefix=self._name, dir=file.parent)
            try:
                with open(handle, "w", encoding="ascii") as opened:
                    json.dump(text, opened)
                os.replace(written, file)
            except BaseException:
                with suppress(OSError):
                    os.unlink(written)
                raise

    def _file(self) -> Path:
        """Return the cache file; raise `RuntimeError` if there is no home folder."""
        return (self._folder or cache_folder(os.environ, sys.platform)) / self._name
