# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""What can be uploaded: files of every kind, and what is refused of them before anything is sent."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import ValidationError
from tests.support import odd_files
from tests.support.fake_server import FakeServer
from tests.support.odd_files import CONTENT, MADE, awaited
from tests.support.replies import envelope, page, plain

SINGLE = {
    "url": "http://store.test/put?signature=s",
    "key": "chat/k",
    "headers": {},
    "previewUrl": "http://store.test/get",
}


nameless = odd_files.nameless
refused = odd_files.refused


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("old", [False, True], ids=["put", "form"])
@pytest.mark.parametrize("kind", MADE)
async def test_a_file_of_any_kind_is_sent_whole(kind: str, old: bool) -> None:
    answers = (page(), page(), envelope({"previewUrl": "/read"})) if old else (envelope(SINGLE), plain(200))
    server = FakeServer(*answers)
    file = MADE[kind]()
    part = await server.async_chat().upload_file(file, filename="note.txt", chatId="c1")
    assert part["type"] == "file_url"
    assert json.loads(server.requests[0].content)["size"] == len(CONTENT)
    assert CONTENT in server.last.content
    assert old or server.last.content == CONTENT
    if hasattr(file, "close"):
        file.close()  # a file of the caller's is theirs to close


@pytest.mark.parametrize("of", [str, Path, os.fsencode], ids=["str", "Path", "a path of bytes"])
async def test_a_path_is_sent(path: Path, of: Callable[[Path], Any]) -> None:
    class Entry(os.PathLike[Any]):
        def __fspath__(self) -> Any:
            return of(path) if of is os.fsencode else str(of(path))

    server = FakeServer(envelope(SINGLE), plain(200))
    for given in (Entry(), *([] if of is os.fsencode else [of(path)])):
        part: Any = await server.async_chat().upload_file(given, chatId="c1")
        assert (part["name"], server.last.content) == ("note.txt", CONTENT)
        server = FakeServer(envelope(SINGLE), plain(200))


@pytest.mark.parametrize("buffering", [-1, 0])
async def test_an_open_file_is_left_where_it_stood(path: Path, buffering: int) -> None:
    server = FakeServer(envelope(SINGLE), plain(200), envelope(SINGLE), plain(200))
    client = server.async_chat()
    with path.open("rb", buffering=buffering) as file:
        file.seek(100)
        for _ in range(2):
            part: Any = await client.upload_file(file, chatId="c1")
            assert (part["name"], server.last.content) == ("note.txt", CONTENT[100:])
            assert (file.closed, file.tell()) == (False, 100)


async def test_a_file_may_grow_while_it_is_sent(path: Path) -> None:
    def grow(sent: int, size: int) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    server = FakeServer(envelope(SINGLE), plain(200))
    await server.async_chat().upload_file(path, chatId="c1", progress=grow)
    assert server.last.content == CONTENT


async def test_the_name_of_a_file_may_be_any_text(tmp_path: Path) -> None:
    path = tmp_path / 'é\r\n"x".txt'
    path.write_bytes(b"x")
    server = FakeServer(page(), page(), envelope({"previewUrl": "/read"}))
    part: Any = await server.async_chat().upload_file(path, chatId="c1")
    assert part["name"] == 'é\r\n"x".txt'
    assert json.loads(server.requests[0].content)["filename"] == 'é\r\n"x".txt'
    assert b'filename="%C3%A9%0D%0A%22x%22.txt"\r\n' in server.last.content


async def test_a_name_that_is_no_text_is_made_one(nameless: str) -> None:
    server = FakeServer(envelope(SINGLE), plain(200))
    part: Any = await server.async_chat().upload_file(nameless, chatId="c1")
    assert part["name"] == "?.txt"


async def test_a_form_s_names_cannot_end_their_lines() -> None:
    fields = {"key": "chat/k", 'a"\r\nEvil: 1': "v"}
    signed = {"url": "http://store.test/bucket", "fields": fields, "previewUrl": "/p"}
    server = FakeServer(envelope(signed), plain(204))
    await server.async_chat().upload_file(b"x", filename='b"\r\nEvil: 2\r\n.txt', chatId="c1")
    assert b"\r\nEvil" not in server.last.content
    assert b'name="a%22%0D%0AEvil: 1"' in server.last.content
    assert b'filename="b%22%0D%0AEvil: 2%0D%0A.txt"' in server.last.content


# --- what is refused ------------------------------------------------------------------------------------------------


