"""The embedded server calls a library of files as FastGPT does, and learns what is in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from fastgpt_client import DatasetClient, ServerError
from fastgpt_client.testing import FakeFastGPT
from fastgpt_client.web import DirectoryLibrary, FileLibraryApp
from tests.support.serving import serving

DATA = Path(__file__).resolve().parents[1] / "web" / "data" / "received-4.16.0.jsonl"
RECEIVED = [call for line in DATA.read_bytes().splitlines() if "/v1/file/" in (call := json.loads(line))["path"]]
TIMES = {"updateTime": "2026-01-01T00:00:00.000Z", "createTime": "2026-01-01T00:00:00.000Z"}
FILE = {"id": "f1", "name": "moons.md", "type": "file", "parentId": None, **TIMES}
FOLDER = {"id": "d1", "name": "folder", "type": "folder", "parentId": None, **TIMES}
INNER = {"id": "f2", "name": "inner.md", "type": "file", "parentId": "d1", **TIMES}


def ok(data: Any) -> Response:
    return JSONResponse({"code": 200, "success": True, "message": "", "data": data})


@dataclass
class Owner:
    """A library, and what it was asked."""

    url: str = ""
    asked: list[tuple[str, str, str, dict[str, str]]] = field(
        default_factory=list[tuple[str, str, str, dict[str, str]]]
    )
    answers: dict[str, Response] = field(default_factory=dict[str, Response])

    async def reply(self, request: Request) -> Response:
        body = (await request.body()).decode()
        path = request.url.path.removeprefix("/files") + (f"?{request.url.query}" if request.url.query else "")
        self.asked.append((request.method, path, body, dict(request.headers)))
        name = request.path_params["name"]
        if name in self.answers:
            return self.answers[name]
        if name == "list":
            return ok([INNER] if json.loads(body).get("parentId") == "d1" else [FILE, FOLDER])
        if name == "content":
            return ok({"title": None, "content": f"Charon is a moon, says {request.query_params['id']}."})
        return ok({"url": "https://a.test/moons"} if name == "read" else FILE)

    @property
    def paths(self) -> list[str]:
        return [path.removeprefix("/v1/file/") for _, path, _, _ in self.asked]


@pytest.fixture(scope="module")
def served() -> Iterator[Owner]:
    owner = Owner()
    page = Route("/moons.txt", lambda request: PlainTextResponse("Io is a moon."))
    with serving(Starlette(routes=[Route("/files/v1/file/{name}", owner.reply, methods=["GET", "POST"]), page])) as url:
        owner.url = url
        yield owner


@pytest.fixture
def owner(served: Owner) -> Owner:
    served.asked.clear()
    served.answers.clear()
    return served


@pytest.fixture
def server() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


@pytest.fixture
def client(server: FakeFastGPT) -> Iterator[DatasetClient]:
    with DatasetClient(server.key(), server.url, max_retries=0) as client:
        yield client


def dataset_of(client: DatasetClient, url: str, authorization: str = "secret", **more: str) -> str:
    api = {"apiServer": {"baseUrl": url, "authorization": authorization, **more}}
    return client.create_dataset(name="files", type="apiDataset", apiDatasetServer=api).data


def names(client: DatasetClient, dataset: str) -> list[str]:
    return sorted(collection["name"] for collection in client.iter_collections(datasetId=dataset))


def test_it_is_called_as_was_recorded(client: DatasetClient, owner: Owner) -> None:
    dataset = dataset_of(client, f"{owner.url}/files")
    found = client.list_api_files(datasetId=dataset, extra_body={"parentId": "", "searchKey": ""}).data
    client.create_api_collections(datasetId=dataset, apiFiles=[found[1], found[0]])
    asked = {(method, path): (body, headers) for method, path, body, headers in owner.asked}
    for call in RECEIVED:
        body, headers = asked[call["method"], call["path"]] if "list" not in call["path"] else (call["body"], None)
        assert body == call["body"] or json.loads(body) == json.loads(call["body"])
        for name, value in call["headers"] if headers else []:
            if name not in ("Host", "Accept-Encoding"):  # what the embedded server can read
                assert headers is not None
                assert headers[name.lower()] == value
    bodies = [json.loads(body) for _, path, body, _ in owner.asked if path == "/v1/file/list"]
    assert bodies == [json.loads(call["body"]) for call in RECEIVED if call["path"] == "/v1/file/list"]
    assert all(headers["authorization"] == "Bearer secret" for *_, headers in owner.asked)


def test_folders_are_taken_with_all_that_is_in_them(client: DatasetClient, owner: Owner) -> None:
    dataset = dataset_of(client, f"{owner.url}/files")
    found = client.list_api_files(datasetId=dataset).data
    assert [item["hasChild"] for item in found] == [False, True]
    client.create_api_collections(datasetId=dataset, apiFiles=found)
    client.create_api_collections(datasetId=dataset, apiFiles=found)
    assert names(client, dataset) == ["inner.md", "moons.md"]
    assert sorted(client.list_api_file_ids(datasetId=dataset).data) == ["f1", "f2"]
    assert client.search(datasetId=dataset, text="Charon f2")[0].source == "inner.md"
    assert owner.paths.count("content?id=f1") == 1


def test_a_base_path_is_where_the_list_begins(client: DatasetClient, owner: Owner) -> None:
    dataset = dataset_of(client, f"{owner.url}/files", basePath="d1")
    assert [item["id"] for item in client.list_api_files(datasetId=dataset).data] == ["f2"]


def test_one_file_is_asked_for_in_detail(client: DatasetClient, owner: Owner) -> None:
    dataset = dataset_of(client, f"{owner.url}/files")
    client.create_api_collection(datasetId=dataset, name="x", apiFileId="f1")
    assert owner.paths == ["detail?id=f1", "content?id=f1"]
    assert names(client, dataset) == ["moons.md"]


def test_before_4_11_there_is_no_detail(owner: Owner) -> None:
    with FakeFastGPT.serve(version="4.9") as server, DatasetClient(server.key(), server.url) as client:
        dataset = dataset_of(client, f"{owner.url}/files")
        client.create_api_collection(datasetId=dataset, name="x.md", apiFileId="f1")
        assert names(client, dataset) == ["x.md"]
    assert owner.paths == ["content?id=f1"]


def test_a_title_renames_and_a_preview_is_loaded_without_the_bearer(client: DatasetClient, owner: Owner) -> None:
    owner.answers["content"] = ok({"title": "Moons", "content": "", "previewUrl": f"{owner.url}/moons.txt"})
    dataset = dataset_of(client, f"{owner.url}/files")
    client.create_api_collection(datasetId=dataset, name="x", apiFileId="f1")
    assert names(client, dataset) == ["Moons"]
    assert client.search(datasetId=dataset, text="Io")[0].source == "Moons"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (JSONResponse({"success": False, "message": "not today"}), "not today"),
        (JSONResponse({}, 500), "status code 500"),
        (ok({"title": "empty"}), "content or previewUrl"),
        (ok({"previewUrl": "http://127.0.0.1:9/a.txt"}), "connection attempts failed"),
    ],
    ids=["refused", "http-500", "nothing", "no-preview"],
)
def test_a_file_that_cannot_be_read_is_a_failed_training(
    server: FakeFastGPT, client: DatasetClient, owner: Owner, answer: Response, error: str
) -> None:
    owner.answers["content"] = answer
    dataset = dataset_of(client, f"{owner.url}/files")
    client.create_api_collection(datasetId=dataset, name="x", apiFileId="f1")
    [task] = server.state.shelf.tasks
    assert error in task.error
    [collection] = client.iter_collections(datasetId=dataset)
    client.retry_training(collectionId=collection["_id"])
    assert server.collections(dataset)["moons.md"].rows == {}
    assert server.state.shelf.tasks[0].error == "The file could not be read"


@pytest.mark.parametrize(
    ("name", "answer", "error"),
    [
        ("list", ok({"list": []}), "Invalid file list format"),
        ("list", ok([{**FILE, "id": ""}]), "Invalid file data format"),
        ("list", ok([{"id": "f", "name": "a.md", "type": "file"}]), "Invalid file data format"),
        ("list", JSONResponse({"success": False}), "Request failed"),
        ("list", JSONResponse({"success": True, "data": []}, 401), "status code 401"),
        ("detail", ok(None), "File not found"),
        ("read", ok({"url": ""}), "Invalid response url"),
        ("read", ok({"url": 5}), "Invalid response url"),
    ],
)
def test_answers_that_make_no_sense(
    client: DatasetClient, owner: Owner, name: str, answer: Response, error: str
) -> None:
    dataset = dataset_of(client, f"{owner.url}/files")
    if name == "read":
        client.create_api_collection(datasetId=dataset, name="x", apiFileId="f1")
    owner.answers[name] = answer
    calls: dict[str, Callable[[], object]] = {
        "list": lambda: client.list_api_files(datasetId=dataset),
        "detail": lambda: client.create_api_collection(datasetId=dataset, name="x", apiFileId="f1"),
        "read": lambda: client.read_collection(collectionId=next(client.iter_collections(datasetId=dataset))["_id"]),
    }
    with pytest.raises(ServerError, match=error):
        calls[name]()


def test_times_are_needed_on_newer_servers_alone(owner: Owner) -> None:
    owner.answers["list"] = ok([{"id": "f", "name": "a.md", "type": "file"}])
    with FakeFastGPT.serve(version="4.9.10") as server, DatasetClient(server.key(), server.url) as client:
        assert len(client.list_api_files(datasetId=dataset_of(client, f"{owner.url}/files")).data) == 1


def test_where_a_file_is_read(client: DatasetClient, owner: Owner) -> None:
    dataset = dataset_of(client, f"{owner.url}/files")
    client.create_api_collection(datasetId=dataset, name="x", apiFileId="f1")
    [collection] = client.iter_collections(datasetId=dataset)
    assert client.read_collection(collectionId=collection["_id"]).data["value"] == "https://a.test/moons"


def test_a_sync_learns_what_has_changed(client: DatasetClient, owner: Owner) -> None:
    dataset = dataset_of(client, f"{owner.url}/files")
    client.create_api_collection(datasetId=dataset, name="x", apiFileId="f1")
    [first] = client.iter_collections(datasetId=dataset)
    assert client.sync_collection(collectionId=first["_id"]).data == "sameRaw"
    owner.answers["content"] = ok({"title": "Moons", "content": "Europa is a moon."})
    assert client.sync_collection(collectionId=first["_id"]).data == "success"
    [second] = client.iter_collections(datasetId=dataset)
    assert (second["name"], second["_id"] != first["_id"]) == ("Moons", True)
    assert client.search(datasetId=dataset, text="Europa")[0].source == "Moons"
    assert client.list_api_file_ids(datasetId=dataset).data == ["f1"]


def test_a_folder_becomes_a_knowledge_base(client: DatasetClient, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "moons.md").write_text("Charon is the moon of Pluto.", "utf-8")
    (tmp_path / "page.html").write_text("<p>Titan is a moon of Saturn.</p>", "utf-8")
    (tmp_path / ".hidden.md").write_text("Nobody sees this.", "utf-8")
    app = FileLibraryApp(DirectoryLibrary(tmp_path), authorization="a-bearer-of-ones-own")
    with serving(Starlette(routes=[Mount("/files", app)])) as url:
        dataset = dataset_of(client, f"{url}/files", "a-bearer-of-ones-own")
        client.create_api_collections(datasetId=dataset, apiFiles=client.list_api_files(datasetId=dataset).data)
        assert names(client, dataset) == ["moons.md", "page.html"]
        assert client.search(datasetId=dataset, text="Charon")[0].source == "moons.md"
        assert client.search(datasetId=dataset, text="Titan")[0].source == "page.html"
        assert list(client.search(datasetId=dataset, text="Nobody")) == []
        wrong = dataset_of(client, f"{url}/files", "another-bearer")
        with pytest.raises(ServerError, match="401"):
            client.list_api_files(datasetId=wrong)
