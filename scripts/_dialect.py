"""Find code that token replacement would convert wrongly.

Each check yields `(line, what, remedy)`. Where f-strings are involved, checks use the syntax tree rather than tokens:
Python 3.12 splits f-strings into tokens, 3.11 does not, and the output must not depend on that.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterable, Iterator, Mapping

from scripts._collisions import collisions
from scripts._prose import ambiguous_prose
from scripts._source import Problem, Source, identifiers

Finding = tuple[int, str, str]

CONCURRENCY_MODULES = frozenset({"anyio", "asyncio", "concurrent", "sniffio", "threading", "time", "trio"})

_NO_TASKS = "run things one after the other and leave concurrency to the caller"
_NO_GENERATOR = "write a class with `__anext__` (or `__aenter__` and `__aexit__`)"
REFUSED_NAMES: Mapping[str, str] = {
    "AsyncExitStack": "nest plain `async with` blocks",
    "AsyncGenerator": "annotate with AsyncIterator",
    "Awaitable": "name the type in a shared module, as a pair AsyncX and X",
    "Coroutine": "name the type in a shared module, as a pair AsyncX and X",
    "TaskGroup": _NO_TASKS,
    "__await__": "give it a method to await",
    "aclosing": "use `async with` on the object itself",
    "anyio_backend": "leave the choice of the event loop to the test runner",
    "create_task": _NO_TASKS,
    "create_task_group": _NO_TASKS,
    "gather": _NO_TASKS,
    "open_nursery": _NO_TASKS,
}
_REFUSED_PREFIXES = (
    (re.compile(r"_+Async[A-Z]\w*"), "a private async class has no sync name", "name it AsyncX, in a private module"),
    (re.compile(r"_*Sync[A-Z]\w*"), "a name that starts with Sync", "name the async twin AsyncX; the sync one is X"),
)


def check_dialect(source: Source, table: Mapping[str, str], modules: Collection[str]) -> list[Problem]:
    """Return everything in `source` that the conversion cannot handle; `modules` are the names of its siblings."""
    findings: list[Finding] = [
        *_spacing(source.text),
        *_future_import(source.tree),
        *_imports(source, modules),
        *_names(source.tree),
        *_generators(source),
        *_fstrings(source.tree, table),
        *_quoted_annotations(source.tree),
        *_markers(source.tree),
        *collisions(source.tree, table),
        *ambiguous_prose(source.text),
    ]
    return sorted({Problem(source.path, *finding) for finding in findings})


def _spacing(text: str) -> Iterator[Finding]:
    lines = text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string in {"async", "await"}:
            row, column = token.end
            if not re.match(r"[ \t]+[^\s\\#]", lines[row - 1][column:]):
                what = f"`{token.string}` without a space and an expression after it"
                yield row, what, f"put one space after it and continue on the same line, as in `{token.string} (x)`"


def _future_import(tree: ast.Module) -> Iterator[Finding]:
    annotated = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.AnnAssign)
    if any(isinstance(node, annotated) for node in ast.walk(tree)) and not any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    ):
        yield 2, "annotations are evaluated", "add `from __future__ import annotations`"


def _imports(source: Source, modules: Collection[str]) -> Iterator[Finding]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _absolute_import(source, node.lineno, alias.name, alias.name)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                yield from _absolute_import(source, node.lineno, node.module or "", f"{node.module}.{alias.name}")
        elif isinstance(node, ast.ImportFrom) and (node.level > 1 or node.module not in modules):
            what = f"relative import of `{'.' * node.level}{node.module or ''}`, which is not a file in this folder"
            yield node.lineno, what, "write `from .name import X` for a file in this folder, otherwise the full path"


def _absolute_import(source: Source, line: int, module: str, full_name: str) -> Iterator[Finding]:
    package = source.folder.is_package
    root = module.partition(".")[0]
    parts = full_name.split(".")
    if root in CONCURRENCY_MODULES:
        home = "fastgpt_client._concurrency" if package else "a module of tests.support"
        yield line, f"import of {module}", f"import a pair async_x / x (or AsyncX / X) from {home}"
    elif root == "httpx" and package:
        yield line, f"import of {module}", "import it from fastgpt_client._http.httpx"
    elif root == "_async_src":
        yield line, f"import of {module}", "the source is not part of the package; import from fastgpt_client"
    elif root in {"fastgpt_client", "tests"} and "_sync" in parts:
        yield line, f"import of {full_name}", "import the async twin; the sync one follows from it"
    elif parts[:2] == ["fastgpt_client", "_async"] and package:
        yield line, f"import of {full_name}", "write `from .name import X`"


def _names(tree: ast.Module) -> Iterator[Finding]:
    for name, line in identifiers(tree):
        if name in REFUSED_NAMES:
            yield line, f"`{name}` has no sync meaning", REFUSED_NAMES[name]
        for pattern, what, remedy in _REFUSED_PREFIXES:
            if pattern.fullmatch(name):
                yield line, f"`{name}`: {what}", remedy


def _generators(source: Source) -> Iterator[Finding]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef) and any(
            isinstance(child, (ast.Yield, ast.YieldFrom)) for child in _own_nodes(node.body)
        ):
            if source.folder.is_package:
                yield node.lineno, f"`{node.name}` is an async generator", _NO_GENERATOR
            elif not any(_is_fixture(decorator) for decorator in node.decorator_list):
                yield node.lineno, f"`{node.name}` is an async generator but not a fixture", _NO_GENERATOR
        elif isinstance(node, ast.GeneratorExp):
            inner = [node.elt, *node.generators[1:], *(test for loop in node.generators for test in loop.ifs)]
            if any(loop.is_async for loop in node.generators) or any(
                isinstance(child, ast.Await) for child in _own_nodes(inner)
            ):
                yield node.lineno, "an async generator expression", "write a list comprehension or a loop"


def _own_nodes(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes and their descendants, except for functions and classes."""
    for node in nodes:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield node
            yield from _own_nodes(ast.iter_child_nodes(node))


