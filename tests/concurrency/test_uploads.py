"""While a file is opened, read and sent, other tasks run, and whoever waits for it can leave."""

from __future__ import annotations

import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest

from fastgpt_client import APITimeoutError, AsyncChatClient, ChatClient, _concurrency
from tests.support.fake_server import APP_ID, BASE_URL, KEY, Answer, FakeServer
from tests.support.replies import envelope, page, plain
from tests.support.slow_files import Made, Waiting
from tests.support.until import until

SINGLE = {"url": "http://store.test/put", "key": "chat/k", "headers": {}, "previewUrl": "/p"}
SIGNED = {"url": "http://store.test/bucket", "fields": {"key": "chat/k"}, "previewUrl": "/p"}
PARTS = {**SINGLE, "uploadMode": "multipart", "completeUrl": "/done", "abortUrl": "/abort"}

Use = Callable[[AsyncChatClient, Any], Awaitable[Any]]


async def upload(client: AsyncChatClient, file: Any) -> Any:
    return await client.upload_file(file, filename="a.bin", chatId="c1")


async def transcribe(client: AsyncChatClient, file: Any) -> Any:
    return await client.transcribe(file, filename="a.mp3", chatId="c1", duration=1)


WAYS: dict[str, tuple[Use, list[Answer]]] = {
    "put": (upload, [envelope(SINGLE), plain(200)]),
    "parts": (upload, [envelope({**PARTS, "partSize": 2}), envelope({"etag": "1"})]),
    "signed-form": (upload, [envelope(SIGNED), plain(204)]),
    "form": (upload, [page(), page(), envelope({"previewUrl": "/p"})]),
    "transcribe": (transcribe, [envelope("Hello")]),
}


async def comes(event: threading.Event) -> None:
    """Return when it has come; where the event loop is held up, nobody gets that far."""
    assert await anyio.to_thread.run_sync(event.wait, 60.0)


@pytest.mark.parametrize("operation", ["tell", "seek", "read"])
@pytest.mark.parametrize("way", WAYS)
async def test_other_tasks_run_while_a_file_is_slow(way: str, operation: str) -> None:
    use, answers = WAYS[way]
    file = Waiting(b"body", operation)
    client = FakeServer(*answers).async_chat()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(use, client, file)
        await comes(file.begun)
        file.go.set()


@pytest.mark.parametrize("operation", ["tell", "read"])
@pytest.mark.parametrize("way", WAYS)
async def test_who_waits_for_a_file_can_leave(way: str, operation: str) -> None:
    use, answers = WAYS[way]
    file = Waiting(b"body", operation)
    client = FakeServer(*answers).async_chat()
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(use, client, file)
            await comes(file.begun)
            tasks.cancel_scope.cancel()
        assert not file.go.is_set()
    finally:
        file.go.set()


async def test_an_upload_in_parts_that_is_cancelled_is_given_up() -> None:
    file = Waiting(b"bodybody", "read", after=1)
    server = FakeServer(envelope({**PARTS, "partSize": 4}), envelope({"etag": "1"}), envelope())
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(upload, server.async_chat(), file)
            await comes(file.begun)
            tasks.cancel_scope.cancel()
    finally:
        file.go.set()
    assert [request.url.path for request in server.requests[1:]] == ["/put", "/abort"]


