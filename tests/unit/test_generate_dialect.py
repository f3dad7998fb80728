"""What the generator refuses in a source: where it is, what it is, and what to write instead."""

from __future__ import annotations

import ast

import pytest

from scripts._source import FOLDERS, Folder, Refused, Source
from scripts.generate import generate_texts

PACKAGE, TESTS = FOLDERS
REMEDY_LEFTOVER = "word or name it so that it holds for both clients, or move it to a module that is not converted"
REMEDY_PAIR = "import a pair async_x / x (or AsyncX / X) from"
REMEDY_TASKS = "run things one after the other and leave concurrency to the caller"
REMEDY_GENERATOR = "write a class with `__anext__` (or `__aenter__` and `__aexit__`)"
REMEDY_RELATIVE = "write `from .name import X` for a file in this folder, otherwise the full path"


def source(code: str, folder: Folder = PACKAGE, name: str = "x.py") -> Source:
    text = f"{folder.first_line}\nfrom __future__ import annotations\n{code}\n"
    return Source(folder, name, text, ast.parse(text))


def refusals(code: str, folder: Folder = PACKAGE) -> list[str]:
    with pytest.raises(Refused) as caught:
        generate_texts([source(code, folder)])
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # await and async
        (
            "async def f(a):\n    return await(a)",
            "4: `await` without a space and an expression after it; "
            "put one space after it and continue on the same line, as in `await (x)`",
        ),
        (
            "async def f(a):\n    return [await\n        a]",
            "4: `await` without a space and an expression after it; "
            "put one space after it and continue on the same line, as in `await (x)`",
        ),
        (
            "async def f(a):\n    return await \\\n        a",
            "4: `await` without a space and an expression after it; "
            "put one space after it and continue on the same line, as in `await (x)`",
        ),
        (
            "async def f(a):\n    return [b async # every\n        for b in a]",
            "4: `async` without a space and an expression after it; "
            "put one space after it and continue on the same line, as in `async (x)`",
        ),
        # f-strings
        (
            "async def f(a):\n    return f'{await a}'",
            "4: `await` or `async` inside an f-string; bind the value to a variable first",
        ),
        (
            "async def f(a):\n    return f'{[b async for b in a]}'",
            "4: `await` or `async` inside an f-string; bind the value to a variable first",
        ),
        (
            "def f(a):\n    return f'is {AsyncA.__name__}'",
            "4: `AsyncA` inside an f-string; bind the value to a variable first",
        ),
        (
            "def f(a):\n    return f'''\n{a.aclose:>{a.width}}'''",
            "4: `aclose` inside an f-string; bind the value to a variable first",
        ),
        (
            "def f(a):\n    return f'{a:{a.async_width}}'",
            "4: `async_width` inside an f-string; bind the value to a variable first",
        ),
        (
            "def f(a):\n    return f'{a[\"aclose\"]}'",
            "4: `aclose` inside an f-string; bind the value to a variable first",
        ),
        ("def f(a):\n    return f'{a}await{a}'", "4: `await` inside an f-string; bind the value to a variable first"),
        # annotations
        ("def f(a: 'AsyncA'): ...", '3: quoted annotation "AsyncA"; remove the quotes'),
        ("def f() -> list['int']: ...", '3: quoted annotation "int"; remove the quotes'),
        ("class A:\n    a: dict[str, 'AsyncA']", '4: quoted annotation "AsyncA"; remove the quotes'),
        # generators
        ("async def f():\n    yield 1", f"3: `f` is an async generator; {REMEDY_GENERATOR}"),
        ("@fixture\nasync def f():\n    if g():\n        yield 1", f"4: `f` is an async generator; {REMEDY_GENERATOR}"),
        (
            "async def f(a):\n    return (b async for b in a)",
            "4: an async generator expression; write a list comprehension or a loop",
        ),
        (
            "async def f(a):\n    return (await b for b in a)",
            "4: an async generator expression; write a list comprehension or a loop",
        ),
        # imports
        (
            "import time",
            f"3: import of time; {REMEDY_PAIR} fastgpt_client._concurrency",
        ),
        (
            "import os, anyio.abc",
            f"3: import of anyio.abc; {REMEDY_PAIR} fastgpt_client._concurrency",
        ),
        (
            "def f():\n    from anyio import fail_after, sleep",
            f"4: import of anyio; {REMEDY_PAIR} fastgpt_client._concurrency",
        ),
        ("from httpx import Response", "3: import of httpx; import it from fastgpt_client._http.httpx"),
        (
            "from _async_src.chat import A",
            "3: import of _async_src.chat; the source is not part of the package; import from fastgpt_client",
        ),
        (
            "from fastgpt_client import _sync",
            "3: import of fastgpt_client._sync; import the async twin; the sync one follows from it",
        ),
        (
            "import fastgpt_client._sync.chat",
            "3: import of fastgpt_client._sync.chat; import the async twin; the sync one follows from it",
        ),
        (
            "from fastgpt_client._async.chat import A",
            "3: import of fastgpt_client._async.chat.A; write `from .name import X`",
        ),
        ("from . import x", f"3: relative import of `.`, which is not a file in this folder; {REMEDY_RELATIVE}"),
        ("from .x.y import z", f"3: relative import of `.x.y`, which is not a file in this folder; {REMEDY_RELATIVE}"),
        ("from ..x import z", f"3: relative import of `..x`, which is not a file in this folder; {REMEDY_RELATIVE}"),
        (
            "from .gone import z",
            f"3: relative import of `.gone`, which is not a file in this folder; {REMEDY_RELATIVE}",
        ),
        # names
        ("from a import AsyncExitStack", "3: `AsyncExitStack` has no sync meaning; nest plain `async with` blocks"),
        ("a.create_task_group()", f"3: `create_task_group` has no sync meaning; {REMEDY_TASKS}"),
        ("(\n    a.b\n    .gather()\n)", f"5: `gather` has no sync meaning; {REMEDY_TASKS}"),
        (
            "class _AsyncA: ...",
            "3: `_AsyncA`: a private async class has no sync name; name it AsyncX, in a private module",
        ),
        (
            "class SyncA: ...",
            "3: `SyncA`: a name that starts with Sync; name the async twin AsyncX; the sync one is X",
        ),
        # two names that would be one
        (
            "def f(sleep):\n    return sleep or async_sleep",
            "4: `async_sleep` and `sleep` both become `sleep`; rename one of them",
        ),
        (
            "from a import Page\nclass AsyncPage(Page): ...",
            "4: `AsyncPage` and `Page` both become `Page`; rename one of them",
        ),
        (
            "from a import AsyncB\nfrom c import B",
            "4: `AsyncB` and `B` both become `B`; rename one of them",
        ),
        (
            "from a import async_open\nopen('x')",
            "4: `async_open` and `open` both become `open`; rename one of them",
        ),
        (
            "import async_a\ntry:\n    a()\nexcept OSError as a:\n    raise",
            "6: `async_a` and `a` both become `a`; rename one of them",
        ),
        (
            "match aiter:\n    case [iter, *_]:\n        pass",
            "4: `aiter` and `iter` both become `iter`; rename one of them",
        ),
        (
            "class AsyncA:\n    async def close(self): ...\n    async def aclose(self): ...",
            "5: `aclose` and `close` of `AsyncA` both become `close`; "
            "keep one, or write `aclose = close`: the sync class drops it",
        ),
        (
            "class AsyncA:\n    async_a: int\n    a = 1",
            "5: `async_a` and `a` of `AsyncA` both become `a`; "
            "keep one, or write `async_a = a`: the sync class drops it",
        ),
        # text
        ("# We await the lock.", "3: `await the` in a sentence; say `wait for`, which holds for both clients"),
        ("a = 1\n'''Text,\nawait it'''", "5: `await it` in a sentence; say `wait for`, which holds for both clients"),
        ("# The asynchronous client.", f"3: `asynchronous` is left in the sync code; {REMEDY_LEFTOVER}"),
        ("# Do not forget to await\n# it.", f"3: `await` is left in the sync code; {REMEDY_LEFTOVER}"),
        ("# With AsyncGone.", f"3: `AsyncGone` is left in the sync code; {REMEDY_LEFTOVER}"),
        ("def f():\n    'Runs asyncio.gather.'", f"4: `asyncio` is left in the sync code; {REMEDY_LEFTOVER}"),
        ("a = 1\nb = 'use aiter_lines'", f"4: `aiter_lines` is left in the sync code; {REMEDY_LEFTOVER}"),
        ("BaseAsyncClient = 1", f"3: `BaseAsyncClient` is left in the sync code; {REMEDY_LEFTOVER}"),
        # syntax of the outcome
        ("def f(a, a): ...", "3: the source does not compile: duplicate "),
        ("a.async_class = 1", "3: the sync code does not compile: invalid syntax; write it differently"),
    ],
)
def test_refused(code: str, expected: str) -> None:
    first, *others = refusals(code)
    assert first.startswith(f"_async_src/x.py:{expected}")
    assert others == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import time", f"3: import of time; {REMEDY_PAIR} a module of tests.support"),
        ("async def f():\n    yield 1", f"3: `f` is an async generator but not a fixture; {REMEDY_GENERATOR}"),
        (
            "@asynccontextmanager\nasync def f():\n    yield 1",
            f"4: `f` is an async generator but not a fixture; {REMEDY_GENERATOR}",
        ),
        (
            "from tests._sync.x import y",
            "3: import of tests._sync.x.y; import the async twin; the sync one follows from it",
        ),
        (
            "@pytest.mark.trio\nasync def test_a(): ...",
            "3: marker `pytest.mark.trio`; remove it: tests carry no markers",
        ),
        ("pytestmark = pytest.mark.anyio", "3: marker `pytest.mark.anyio`; remove it: tests carry no markers"),
        (
            "def anyio_backend(): ...",
            "3: `anyio_backend` has no sync meaning; leave the choice of the event loop to the test runner",
        ),
    ],
)
def test_refused_in_tests(code: str, expected: str) -> None:
    assert refusals(code, TESTS) == [f"tests/_async/x.py:{expected}"]


