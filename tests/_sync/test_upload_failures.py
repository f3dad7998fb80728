# Generated from tests/_async/test_upload_failures.py by scripts/generate.py: edit the source, not this file.
"""Uploads that fail: what the caller's own code raises is passed on, and what was begun on the server is given up."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from fastgpt_client import APIConnectionError, APITimeoutError, ChatClient, ServerError, ValidationError
from fastgpt_client.testing import FakeFastGPT
from tests.support import embedded_chats
from tests.support.embedded_chats import settings
from tests.support.fake_server import FakeServer
from tests.support.replies import envelope, page, plain, refusal

server = embedded_chats.server

SINGLE = {"url": "http://store.test/put", "key": "chat/k", "headers": {}, "previewUrl": "/p"}
SIGNED = {"url": "http://store.test/bucket", "fields": {"key": "chat/k"}, "previewUrl": "/p"}
PARTS = {
    **SINGLE,
    "url": "/api/system/file/u/token",
    "uploadMode": "multipart",
    "partSize": 4,
    "completeUrl": "/api/system/file/u/token/complete",
    "abortUrl": "/api/system/file/u/token/abort",
}
WAYS = {"put": [envelope(SINGLE)], "signed form": [envelope(SIGNED)], "form": [page(), page()]}
# An error of the caller's may be of any class, those included that the client uses itself.
ERRORS = [
    OSError(5, "Input/output error"),
    TimeoutError("a mount that hangs"),
    ConnectionResetError("the caller's"),
    ValueError("read of closed file"),
    RuntimeError("trouble"),
    httpx.ReadError("the caller's"),
    APIConnectionError("the caller's"),
    APITimeoutError("the caller's"),
]


class Broken(io.BytesIO):
    """A file that cannot be read."""

    def __init__(self, error: Exception) -> None:
        super().__init__(b"body")
        self.error = error
        self.reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        raise self.error


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("deadline", [None, 60.0])
@pytest.mark.parametrize("way", WAYS)
def test_what_a_file_raises_is_passed_on(way: str, deadline: float | None, error: Exception) -> None:
    fake = FakeServer(*WAYS[way], plain(200))
    file = Broken(error)
    with pytest.raises(type(error)) as caught:
        fake.chat(deadline=deadline).upload_file(file, filename="a.txt", chatId="c1")
    assert caught.value is error
    assert error.__cause__ is None
    assert file.reads == 1


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("way", WAYS)
def test_what_progress_raises_is_passed_on(way: str, error: Exception) -> None:
    sent: list[int] = []

    def progress(number: int, size: int) -> None:
        sent.append(number)
        raise error

    fake = FakeServer(*WAYS[way], plain(200))
    with pytest.raises(type(error)) as caught:
        fake.chat().upload_file(b"body", filename="a.txt", chatId="c1", progress=progress)
    assert caught.value is error
    assert sent == [4]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_what_is_raised_while_a_file_is_opened_is_passed_on(error: Exception) -> None:
    class Unmeasurable(io.BytesIO):
        def tell(self) -> int:
            raise error

    fake = FakeServer(envelope(SINGLE))
    with pytest.raises(type(error)) as caught:
        fake.chat(deadline=60.0).upload_file(Unmeasurable(b"body"), filename="a.txt", chatId="c1")
    assert caught.value is error
    assert fake.hits == 0


def test_what_a_recording_raises_is_passed_on() -> None:
    file = Broken(OSError(5, "Input/output error"))
    fake = FakeServer(plain(200))
    with pytest.raises(OSError, match="Input/output error") as caught:
        fake.chat().transcribe(file, chatId="c1", duration=1)
    assert (caught.value, file.reads) == (file.error, 1)


def test_a_real_transport_passes_on_what_a_file_raises(server: FakeFastGPT) -> None:
    app = server.app(files=True)
    file = Broken(OSError(5, "Input/output error"))
    with ChatClient(**settings(server, app)) as client:
        with pytest.raises(OSError, match="Input/output error") as caught:
            client.upload_file(file, filename="a.txt", chatId="c1")
        assert (caught.value, file.reads) == (file.error, 1)
        part: Any = client.upload_file(b"x", filename="a.txt", chatId="c1")
    assert part["name"] == "a.txt"


def test_a_file_that_cannot_be_opened_is_told_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")

    def denied(*arguments: Any) -> Any:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("builtins.open", denied)
    fake = FakeServer(envelope(SINGLE))
    with pytest.raises(PermissionError):
        fake.chat().upload_file(path, chatId="c1")
    assert fake.hits == 0


def test_why_a_path_cannot_be_followed_is_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.symlink_to(path)
    fake = FakeServer(envelope(SINGLE))
    with pytest.raises(OSError, match=r"a\.txt"):
        fake.chat().upload_file(path, chatId="c1")
    assert fake.hits == 0


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_became_shorter_is_told_and_not_sent_again(way: str, tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"x" * 300_000)

    def shrink(sent: int, size: int) -> None:
        path.write_bytes(b"")

    fake = FakeServer(*WAYS[way], plain(200))
    with pytest.raises(ValidationError, match="file shrank while it was being sent: 262144 bytes instead of 300000"):
        fake.chat().upload_file(path, chatId="c1", progress=shrink)


# --- giving up --------------------------------------------------------------------------------------------------------


def aborts(fake: FakeServer) -> int:
    return fake.paths.count("/api/system/file/u/token/abort")


def test_an_upload_in_parts_is_given_up_when_a_file_fails() -> None:
    class Half(io.BytesIO):
        def seek(self, at: int, whence: int = 0) -> int:
            if at >= 4:
                raise OSError(5, "Input/output error")
            return super().seek(at, whence)

    fake = FakeServer(envelope(PARTS), envelope({"etag": "1"}), envelope())
    with pytest.raises(OSError, match="Input/output error"):
        fake.chat().upload_file(Half(b"aaaabbbb"), filename="k.bin", chatId="c1")
    assert aborts(fake) == 1


@pytest.mark.parametrize("error", [ZeroDivisionError("the caller's"), KeyboardInterrupt(), SystemExit(3)])
def test_an_upload_in_parts_is_given_up_when_progress_raises(error: BaseException) -> None:
    def progress(sent: int, size: int) -> None:
        raise error

    fake = FakeServer(envelope(PARTS), envelope({"etag": "1"}), envelope())
    with pytest.raises(type(error)):
        fake.chat().upload_file(b"aaaabb", filename="k.bin", chatId="c1", progress=progress)
    assert aborts(fake) == 1


def test_an_upload_that_cannot_be_completed_is_given_up() -> None:
    fake = FakeServer(envelope(PARTS), envelope({"etag": "1"}), refusal(500, "", "Multipart went wrong"), envelope())
    with pytest.raises(ServerError, match="Multipart went wrong"):
        fake.chat().upload_file(b"aaa", filename="k.bin", chatId="c1")
    assert (aborts(fake), fake.hits) == (1, 4)


@pytest.mark.parametrize("answer", [refusal(500, "", "no"), httpx.ConnectError("refused"), RuntimeError("a hook's")])
def test_why_an_upload_failed_is_told_although_it_cannot_be_given_up(answer: Any) -> None:
    fake = FakeServer(envelope(PARTS), refusal(500, "", "Multipart went wrong"), answer)
    with pytest.raises(ServerError, match="Multipart went wrong"):
        fake.chat(max_retries=0).upload_file(b"aaaab", filename="k.bin", chatId="c1")
    assert aborts(fake) == 1


def test_an_upload_that_is_complete_is_not_given_up() -> None:
    unread = {**PARTS, "previewUrl": None}
    fake = FakeServer(envelope(unread), envelope({"etag": "1"}), envelope(), refusal(500, "", "unAuthFile"))
    with pytest.raises(ServerError, match="unAuthFile"):
        fake.chat().upload_file(b"aaa", filename="k.bin", chatId="c1")
    assert aborts(fake) == 0


class Disguising(httpx.BaseTransport):
    """Makes a failure of its own of whatever fails while it sends, as those over other libraries do."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"code": 200, "data": SINGLE})
        try:
            request.read()
        except Exception as exc:
            raise httpx.WriteError("broken pipe") from exc
        raise AssertionError("the file cannot be read")


def test_what_the_file_raises_is_found_behind_what_a_transport_makes_of_it() -> None:
    with httpx.Client(transport=Disguising()) as http:
        client = ChatClient("fastgpt-key", "http://fastgpt.test", app_id="a", http_client=http)
        with pytest.raises(OSError, match="Input/output error"):
            client.upload_file(Broken(OSError(5, "Input/output error")), filename="a.txt", chatId="c1")
