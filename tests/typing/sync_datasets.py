"""The types of the dataset client's calls, for mypy and pyright: the same in both flavours."""

from __future__ import annotations

from typing import Any, Literal, assert_type

from fastgpt_client import (
    DataResponse,
    DatasetClient,
    DroppedRow,
    PushResult,
    Response,
    SearchHit,
    SearchResults,
    TrainingState,
)
from fastgpt_client.types import (
    APIFile,
    Collection,
    CollectionItem,
    CollectionPage,
    CollectionSource,
    CreatedCollection,
    DataDetail,
    DataIndex,
    DataItem,
    DataPage,
    Dataset,
    DatasetItem,
    DatasetPage,
    DatasetPermission,
    DatasetsMoved,
    DatasetTrainingErrors,
    DatasetWithFiles,
    DownloadTicket,
    PreviewChunks,
    QuoteData,
    TrainingDetail,
    TrainingErrorPage,
    TrainingTask,
)


def datasets(client: DatasetClient) -> None:
    assert_type(client.with_options(deadline=3), DatasetClient)
    assert_type(client.create_dataset(name="n", type="folder"), DataResponse[str])
    assert_type(client.create_dataset_folder(name="n", parentId=None), DataResponse[dict[str, Any]])
    files = [{"fileId": "temp/a", "name": "a.md"}]
    made = client.create_dataset_with_files(datasetParams={"name": "n"}, files=files)
    assert_type(made, DataResponse[DatasetWithFiles])
    assert_type((client.list_datasets(parentId=None, type=["dataset"])).data, list[DatasetItem])
    assert_type(client.list_datasets_page(pageNum=1), DataResponse[DatasetPage])
    for dataset in client.iter_datasets():
        assert_type(dataset, DatasetItem)
    assert_type(client.get_dataset(id="d"), DataResponse[Dataset])
    assert_type(client.update_dataset(id="d", parentId=None), DataResponse[None])
    assert_type(client.delete_dataset(id="d"), DataResponse[None])
    assert_type(client.delete_datasets(ids=["d"]), DataResponse[DatasetsMoved])
    assert_type(client.move_datasets(ids=("d",), parentId=None), DataResponse[DatasetsMoved])
    assert_type(client.get_dataset_permission(id="d"), DataResponse[DatasetPermission])
    assert_type(client.create_training_usage(datasetId="d"), DataResponse[str])


def collections(client: DatasetClient) -> None:
    assert_type(client.create_collection(datasetId="d", name="n"), DataResponse[str])
    made = client.create_text_collection(datasetId="d", name="n", text="t", settings={"chunkSize": 500})
    assert_type(made, DataResponse[CreatedCollection])
    assert_type(client.create_link_collection(datasetId="d", link="l"), DataResponse[CreatedCollection])
    assert_type(client.create_file_collection("a.md", datasetId="d"), DataResponse[CreatedCollection])
    assert_type(client.create_table_collection(b"q,a", datasetId="d"), DataResponse[dict[str, Any]])
    assert_type(client.upload_dataset_file("a.md", datasetId="d"), str)
    assert_type(client.upload_search_image(b"", datasetId="d", filename="a.png"), str)
    assert_type(client.upload_temporary_file("a.md"), str)
    assert_type(
        client.create_image_collection(datasetId="d", collectionName="n", files=["a.png"]),
        DataResponse[CreatedCollection],
    )
    assert_type(client.insert_images(collectionId="c", files={"a.png": b"1"}), DataResponse[dict[str, Any] | None])
    assert_type(client.create_file_id_collection(datasetId="d", fileId="f"), DataResponse[CreatedCollection])
    external = client.create_external_collection(datasetId="d", externalFileUrl="u")
    assert_type(external, DataResponse[CreatedCollection])
    file: APIFile = {"id": "f", "name": "a.md", "type": "file"}
    assert_type(client.create_api_collections(datasetId="d", apiFiles=[file]), DataResponse[None])
    one = client.create_api_collection(datasetId="d", name="n", apiFileId="f")
    assert_type(one, DataResponse[CreatedCollection | None])
    assert_type(client.retrain_collection(collectionId="c", datasetId="d"), DataResponse[dict[str, str]])
    assert_type(client.list_collections(datasetId="d"), DataResponse[CollectionPage])
    for collection in client.iter_collections(datasetId="d"):
        assert_type(collection, CollectionItem)
    assert_type(client.get_collection(id="c"), DataResponse[Collection])
    assert_type(client.update_collection(id="c", parentId=None), DataResponse[None])
    assert_type(client.delete_collection(id="c"), DataResponse[None])
    assert_type((client.sync_collection(collectionId="c")).data, Literal["sameRaw", "success", "failed"])
    assert_type(client.read_collection(collectionId="c"), DataResponse[CollectionSource])
    assert_type(client.export_collection(collectionId="c"), Response[None])
    assert_type(client.get_download_ticket(datasetId="d", collectionIds=["c"]), DataResponse[DownloadTicket])
    assert_type(client.download_collections(ticket="t"), Response[None])
    assert_type((client.list_api_files(datasetId="d")).data, list[APIFile])
    assert_type((client.list_api_file_ids(datasetId="d")).data, list[str])
    assert_type(client.get_api_file_path(datasetId="d", parentId="p"), DataResponse[str])


