# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""A recording turned into text: what newer servers demand is demanded before anything is sent."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import APIError, ValidationError
from tests.support.call import OTHER_APP
from tests.support.fake_server import APP_ID, FakeServer, Reply
from tests.support.replies import envelope, plain, refusal

SOUND = b"ID3\x04\x00 sound \xff\xfb"
MOVED = Reply((), 308, {"Location": "/sub/api/v1/audio/transcriptions"})


def form_of(fake: FakeServer) -> tuple[dict[str, Any], bytes]:
    """Return the data and the rest of the last request, a form."""
    head, mark, rest = fake.last.content.partition(b'name="data"\r\n\r\n')
    assert mark
    data, _, rest = rest.partition(b"\r\n--")
    return json.loads(data), head + rest


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO])
async def test_a_recording_becomes_text(kind: Any) -> None:
    fake = FakeServer(envelope("Hello there"))
    heard = await fake.async_chat().transcribe(kind(SOUND), filename="note.wav", chatId="c1", duration=1.5)
    assert heard.data == "Hello there"
    assert (heard.status_code, heard.attempts, heard.json()["code"]) == (200, 1, 200)
    assert fake.paths == ["/api/v1/audio/transcriptions"]
    data, rest = form_of(fake)
    # Both generations' names of the app.
    assert data == {"appId": APP_ID, "sourceType": "app", "sourceId": APP_ID, "chatId": "c1", "duration": 1.5}
    assert b'name="file"; filename="note.wav"\r\nContent-Type: audio/wav\r\n' in rest
    assert rest.count(SOUND) == 1
    assert fake.last.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert fake.last.headers["content-length"] == str(len(fake.last.content))
    assert fake.last.headers["host"] == "fastgpt.test"


async def test_a_recording_on_disk_keeps_its_name(tmp_path: Path) -> None:
    path = tmp_path / "录音.amr"
    path.write_bytes(SOUND)
    fake = FakeServer(envelope("x"))
    await fake.async_chat().transcribe(path, chatId="c1", duration=1)
    _, rest = form_of(fake)
    assert b'filename="%E5%BD%95%E9%9F%B3.amr"\r\nContent-Type: audio/amr\r\n' in rest


async def test_bytes_without_a_name_are_called_an_mp3() -> None:
    fake = FakeServer(envelope("x"))
    await fake.async_chat().transcribe(SOUND, appId=OTHER_APP, chatId="c1", duration=2)
    data, rest = form_of(fake)
    assert (data["appId"], data["sourceId"]) == (OTHER_APP, OTHER_APP)
    assert b'filename="audio.mp3"\r\nContent-Type: audio/mpeg\r\n' in rest


async def test_a_recording_is_sent_whole_when_it_is_sent_again() -> None:
    fake = FakeServer(refusal(429, status=429), refusal(429, status=429), envelope("x"))
    file = io.BytesIO(SOUND)
    await fake.async_chat().transcribe(file, chatId="c1", duration=2)
    assert fake.hits == 3
    _, rest = form_of(fake)
    assert rest.count(SOUND) == 1
    assert (file.closed, file.tell()) == (False, 0)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"chatId": "c1"}, "duration is missing"),
        ({"duration": 2}, "chatId is missing"),
        ({"chatId": " ", "duration": 2}, "chatId"),
        *(({"chatId": "c1", "duration": value}, "duration must be") for value in (0, -1, "2", True, float("inf"))),
        ({"chatId": "c1", "duration": float("nan")}, "duration must be"),
    ],
)
async def test_what_newer_servers_refuse_is_not_sent(arguments: Any, what: str) -> None:
    fake = FakeServer(envelope("x"))
    with pytest.raises(ValidationError, match=what):
        await fake.async_chat().transcribe(SOUND, **arguments)
    assert fake.hits == 0


@pytest.mark.parametrize(
    ("file", "filename", "what"),
    [
        ("/no/such/note.wav", None, "file: no such file: '/no/such/note.wav'"),
        (None, None, "file must be a path, bytes, or a file opened in binary mode, not NoneType"),
        (io.StringIO("x"), None, "file is opened in text mode"),
        (SOUND, "", "filename"),
    ],
)
async def test_what_is_no_recording_is_refused(file: Any, filename: Any, what: str) -> None:
    fake = FakeServer(envelope("x"))
    with pytest.raises(ValidationError, match=what):
        await fake.async_chat().transcribe(file, filename=filename, chatId="c1", duration=2)
    assert fake.hits == 0


async def test_a_recording_is_for_an_app() -> None:
    fake = FakeServer(envelope("x"))
    with pytest.raises(ValidationError, match="appId is missing"):
        await fake.async_chat(app_id=None).transcribe(SOUND, chatId="c1", duration=2)
    assert fake.hits == 0


@pytest.mark.parametrize(("answer", "what"), [(MOVED, "set base_url to the final address"), (plain(502), "502")])
async def test_a_recording_is_not_sent_twice(answer: Reply, what: str) -> None:
    fake = FakeServer(answer)
    with pytest.raises(APIError, match=what):
        await fake.async_chat().transcribe(SOUND, chatId="c1", duration=2)
    assert fake.hits == 1