async def test_a_path_that_was_left_is_closed_when_it_has_been_opened(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    opening, go, opened = threading.Event(), threading.Event(), []

    def slow_open(*arguments: Any) -> Any:
        opening.set()
        assert go.wait(60.0)
        opened.append(path.open("rb"))
        return opened[0]

    monkeypatch.setattr("builtins.open", slow_open)
    server = FakeServer(envelope(SINGLE))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(upload, server.async_chat(), str(path))
        await comes(opening)
        tasks.cancel_scope.cancel()
    go.set()
    assert await anyio.to_thread.run_sync(until, lambda: bool(opened) and opened[0].closed) is None
    assert server.hits == 0


# --- the deadline -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", ["tell", "read"])
@pytest.mark.parametrize("way", WAYS)
async def test_a_deadline_ends_the_wait_for_a_file(way: str, operation: str) -> None:
    use, answers = WAYS[way]
    file = Waiting(b"body", operation)
    client = FakeServer(*answers).async_chat(deadline=0.2)
    try:
        with pytest.raises(APITimeoutError, match=r"The upload took longer than its deadline of 0.2 s"):
            await use(client, file)
    finally:
        file.go.set()


@pytest.mark.parametrize("operation", ["tell", "read"])
@pytest.mark.parametrize("parts", [False, True])
def test_a_deadline_ends_the_wait_for_a_file_in_plain_code(
    parts: bool, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_concurrency, "_CLOSE_SECONDS", 0.02)
    file = Waiting(b"bodybody", operation)
    server = FakeServer(envelope({**PARTS, "partSize": 4} if parts else SINGLE), plain(200))
    before = {*threading.enumerate()}
    with pytest.raises(APITimeoutError, match=r"The upload took longer than its deadline of 0.2 s"):
        server.chat(deadline=0.2).upload_file(file, filename="a.bin", chatId="c1")
    file.go.set()
    for thread in {*threading.enumerate()} - before:
        thread.join(60.0)
        assert not thread.is_alive()
    # What was read late is sent nowhere, and nothing is read after it.
    assert file.calls.count("read") == (operation == "read")
    assert {request.url.path for request in server.requests[1:]} <= {"/abort"}


@pytest.mark.parametrize("run", ["asyncio.run", "trio.run"])
def test_a_file_that_is_never_read_does_not_keep_a_program_from_ending(run: str) -> None:
    code = f"""
import asyncio, threading, trio
from fastgpt_client import APITimeoutError
from tests.support.fake_server import FakeServer
from tests.support.replies import envelope
from tests.support.slow_files import Waiting
class Stuck(Waiting):
    def read(self, size=-1):
        threading.Event().wait()
async def main():
    client = FakeServer(envelope({SINGLE!r})).async_chat(deadline=0.2)
    try:
        await client.upload_file(Stuck(b"x", ""), filename="a.txt", chatId="c1")
    except APITimeoutError:
        print("late")
{run}(main)
""".replace("asyncio.run(main)", "asyncio.run(main())")
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("late\n", "", 0)


# --- memory -----------------------------------------------------------------------------------------------------------


class Sink(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """Takes what is sent without keeping it, and answers what a test says, in turn."""

    def __init__(self, *answers: Answer) -> None:
        self._server = FakeServer(*answers)
        self.received = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for chunk in request.stream:
            self.received += len(chunk)
        return self._answer(request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        for chunk in request.stream:
            self.received += len(chunk)
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        return self._server._handle(request)


LARGE: dict[str, tuple[int, list[Answer]]] = {
    "put": (1 << 30, [envelope(SINGLE), plain(200)]),
    "parts": (1 << 26, [envelope({**PARTS, "partSize": 1 << 23}), envelope({"etag": "1"})]),
    "form": (1 << 26, [page(), page(), envelope({"previewUrl": "/p"})]),
}


@pytest.fixture
def memory() -> Iterator[Callable[[], int]]:
    """Returns the most that was taken since the test began."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("way", LARGE)
async def test_a_large_file_takes_no_memory(way: str, anyio_backend: str, memory: Callable[[], int]) -> None:
    size, answers = LARGE[way]
    size = min(size, 1 << 30 if anyio_backend == "asyncio" else 1 << 26)  # tracing makes trio's threads slow
    file: Any = Made(size)
    sink = Sink(*answers)
    client = AsyncChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=httpx.AsyncClient(transport=sink))
    await upload(client, file)
    assert sink.received >= size
    assert file.largest <= 1 << 20
    assert memory() < 8 << 20


@pytest.mark.parametrize("way", LARGE)
def test_a_large_file_takes_no_memory_in_plain_code(way: str, memory: Callable[[], int]) -> None:
    size, answers = LARGE[way]
    file: Any = Made(size)
    sink = Sink(*answers)
    client = ChatClient(KEY, BASE_URL, app_id=APP_ID, http_client=httpx.Client(transport=sink))
    client.upload_file(file, filename="a.bin", chatId="c1")
    assert sink.received >= size
    assert file.largest <= 1 << 20
    assert memory() < 8 << 20
