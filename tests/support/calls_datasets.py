"""The calls about knowledge bases, each with its least and with all of its arguments, but those of several requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.call import EXTRA, TRACE, Call

D, C, R = "65f0000000000000000000d1", "65f0000000000000000000c1", "65f0000000000000000000a1"
DATASET, COLLECTION, ROW = {"datasetId": D}, {"collectionId": C}, {"dataId": R}
_SETTINGS = {"trainingType": "chunk", "chunkSize": 500}
_SENT_SETTINGS = {**_SETTINGS, "chunkSettingMode": "custom"}
_COMMON = {"parentId": "p1", "tags": ["t"], "metadata": {"k": 1}}
_ROOT = "/api/core/dataset"


def _pair(
    name: str,
    path: str,
    least: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
    *,
    verb: str = "POST",
    adds: Mapping[str, Any] | None = None,
    settings: bool = False,
    root: str = _ROOT,
) -> list[Call]:
    """Return two calls of a method whose arguments are what it sends, with `adds` beside them."""
    in_query = verb in ("GET", "DELETE")
    all_sent = {**(adds or {}), **least, **(more or {}), **(_SENT_SETTINGS if settings else {})}
    all_arguments = {**least, **(more or {}), **({"settings": _SETTINGS} if settings else {}), **EXTRA}
    few = {**(adds or {}), **least}
    return [
        Call(
            name=name,
            client="dataset",
            arguments=least,
            verb=verb,
            path=f"{root}/{path}",
            query=few if in_query else {},
            body=None if in_query else few,
        ),
        Call(
            name=name,
            case="all",
            client="dataset",
            arguments=all_arguments,
            verb=verb,
            path=f"{root}/{path}",
            query={**all_sent, **TRACE} if in_query else TRACE,
            body={"newer": 1} if in_query else {**all_sent, "newer": 1},
        ),
    ]


def _page(size: int) -> dict[str, int]:
    return {"offset": 0, "pageSize": size}


_NEXT = {"offset": 40, "pageSize": 5}
_DATASETS = [
    *_pair(
        "create_dataset",
        "create",
        {"name": "n"},
        {
            "type": "apiDataset",
            "intro": "i",
            "avatar": "a",
            "parentId": "p1",
            "vectorModel": "v",
            "agentModel": "m",
            "vlmModel": "l",
            "vectorModelId": "v1",
            "agentModelId": "m1",
            "vlmModelId": "l1",
            "apiDatasetServer": {"apiServer": {"baseUrl": "http://files.test"}},
        },
        adds={"type": "dataset", "intro": "", "avatar": ""},
    ),
    *_pair(
        "create_dataset_folder", "folder/create", {"name": "n"}, {"intro": "i", "parentId": "p1"}, adds={"intro": ""}
    ),
    *_pair(
        "create_dataset_with_files",
        "createWithFiles",
        {"datasetParams": {"name": "n", "avatar": ""}, "files": [{"fileId": "temp/a", "name": "a.md"}]},
    ),
    *_pair("list_datasets", "list", {}, {"parentId": None, "type": ["folder", "dataset"], "searchKey": "k"}),
    *_pair(
        "list_datasets_page",
        "listV2",
        {},
        {"parentId": "p1", "type": "folder", "searchKey": "k", "sort": "createTimeAsc", "tmbIds": [], **_NEXT},
        adds=_page(50),
    ),
    *_pair("get_dataset", "detail", {"id": D}, verb="GET"),
    *_pair(
        "update_dataset",
        "update",
        {"id": D},
        {
            "name": "n",
            "intro": "",
            "avatar": "a",
            "parentId": None,
            "agentModel": "m",
            "vlmModel": "l",
            "websiteConfig": {"url": "https://a.test", "selector": "body"},
            "externalReadUrl": "https://a.test/{{fileId}}",
            "apiDatasetServer": {},
            "autoSync": True,
            "chunkSettings": {"chunkSize": 1},
        },
        verb="PUT",
    ),
    *_pair("delete_dataset", "delete", {"id": D}, verb="DELETE"),
    *_pair("delete_datasets", "batch/delete", {"ids": [D]}),
    *_pair("move_datasets", "batch/move", {"ids": [D], "parentId": None}),
    *_pair("get_dataset_permission", "getPermission", {"id": D}, verb="GET"),
    *_pair("create_training_usage", "createTrainingUsage", DATASET, {"name": "n"}, root="/api/support/wallet/usage"),
]
_SOURCES = [
    *_pair(
        "create_collection",
        "create",
        {**DATASET, "name": "n"},
        {"type": "folder", "parentId": "p1", "tags": ["t"]},
        adds={"type": "virtual"},
        root=f"{_ROOT}/collection",
    ),
    *_pair(
        "create_text_collection",
        "text",
        {**DATASET, "name": "n", "text": "t"},
        _COMMON,
        settings=True,
        root=f"{_ROOT}/collection/create",
    ),
    *_pair(
        "create_link_collection",
        "link",
        {**DATASET, "link": "https://a.test"},
        _COMMON,
        settings=True,
        root=f"{_ROOT}/collection/create",
    ),
    *_pair(
        "create_file_id_collection",
        "fileId",
        {**DATASET, "fileId": "dataset/a"},
        _COMMON,
        settings=True,
        root=f"{_ROOT}/collection/create",
    ),
    *_pair(
        "create_external_collection",
        "externalFileUrl",
        {**DATASET, "externalFileUrl": "https://a.test/a.pdf"},
        {"externalFileId": "e1", "filename": "a.pdf", **_COMMON},
        settings=True,
        root="/api/proApi/core/dataset/collection/create",
    ),
    *_pair(
        "create_api_collections",
        "apiCollectionV2",
        {**DATASET, "apiFiles": [{"id": "f1", "name": "a.md", "type": "file"}]},
        {"parentId": "p1"},
        settings=True,
        root=f"{_ROOT}/collection/create",
    ),
    *_pair(
        "create_api_collection",
        "apiCollection",
        {**DATASET, "name": "n", "apiFileId": "f1"},
        {"parentId": "p1"},
        settings=True,
        root=f"{_ROOT}/collection/create",
    ),
    *_pair(
        "retrain_collection",
        "reTrainingCollection",
        {**COLLECTION, **DATASET},
        settings=True,
        root=f"{_ROOT}/collection/create",
    ),
]
_COLLECTIONS = [
    *_pair(
        "list_collections",
        "collection/listV2",
        DATASET,
        {
            "parentId": "p1",
            "searchText": ".",
            "selectFolder": True,
            "filterTags": ["t1"],
            "simple": True,
            **_NEXT,
        },
        adds=_page(30),
    ),
    *_pair("get_collection", "collection/detail", {"id": C}, verb="GET"),
    *_pair("update_collection", "collection/update", {"id": C}, {"parentId": None}, verb="PUT"),
    Call(
        name="update_collection",
        case="external",
        client="dataset",
        arguments={
            **DATASET,
            "externalFileId": "e1",
            "name": "n",
            "parentId": "p1",
            "tags": [],
            "forbid": True,
            "createTime": "2026-01-01",
        },
        verb="PUT",
        path=f"{_ROOT}/collection/update",
        body={
            **DATASET,
            "externalFileId": "e1",
            "name": "n",
            "parentId": "p1",
            "tags": [],
            "forbid": True,
            "createTime": "2026-01-01",
        },
    ),
    Call(
        name="delete_collection",
        client="dataset",
        arguments={"id": C},
        verb="DELETE",
        path=f"{_ROOT}/collection/delete",
        query={"id": C},
        body={"collectionIds": [C]},
    ),
    Call(
        name="delete_collection",
        case="all",
        client="dataset",
        arguments={"id": C, **EXTRA},
        verb="DELETE",
        path=f"{_ROOT}/collection/delete",
        query={"id": C, **TRACE},
        body={"collectionIds": [C], "newer": 1},
    ),
    *_pair("sync_collection", "collection/sync", COLLECTION),
    *_pair("read_collection", "collection/read", COLLECTION),
    *_pair("get_download_ticket", "collection/getDownloadTicket", {**DATASET, "collectionIds": [C]}),
    *_pair("list_api_files", "apiDataset/list", DATASET, {"parentId": "p1", "searchKey": "k"}),
    *_pair("list_api_file_ids", "apiDataset/listExistId", DATASET, verb="GET"),
    *_pair("get_api_file_path", "apiDataset/getPathNames", {**DATASET, "parentId": "p1"}),
]
_ROWS = [
    *_pair(
        "insert_data",
        "data/insertData",
        {**COLLECTION, "q": "q"},
        {"a": "a", "indexes": [{"text": "t"}], "metadata": {"page": 3}},
    ),
    *_pair("list_data", "data/v2/list", COLLECTION, {"searchText": "s", **_NEXT}, adds=_page(30)),
    *_pair("get_data", "data/detail", {"id": R}, verb="GET"),
    *_pair("delete_data", "data/delete", {"id": R}, verb="DELETE"),
    *_pair("get_quote_data", "data/getQuoteData", {"id": R}),
    *_pair("create_data_index", "data/index/create", {**ROW, "text": "t"}, {"type": "custom"}),
    *_pair("update_data_index", "data/index/update", {**ROW, "indexDataId": "7", "text": "t"}, {"type": "custom"}),
    *_pair("delete_data_index", "data/index/delete", {**ROW, "indexDataId": "7"}),
]
_SEARCH = [
    *_pair(
        "search",
        "searchTest",
        {**DATASET, "text": "t"},
        {
            "queryImageUrls": ["temp/a.png"],
            "limit": 100,
            "similarity": 0.5,
            "searchMode": "mixedRecall",
            "embeddingWeight": 0.7,
            "usingReRank": True,
            "rerankModel": "r",
            "rerankWeight": 0.6,
            "datasetSearchUsingExtensionQuery": True,
            "datasetSearchExtensionModel": "m",
            "datasetSearchExtensionBg": "b",
            "datasetDeepSearch": True,
            "datasetDeepSearchModel": "m",
            "datasetDeepSearchMaxTimes": 3,
            "datasetDeepSearchBg": "b",
        },
    ),
    *_pair(
        "preview_chunks",
        "file/getPreviewChunks",
        {**DATASET, "type": "link", "sourceId": "https://a.test"},
        {"overlapRatio": 0.1, "selector": "body", "externalFileId": "e1"},
        adds={"overlapRatio": 0.2},
        settings=True,
    ),
    *_pair(
        "preview_text_chunks",
        "file/getRawTextPreviewChunks",
        {**DATASET, "rawText": "t"},
        {"overlapRatio": 0.1},
        adds={"overlapRatio": 0.2},
        settings=True,
    ),
]
_TRAINING = [
    *_pair("get_training_detail", "collection/trainingDetail", COLLECTION, verb="GET"),
    *_pair("get_training_queue", "training/getDatasetTrainingQueue", DATASET, verb="GET"),
    *_pair("list_training_errors", "training/getTrainingError", COLLECTION, _NEXT, adds=_page(20)),
    *_pair(
        "list_dataset_training_errors",
        "training/getDatasetTrainingError",
        DATASET,
        {**COLLECTION, "itemOffset": 5, "itemPageSize": 10, **_NEXT},
        adds=_page(20),
    ),
    *_pair("has_training_error", "training/hasDatasetTrainingError", DATASET, verb="GET"),
    *_pair("get_training_data", "training/getTrainingDataDetail", {**COLLECTION, **ROW}),
    *_pair(
        "retry_training",
        "training/updateTrainingData",
        {**ROW},
        {**COLLECTION, **DATASET, "q": "q", "a": "a", "chunkIndex": 2},
        verb="PUT",
    ),
    *_pair("delete_training", "training/deleteTrainingData", {**COLLECTION, **ROW}),
    *_pair("rebuild_embedding", "training/rebuildEmbedding", {**DATASET, "vectorModel": "v"}),
    Call(
        name="rebuild_embedding",
        case="by_id",
        client="dataset",
        arguments={**DATASET, "vectorModelId": "v1"},
        path=f"{_ROOT}/training/rebuildEmbedding",
        body={**DATASET, "vectorModelId": "v1"},
    ),
]
DATASETS = [*_DATASETS, *_SOURCES, *_COLLECTIONS, *_ROWS, *_SEARCH, *_TRAINING]
