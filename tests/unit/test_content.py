"""Parts of a message that are made without a server."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import ValidationError
from fastgpt_client.content import image_part
from tests.support import odd_files
from tests.support.odd_files import CONTENT, MADE

refused = odd_files.refused
PNG = "data:image/png;base64,cG5n"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO])
def test_bytes_become_a_base64_part(kind: Any) -> None:
    part = image_part(kind(b"png"), content_type="image/png")
    assert part == {"type": "image_url", "image_url": {"url": PNG}}


@pytest.mark.parametrize("kind", MADE)
def test_what_can_be_uploaded_can_go_along(kind: str) -> None:
    file = MADE[kind]()
    assert image_part(file, content_type="image/png") == image_part(CONTENT, content_type="image/png")
    if hasattr(file, "close"):
        file.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jpg", "jpeg"),
        ("a.JPEG", "jpeg"),
        ("a.jfif", "jpeg"),
        ("a.webp", "webp"),
        ("a.avif", "avif"),
        ("a.svg", "svg+xml"),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_ending(tmp_path: Path, name: str, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    url = f"data:image/{kind};base64,eA=="
    assert image_part(path)["image_url"]["url"] == url
    assert image_part(str(path))["image_url"]["url"] == url
    with path.open("rb") as file:
        assert image_part(file)["image_url"]["url"] == url
        assert not file.closed


def test_a_given_kind_wins_over_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    assert image_part(str(path), content_type="image/webp")["image_url"]["url"].startswith("data:image/webp;")


@pytest.mark.parametrize(
    ("image", "kind", "what"),
    [
        (b"", "image/png", "image is empty"),
        (io.BytesIO(), "image/png", "image is empty"),
        (b"x", None, "content_type must be an image type such as 'image/png', not None"),
        *((b"x", kind, "content_type") for kind in ("text/plain", "", "image/", "png", "image/png;base64,AAAA", 5)),
        *((b"x", kind, "content_type") for kind in ("image/png\n", "image/pn\r\ng", "IMAGE/päng")),
    ],
)
def test_what_is_no_image_is_refused(image: Any, kind: Any, what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        image_part(image, content_type=kind)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("text", "image is opened in text mode"),
        ("spooled text", "image is opened in text mode"),
        ("StringIO", "image is opened in text mode"),
        ("written", "image is not open for reading"),
        ("closed", "image is closed"),
        ("fifo", "image: '.*' is a pipe or a device"),
        ("folder", "image: '.*' is a folder"),
        ("missing", "image: no such file: '.*/missing'"),
        ("no path", "image: no such file"),
        ("url", "image: 'https://example.com/a.png' is a URL: put it in the message as is"),
        ("data", "image: 'data:image/png;base64,AAAA' is a URL"),
        ("number", "image must be a path, bytes, or a file opened in binary mode, not int"),
        ("awaited", r"image: read\(\) returned a coroutine"),
        ("unreadable", r"image: read\(\) returned NoneType instead of bytes"),
    ],
)
def test_what_cannot_be_read_is_refused(kind: str, what: str, refused: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=what):
        image_part(refused[kind], content_type="image/png")


def test_what_has_no_size_before_it_is_read_can_be_read() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"png")
        file.seek(0)
        file.seekable = lambda: False  # type: ignore[method-assign] # as that of a pipe
        assert image_part(file, content_type="image/png")["image_url"]["url"] == PNG


def test_what_a_file_raises_is_passed_on() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output error") as caught:
        image_part(Broken(b"x"), content_type="image/png")
    assert type(caught.value) is OSError
