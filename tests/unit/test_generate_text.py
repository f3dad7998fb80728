"""What the generator makes of a source: code, comments, docstrings and the examples in them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scripts._format import formatted
from scripts._rename import rename_table
from scripts._source import FOLDERS, Folder, Refused, Source
from scripts.generate import generate_texts

ROOT = Path(__file__).resolve().parents[2]
PACKAGE, TESTS = FOLDERS

STREAM = f'''{PACKAGE.first_line}
"""Streams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from fastgpt_client._concurrency import async_sleep
from fastgpt_client._http.httpx import AsyncByteStream, AsyncClient

__all__ = ["AsyncChatStream"]


class AsyncChatStream:
    """An open stream. Close the stream after use, or let a block do it:

    ```python
    import asyncio

    from fastgpt_client import AsyncChatStream


    async def main() -> None:
        async with AsyncChatStream(client) as stream:
            async for line in stream.aiter_lines():
                print(await stream.final())
            await stream.aclose()


    asyncio.run(main())
    ```
    """

    def __init__(self, client: AsyncClient, parts: list[AsyncByteStream]) -> None:
        self._client = client
        self._parts = parts

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.close()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        if not self._parts:
            raise StopAsyncIteration
        await async_sleep(0)  # await self.close() instead of `async with` would do for AsyncChatStream
        return (await self._read(self._parts.pop())).decode()

    async def _read(self, part: AsyncByteStream) -> bytes:
        chunks = [chunk async for chunk in part]
        return b"".join(chunks)

    async def aiter_lines(self) -> list[str]:
        return [line async for line in self]

    async def close(self) -> None:
        for part in self._parts:
            await part.aclose()

    aclose = close
'''

STREAM_SYNC = '''# Generated from _async_src/stream.py by scripts/generate.py: edit the source, not this file.
"""Streams."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from fastgpt_client._concurrency import sleep
from fastgpt_client._http.httpx import ByteStream, Client

__all__ = ["ChatStream"]


class ChatStream:
    """An open stream. Close the stream after use, or let a block do it:

    ```python
    from fastgpt_client import ChatStream


    def main() -> None:
        with ChatStream(client) as stream:
            for line in stream.iter_lines():
                print(stream.final())
            stream.close()


    main()
    ```
    """

    def __init__(self, client: Client, parts: list[ByteStream]) -> None:
        self._client = client
        self._parts = parts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self._parts:
            raise StopIteration
        sleep(0)  # self.close() instead of `with` would do for ChatStream
        return self._read(self._parts.pop()).decode()

    def _read(self, part: ByteStream) -> bytes:
        chunks = [chunk for chunk in part]
        return b"".join(chunks)

    def iter_lines(self) -> list[str]:
        return [line for line in self]

    def close(self) -> None:
        for part in self._parts:
            part.close()
'''

TEST_CHAT = f"""{TESTS.first_line}
from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from fastgpt_client import AsyncChatClient


@pytest.fixture
async def client() -> AsyncIterator[AsyncChatClient]:
    async with AsyncChatClient("http://localhost") as client:
        yield client


async def test_stream_gives_lines(client: AsyncChatClient) -> None:
    assert await client.open() == "你好"
"""

TEST_CHAT_SYNC = """# Generated from tests/_async/test_chat.py by scripts/generate.py: edit the source, not this file.
from __future__ import annotations

from collections.abc import Iterator

import pytest

from fastgpt_client import ChatClient


@pytest.fixture
def client() -> Iterator[ChatClient]:
    with ChatClient("http://localhost") as client:
        yield client


def test_stream_gives_lines(client: ChatClient) -> None:
    assert client.open() == "你好"
