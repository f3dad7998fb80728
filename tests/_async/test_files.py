# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Uploading files: the way is told by the server's answer, and the key goes to the server alone."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from fastgpt_client import APIConnectionError, BadRequestError, ServerError, ValidationError
from tests.support.fake_server import APP_ID, BASE_URL, FakeServer, Reply
from tests.support.replies import envelope, page, plain, refusal

STORE = "http://store.test/put?signature=s"
PREVIEW = "http://store.test/get"
SINGLE = {"url": STORE, "key": "chat/k.pdf", "headers": {"content-type": "application/pdf"}, "previewUrl": PREVIEW}
PARTS = {
    "url": "/api/system/file/u/token",
    "key": "chat/k.bin",
    "headers": {"content-type": "application/octet-stream"},
    "previewUrl": "/api/system/file/d/token",
    "uploadMode": "multipart",
    "partSize": 4,
    "completeUrl": "/api/system/file/u/token/complete",
    "abortUrl": "/api/system/file/u/token/abort",
}


async def test_bytes_are_put_to_the_signed_address_with_its_headers_and_no_key() -> None:
    server = FakeServer(envelope(SINGLE), plain(200))
    part = await server.async_chat().upload_file(b"%PDF", filename="a.pdf", chatId="c1")
    assert part == {"type": "file_url", "name": "a.pdf", "url": PREVIEW, "key": "chat/k.pdf"}
    asked, sent = server.requests
    assert json.loads(asked.content) == {
        "appId": APP_ID,
        "chatId": "c1",
        "filename": "a.pdf",
        "size": 4,
        "contentType": "application/pdf",
    }
    assert (sent.method, str(sent.url), sent.content) == ("PUT", STORE, b"%PDF")
    assert sent.headers["content-type"] == "application/pdf"
    assert sent.headers["content-length"] == "4"
    assert sent.headers["host"] == "store.test"
    assert not {"authorization", "cookie", "transfer-encoding"} & {*sent.headers}


async def test_a_file_is_read_from_disk_and_its_progress_told(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"x" * 600_000)
    told: list[tuple[int, int]] = []
    server = FakeServer(envelope(SINGLE), plain(200))
    client = server.async_chat()
    part = await client.upload_file(path, chatId="c1", progress=lambda sent, size: told.append((sent, size)))
    assert part["type"] == "file_url"
    assert part["name"] == "large.txt"
    assert server.last.content == path.read_bytes()
    assert told == [(262144, 600_000), (524288, 600_000), (600_000, 600_000)]


async def test_an_open_file_is_sent_from_where_it_stands_and_left_open() -> None:
    file = io.BytesIO(b"headbody")
    file.seek(4)
    server = FakeServer(envelope(SINGLE), plain(200))
    await server.async_chat().upload_file(file, filename="a.txt", chatId="c1")
    assert server.last.content == b"body"
    assert not file.closed


async def test_an_image_becomes_an_image_part() -> None:
    server = FakeServer(envelope(SINGLE), plain(200))
    part = await server.async_chat().upload_file(b"png", filename="a.png", chatId="c1")
    assert part == {"type": "image_url", "image_url": {"url": PREVIEW}, "key": "chat/k.pdf"}


@pytest.mark.parametrize(("name", "kind"), [("a.mp3", "audio"), ("a.mp4", "video")])
async def test_sound_and_film_say_so(name: str, kind: str) -> None:
    server = FakeServer(envelope(SINGLE), plain(200))
    part = await server.async_chat().upload_file(b"x", filename=name, chatId="c1")
    assert part.get("fileType") == kind


async def test_a_large_file_goes_in_parts_that_are_put_together() -> None:
    told: list[int] = []
    server = FakeServer(
        envelope(PARTS), envelope({"etag": '"1"'}), envelope({"etag": '"2"'}), envelope({"etag": '"3"'}), envelope()
    )
    part = await server.async_chat().upload_file(
        b"aaaabbbbcc", filename="k.bin", chatId="c1", progress=lambda sent, size: told.append(sent)
    )
    assert part == {
        "type": "file_url",
        "name": "k.bin",
        "url": f"{BASE_URL}/api/system/file/d/token",
        "key": "chat/k.bin",
    }
    puts = server.requests[1:4]
    assert [request.content for request in puts] == [b"aaaa", b"bbbb", b"cc"]
    assert [request.url.params["partNumber"] for request in puts] == ["1", "2", "3"]
    assert [request.headers["content-length"] for request in puts] == ["4", "4", "2"]
    assert server.last.url.path == "/api/system/file/u/token/complete"
    assert server.body == {
        "parts": [
            {"partNumber": 1, "etag": '"1"'},
            {"partNumber": 2, "etag": '"2"'},
            {"partNumber": 3, "etag": '"3"'},
        ]
    }
    assert told == [4, 8, 10]
    assert not any("authorization" in request.headers for request in server.requests[1:])