REFUSED = {
    "text": "file is opened in text mode: open it with mode 'rb'",
    "spooled text": "file is opened in text mode",
    "StringIO": "file is opened in text mode",
    "written": "file is not open for reading: open it with mode 'rb'",
    "appended": "file is not open for reading",
    "written, wrapped": "file is not open for reading",
    "closed": "file is closed",
    "pipe": "file must be seekable",
    "unseekable": "file must be seekable",
    "fifo": "is a pipe or a device: read it and pass the bytes",
    "folder": "is a folder",
    "missing": "file: no such file: '.*/missing'",
    "below a file": "no such file",
    "no path": "no such file",
    "long": "no such file: 'x{200}…'$",
    "url": "'https://example.com/a.png' is a URL: put it in the message as is",
    "data": "is a URL",
    "none": "file must be a path, bytes, or a file opened in binary mode, not NoneType",
    "number": "file must be a path",
    "awaited": r"file: read\(\) returned a .*: pass its path or its bytes",
    "unreadable": r"file: read\(\) returned NoneType instead of bytes",
    "lost": "file must be seekable",
    "blind": "file must be seekable",
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_cannot_be_sent_is_refused_before_anything_is(kind: str, refused: dict[str, Any]) -> None:
    server = FakeServer(envelope(SINGLE))
    with pytest.raises(ValidationError, match=REFUSED[kind]):
        await server.async_chat().upload_file(refused[kind], filename="a.txt", chatId="c1")
    assert server.hits == 0


@pytest.mark.parametrize("file", [b"", bytearray(), memoryview(b""), io.BytesIO()])
async def test_nothing_is_no_file(file: Any) -> None:
    server = FakeServer(envelope(SINGLE))
    with pytest.raises(ValidationError, match="is empty"):
        await server.async_chat().upload_file(file, filename="a.txt", chatId="c1")
    assert server.hits == 0


@pytest.mark.parametrize("at", [4, 9])
async def test_a_file_that_was_written_just_now_stands_at_its_end(at: int) -> None:
    file = io.BytesIO(b"body")
    file.seek(at)
    with pytest.raises(ValidationError, match=r"'a.txt' is empty or already at its end: call file.seek\(0\)"):
        await FakeServer(envelope(SINGLE)).async_chat().upload_file(file, filename="a.txt", chatId="c1")
    assert file.tell() == at


@pytest.mark.parametrize("file", [b"x", io.BytesIO(b"x"), tempfile.TemporaryFile])
async def test_what_has_no_name_needs_one(file: Any) -> None:
    opened = file() if callable(file) else file
    with pytest.raises(ValidationError, match="filename is missing"):
        await FakeServer(envelope(SINGLE)).async_chat().upload_file(opened, chatId="c1")
    if callable(file):
        opened.close()


@pytest.mark.parametrize("filename", ["", " ", 5, "\ud800.txt"])
async def test_a_name_that_is_none_is_refused(filename: Any) -> None:
    server = FakeServer(envelope(SINGLE))
    with pytest.raises(ValidationError, match="filename"):
        await server.async_chat().upload_file(b"x", filename=filename, chatId="c1")
    assert server.hits == 0


@pytest.mark.parametrize(
    "content_type", ["", "pdf", "text/", "text/plain\r\nEvil: 1", "text/plain; a=\n", "text/päin", "text / plain", 5]
)
async def test_a_content_type_that_is_none_is_refused(content_type: Any) -> None:
    server = FakeServer(envelope(SINGLE))
    with pytest.raises(ValidationError, match="content_type must look like 'application/pdf'"):
        await server.async_chat().upload_file(b"x", filename="a.txt", content_type=content_type, chatId="c1")
    assert server.hits == 0


@pytest.mark.parametrize("content_type", ["text/plain", "text/plain; charset=utf-8", "application/vnd.x+json"])
async def test_a_content_type_is_taken_as_it_is(content_type: str) -> None:
    server = FakeServer(envelope(SINGLE), plain(200))
    await server.async_chat().upload_file(b"x", filename="a.bin", content_type=content_type, chatId="c1")
    assert json.loads(server.requests[0].content)["contentType"] == content_type


@pytest.mark.parametrize("progress", [awaited, "print", 5])
async def test_progress_is_a_function_that_is_called(progress: Any) -> None:
    server = FakeServer(envelope(SINGLE))
    with pytest.raises(ValidationError, match="progress must be a regular function"):
        await server.async_chat().upload_file(b"x", filename="a.txt", chatId="c1", progress=progress)
    assert server.hits == 0