def _is_fixture(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    return (isinstance(decorator, ast.Attribute) and decorator.attr == "fixture") or (
        isinstance(decorator, ast.Name) and decorator.id == "fixture"
    )


def _fstrings(tree: ast.Module, table: Mapping[str, str]) -> Iterator[Finding]:
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in inner:
            inner.update(id(child) for child in ast.walk(node))
            if any(isinstance(child, ast.Await) or _is_async_loop(child) for child in ast.walk(node)):
                yield node.lineno, "`await` or `async` inside an f-string", "bind the value to a variable first"
            texts = [child.value for child in ast.walk(node) if isinstance(child, ast.Constant)]
            names = [*(name for name, _ in identifiers(node)), *(text for text in texts if isinstance(text, str))]
            for name in sorted({name for name in names if name in table or name in {"async", "await"}}):
                yield node.lineno, f"`{name}` inside an f-string", "bind the value to a variable first"


def _is_async_loop(node: ast.AST) -> bool:
    return isinstance(node, ast.comprehension) and bool(node.is_async)


def _quoted_annotations(tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        annotation: ast.expr | None = None
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            annotation = node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            annotation = node.returns
        if annotation is not None:
            yield from _quoted(annotation)


def _quoted(annotation: ast.AST) -> Iterator[Finding]:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        yield annotation.lineno, f'quoted annotation "{annotation.value}"', "remove the quotes"
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value).endswith(("Literal", "Annotated")):
        return
    for child in ast.iter_child_nodes(annotation):
        yield from _quoted(child)


def _markers(tree: ast.Module) -> Iterator[Finding]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(("mark.anyio", "mark.asyncio", "mark.trio")):
            yield node.lineno, f"marker `{ast.unparse(node)}`", "remove it: tests carry no markers"
