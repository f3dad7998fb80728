"""Mutations of a module: small faults that a programmer might make and that still compile."""

from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, cast

OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
    ast.Break: (ast.Continue,),
    ast.Continue: (ast.Break,),
}
NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "startswith": "endswith",
    "endswith": "startswith",
    "removeprefix": "removesuffix",
    "find": "rfind",
}
# Fields that have no effect at run time, or whose mutation only breaks the program.
FIELDS_LEFT_ALONE = {"annotation", "returns", "decorator_list", "ctx", "format_spec", "type_params"}


class Mutant(NamedTuple):
    """A fault: its line, the change, and the source of the whole module with it."""

    line: int
    before: str
    after: str
    source: str

    def __str__(self) -> str:
        return f"line {self.line}: {_first_line(self.before)}  ->  {_first_line(self.after)}"


def mutants(source: str) -> list[Mutant]:
    """Return all mutants of a module, in source order."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    line = 1
    for node, replace, field in _places(tree, inside=False):
        line = getattr(node, "lineno", line)  # operators have no line: use the parent's
        for other in _variants(node, field):
            replace(other)
            found.append(Mutant(line, _text(node), _text(other), ast.unparse(ast.fix_missing_locations(tree))))
            replace(node)
    return found


def choose(source: str, count: int, seed: int) -> list[Mutant]:
    """Return `count` mutants of a module; the choice is stable under changes elsewhere in the module."""
    seen: Counter[tuple[str, str]] = Counter()
    ranked: list[tuple[float, Mutant]] = []
    for mutant in mutants(source):
        change = (mutant.before, mutant.after)
        seen[change] += 1
        ranked.append((random.Random(f"{seed} {change} {seen[change]}").random(), mutant))
    return sorted(mutant for _, mutant in sorted(ranked)[:count])


def _places(node: ast.AST, *, inside: bool) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None], str]]:
    """Yield each node below this one, a function that replaces it, and the field that contains it."""
    inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for field, value in ast.iter_fields(node):
        if field in FIELDS_LEFT_ALONE:
            continue
        if isinstance(value, list):
            items = cast("list[object]", value)
            for index, item in enumerate(items):
                if isinstance(item, ast.AST) and not _is_left_alone(item) and not (_is_cast(node) and index == 0):
                    yield item, partial(items.__setitem__, index), "body" if inside else ""
                    yield from _places(item, inside=inside)
        elif isinstance(value, ast.AST):
            yield value, partial(setattr, node, field), field
            yield from _places(value, inside=inside)


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True  # the last one is a docstring
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case _:
            return False


def _is_cast(node: ast.AST) -> bool:
    """Return whether a node is a call to `cast`, whose first argument is a type."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast"


def _variants(node: ast.AST, field: str) -> Iterator[ast.AST]:
    """Yield the mutations of a node."""
    for kind in OPERATORS.get(type(node), ()):
        yield kind()
    match node:
        case ast.Constant(value=bool() as truth):
            yield ast.Constant(not truth)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1)
            yield ast.Constant(number - 1)
        case ast.Constant(value=str() as text):
            yield ast.Constant(f"XX{text}XX" if text else "XX")
        case ast.Constant(value=bytes() as data):
            yield ast.Constant(b"XX%sXX" % data if data else b"XX")
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BoolOp(op=op, values=values):
            for left_out in range(len(values)):
                kept = [value for index, value in enumerate(values) if index != left_out]
                yield kept[0] if len(kept) == 1 else ast.BoolOp(op, kept)
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name])
        case ast.Attribute(value=owner, attr=name) if name in NAMES:
            yield ast.Attribute(owner, NAMES[name])
        case ast.Slice(lower=lower, upper=upper, step=None) if lower or upper:
            yield ast.Slice(None, upper) if lower else ast.Slice()
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Assign() | ast.AugAssign() | ast.Raise() | ast.Expr() if field == "body":
            yield ast.Pass()
        case _:
            pass
    if field == "test" and isinstance(node, ast.expr) and not isinstance(node, ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.expr | ast.stmt):
        return ast.unparse(ast.fix_missing_locations(node))
    return type(node).__name__


def _first_line(text: str) -> str:
    first, *more = text.splitlines() or [""]
    return f"{first[:100]} …" if more or len(first) > 100 else first
