# Generated from tests/_async/test_dataset_files.py by scripts/generate.py: edit the source, not this file.
"""Files for knowledge bases: read from the disk while they are sent, their names percent-encoded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client import BadRequestError, NotFoundError, ServerError, ValidationError
from tests.support.fake_server import FakeServer
from tests.support.replies import envelope, page, plain, refusal

D, C = "65f0000000000000000000d1", "65f0000000000000000000c1"
MADE = {"collectionId": C, "results": {"insertLen": 0}}
SETTINGS = {"chunkSize": 500}


def parts(server: FakeServer) -> tuple[dict[str, Any], list[tuple[str, str, bytes]]]:
    """Return the object in `data` of the form that was sent, and the name, content type and bytes of each file."""
    boundary = server.last.headers["content-type"].partition("boundary=")[2].encode()
    data: dict[str, Any] = {}
    files: list[tuple[str, str, bytes]] = []
    for part in server.last.content.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(r'filename="([^"]*)"\r\nContent-Type: (.*)', head.decode("ascii"))
        if b'name="data"' in head:
            data = json.loads(content)
        elif name is not None:
            files.append((name[1], name[2].strip(), content))
    return data, files


def test_a_file_becomes_a_collection(tmp_path: Path) -> None:
    path = tmp_path / "报告 ü%.md"
    path.write_bytes(b"# Title")
    server = FakeServer(envelope(MADE))
    answer = server.dataset().create_file_collection(
        path, datasetId=D, parentId="p1", tags=["t"], metadata={"k": "é"}, settings=SETTINGS, extra_body={"newer": 1}
    )
    assert answer.data["collectionId"] == C
    data, files = parts(server)
    assert files == [("%E6%8A%A5%E5%91%8A%20%C3%BC%25.md", "text/markdown", b"# Title")]
    marks = {"metadata": {"k": "é"}, "collectionMetadata": {"k": "é"}}
    settings = {"chunkSize": 500, "chunkSettingMode": "custom"}
    assert data == {"datasetId": D, "parentId": "p1", "tags": ["t"], **marks, **settings, "newer": 1}
    assert server.paths == ["/api/core/dataset/collection/create/localFile"]


def test_a_file_has_the_name_and_type_that_are_given() -> None:
    server = FakeServer(envelope(MADE))
    server.dataset().create_file_collection(b"x", datasetId=D, filename="a.txt", content_type="text/x-notes")
    assert parts(server) == ({"datasetId": D}, [("a.txt", "text/x-notes", b"x")])


@pytest.mark.parametrize("kind", ["template", "backup"])
def test_a_table_is_kept_row_by_row(kind: Any) -> None:
    server = FakeServer(envelope({}))
    server.dataset().create_table_collection(b"q,a\n1,2\n", datasetId=D, kind=kind, filename="a.csv", parentId="p1")
    assert parts(server) == ({"datasetId": D, "parentId": "p1"}, [("a.csv", "text/csv", b"q,a\n1,2\n")])
    assert server.paths == [f"/api/core/dataset/collection/create/{kind}"]


def test_rows_become_a_table() -> None:
    server = FakeServer(envelope({}))
    rows = [{"q": "Who?", "a": "Me, him", "indexes": [{"text": "x"}, {}, {"text": "y"}]}, {"q": "\u4f60"}]
    server.dataset().create_table_collection(rows=iter(rows), datasetId=D)
    table = 'q,a,index,index,index\r\nWho?,"Me, him",x,,y\r\n\u4f60,,,,\r\n'.encode()
    assert parts(server) == ({"datasetId": D}, [("rows.csv", "text/csv", table)])
    server.dataset().create_table_collection(rows=rows[1:], datasetId=D, filename="b.csv")
    assert parts(server)[1] == [("b.csv", "text/csv", "q,a\r\n\u4f60,\r\n".encode())]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "either file"),
        ({"file": b"x", "rows": []}, "either file"),
        ({"rows": []}, "rows is empty"),
        ({"rows": [{"q": "a"}, "b"]}, r"rows\[1\] must be a dict"),
    ],
)
def test_a_table_is_a_file_or_rows(arguments: dict[str, Any], said: str) -> None:
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match=said):
        server.dataset().create_table_collection(datasetId=D, **arguments)
    assert server.hits == 0


def test_several_images_become_a_collection(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG")
    server = FakeServer(envelope({"collectionId": C, "results": {"insertLen": 2}}))
    client = server.dataset()
    answer = client.create_image_collection(
        datasetId=D, collectionName="n", files=[path, str(path)], parentId="p1", extra_body={"newer": 1}
    )
    assert answer.data["results"] == {"insertLen": 2}
    data = {"datasetId": D, "collectionName": "n", "parentId": "p1", "newer": 1}
    assert parts(server) == (data, [("a.png", "image/png", b"\x89PNG")] * 2)
    client.insert_images(collectionId=C, files={"b.jpg": b"1", "c.png": b"2"}, extra_body={"newer": 1})
    named = [("b.jpg", "image/jpeg", b"1"), ("c.png", "image/png", b"2")]
    assert parts(server) == ({"collectionId": C, "newer": 1}, named)
    assert server.paths == ["/api/core/dataset/collection/create/images", "/api/core/dataset/data/insertImages"]


def test_a_file_that_cannot_be_used_stops_all(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"1")
    server = FakeServer(envelope())
    with pytest.raises(ValidationError, match="no such file"):
        server.dataset().insert_images(collectionId=C, files=[path, tmp_path / "b.png"])
    assert server.hits == 0
    path.unlink()  # which Windows refuses for a file that is still open


def test_a_file_is_not_sent_twice_when_its_fate_is_unknown() -> None:
    server = FakeServer(plain(502))
    with pytest.raises(Exception, match="502"):
        server.dataset().create_file_collection(b"x", datasetId=D, filename="a.md")
    assert server.hits == 1


def test_a_file_of_another_kind_is_refused_by_the_server() -> None:
    server = FakeServer(refusal(510000, "InvalidUploadFileType", "common:error.s3_upload_invalid_file_type"))
    with pytest.raises(BadRequestError, match="InvalidUploadFileType"):
        server.dataset().create_file_collection(b"MZ", datasetId=D, filename="evil.exe")


@pytest.mark.parametrize("answer", [{}, {"key": 5}])
def test_an_upload_without_a_key_is_of_no_use(answer: dict[str, Any]) -> None:
    server = FakeServer(envelope({"url": "/put", "previewUrl": "/read", **answer}), envelope())
    with pytest.raises(ServerError, match="no key for the uploaded file"):
        server.dataset().upload_dataset_file(b"x", datasetId=D, filename="a.md")


def test_a_place_is_asked_for_by_name_and_size() -> None:
    server = FakeServer(envelope({"url": "/put", "key": "temp/a"}), envelope())
    client = server.dataset()
    assert client.upload_temporary_file(b"12", filename="a.md") == "temp/a"
    assert json.loads(server.requests[0].content) == {"filename": "a.md", "size": 2}


def test_an_image_for_a_search_is_sent_with_its_type() -> None:
    server = FakeServer(
        envelope({"url": "/put", "key": "temp/a", "headers": {"content-type": "image/png"}}), envelope()
    )
    key = server.dataset().upload_search_image(b"12", datasetId=D, filename="a.png")
    assert (key, server.paths) == ("temp/a", ["/api/core/dataset/file/presignSearchTestImage", "/put"])
    assert json.loads(server.requests[0].content) == {"datasetId": D, "filename": "a.png", "size": 2}
    assert server.last.headers["content-type"] == "image/png"


def test_only_a_server_without_the_path_is_sent_a_form() -> None:
    server = FakeServer(refusal(501002, "unExistDataset", "common:core.dataset.error.unExistDataset"))
    with pytest.raises(NotFoundError):
        server.dataset().upload_dataset_file(b"x", datasetId=D, filename="a.md")
    assert server.hits == 1
    server = FakeServer(page(), page(), envelope({"fileId": "f1"}))
    assert server.dataset().upload_dataset_file(b"x", datasetId=D, filename="\u4f60.md") == "f1"
    assert server.paths[-1] == "/api/common/file/upload"
    data, [(name, _, content)] = parts(server)
    assert (data, name, content) == ({"datasetId": D}, "%E4%BD%A0.md", b"x")
