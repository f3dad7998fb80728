"""What is sent of a request: bytes and slices of files, the same for both flavours, and nothing left behind."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path
from typing import Any

import anyio
import pytest

from fastgpt_client import ValidationError
from fastgpt_client._http.request import FileSlice, RequestBody
from fastgpt_client._http.sources import CallerError, FileSource, open_source

HALF, WHOLE = 256 * 1024, 512 * 1024


def body(content: bytes, reports: list[int] | None = None, begin: int = 0, size: int | None = None) -> RequestBody:
    part = FileSlice(open_source(content), begin, len(content) if size is None else size)
    return RequestBody(b"head", part, b"tail", report=None if reports is None else reports.append)


async def sent(body: RequestBody, flavour: str) -> list[bytes]:
    return [chunk async for chunk in body] if flavour == "async" else list(body)


FLAVOURS = pytest.mark.parametrize("flavour", ["async", "sync"])


@FLAVOURS
async def test_a_file_is_sent_in_pieces_between_what_stands_around_it(flavour: str) -> None:
    content = b"x" * WHOLE + b"y"
    made = body(content)
    assert made.size == len(content) + 8
    assert [len(chunk) for chunk in await sent(made, flavour)] == [4, HALF, HALF, 1, 4]
    assert b"".join(await sent(made, flavour)) == b"head" + content + b"tail"


@FLAVOURS
async def test_a_slice_is_a_part_of_a_file(flavour: str) -> None:
    assert await sent(body(b"0123456789", begin=3, size=4), flavour) == [b"head", b"3456", b"tail"]


@FLAVOURS
async def test_what_was_sent_of_files_is_reported_when_the_next_piece_is_asked_for(flavour: str) -> None:
    reports: list[int] = []
    await sent(body(b"x" * (HALF + 1), reports), flavour)
    assert reports == [HALF, HALF + 1]


@FLAVOURS
async def test_a_pass_can_be_left_and_begun_again(flavour: str) -> None:
    made = body(b"x" * WHOLE)
    assert not made.was_read
    if flavour == "async":
        await anext(aiter(made))
    else:
        next(iter(made))
    assert made.was_read
    assert len(b"".join(await sent(made, flavour))) == WHOLE + 8


@FLAVOURS
async def test_a_failure_is_kept_and_is_not_that_of_a_transport(flavour: str) -> None:
    def report(sent: int) -> None:
        raise OSError("the caller's")

    made = RequestBody(FileSlice(open_source(b"x"), 0, 1), report=report)
    with pytest.raises(CallerError) as caught:
        await sent(made, flavour)
    assert made.failure is caught.value
    assert isinstance(caught.value.error, OSError)
    assert not isinstance(caught.value, OSError)


def test_a_pass_is_its_own_iterator() -> None:
    chunks = iter(RequestBody(b"x"))
    assert iter(chunks) is chunks


async def test_a_file_is_read_in_another_thread_and_bytes_are_not() -> None:
    threads: set[threading.Thread] = set()

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            threads.add(threading.current_thread())
            return super().read(size)

    source = open_source(Watched(b"x"))
    assert not source.in_memory
    await sent(RequestBody(FileSlice(source, 0, 1)), "async")
    assert threading.current_thread() not in threads
    assert all(thread.daemon for thread in threads)
    assert open_source(b"x").in_memory


@pytest.mark.parametrize("given", [str, os.fsencode])
def test_a_file_is_called_what_it_was_opened_as(tmp_path: Path, given: Any) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"x")
    with open(given(path), "rb") as file:
        assert open_source(file).name == "note.txt"


# --- closing ----------------------------------------------------------------------------------------------------------


class Counting(io.BytesIO):
    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.closings = 0

    def close(self) -> None:
        self.closings += 1
        super().close()


def test_what_was_opened_here_is_closed() -> None:
    file = Counting(b"body")
    source = FileSource(file, 0, 4, None, owned=True)
    source.close()
    assert file.closings == 1
    with pytest.raises(ValidationError, match="the call that was sending it has ended"):
        source.read(0, 4)


def test_what_was_not_is_left_where_it_stood() -> None:
    file = io.BytesIO(b"body")
    file.seek(1)
    source = open_source(file)
    assert source.read(0, 9) == b"ody"
    source.close()
    assert (file.tell(), file.closed) == (1, False)


def test_a_file_that_the_caller_has_closed_is_left_alone() -> None:
    file = io.BytesIO(b"body")
    source = open_source(file)
    file.close()
    source.close()
    assert file.closed


async def test_closing_does_not_wait_for_a_read_and_the_read_closes() -> None:
    begun, go = threading.Event(), threading.Event()

    class Slow(Counting):
        def read(self, size: int | None = -1) -> bytes:
            begun.set()
            assert go.wait(60.0)
            return super().read(size)

    file = Slow(b"body")
    source = FileSource(file, 0, 4, None, owned=True)
    late: list[object] = []

    def read() -> None:
        try:
            late.append(source.read(0, 4))
        except ValidationError as error:
            late.append(error.message)

    thread = threading.Thread(target=read)
    thread.start()
    assert await anyio.to_thread.run_sync(begun.wait, 60.0)
    source.close()
    assert file.closings == 0
    go.set()
    thread.join(60.0)
    assert (file.closings, late) == (1, ["file: the call that was sending it has ended"])