async def test_a_part_that_fails_for_good_gives_the_upload_up() -> None:
    server = FakeServer(envelope(PARTS), envelope({"etag": "1"}), refusal(500, "", "Multipart went wrong"), envelope())
    with pytest.raises(ServerError, match="Multipart went wrong"):
        await server.async_chat().upload_file(b"aaaabbbbcc", filename="k.bin", chatId="c1")
    assert server.last.url.path == "/api/system/file/u/token/abort"


async def test_why_an_upload_failed_is_told_although_it_cannot_be_given_up() -> None:
    server = FakeServer(envelope(PARTS), refusal(500, "", "Multipart went wrong"), httpx.ConnectError("refused"))
    with pytest.raises(ServerError, match="Multipart went wrong"):
        await server.async_chat(max_retries=0).upload_file(b"aaaab", filename="k.bin", chatId="c1")


async def test_parts_without_an_address_to_give_them_up_are_left() -> None:
    server = FakeServer(envelope({**PARTS, "abortUrl": None}), refusal(500, "", "Multipart went wrong"))
    with pytest.raises(ServerError, match="Multipart went wrong"):
        await server.async_chat().upload_file(b"aaaab", filename="k.bin", chatId="c1")
    assert server.hits == 2


async def test_a_put_that_was_cut_is_sent_again_whole() -> None:
    server = FakeServer(envelope(SINGLE), httpx.WriteError("reset"), plain(200))
    await server.async_chat(max_retries=1, retry_delay=0.0).upload_file(b"body", filename="a.pdf", chatId="c1")
    assert server.hits == 3
    assert server.last.content == b"body"


async def test_a_signed_form_goes_to_the_object_store() -> None:
    """4.14.0 to 4.14.4: no key in the answer but in the form, and the address to read from is asked for."""
    server = FakeServer(
        page(),
        envelope({"url": "http://store.test/bucket", "fields": {"key": "chat/k", "policy": "p"}, "maxSize": 10}),
        plain(204),
        page(),
        envelope("http://store.test/read"),
    )
    told: list[int] = []
    part = await server.async_chat().upload_file(
        b"body", filename="a.txt", chatId="c1", progress=lambda sent, size: told.append(sent)
    )
    assert part == {"type": "file_url", "name": "a.txt", "url": "http://store.test/read", "key": "chat/k"}
    form = server.requests[2]
    assert str(form.url) == "http://store.test/bucket"
    assert b'name="key"' in form.content
    assert b'name="policy"' in form.content
    assert form.content.index(b'name="file"') > form.content.index(b'name="policy"')
    assert "authorization" not in form.headers
    assert told == [4]
    assert server.paths[3:] == [
        "/api/core/chat/file/presignChatFileGetUrl",
        "/api/core/chat/presignChatFileGetUrl",
    ]
    assert server.body == {"appId": APP_ID, "chatId": "c1", "key": "chat/k"}


async def test_old_servers_get_a_form_themselves() -> None:
    """Up to 4.13: FastGPT takes the file, with the key."""
    server = FakeServer(page(), page(), envelope({"fileId": "f1", "previewUrl": "/api/common/file/read/a.txt?t=1"}))
    told: list[int] = []
    part = await server.async_chat().upload_file(
        b"body", filename="ä.txt", chatId="c1", progress=lambda sent, size: told.append(sent)
    )
    assert part == {"type": "file_url", "name": "ä.txt", "url": f"{BASE_URL}/api/common/file/read/a.txt?t=1"}
    assert server.last.url.path == "/api/common/file/upload"
    assert "authorization" in server.last.headers
    assert b'filename="%C3%A4.txt"' in server.last.content
    assert b'"appId": "' + APP_ID.encode() in server.last.content
    assert told == [4]


async def test_an_old_server_s_form_takes_any_mapping_as_ascii() -> None:
    visitor: Any = MappingProxyType({"shareId": "s1", "outLinkUid": "ü"})
    server = FakeServer(page(), page(), envelope({"previewUrl": "/read"}))
    await server.async_chat().upload_file(b"body", filename="a.txt", chatId="c1", outLinkAuthData=visitor)
    assert b'"outLinkUid": "\\u00fc"' in server.last.content


async def test_a_form_is_sent_without_a_listener_too() -> None:
    server = FakeServer(page(), page(), envelope({"fileId": "f1", "previewUrl": "/read"}))
    part = await server.async_chat().upload_file(b"body", filename="a.txt", chatId="c1")
    assert part["type"] == "file_url"


