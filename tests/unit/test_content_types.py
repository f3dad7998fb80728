"""The content type of a file by its name: the same whatever the system knows."""

from __future__ import annotations

import mimetypes

import pytest

from fastgpt_client._api.content_types import guess_content_type

WORD = "application/vnd.openxmlformats-officedocument"
KNOWN = {
    "photo.webp": "image/webp",
    "photo.JFIF": "image/jpeg",
    "photo.jpg": "image/jpeg",
    "photo.png": "image/png",
    "photo.svg": "image/svg+xml",
    "a.docx": f"{WORD}.wordprocessingml.document",
    "a.xlsx": f"{WORD}.spreadsheetml.sheet",
    "a.pptx": f"{WORD}.presentationml.presentation",
    "a.md": "text/markdown",
    "a.csv": "text/csv",
    "a.pdf": "application/pdf",
    "a.b.txt": "text/plain",
    "a.m4a": "audio/mp4",
    "a.flac": "audio/flac",
    "a.ogg": "audio/ogg",
    "a.amr": "audio/amr",
    "a.mpga": "audio/mpeg",
    "a.mp3": "audio/mpeg",
    "a.wav": "audio/wav",
    "a.mov": "video/quicktime",
    "a.webm": "video/webm",
    "a.csv.gz": "application/gzip",
}


@pytest.fixture(params=["bare", "odd"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without a table of types, and one whose table is wrong, as Windows' registry may be."""
    types = mimetypes.MimeTypes()
    for table in (*types.types_map, *types.types_map_inv):
        table.clear()
    if request.param == "odd":
        for name in KNOWN:
            types.add_type("application/x-odd", f".{name.rpartition('.')[2].lower()}")
    monkeypatch.setattr(mimetypes, "_db", types)


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("name", KNOWN)
def test_a_type_does_not_depend_on_the_system(name: str) -> None:
    assert guess_content_type(name) == KNOWN[name]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.css", "text/css"),
        ("a.unheard-of", None),
        ("README", None),
        (".txt", None),
        ("a.", None),
        ("data:text/plain,x.css", "text/css"),
        ("http://host/a.css", "text/css"),
    ],
)
def test_what_the_table_does_not_have_the_system_is_asked_for(name: str, kind: str | None) -> None:
    assert guess_content_type(name) == kind