def test_missing_future_import_is_refused() -> None:
    text = f"{PACKAGE.first_line}\ndef f(): ...\n"
    with pytest.raises(Refused, match=r"x\.py:2: annotations are evaluated; add `from __future__ import annotations`"):
        generate_texts([Source(PACKAGE, "x.py", text, ast.parse(text))])


def test_everything_wrong_is_reported_at_once() -> None:
    sources = [source("import time\nasync def f():\n    yield await(1)"), source("import trio", TESTS, "y.py")]
    with pytest.raises(Refused) as caught:
        generate_texts(sources)
    assert [line.split("; ")[0] for line in str(caught.value).splitlines()] == [
        "_async_src/x.py:3: import of time",
        "_async_src/x.py:4: `f` is an async generator",
        "_async_src/x.py:5: `await` without a space and an expression after it",
        "tests/_async/y.py:3: import of trio",
    ]


def test_leftovers_of_all_files_are_reported_at_once() -> None:
    with pytest.raises(Refused) as caught:
        generate_texts([source("# Async or SyncA, a coroutine"), source("# await", TESTS, "y.py")])
    assert [line.split("; ")[0] for line in str(caught.value).splitlines()] == [
        "_async_src/x.py:3: `SyncA` is left in the sync code",
        "_async_src/x.py:3: `coroutine` is left in the sync code",
        "tests/_async/y.py:3: `await` is left in the sync code",
    ]
