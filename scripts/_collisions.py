"""Find distinct names in the async code that would become the same name in the sync code.

`sleep or async_sleep`, where `sleep` is an argument, would become `sleep or sleep`: valid, and wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

Finding = tuple[int, str, str]

_LOCAL = "a name bound in this file"
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_alias(node: ast.stmt, table: Mapping[str, str]) -> bool:
    """Whether a statement in a class body, like `aclose = close`, is redundant once its names are the same."""
    match node:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.Name(id=value)):
            return target != value and table.get(target, target) == table.get(value, value)
        case _:
            return False


def collisions(tree: ast.Module, table: Mapping[str, str]) -> Iterator[Finding]:
    """Yield pairs of plain names, and of attributes of a class, that renaming would merge."""
    yield from _plain_names(tree, table)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from _attributes(node, table)


def _plain_names(tree: ast.Module, table: Mapping[str, str]) -> Iterator[Finding]:
    lines: dict[str, int] = {}
    origins: dict[str, str] = {}  # no entry: a builtin
    for name, line, origin in _uses(tree):
        lines.setdefault(name, line)
        if origin:
            origins[name] = origin
    for name, line in lines.items():
        twin = table.get(name, name)
        if twin != name and twin in lines:
            mine, other = origins.get(name), origins.get(twin)
            # Two names from one module, such as AsyncIterator and Iterator, may be the same in the sync code.
            if mine != other or mine == _LOCAL:
                yield max(line, lines[twin]), f"`{name}` and `{twin}` both become `{twin}`", "rename one of them"


def _uses(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """Yield every plain name with its line and origin, `""` if it is only read."""
    attributes = {id(node) for owner in ast.walk(tree) if isinstance(owner, ast.ClassDef) for node in _members(owner)}
    for node in ast.walk(tree):
        if id(node) in attributes:
            continue
        match node:
            case ast.Name(id=name, ctx=ctx):
                yield name, node.lineno, "" if isinstance(ctx, ast.Load) else _LOCAL
            case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno, _LOCAL
            case ast.ClassDef(name=name):
                yield name, node.lineno, _LOCAL
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno, _LOCAL
            case ast.Import(names=aliases):
                for alias in aliases:
                    yield alias.asname or alias.name.partition(".")[0], node.lineno, alias.name
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    yield alias.asname or alias.name, node.lineno, "." * node.level + (node.module or "")
            case _:
                pass


def _members(owner: ast.ClassDef) -> Iterator[ast.stmt | ast.expr]:
    """Yield the definitions of a class's attributes: its methods and assigned names."""
    for node in owner.body:
        if isinstance(node, (*_Function, ast.ClassDef)):
            yield node
        elif isinstance(node, ast.Assign):
            yield from node.targets
        elif isinstance(node, ast.AnnAssign):
            yield node.target


def _attributes(owner: ast.ClassDef, table: Mapping[str, str]) -> Iterator[Finding]:
    names: dict[str, int] = {}
    aliases = {id(node.targets[0]) for node in owner.body if isinstance(node, ast.Assign) and is_alias(node, table)}
    for node in _members(owner):
        if isinstance(node, (*_Function, ast.ClassDef)):
            names.setdefault(node.name, node.lineno)
        elif isinstance(node, ast.Name) and id(node) not in aliases:
            names.setdefault(node.id, node.lineno)
    for name, line in names.items():
        twin = table.get(name, name)
        if twin != name and twin in names:
            what = f"`{name}` and `{twin}` of `{owner.name}` both become `{twin}`"
            remedy = f"keep one, or write `{name} = {twin}`: the sync class drops it"
            yield max(line, names[twin]), what, remedy