@pytest.mark.parametrize(("code", "name"), [(510000, "InvalidUploadFileType"), (510002, "FileUploadDisabled")])
async def test_what_the_app_does_not_take_is_told_by_the_server_s_word(code: int, name: str) -> None:
    server = FakeServer(refusal(code, name, "common:error.s3_upload"))
    with pytest.raises(BadRequestError, match=name):
        await server.async_chat().upload_file(b"MZ", filename="a.exe", chatId="c1")


async def test_a_proxy_s_refusal_of_the_bytes_is_an_error() -> None:
    server = FakeServer(envelope(SINGLE), refusal(510001, "UploadFileTypeMismatch", "mismatch"))
    with pytest.raises(BadRequestError, match="UploadFileTypeMismatch"):
        await server.async_chat().upload_file(b"%PDF", filename="a.pdf", chatId="c1")


async def test_a_store_s_refusal_of_the_bytes_is_an_error() -> None:
    server = FakeServer(envelope(SINGLE), plain(403, b"<Error><Code>AccessDenied</Code></Error>"))
    with pytest.raises(Exception, match="HTTP 403"):
        await server.async_chat().upload_file(b"%PDF", filename="a.pdf", chatId="c1")


async def test_bytes_are_not_sent_after_a_redirect() -> None:
    server = FakeServer(envelope(SINGLE), plain(307, Location="http://store.test/elsewhere"))
    with pytest.raises(Exception, match="HTTP 307"):
        await server.async_chat().upload_file(b"%PDF", filename="a.pdf", chatId="c1")
    assert server.hits == 2


async def test_an_answer_without_an_address_is_an_error() -> None:
    server = FakeServer(envelope({"maxSize": 1}))
    with pytest.raises(ServerError, match="no upload address"):
        await server.async_chat().upload_file(b"x", filename="a.txt", chatId="c1")


async def test_a_server_that_cannot_be_reached_is_told() -> None:
    server = FakeServer(envelope(SINGLE), httpx.ConnectError("refused"))
    with pytest.raises(APIConnectionError):
        await server.async_chat(max_retries=0).upload_file(b"x", filename="a.txt", chatId="c1")


async def test_a_share_link_s_visitor_uploads_under_its_own_name() -> None:
    server = FakeServer(envelope(SINGLE), plain(200), envelope(SINGLE), plain(200))
    visitor: Any = {"shareId": "s1", "outLinkUid": "u1"}
    await server.async_chat().upload_file(b"x", filename="a.txt", chatId="c1", outLinkAuthData=visitor)
    assert json.loads(server.requests[0].content)["outLinkAuthData"] == visitor
    await server.async_chat().upload_file(b"x", filename="a.txt", chatId="c1", **visitor)
    assert json.loads(server.requests[2].content).items() >= {"appId": APP_ID, **visitor}.items()


async def test_no_address_that_carries_a_credential_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "fastgpt_client")
    server = FakeServer(envelope(PARTS), envelope({"etag": "1"}), envelope())
    await server.async_chat().upload_file(b"aaa", filename="k.bin", chatId="c1")
    ours = [record.getMessage() for record in caplog.records if record.name == "fastgpt_client"]
    assert len(ours) == 3
    assert not any("token" in line for line in ours)


@pytest.mark.parametrize(
    ("file", "filename", "what"),
    [
        (b"x", None, "filename is missing"),
        (b"x", " ", "filename"),
        (b"", "a.txt", "is empty"),
        ("/no/such/file.txt", None, "no such file"),
        (5, "a.txt", "file must be a path"),
    ],
)
async def test_what_is_no_file_is_refused_before_anything_is_sent(
    file: object, filename: str | None, what: str
) -> None:
    server = FakeServer(envelope(SINGLE))
    with pytest.raises(ValidationError, match=what):
        await server.async_chat().upload_file(file, filename=filename, chatId="c1")
    assert server.hits == 0


async def test_an_empty_file_is_refused_and_stays_the_caller_s() -> None:
    file = io.BytesIO()
    with pytest.raises(ValidationError, match="is empty"):
        await FakeServer(Reply()).async_chat().upload_file(file, filename="a.txt", chatId="c1")
    assert not file.closed


async def test_an_image_sent_to_an_old_server_has_no_key() -> None:
    server = FakeServer(page(), page(), envelope({"fileId": "f1", "previewUrl": "/read"}))
    part = await server.async_chat().upload_file(b"png", filename="a.png", chatId="c1")
    assert part == {"type": "image_url", "image_url": {"url": f"{BASE_URL}/read"}}