def rows(client: DatasetClient) -> None:
    pushed = client.push_data(collectionId="c", data=({"q": str(number)} for number in range(3)))
    assert_type(pushed, PushResult)
    assert_type(pushed.dropped, list[DroppedRow])
    assert_type(client.insert_data(collectionId="c", q="q", indexes=[{"text": "t"}]), DataResponse[str])
    assert_type(client.list_data(collectionId="c"), DataResponse[DataPage])
    for row in client.iter_data(collectionId="c"):
        assert_type(row, DataItem)
    assert_type(client.get_data(id="r"), DataResponse[DataDetail])
    assert_type(client.update_data(dataId="r", a="a"), DataResponse[dict[str, str] | None])
    assert_type(client.delete_data(id="r"), DataResponse[str | None])
    assert_type(client.get_quote_data(id="r"), DataResponse[QuoteData])
    assert_type(client.create_data_index(dataId="r", text="t"), DataResponse[dict[str, DataIndex]])
    changed = client.update_data_index(dataId="r", indexDataId="1", text="t")
    assert_type(changed, DataResponse[dict[str, DataIndex]])
    assert_type(client.delete_data_index(dataId="r", indexDataId="1"), DataResponse[None])


def search(client: DatasetClient) -> None:
    results = client.search(datasetId="d", text="t", searchMode="mixedRecall")
    assert_type(results, SearchResults)
    for hit in results:
        assert_type(hit, SearchHit)
        assert_type(hit.score, float | None)
    assert_type(results[0], SearchHit)
    preview = client.preview_chunks(datasetId="d", type="link", sourceId="l")
    assert_type(preview, DataResponse[PreviewChunks])
    assert_type(client.preview_text_chunks(datasetId="d", rawText="t"), DataResponse[PreviewChunks])


def training(client: DatasetClient) -> None:
    assert_type(client.get_training(collectionId="c"), TrainingState)
    assert_type(client.get_training_detail(collectionId="c"), DataResponse[TrainingDetail])
    assert_type(client.get_training_queue(datasetId="d"), DataResponse[dict[str, Any]])
    assert_type(client.list_training_errors(collectionId="c"), DataResponse[TrainingErrorPage])
    for task in client.iter_training_errors(collectionId="c"):
        assert_type(task, TrainingTask)
    assert_type(client.list_dataset_training_errors(datasetId="d"), DataResponse[DatasetTrainingErrors])
    assert_type(client.has_training_error(datasetId="d"), DataResponse[dict[str, bool]])
    assert_type(client.get_training_data(collectionId="c", dataId="t"), DataResponse[TrainingTask | None])
    assert_type(client.retry_training(dataId="t"), DataResponse[None])
    assert_type(client.delete_training(collectionId="c", dataId="t"), DataResponse[None])
    assert_type(client.rebuild_embedding(datasetId="d", vectorModelId="v"), DataResponse[None])
