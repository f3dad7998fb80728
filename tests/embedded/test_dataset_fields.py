"""Each field that the embedded server sends of knowledge bases was recorded, or is listed with its source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from fastgpt_client import DatasetClient, FastGPTError
from fastgpt_client._http.request import APIRequest, RawResponse
from tests.embedded.replay import load
from tests.support import recordings
from tests.support.embedded_datasets import UNKNOWN, Use

VERSIONS = ("4.9", "4.11", "4.14", "4.14.13", "4.16", "4.17")
ROOT = "/api/core/dataset"
# What no recording of an endpoint has: patterns of fields, and what they are known from. "*" is all of an endpoint.
LISTED: dict[str, dict[str, str]] = load("dataset_fields.json")


class Watching(DatasetClient):
    """Notes the fields of each answer, by the endpoint that the server knows."""

    seen: set[tuple[str, str]]

    def _send_request(self, request: APIRequest) -> RawResponse:
        answer = super()._send_request(request)
        path = answer.http.request.url.path
        self.seen |= {(path, field) for field in fields(answer.json["data"])}
        return answer


def fields(value: Any, path: str = "") -> Iterator[str]:
    """Give the path of each field of JSON; the items of a list have that of the list."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}".removeprefix(".")
            yield from fields(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, path)


def call_all(server: Any, client: DatasetClient) -> None:
    """Call what answers with more than nothing; what this version has not is passed over."""
    folder = client.create_dataset(name="folder", type="folder").data
    api = {"apiServer": {"baseUrl": "https://a.test", "authorization": "s"}}
    dataset = client.create_dataset(name="d", type="apiDataset", parentId=folder, apiDatasetServer=api).data
    server.state.shelf.api_files.append({"id": "f", "name": "a.md", "type": "file", "parentId": None, "content": "x"})
    server.web_page("https://a.test", "<title>t</title>Titan is a moon.")
    file = client.create_file_collection(b"Io", datasetId=dataset, filename="a.md", tags=["t"], metadata={}).data
    custom = {"chunkSize": 100, "chunkSplitMode": "paragraph"}
    client.create_text_collection(datasetId=dataset, name="t", text="Io is a moon.", settings=custom)
    client.create_link_collection(datasetId=dataset, link="https://a.test")
    rows = client.create_collection(datasetId=dataset, name="rows").data
    server.training_fault("fail", times=2)
    client.push_data(
        collectionId=rows, data=[{"q": "bad"}, {"q": "worse"}, {"q": "good", "indexes": [{"text": "x"}]}, {}]
    )
    row = client.insert_data(collectionId=rows, q="Who?", metadata={"page": 1}).data
    client.update_collection(id=rows, forbid=False)
    calls: list[Any] = [
        client.list_datasets,
        client.list_datasets_page,
        lambda: client.get_dataset(id=dataset),
        lambda: client.update_dataset(id=dataset, websiteConfig={"url": "https://a.test", "selector": "b"}),
        lambda: client.get_dataset(id=dataset),
        lambda: client.get_dataset_permission(id=dataset),
        lambda: client.move_datasets(ids=[dataset], parentId=folder),
        lambda: client.list_collections(datasetId=dataset),
        lambda: client.get_collection(id=file["collectionId"]),
        lambda: client.get_collection(id=rows),
        lambda: client.read_collection(collectionId=file["collectionId"]),
        lambda: client.list_api_files(datasetId=dataset),
        lambda: client.create_api_collection(datasetId=dataset, name="n", apiFileId="f"),
        lambda: client.create_image_collection(datasetId=dataset, collectionName="n", files={"a.png": b"1"}),
        lambda: client.insert_images(collectionId=rows, files={"a.png": b"1"}),
        lambda: client.create_table_collection(b"q,a\n1,2", datasetId=dataset, filename="a.csv"),
        lambda: client.list_data(collectionId=rows),
        lambda: client.get_data(id=row),
        lambda: client.update_data(dataId=row, a="Me"),
        lambda: client.create_data_index(dataId=row, text="t"),
        lambda: client.get_quote_data(id=row),
        lambda: client.search(datasetId=dataset, text="Who?", searchMode="mixedRecall", usingReRank=True),
        lambda: client.search(datasetId=dataset, text="Io"),
        lambda: client.get_training_detail(collectionId=rows),
        lambda: client.get_training_queue(datasetId=dataset),
        lambda: client.list_training_errors(collectionId=rows),
        lambda: client.list_dataset_training_errors(datasetId=dataset),
        lambda: client.has_training_error(datasetId=dataset),
        lambda: client.get_training_data(collectionId=rows, dataId=server.state.shelf.tasks_of(rows)[0].id),
        lambda: client.preview_text_chunks(datasetId=dataset, rawText="t"),
        lambda: client.preview_chunks(datasetId=dataset, type="link", sourceId="https://a.test"),
        lambda: client.upload_dataset_file(b"x", datasetId=dataset, filename="a.md"),
        lambda: client.upload_search_image(b"x", datasetId=dataset, filename="a.png"),
        lambda: client.upload_temporary_file(b"x", filename="a.md"),
        lambda: client.delete_data(id=row),
        lambda: client.retrain_collection(collectionId=file["collectionId"], datasetId=dataset),
        lambda: client.delete_dataset(id=folder),
        lambda: client.get_dataset(id=dataset),
        lambda: client.get_collection(id=UNKNOWN),
    ]
    for call in calls:
        try:
            call()
        except FastGPTError:
            continue


def recorded() -> set[tuple[str, str]]:
    """Return the fields of all recordings, by their endpoints."""
    found: set[tuple[str, str]] = set()
    for version in recordings.SETS:
        for recording in recordings.load(version).values():
            if recording.path.startswith("/api/core/dataset") and recording.status == 200:
                found |= {(recording.path, field) for field in fields(json.loads(recording.text)["data"])}
    return found


def test_no_field_is_made_up(use: Use) -> None:
    sent: set[tuple[str, str]] = set()
    for version in VERSIONS:
        server, _ = use(version)
        with Watching(server.api_key, server.url, max_retries=0) as client:
            client.seen = sent
            call_all(server, client)
    unseen = {(path, field) for path, field in sent - recorded() if path.startswith(ROOT)}
    known = {path: {field for seen, field in unseen if seen == f"{ROOT}/{path}"} for path in LISTED}
    assert {path for path, _ in unseen} == {f"{ROOT}/{path}" for path in LISTED}
    for path, patterns in LISTED.items():
        matched = {pattern: {field for field in known[path] if fnmatchcase(field, pattern)} for pattern in patterns}
        assert known[path] == set().union(*matched.values()), path
        assert all(matched.values()), path


def test_each_listed_field_says_what_it_is_known_from() -> None:
    kinds = ("FastGPT's source: ", "recorded as ")
    assert all(source.startswith(kinds) for known in LISTED.values() for source in known.values())
