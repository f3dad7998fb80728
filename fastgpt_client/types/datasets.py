"""Knowledge bases: datasets, their collections, and how these are cut into rows."""

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
    """How a text is cut into rows. What is left out is the server's choice.

    `chunkSplitMode`, `chunkSize`, `chunkSplitter`, `indexSize` and the `paragraph…` fields count in the mode "custom"
    alone: where one of them is given and no mode, that mode is sent. A text shorter than `chunkTriggerMinSize` (1000
    characters) stays in one piece unless `chunkTriggerType` is "forceChunk".
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
    """A dataset in a list. Its model objects may hold the server's own credentials, which no repr shows."""

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
    list: list[DatasetItem]
    total: int


class Dataset(TypedDict, total=False):
    """A dataset in full; from 4.14.4 on a deleted one is still found, and has a `deleteTime`."""

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
    """What the key's owner may do; without any right the name is empty."""

    datasetName: str
    permission: dict[str, bool]


class DatasetWithFiles(TypedDict, total=False):
    datasetId: Required[str]
    name: str
    avatar: str
    vectorModel: dict[str, Any]


class DatasetsMoved(TypedDict):
    """What became of each dataset of a batch; those that lie below the named ones are in `affectedIds`."""

    successIds: list[str]
    failedIds: list[str]
    affectedIds: list[str]


class CreatedCollection(TypedDict, total=False):
    """A new collection. `insertLen` is 0 where the server cuts the text later, as all do from 4.9.11 on."""

    collectionId: Required[str]
    results: dict[str, Any]


class CollectionItem(TypedDict, total=False):
    """A collection in a list. The counts that end in `Amount` but the first two are there from 4.15 on."""

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
    list: list[CollectionItem]
    total: int


class Collection(CollectionItem, total=False):
    """A collection in full. A folder or an empty collection has neither settings nor fields of a file."""

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
    """Where a collection's original is: a signed address, the link, or "" if there is none."""

    type: str
    value: str


class APIFile(TypedDict, total=False):
    """A file or a folder of an outside source, as `list_api_files` returns it and `create_api_collections` takes it."""

    id: Required[str]
    rawId: str
    parentId: str | None
    name: Required[str]
    type: Required[Literal["file", "folder"]]
    hasChild: bool
    updateTime: str
    createTime: str


class DownloadTicket(TypedDict):
    """What `download_collections` takes, once, within a minute."""

    ticket: str
    expiresAt: str


class PreviewChunks(TypedDict):
    """The first ten pieces of a text, and how many there are."""

    chunks: list[Mapping[str, Any]]
    total: int
