"""Parts of a message that are made without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client import ValidationError
from fastgpt_client.content import image_part


def test_bytes_become_a_base64_part() -> None:
    part = image_part(b"png", content_type="image/png")
    assert part == {"type": "image_url", "image_url": {"url": "data:image/png;base64,cG5n"}}


def test_the_kind_of_a_file_is_told_by_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"jpg")
    assert image_part(path)["image_url"]["url"] == "data:image/jpeg;base64,anBn"


def test_a_given_kind_wins_over_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    assert image_part(str(path), content_type="image/webp")["image_url"]["url"].startswith("data:image/webp;")


@pytest.mark.parametrize(
    ("image", "kind", "what"),
    [(b"", "image/png", "empty"), (b"x", None, "content_type"), (b"x", "text/plain", "content_type")],
)
def test_what_is_no_image_is_refused(image: bytes, kind: str | None, what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        image_part(image, content_type=kind)
