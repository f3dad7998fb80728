"""Knowledge bases of the embedded server, as a client of each age sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    AuthenticationError,
    BadRequestError,
    ChatClient,
    CommercialFeatureError,
    ConflictError,
    DatasetClient,
    NotFoundError,
    ServerError,
)
from tests.support.embedded_datasets import NEW, OLD, UNKNOWN, Use
from tests.support.until import PATIENCE

AGES = ("4.9", "4.9.14", "4.11", "4.14", "4.14.13", "4.16", "4.17")


@pytest.mark.parametrize("version", AGES)
def test_what_is_put_in_is_found_and_cited(use: Use, version: str) -> None:
    server, client = use(version)
    dataset = client.create_dataset(name="Moons").data
    client.create_text_collection(datasetId=dataset, name="mars", text="Phobos is a moon of Mars.")
    hit = client.search(datasetId=dataset, text="moon of Mars")[0]
    assert (hit.text, hit.source) == ("Phobos is a moon of Mars.", "mars" if version == "4.9" else "mars.txt")
    app = server.apps["search"]
    with ChatClient(app.key, server.url, app_id=app.id) as chat:
        answer = chat.create_chat_completion([{"role": "user", "content": "Which moon has Mars?"}], detail=True)
    assert [(citation.id, citation.q) for citation in answer.citations] == [(hit.data_id, hit.text)]


def test_the_search_app_finds_nothing_where_nothing_fits(use: Use) -> None:
    server, _ = use()
    app = server.apps["search"]
    with ChatClient(app.key, server.url, app_id=app.id) as chat:
        question = [{"role": "user", "content": "capital"}]
        assert len(chat.create_chat_completion(question, detail=True).citations) == 1
        server.dataset(rows=["Io has volcanoes."])
        assert chat.create_chat_completion(question, detail=True).citations == []


@pytest.mark.parametrize("version", AGES)
def test_rows_are_kept_by_every_age(use: Use, version: str) -> None:
    _, client = use(version)
    dataset = client.create_dataset(name="FAQ").data
    collection = client.create_collection(datasetId=dataset, name="rows").data
    result = client.push_data(collectionId=collection, data=[*({"q": f"row {n}"} for n in range(250)), {"a": "no q"}])
    assert (result.accepted, [row.index for row in result.dropped]) == (250, [250])
    assert len({row["_id"] for row in client.iter_data(collectionId=collection, pageSize=50)}) == 250
    assert client.get_training(collectionId=collection).is_done
    assert client.get_training(datasetId=dataset).is_done
    row = client.insert_data(collectionId=collection, q="Who?", a="Me", indexes=[{"text": "by another name"}]).data
    client.update_data(dataId=row, a="You")
    detail = client.get_data(id=row).data
    assert (detail["a"], "by another name" in [index["text"] for index in detail["indexes"]]) == ("You", True)
    assert client.get_quote_data(id=row).data["q"] == "Who?"
    with pytest.raises(ConflictError):
        client.insert_data(collectionId=collection, q="Who?", a="You")
    client.delete_data(id=row)
    for call in (client.get_data, client.delete_data):
        with pytest.raises(NotFoundError):
            call(id=row)


@pytest.mark.parametrize(("version", "kept"), [(OLD, False), ("4.14.13", False), (NEW, True)])
def test_an_update_without_indexes_loses_them_up_to_4_14(use: Use, version: str, kept: bool) -> None:
    server, client = use(version)
    dataset = server.dataset(rows=[{"q": "Who?", "indexes": [{"text": "custom"}]}])
    row = next(iter(server.collections(dataset)["manual"].rows))
    body = {"dataId": row, "q": "Who is it?"}
    headers = {"Authorization": f"Bearer {server.api_key}"}
    httpx.put(f"{server.url}/api/core/dataset/data/update", json=body, headers=headers, timeout=PATIENCE)
    assert ("custom" in [index["text"] for index in client.get_data(id=row).data["indexes"]]) == kept


def test_what_a_row_is_found_by_is_changed_by_its_id(use: Use) -> None:
    server, client = use()
    dataset = server.dataset(texts={"a.md": "Io has volcanoes."}).id
    collection = server.collections(dataset)["a.md"].id
    row = client.insert_data(collectionId=collection, q="Who?", metadata={"page": 3}).data
    assert client.search(datasetId=dataset, text="Who?")[0].raw["metadata"] == {"page": 3}
    assert client.get_data(id=row).data["sourceId"].startswith(f"dataset/{dataset}/")
    made = client.create_data_index(dataId=row, text="someone").data["index"]
    changed = client.update_data_index(dataId=row, indexDataId=made["dataId"], text="anyone").data["index"]
    assert client.search(datasetId=dataset, text="anyone")[0].data_id == row
    with pytest.raises(NotFoundError):
        client.delete_data_index(dataId=row, indexDataId=made["dataId"])
    client.delete_data_index(dataId=row, indexDataId=changed["dataId"])
    assert len(client.search(datasetId=dataset, text="anyone")) == 0


@pytest.mark.parametrize(("version", "most"), [(OLD, 30), (NEW, 100)])
def test_a_page_is_cut_without_a_word(use: Use, version: str, most: int) -> None:
    server, client = use(version)
    dataset = server.dataset(texts={f"{number}.md": f"text {number}" for number in range(130)})
    page = client.list_collections(datasetId=dataset.id, pageSize=200).data
    assert (len(page["list"]), page["total"]) == (most, 130)
    assert len({item["_id"] for item in client.iter_collections(datasetId=dataset.id, pageSize=200)}) == 130


@pytest.mark.parametrize("version", AGES)
def test_collections_are_kept_by_every_age(use: Use, version: str) -> None:
    server, client = use(version)
    dataset = server.dataset("d").id
    folder = client.create_collection(datasetId=dataset, name="folder", type="folder").data
    mark = {"path": "a.md", "v": 1}
    file = client.create_file_collection(
        b"Io", datasetId=dataset, filename="\u4f60.md", parentId=folder, tags=["t"], metadata=mark
    ).data["collectionId"]
    detail = client.get_collection(id=file).data
    assert (detail["name"], detail["parentId"], detail["tags"], detail["metadata"]) == (
        "\u4f60.md",
        folder,
        ["t"],
        mark,
    )
    client.update_collection(id=file, name="b.md", tags=[], parentId=None, forbid=True)
    assert [item["name"] for item in client.iter_collections(datasetId=dataset)] == ["b.md", "folder"]
    assert len(client.search(datasetId=dataset, text="Io")) == 0
    address = client.read_collection(collectionId=file).data["value"]
    assert httpx.get(address, timeout=PATIENCE).content == b"Io"
    client.update_collection(id=folder, forbid=False)
    renewed = client.retrain_collection(collectionId=file, datasetId=dataset, settings={"chunkSize": 100}).data
    client.update_collection(id=renewed["collectionId"], parentId=folder)
    assert [row["q"] for row in client.iter_data(collectionId=renewed["collectionId"])] == ["Io"]
    client.delete_collection(id=folder)
    assert list(client.iter_collections(datasetId=dataset)) == []
    with pytest.raises(NotFoundError):
        client.delete_collection(id=folder)
    assert httpx.get(address, timeout=PATIENCE).json()["statusText"] == "unAuthFile"


@pytest.mark.parametrize(
    ("version", "query", "body", "works"),
    [
        (OLD, True, None, True),
        (OLD, False, True, False),
        ("4.12.2", True, {}, False),
        ("4.12.2", False, True, True),
        (NEW, True, None, False),
        (NEW, True, {}, True),
        (NEW, False, True, True),
        (NEW, False, {}, False),
    ],
)
def test_how_a_collection_is_deleted_changed_twice(use: Use, version: str, query: bool, body: Any, works: bool) -> None:
    server, client = use(version)
    dataset = server.dataset(texts={"a.md": "Io"})
    id = server.collections(dataset)["a.md"].id
    request = client.http_client.build_request(
        "DELETE",
        f"{server.url}/api/core/dataset/collection/delete",
        params={"id": id} if query else None,
        json={"collectionIds": [id]} if body is True else body,
        headers={"Authorization": f"Bearer {server.api_key}"},
    )
    assert (client.http_client.send(request).status_code == 200) == works
    assert (server.collections(dataset) == {}) == works


@pytest.mark.parametrize(("version", "everywhere"), [("4.9", False), (NEW, True)])
def test_a_name_is_looked_for_in_all_folders(use: Use, version: str, everywhere: bool) -> None:
    server, client = use(version)
    dataset = server.dataset().id
    folder = client.create_collection(datasetId=dataset, name="folder", type="folder").data
    client.create_collection(datasetId=dataset, name="inner", parentId=folder)
    found = [item["name"] for item in client.iter_collections(datasetId=dataset, searchText="inn")]
    assert found == (["inner"] if everywhere else [])
    assert client.list_collections(datasetId=dataset, selectFolder=True, simple=True).data["list"][0]["dataAmount"] == 0
    assert client.list_collections(datasetId=dataset, filterTags=["t"]).data["total"] == 0


@pytest.mark.parametrize("version", AGES)
def test_datasets_are_kept_by_every_age(use: Use, version: str) -> None:
    server, client = use(version)
    folder = client.create_dataset(name="folder", type="folder").data
    if version != "4.9":
        client.create_dataset_folder(name="other", parentId=folder)
    inner = client.create_dataset(name="inner", intro="about moons", parentId=folder).data
    assert [item["name"] for item in client.iter_datasets(parentId=None)] == ["folder"]
    assert "inner" in [item["name"] for item in client.iter_datasets()]
    assert [item["_id"] for item in client.list_datasets(searchKey="moons").data] == [inner]
    assert [item["_id"] for item in client.list_datasets(type="dataset").data] == [inner]
    assert client.get_dataset(id=inner).data["parentId"] == folder
    assert client.get_dataset_permission(id=inner).data["permission"]["hasWritePer"]
    assert client.get_dataset_permission(id=UNKNOWN).data["datasetName"] == ""
    assert client.create_training_usage(datasetId=inner, name="n").data
    client.delete_dataset(id=folder)
    assert list(client.iter_datasets()) == []
    assert server.datasets == {}


def test_a_deleted_dataset_is_found_for_a_while(use: Use) -> None:
    _, client = use()
    dataset = client.create_dataset(name="d").data
    client.update_dataset(id=dataset, name="e")
    client.delete_dataset(id=dataset)
    client.delete_dataset(id=dataset)
    assert client.get_dataset(id=dataset).data["deleteTime"]
    _, old = use(OLD)
    dataset = old.create_dataset(name="d").data
    old.delete_dataset(id=dataset)
    with pytest.raises(NotFoundError):
        old.delete_dataset(id=dataset)


def test_a_dataset_is_changed_by_a_key_from_4_15_on(use: Use) -> None:
    server, client = use()
    folders = [client.create_dataset(name=name, type="folder").data for name in "ab"]
    inner = client.create_dataset(name="inner", parentId=folders[0]).data
    site = {"url": "https://a.test", "selector": "body"}
    client.update_dataset(id=inner, name="renamed", intro="", avatar="", parentId=folders[1], websiteConfig=site)
    data = client.get_dataset(id=inner).data
    assert (data["name"], data["parentId"], data["websiteConfig"]) == ("renamed", folders[1], site)
    with pytest.raises(AuthenticationError):
        client.update_dataset(id=inner, parentId=None)
    _, old = use(OLD)
    with pytest.raises(AuthenticationError, match=r"4\.15"):
        old.update_dataset(id=inner, name="n")
    assert server.datasets["renamed"].id == inner


def test_many_datasets_are_moved_and_deleted_at_once(use: Use) -> None:
    server, client = use("4.17")
    folder, other = server.dataset("folder", type="folder"), server.dataset("other")
    moved = client.move_datasets(ids=[other.id, UNKNOWN], parentId=folder.id).data
    assert moved == {"successIds": [other.id], "failedIds": [UNKNOWN], "affectedIds": [other.id]}
    page = client.list_datasets_page(parentId=folder.id).data
    assert ([item["name"] for item in page["list"]], page["total"]) == (["other"], 1)
    assert client.list_datasets_page(tmbIds=[]).data["total"] == 0
    client.move_datasets(ids=[other.id], parentId=None)
    assert other.parent_id is None
    assert set(client.delete_datasets(ids=[folder.id, other.id]).data["affectedIds"]) == {folder.id, other.id}


@pytest.mark.parametrize("version", [OLD, NEW])
def test_what_a_server_refuses(use: Use, version: str) -> None:
    server, client = use(version)
    dataset = server.dataset(rows=["Io"])
    manual = server.collections(dataset)["manual"]
    refused: list[tuple[Callable[..., Any], dict[str, Any], type[Exception]]] = [
        (client.get_dataset, {"id": "zzz"}, BadRequestError),
        (client.get_dataset, {"id": UNKNOWN}, NotFoundError),
        (client.get_collection, {"id": UNKNOWN}, NotFoundError),
        (client.update_collection, {"datasetId": dataset.id, "externalFileId": "e", "name": "n"}, NotFoundError),
        (client.sync_collection, {"collectionId": manual.id}, BadRequestError),
        (client.insert_data, {"collectionId": manual.id, "q": "EMBFAIL"}, ServerError),
        (client.search, {"datasetId": dataset.id, "text": "EMBFAIL"}, ServerError),
        (client.create_external_collection, {"datasetId": dataset.id, "externalFileUrl": "u"}, CommercialFeatureError),
    ]
    for call, arguments, error in refused:
        with pytest.raises(error):
            call(**arguments)


@pytest.mark.parametrize("body", [{"collectionId": UNKNOWN, "q": ""}, {"q": "q"}, {"dataId": "", "q": "q"}])
def test_an_older_server_says_that_something_is_missing(use: Use, body: dict[str, str]) -> None:
    server, client = use(OLD)
    path = "data/update" if "dataId" in body else "data/insertData"
    server.dataset().id = UNKNOWN
    made = client.create_collection(datasetId=next(iter(server.state.shelf.datasets)), name="c").data
    body = {**body, **({"collectionId": made} if "collectionId" in body else {})}
    headers = {"Authorization": f"Bearer {server.api_key}"}
    answer = httpx.post(f"{server.url}/api/core/dataset/{path}", json=body, headers=headers, timeout=PATIENCE).json()
    assert answer["statusText"] == "missingParams"


def test_an_app_key_of_4_18_opens_no_knowledge_base(use: Use) -> None:
    server, _ = use("4.18")
    client = DatasetClient(server.app_key("simple"), server.url)
    with client, pytest.raises(AuthenticationError, match="personal key"):
        client.list_datasets()
    older, _ = use("4.17")
    with DatasetClient(older.app_key("simple"), older.url) as client:
        assert client.list_datasets().data == []


# Sources


def test_a_link_is_fetched_from_the_pages_of_the_server(use: Use) -> None:
    server, client = use()
    dataset = server.dataset().id
    server.web_page("https://a.test/", "<title>Moons</title>Titan is a moon of Saturn.")
    link = client.create_link_collection(datasetId=dataset, link="https://a.test/", metadata={"webPageSelector": "p"})
    detail = client.get_collection(id=link.data["collectionId"]).data
    assert (detail["name"], detail["metadata"]["webPageSelector"], detail["rawTextLength"]) == ("Moons", "p", 26)
    assert client.read_collection(collectionId=detail["_id"]).data["value"] == "https://a.test/"
    assert client.sync_collection(collectionId=detail["_id"]).data == "sameRaw"
    server.web_page("https://a.test/", "Rhea is a moon of Saturn.")
    assert client.sync_collection(collectionId=detail["_id"]).data == "success"
    [renewed] = server.collections(dataset).values()
    assert [row.q for row in renewed.rows.values()] == ["Rhea is a moon of Saturn."]
    server.state.shelf.pages.clear()
    assert client.sync_collection(collectionId=renewed.id).data == "failed"
    dead = client.create_link_collection(datasetId=dataset, link="https://none.test/").data["collectionId"]
    [task] = client.iter_training_errors(collectionId=dead)
    assert task["errorMsg"] == "Can not fetch content from link"


def test_tables_and_images_are_kept_row_by_row(use: Use) -> None:
    server, client = use("4.14")
    dataset = server.dataset().id
    table = b"q,a,index\nWho?,Me,someone\nWhat?,It,\n"
    for kind in ("template", "backup"):
        client.create_table_collection(table, datasetId=dataset, kind=kind, filename=f"{kind}.csv")  # type: ignore[arg-type]
    rows = server.collections(dataset)["backup.csv"].rows.values()
    assert [(row.q, row.a, len(row.indexes)) for row in rows] == [("Who?", "Me", 3), ("What?", "It", 2)]
    with pytest.raises(ServerError, match="header"):
        client.create_table_collection("\ufeff".encode(), datasetId=dataset, filename="a.csv", extra_body={"x": 1})
    with pytest.raises(ServerError, match="header"):
        client.create_table_collection(b"x,y\n", datasetId=dataset, filename="a.csv")
    images = client.create_image_collection(datasetId=dataset, collectionName="pictures", files={"a.png": b"1"})
    assert images.data["results"]["insertLen"] == 1
    collection = images.data["collectionId"]
    assert client.insert_images(collectionId=collection, files={"b.png": b"22"}).data == {}
    listed = list(client.iter_data(collectionId=collection))
    assert sorted(item["imageSize"] for item in listed) == [1, 2]
    assert client.get_data(id=listed[0]["_id"]).data["imageId"]
    assert client.get_collection(id=collection).data["trainingType"] == "imageParse"
    _, newer = use()
    newer_set = newer.create_dataset(name="d").data
    made = newer.create_image_collection(datasetId=newer_set, collectionName="n", files={"a.png": b"1"}).data
    assert newer.insert_images(collectionId=made["collectionId"], files={"b.png": b"2"}).data is None


@pytest.mark.parametrize(("version", "named"), [("4.9", True), (NEW, False)])
def test_files_of_an_outside_source(use: Use, version: str, named: bool) -> None:
    server, client = use(version)
    server.state.shelf.api_files += [
        {"id": "d", "name": "folder", "type": "folder", "parentId": None},
        {"id": "f", "name": "a.md", "type": "file", "parentId": "d", "content": "Io is a moon."},
    ]
    api = {"apiServer": {"baseUrl": "https://a.test", "authorization": "sk-secret"}}
    dataset = client.create_dataset(name="api", type="apiDataset", apiDatasetServer=api).data
    assert client.get_dataset(id=dataset).data["apiDatasetServer"]["apiServer"]["authorization"] == ""
    [folder] = client.list_api_files(datasetId=dataset).data
    assert client.list_api_files(datasetId=dataset, parentId="d").data[0]["name"] == "a.md"
    if not named:
        client.create_api_collections(datasetId=dataset, apiFiles=[folder])
    made = client.create_api_collection(datasetId=dataset, name="x", apiFileId="f").data
    assert (made is not None) == named
    assert client.list_api_file_ids(datasetId=dataset).data == ["f"]
    [collection] = client.iter_collections(datasetId=dataset)
    detail = client.get_collection(id=collection["_id"]).data
    assert detail["dataset"]["apiDatasetServer"]["apiServer"]["authorization"] == "sk-secret"
    assert "sk-secret" not in repr(detail)
    # Nobody serves what a test put there.
    assert client.sync_collection(collectionId=collection["_id"]).data == "failed"
    client.create_api_collection(datasetId=dataset, name="unknown", apiFileId="g")
    assert client.search(datasetId=dataset, text="Io")[0].source == "a.md"


def test_how_a_text_is_cut(use: Use) -> None:
    server, client = use()
    dataset = server.dataset().id
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 30 for number in range(12))

    def total(**settings: Any) -> int:
        return client.preview_text_chunks(datasetId=dataset, rawText=text, settings=settings).data["total"]

    assert (total(), total(chunkSize=100), total(chunkSplitter="\\n\\n")) == (1, 12, 12)
    assert client.preview_text_chunks(datasetId=dataset, rawText=" ").data == {"chunks": [], "total": 0}
    whole = client.create_text_collection(datasetId=dataset, name="t", text="short").data["collectionId"]
    again = client.preview_chunks(datasetId=dataset, type="reTraining", sourceId=whole).data
    assert again == {"chunks": [{"q": "short", "a": ""}], "total": 1}
    with pytest.raises(ServerError, match="fetch"):
        client.preview_chunks(datasetId=dataset, type="link", sourceId="https://none.test")
    server.web_page("https://a.test", "page")
    assert client.preview_chunks(datasetId=dataset, type="link", sourceId="https://a.test").data["total"] == 1
    forced = {"chunkTriggerType": "forceChunk", "chunkSize": 64, "chunkSplitMode": "paragraph"}
    cut = client.create_text_collection(datasetId=dataset, name="f", text=text, settings=forced).data["collectionId"]
    assert client.get_collection(id=cut).data["chunkSplitMode"] == "paragraph"
    assert [row["chunkIndex"] for row in client.iter_data(collectionId=cut)] == list(range(24))


@pytest.mark.parametrize(("version", "header"), [(OLD, "index,content"), (NEW, "q,a")])
def test_rows_are_exported(use: Use, version: str, header: str) -> None:
    server, client = use(version)
    dataset = server.dataset(rows=[{"q": "Who?", "a": "Me, him"}])
    id = server.collections(dataset)["manual"].id
    assert client.export_collection(collectionId=id).content.decode() == f'\ufeff{header}\r\nWho?,"Me, him"\r\n'
    if version == NEW:
        with pytest.raises(BadRequestError):
            client.export_collection(collectionId=id, extra_body={"appId": "a"})


def test_a_file_needs_a_kind_and_a_form_a_file(use: Use) -> None:
    server, client = use()
    dataset = server.dataset().id
    with pytest.raises(BadRequestError):
        client.create_file_collection(b"MZ", datasetId=dataset, filename="evil.exe")
    url = f"{server.url}/api/core/dataset/collection/create/localFile"
    headers = {"Authorization": f"Bearer {server.api_key}"}
    answer = httpx.post(url, files={"other": b"x"}, headers=headers, timeout=PATIENCE).json()
    assert answer["message"] == "File not found"
    answer = httpx.post(url, files={"file": ("%ff.md", b"x")}, headers=headers, timeout=PATIENCE).json()
    assert answer["statusText"] == "InvalidUploadFileType"
    answer = httpx.post(url, files={"file": ("a.md", b"x")}, headers=headers, timeout=PATIENCE).json()
    assert answer["statusText"] == "unExistDataset"


@pytest.mark.parametrize("version", [*AGES, "4.14.4"])
def test_a_file_is_uploaded_first_and_named_by_its_key(use: Use, version: str) -> None:
    server, client = use(version)
    dataset = server.dataset().id
    sizes: list[tuple[int, int]] = []
    key = client.upload_dataset_file(
        b"Io has volcanoes.", datasetId=dataset, filename="\u4f60.md", progress=lambda *sent: sizes.append(sent)
    )
    assert sizes[-1] == (17, 17)
    mark = {"path": "a.md"}
    made = client.create_file_id_collection(datasetId=dataset, fileId=key, metadata=mark).data["collectionId"]
    detail = client.get_collection(id=made).data
    assert (detail["name"], detail["metadata"]) == ("\u4f60.md", mark)
    assert client.search(datasetId=dataset, text="volcanoes")[0].source == "\u4f60.md"
    with pytest.raises((NotFoundError, ServerError)):
        client.create_file_id_collection(datasetId=dataset, fileId=f"dataset/{dataset}/none.md")
    with pytest.raises(NotFoundError):
        client.upload_dataset_file(b"x", datasetId=UNKNOWN, filename="a.md")


def test_temporary_files_become_a_dataset_and_images_are_searched_by_their_keys(use: Use) -> None:
    server, client = use()
    key = client.upload_temporary_file(b"Io has volcanoes.", filename="a.md")
    made = client.create_dataset_with_files(
        datasetParams={"name": "n", "avatar": ""}, files=[{"fileId": key, "name": "b.md"}]
    ).data
    assert client.search(datasetId=made["datasetId"], text="volcanoes")[0].source == "b.md"
    image = client.upload_search_image(b"1", datasetId=made["datasetId"], filename="a.png")
    assert len(client.search(datasetId=made["datasetId"], queryImageUrls=[image])) == 0
    with pytest.raises(BadRequestError):
        client.upload_search_image(b"1", datasetId=made["datasetId"], filename="a.md")
    with pytest.raises(ServerError, match="Only temp files"):
        client.create_dataset_with_files(datasetParams={"name": "n"}, files=[{"fileId": "dataset/x", "name": "b"}])
    with pytest.raises(ServerError, match="Invalid dataset file key"):
        client.create_file_id_collection(datasetId=made["datasetId"], fileId=key)
    assert list(server.datasets) == ["n"]
    _, old = use(OLD)
    with pytest.raises(NotFoundError, match=r"4\.14\.3"):
        old.upload_temporary_file(b"x", filename="a.md")
