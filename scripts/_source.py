"""The input of the generator: folders, source files, and the problems found in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast


@dataclass(frozen=True, order=True)
class Problem:
    """Something that a source must not contain, and what to write instead."""

    path: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.remedy}"


class Refused(Exception):
    """Nothing was written; each message says what is wrong, where, and how to fix it."""

    def __init__(self, problems: Sequence[Problem | str]) -> None:
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True)
class Folder:
    """A folder of sources and the folders generated from it."""

    path: str
    first_line: str
    sync_path: str
    copy_path: str | None = None

    @property
    def is_package(self) -> bool:
        return self.copy_path is not None

    @property
    def outputs(self) -> list[str]:
        return [path for path in (self.copy_path, self.sync_path) if path is not None]


FOLDERS = (
    Folder(
        path="_async_src",
        first_line="# Source of the async and the sync client: edit here, then run scripts/generate.py.",
        sync_path="fastgpt_client/_sync",
        copy_path="fastgpt_client/_async",
    ),
    Folder(
        path="tests/_async",
        first_line="# Source of the async and the sync tests: edit here, then run scripts/generate.py.",
        sync_path="tests/_sync",
    ),
)

BANNER_START = "# Generated from "


@dataclass(frozen=True)
class Source:
    """A parsed file of a source folder."""

    folder: Folder
    name: str
    text: str
    tree: ast.Module

    @property
    def path(self) -> str:
        return f"{self.folder.path}/{self.name}"

    @property
    def banner(self) -> str:
        return f"{BANNER_START}{self.path} by scripts/generate.py: edit the source, not this file."

    def with_banner(self, text: str) -> str:
        """Return `text` with line 1 replaced, so that all other lines keep their numbers."""
        return self.banner + text[len(self.folder.first_line) :]


def python_files(root: Path, folder: str) -> list[Path]:
    """Return the Python files directly in `folder`; raise `Refused` for sub-folders, which are not converted."""
    files: list[Path] = []
    problems: list[str] = []
    for path in sorted((root / folder).glob("*")):
        if path.is_dir() and any(path.rglob("*.py")):
            problems.append(f"{folder}/{path.name}: sub-folders are not converted; move its files into {folder}")
        elif path.suffix == ".py":
            files.append(path)
    if problems:
        raise Refused(problems)
    return files


def read_sources(root: Path, folder: Folder) -> list[Source]:
    """Return the sources of `folder`, checked for what the rest relies on: UTF-8, LF, line 1, valid Python."""
    sources: list[Source] = []
    problems: list[Problem | str] = []
    for file in python_files(root, folder.path):
        loaded = _load(folder, file.name, file.read_bytes())
        if isinstance(loaded, Problem):
            problems.append(loaded)
        else:
            sources.append(loaded)
    if problems:
        raise Refused(problems)
    return sources


def _load(folder: Folder, name: str, data: bytes) -> Source | Problem:
    path = f"{folder.path}/{name}"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        return Problem(path, line, "not UTF-8", "save the file as UTF-8")
    for character, what in {"\r": "a carriage return", "\f": "a form feed"}.items():
        if character in text:
            # Tokenizers and parsers disagree about other line ends.
            return Problem(path, text[: text.index(character)].count("\n") + 1, what, "end lines with LF only")
    if not text.startswith(folder.first_line + "\n"):
        return Problem(path, 1, "line 1 is not the source comment", f"line 1 must be: {folder.first_line}")
    try:
        return Source(folder, name, text, ast.parse(text, path))
    except SyntaxError as exc:
        return Problem(path, exc.lineno or 1, f"not valid Python: {exc.msg}", "fix the syntax")


def identifiers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield every identifier below `tree` with its line: names, attributes, arguments, parts of imports, and so on."""
    for node in ast.walk(tree):
        line: int = getattr(node, "lineno", 0)
        if isinstance(node, ast.Attribute):
            line = node.end_lineno or line
        if isinstance(node, ast.Constant):
            continue
        for _, value in ast.iter_fields(node):
            items = cast("list[object]", value) if isinstance(value, list) else [value]
            for item in items:
                if isinstance(item, str):
                    for name in item.split("."):
                        yield name, line