"""


def source(code: str, folder: Folder = PACKAGE, name: str = "x.py") -> Source:
    text = f"{folder.first_line}\nfrom __future__ import annotations\n{code}\n"
    return Source(folder, name, text, ast.parse(text))


def whole(text: str, path: str) -> Source:
    folder = next(folder for folder in FOLDERS if path.startswith(folder.path))
    return Source(folder, path.rpartition("/")[2], text, ast.parse(text))


def sync(code: str, folder: Folder = PACKAGE) -> str:
    """The sync text of `code`, which starts on line 3."""
    return generate_texts([source(code, folder)])[f"{folder.sync_path}/x.py"].split("\n", 2)[2].rstrip("\n")


def definitions(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), 1) if "def " in line]


@pytest.mark.parametrize(
    ("path", "text", "sync_path", "expected"),
    [
        ("_async_src/stream.py", STREAM, "fastgpt_client/_sync/stream.py", STREAM_SYNC),
        ("tests/_async/test_chat.py", TEST_CHAT, "tests/_sync/test_chat.py", TEST_CHAT_SYNC),
    ],
)
def test_whole_file_reads_as_if_written_by_hand(path: str, text: str, sync_path: str, expected: str) -> None:
    texts = generate_texts([whole(text, path)])
    assert formatted(ROOT, texts)[sync_path].decode() == expected


def test_line_numbers_stay_before_formatting() -> None:
    text = STREAM.replace("    import asyncio\n\n", "")
    made = generate_texts([whole(text, "_async_src/stream.py")])["fastgpt_client/_sync/stream.py"]
    assert definitions(made) == definitions(text)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from collections.abc import AsyncIterator, Iterator", "from collections.abc import Iterator, Iterator"),
        ("from .x import AsyncA", "from .x import A"),
        ("def f(a: Literal['a'], b: Annotated[int, 'b']): ...", "def f(a: Literal['a'], b: Annotated[int, 'b']): ..."),
        ("async def f(a):\n    def g():\n        yield 1", "def f(a):\n    def g():\n        yield 1"),
        ("async def f(a):\n    return [await b for b in a]", "def f(a):\n    return [b for b in a]"),
        ("async def f(a):\n    return {b async for b in a if await b}", "def f(a):\n    return {b for b in a if b}"),
        ("async def f(a):\n    return (b for b in await a)", "def f(a):\n    return (b for b in a)"),
        ("async def f(a):\n    await (a or b)", "def f(a):\n    (a or b)"),
        ("async def f(a):\n    return not (await a())[0]", "def f(a):\n    return not a()[0]"),
        ("async def f(a):\n    return -(await a()), g(await a())", "def f(a):\n    return -a(), g(a())"),
        ("async def f(a):\n    (await a(\n        1\n    )).b()", "def f(a):\n    a(\n        1\n    ).b()"),
        ("async def f(a):\n    (await a\n        .b()).c", "def f(a):\n    (a\n        .b()).c"),
        ("async def f(a):\n    return (await a).b", "def f(a):\n    return (a).b"),
        ("async def f(a):\n    async with a as b, c: ...", "def f(a):\n    with a as b, c: ..."),
        (
            "async def f(a):\n    async with (\n        a as b,\n    ): ...",
            "def f(a):\n    with (\n        a as b,\n    ): ...",
        ),
        ("a = anext(aiter(b)), a.handle_async_request", "a = next(iter(b)), a.handle_request"),
        ("__all__ = ['AsyncA']\nclass AsyncA: ...", "__all__ = ['A']\nclass A: ..."),
        ("class AsyncA:\n    def close(self): ...\n    aclose = close", "class A:\n    def close(self): ..."),
        ("# It is awaited so long, up to is_async.", "# It is awaited so long, up to is_async."),
        ("a = 1 # async with a: await b, _async_src", "a = 1 # with a: b, _async_src"),
        ("'''\n>>> import trio\n>>> trio.run(f)\n'''", "'''\n>>> f()\n'''"),
        ("'''\nimport trio\na = 1\ntrio.run(a.f)\n'''", "'''\na = 1\na.f()\n'''"),
        ("'''\na = 1\nimport asyncio\n\nasyncio.run(f(1))\n'''", "'''\na = 1\n\nf(1)\n'''"),
    ],
)
def test_converted(code: str, expected: str) -> None:
    assert sync(code) == expected


def test_async_fixture_becomes_a_fixture() -> None:
    code = "@pytest.fixture(name='a')\nasync def f() -> AsyncIterator[int]:\n    yield await async_g()"
    assert sync(code, TESTS) == "@pytest.fixture(name='a')\ndef f() -> Iterator[int]:\n    yield g()"
    assert sync(code.replace("pytest.fixture(name='a')", "fixture"), TESTS).startswith("@fixture\ndef f()")


def test_import_in_tests_of_the_async_tree_becomes_sync() -> None:
    assert sync("from tests._async.conftest import a", TESTS) == "from tests._sync.conftest import a"


def test_httpx_may_be_imported_in_tests() -> None:
    assert sync("import httpx\na = httpx.AsyncClient()", TESTS) == "import httpx\na = httpx.Client()"


def test_name_in_a_docstring_may_come_from_another_file() -> None:
    texts = generate_texts([source("class AsyncA: ..."), source("'''Opens AsyncA.'''", TESTS, "y.py")])
    assert texts["tests/_sync/y.py"].endswith("'''Opens A.'''\n")


def test_rename_rule_that_matches_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="'astart' in EXTRA_RENAMES matched nothing; remove the rule"):
        rename_table([source("a.open")], {"astart": "start", "open": "begin"})


def test_rename_rule_that_matches_is_used() -> None:
    assert rename_table([source("a.open")], {"open": "begin"})["open"] == "begin"
