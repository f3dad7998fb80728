"""Convert async to sync text: unasync for the code, our own pass for comments, docstrings and the rest."""

from __future__ import annotations

import ast
import importlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from scripts._collisions import is_alias
from scripts._prose import comments_and_docstrings, sync_prose, without_dropped_lines
from scripts._source import Problem, Refused, Source

Edit = tuple[int, int, str]

_LEFTOVER = re.compile(
    r"""\b(?:
        async | await(?:able|ables)? | asynchronous(?:ly)? | coroutines?
      | asyncio | anyio\w* | trio
      | aclose | aread | aiter\w* | anext | __a(?:enter|exit|iter|next)__
      | _?async_(?!src\b)\w+ | _*(?:[A-Z]\w*)?Async[A-Z]\w* | _*Sync[A-Z]\w*
    )\b""",
    re.VERBOSE,
)
_LEFTOVER_REMEDY = "word or name it so that it holds for both clients, or move it to a module that is not converted"


def sync_texts(sources: Iterable[Source], table: Mapping[str, str]) -> dict[str, str]:
    """Return the unformatted sync text of every source, by the source's path."""
    replaced = _replace_tokens({source.path: _edited(source, table) for source in sources}, table)
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for source in sources:
        text = source.with_banner(_without_aliases(source, replaced[source.path], table))
        problems += _leftovers(source, text) or compile_problems(source, text, "the sync code")
        texts[source.path] = without_dropped_lines(text)
    if problems:
        raise Refused(sorted(problems))
    return texts


def compile_problems(source: Source, text: str, what: str) -> list[Problem]:
    """Return why `text`, made from `source` line by line, does not compile."""
    try:
        compile(text, source.path, "exec", dont_inherit=True)
    except SyntaxError as exc:
        return [Problem(source.path, exc.lineno or 1, f"{what} does not compile: {exc.msg}", "write it differently")]
    return []


def _replace_tokens(texts: Mapping[str, str], table: Mapping[str, str]) -> dict[str, str]:
    # Imported here so that the check of the pinned versions can report a missing package.
    unasync = importlib.import_module("unasync")
    with tempfile.TemporaryDirectory(prefix="generate-") as folder:
        before, after = Path(folder, "before"), Path(folder, "after")
        for path, text in texts.items():
            (before / path).parent.mkdir(parents=True, exist_ok=True)
            (before / path).write_bytes(text.encode())
        rule = unasync.Rule(fromdir=str(before), todir=str(after), additional_replacements=dict(table))
        unasync.unasync_files([str(before / path) for path in texts], [rule])
        return {path: (after / path).read_bytes().decode() for path in texts}


def _edited(source: Source, table: Mapping[str, str]) -> str:
    """Return the source with converted comments and docstrings, without brackets that only `await` needed."""
    text = source.text
    edits: list[Edit] = [
        (start, end, sync_prose(text[start:end], table)) for start, end in comments_and_docstrings(text)
    ]
    edits += _needless_brackets(source)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _needless_brackets(source: Source) -> Iterator[Edit]:
    """Yield the removal of the brackets of `(await f()).x`, unless a call needs them to span several lines."""
    offsets = [0]
    for line in source.text.split("\n"):
        offsets.append(offsets[-1] + len(line.encode()) + 1)
    data = source.text.encode()
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Await)
            and isinstance(node.value, ast.Call)
            and node.value.func.end_lineno == node.lineno
            and node.end_lineno is not None
            and node.end_col_offset is not None
        ):
            start = offsets[node.lineno - 1] + node.col_offset
            end = offsets[node.end_lineno - 1] + node.end_col_offset
            opened, closed = data[start - 1 : start] == b"(", data[end : end + 1] == b")"
            if opened and closed and re.match(rb"[\s(\[{=,:*+-]", data[start - 2 : start - 1]):
                for position in (start - 1, end):
                    character = len(data[:position].decode())
                    yield character, character + 1, ""


def _without_aliases(source: Source, text: str, table: Mapping[str, str]) -> str:
    lines = text.split("\n")
    for owner in ast.walk(source.tree):
        if isinstance(owner, ast.ClassDef):
            for node in owner.body:
                if is_alias(node, table):
                    lines[node.lineno - 1] = ""
    return "\n".join(lines)


def _leftovers(source: Source, text: str) -> list[Problem]:
    return [
        Problem(source.path, number, f"`{match.group()}` is left in the sync code", _LEFTOVER_REMEDY)
        for number, line in enumerate(text.split("\n")[1:], 2)
        for match in _LEFTOVER.finditer(line)
    ]
