"""Knowledge bases: datasets, their collections, and how these are split into rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Required, TypeAlias, TypedDict

__all__ = [
    "APIFile",
    "ChunkSettings",
    "Collection",
    "CollectionItem",
    "CollectionPage",
    "CollectionSource",
    "CreatedCollection",
    "Dataset",
    "DatasetItem",
    "DatasetPage",
    "DatasetPermission",
    "DatasetType",
    "DatasetWithFiles",
    "DatasetsMoved",
    "DownloadTicket",
    "PreviewChunks",
]


DatasetType: TypeAlias = Literal[
    "folder", "dataset", "websiteDataset", "externalFile", "apiDataset", "feishu", "yuque", "dingtalk"
]


class ChunkSettings(TypedDict, total=False):
    """How a text is split into rows. The server chooses defaults for omitted fields.

    `chunkSplitMode`, `chunkSize`, `chunkSplitter`, `indexSize` and the `paragraph…` fields apply only to the mode
    "custom", which is sent if one of them is given without `chunkSettingMode`. A text shorter than
    `chunkTriggerMinSize` (default: 1000 characters) stays in one piece unless `chunkTriggerType` is "forceChunk".
    """

    trainingType: Literal["chunk", "qa", "imageParse", "auto"]
    chunkSettingMode: Literal["auto", "custom"]
    chunkSplitMode: Literal["paragraph", "size", "char"]
    chunkSize: int
    chunkSplitter: str
    indexSize: int
    chunkTriggerType: Literal["minSize", "forceChunk", "maxSize"]
    chunkTriggerMinSize: int
    paragraphChunkAIMode: Literal["auto", "force", "forbid"]
    paragraphChunkDeep: int
    paragraphChunkMinSize: int
    dataEnhanceCollectionName: bool
    indexPrefixTitle: bool
    autoIndexes: bool
    imageIndex: bool
    qaPrompt: str
    customPdfParse: bool


class DatasetItem(TypedDict, total=False):
    """A dataset in a list. Its models may contain the server's own credentials, which a response's repr never shows."""

    _id: Required[str]
    name: str
    intro: str
    avatar: str
    type: str
    tmbId: str
    vectorModel: dict[str, Any]
    inheritPermission: bool
    updateTime: str
    createTime: str
    permission: dict[str, Any]
    private: bool
    sourceMember: dict[str, Any]


class DatasetPage(TypedDict):
    """A page of datasets; `total` counts all of them."""

    list: list[DatasetItem]
    total: int


class Dataset(TypedDict, total=False):
    """A dataset with all details. From 4.14.4 on, a deleted one is still returned, with a `deleteTime`."""

    _id: Required[str]
    parentId: str | None
    teamId: str
    tmbId: str
    name: str
    intro: str
    avatar: str
    type: str
    status: str
    errorMsg: str
    updateTime: str
    deleteTime: str | None
    inheritPermission: bool
    vectorModel: dict[str, Any]
    agentModel: dict[str, Any]
    vlmModel: dict[str, Any]
    permission: dict[str, Any]
    websiteConfig: dict[str, Any]
    chunkSettings: dict[str, Any]
    apiDatasetServer: dict[str, Any]
    autoSync: bool


class DatasetPermission(TypedDict):
    """What the owner of the key may do with a dataset. The name is empty if they have no rights."""

    datasetName: str
    permission: dict[str, bool]


class DatasetWithFiles(TypedDict, total=False):
    """A dataset that was created with files."""

    datasetId: Required[str]
    name: str
    avatar: str
    vectorModel: dict[str, Any]


class DatasetsMoved(TypedDict):
    """The outcome for each dataset of a batch. `affectedIds` has those inside the requested ones."""

    successIds: list[str]
    failedIds: list[str]
    affectedIds: list[str]


class CreatedCollection(TypedDict, total=False):
    """A new collection. `insertLen` in `results` is 0 if the server splits the text later, as from 4.9.11 on."""

    collectionId: Required[str]
    results: dict[str, Any]


class CollectionItem(TypedDict, total=False):
    """A collection in a list. `activeTrainingAmount` and `finalErrorAmount` are sent from 4.15 on."""

    _id: Required[str]
    parentId: str | None
    tmbId: str
    name: str
    type: str
    createTime: str
    updateTime: str
    forbid: bool
    trainingType: str
    tags: list[str]
    fileId: str
    rawLink: str
    externalFileId: str
    permission: dict[str, Any]
    dataAmount: int
    trainingAmount: int
    activeTrainingAmount: int
    finalErrorAmount: int
    hasError: bool
    slowestTrainingMode: str
    slowestTrainingStatus: Literal["running", "error", "ready"]


class CollectionPage(TypedDict):
    """A page of collections; `total` counts all of them."""

    list: list[CollectionItem]
    total: int


class Collection(CollectionItem, total=False):
    """A collection with all details. Folders and empty collections have no settings and no file fields."""

    teamId: str
    datasetId: str
    dataset: dict[str, Any]
    metadata: dict[str, Any]
    rawTextLength: int
    hashRawText: str
    sourceName: str
    sourceId: str
    file: dict[str, Any]
    indexAmount: int
    errorCount: int
    apiFileId: str
    apiFileParentId: str
    chunkSettingMode: str
    chunkSplitMode: str
    chunkSize: int
    chunkSplitter: str
    chunkTriggerType: str
    chunkTriggerMinSize: int
    indexSize: int
    qaPrompt: str
    customPdfParse: bool


class CollectionSource(TypedDict):
    """Where to get a collection's original: `value` is a signed URL, the link, or "" if it has none."""

    type: str
    value: str


class APIFile(TypedDict, total=False):
    """A file or folder of an external source, as `list_api_files` returns and `create_api_collections` accepts it."""

    id: Required[str]
    rawId: str
    parentId: str | None
    name: Required[str]
    type: Required[Literal["file", "folder"]]
    hasChild: bool
    updateTime: str
    createTime: str


class DownloadTicket(TypedDict):
    """A ticket for `download_collections`; valid once, within a minute."""

    ticket: str
    expiresAt: str


class PreviewChunks(TypedDict):
    """The first ten pieces of a split text; `total` counts all pieces."""

    chunks: list[Mapping[str, Any]]
    total: int
