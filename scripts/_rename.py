"""Names that differ between the async and the sync code.

The table is derived from the sources: it contains every identifier that matches a rule below. So new classes need no
entry here, and a name in a docstring is renamed only if it is a name in the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from scripts._source import Refused, Source, identifiers

# Names that follow no rule: {async name: sync name}. Entries that match nothing are errors.
EXTRA_RENAMES: Mapping[str, str] = {}

_FIXED = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
    "_async": "_sync",
    "aclose": "close",
    "aiter": "iter",
    "anext": "next",
    "aread": "read",
    "asynccontextmanager": "contextmanager",
    "handle_async_request": "handle_request",
}

_RULES = (
    (re.compile(r"Async(?=[A-Z])(.+)"), r"\1"),
    (re.compile(r"(_?)async_(?!src$)(.+)"), r"\1\2"),
    (re.compile(r"aiter_(.+)"), r"iter_\1"),
)


def sync_name(name: str) -> str:
    """Return the sync name of a name, by rule."""
    if name in _FIXED:
        return _FIXED[name]
    for pattern, replacement in _RULES:
        if match := pattern.fullmatch(name):
            return match.expand(replacement)
    return name


def rename_table(sources: Iterable[Source], extra: Mapping[str, str] = EXTRA_RENAMES) -> dict[str, str]:
    """Return the names in `sources` that change, and the fixed ones, which may occur only in docstrings."""
    found = {name for source in sources for name, _ in identifiers(source.tree)}
    if unused := sorted(extra.keys() - found):
        raise Refused(
            [f"scripts/_rename.py: {name!r} in EXTRA_RENAMES matched nothing; remove the rule" for name in unused]
        )
    derived = {name: sync_name(name) for name in found if sync_name(name) != name}
    return {**_FIXED, **derived, **extra}
