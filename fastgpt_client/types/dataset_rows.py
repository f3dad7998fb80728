"""The rows of knowledge bases: what is pushed, listed, searched, and how far the server has learnt it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

__all__ = [
    "DataDetail",
    "DataIndex",
    "DataItem",
    "DataPage",
    "DataRow",
    "DatasetTrainingErrors",
    "QuoteData",
    "SearchData",
    "SearchItem",
    "TrainingDetail",
    "TrainingErrorPage",
    "TrainingTask",
]


class DataIndex(TypedDict, total=False):
    """A text by which a row is found. One without `dataId` is new."""

    text: Required[str]
    type: str
    dataId: str


class DataRow(TypedDict, total=False):
    """A row to be learnt: a text, or a question and its answer. It needs `q`, or an `imageId`."""

    q: str
    a: str
    imageId: str
    chunkIndex: int
    indexes: Sequence[DataIndex]
    metadata: Mapping[str, Any]


class DataItem(TypedDict, total=False):
    """A row in a list: images in its texts are links that expire, so never write them back.

    `indexStatus` is there from 4.17.2 on, see `fastgpt_client.datasets.row_state`.
    """

    _id: Required[str]
    teamId: str
    datasetId: str
    collectionId: str
    q: str
    a: str
    chunkIndex: int
    imageId: str
    imageSize: int
    imagePreviewUrl: str
    updated: bool
    indexStatus: str
    indexErrorMsg: str


class DataPage(TypedDict):
    list: list[DataItem]
    total: int


class DataDetail(TypedDict, total=False):
    """A row in full, its texts as they are stored."""

    id: Required[str]
    teamId: str
    datasetId: str
    collectionId: str
    q: str
    a: str
    imageId: str
    chunkIndex: int
    indexes: list[DataIndex]
    updateTime: str
    sourceName: str
    sourceId: str
    isOwner: bool
    metadata: dict[str, Any]


class QuoteData(TypedDict, total=False):
    """A row with the collection that it is of."""

    q: str
    a: str
    collection: dict[str, Any]


class SearchItem(TypedDict, total=False):
    """A row that was found."""

    id: Required[str]
    q: str
    a: str
    datasetId: str
    collectionId: str
    sourceName: str
    sourceId: str
    chunkIndex: int
    updateTime: str
    score: list[dict[str, Any]]
    imageId: str
    metadata: dict[str, Any]
    tokens: int


class SearchData(TypedDict, total=False):
    list: Required[list[SearchItem]]
    duration: str
    limit: int
    searchMode: str
    usingReRank: bool
    similarity: float
    queryExtensionModel: str


class TrainingTask(TypedDict, total=False):
    """A task of the training queue; one that failed has an `errorMsg`. Its `_id` is `retry_training`'s `dataId`."""

    _id: Required[str]
    datasetId: str
    collectionId: str
    mode: str
    q: str
    a: str
    chunkIndex: int
    indexes: list[dict[str, Any]]
    retryCount: int
    errorMsg: str
    lockTime: str
    expireAt: str
    imagePreviewUrl: str


class TrainingErrorPage(TypedDict):
    list: list[TrainingTask]
    total: int


class DatasetTrainingErrors(TypedDict):
    """The failed tasks of a dataset by collection; an item has `collection`, `items`, `errorCount`, `hasMoreItems`."""

    list: list[dict[str, Any]]
    total: int


class TrainingDetail(TypedDict, total=False):
    """The tasks of a collection, counted by mode.

    Up to 4.14 `queuedCounts` are the tasks of the whole server that wait ahead, from 4.15 on those of the collection.
    `trainedCount` are the rows stored, from 4.17.2 on those that a search finds.
    """

    trainingType: Literal["chunk", "qa", "imageParse", "backup", "template"]
    advancedTraining: dict[str, bool]
    queuedCounts: dict[str, int]
    trainingCounts: dict[str, int]
    errorCounts: dict[str, int]
    trainedCount: int
