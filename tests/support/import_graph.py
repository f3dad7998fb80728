"""Which module of the package imports which, read from the source: imports for types and inside functions count too."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

__all__ = ["circles", "graph", "imported_names", "modules"]

ROOT = Path(__file__).resolve().parent.parent.parent


@lru_cache
def modules(package: str = "fastgpt_client") -> Mapping[str, Path]:
    """Return the file of each module of a package, itself included, by the module's full name."""
    folder = ROOT / package.replace(".", "/")
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return MappingProxyType(found)


@lru_cache
def imported_names(path: Path) -> frozenset[tuple[str, str]]:
    """Return what a file imports: (module, name), with "" for a name where the module itself is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    found: set[tuple[str, str]] = set()
    for node in _statements(ast.parse(path.read_text(encoding="utf-8")).body):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = [*parts[: len(parts) - node.level]] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {(module, alias.name) for alias in node.names}
    return frozenset(found)


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Give all statements, those inside of others too; expressions, which are most of a tree, hold none."""
    for node in nodes:
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                yield from _statements(inner)


@lru_cache
def graph(package: str = "fastgpt_client") -> Mapping[str, frozenset[str]]:
    """Return for each module of a package those of the package that it imports.

    `from a import b` is an import of `a.b` if that is a module, else of `a`. That Python runs the `__init__` of a
    package before a module in it is no import: every package that hands its modules' names on would be a circle.
    """
    known = modules(package)
    found: dict[str, frozenset[str]] = {}
    for module, path in known.items():
        named = (f"{base}.{name}" if f"{base}.{name}" in known else base for base, name in imported_names(path))
        found[module] = frozenset(name for name in named if name in known)
    return MappingProxyType(found)


def circles(arrows: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the groups of modules of which each reaches each other, sorted; a module that imports itself is one."""
    return sorted(
        sorted(group) for group in _components(arrows) if len(group) > 1 or group[0] in set(arrows.get(group[0], ()))
    )


def _components(arrows: Mapping[str, Iterable[str]]) -> Iterator[list[str]]:
    """Give the strongly connected components (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    for start in arrows:
        if start in index:
            continue
        index[start] = lowest[start] = len(index)
        stack.append(start)
        path = [(start, iter(arrows[start]))]
        while path:
            node, targets = path[-1]
            for target in targets:
                if target not in index:
                    index[target] = lowest[target] = len(index)
                    stack.append(target)
                    path.append((target, iter(arrows.get(target, ()))))
                    break
                if target in stack:
                    lowest[node] = min(lowest[node], index[target])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == index[node]:
                    cut = stack.index(node)
                    yield stack[cut:]
                    del stack[cut:]
