"""Rows of knowledge bases, as they are pushed, listed, found and learnt."""

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
    """A text that a row is found by. One without `dataId` is new."""

    text: Required[str]
    type: str
    dataId: str


class DataRow(TypedDict, total=False):
    """A row to learn: a text, or a question and its answer. Either `q` or `imageId` is required."""

    q: str
    a: str
    imageId: str
    chunkIndex: int
    indexes: Sequence[DataIndex]
    metadata: Mapping[str, Any]


class DataItem(TypedDict, total=False):
    """A row in a list. Images in its texts are links that expire, so do not write them back.

    `indexStatus` is sent from 4.17.2 on, see `fastgpt_client.datasets.row_state`.
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
    """A page of rows; `total` counts all of them."""

    list: list[DataItem]
    total: int


class DataDetail(TypedDict, total=False):
    """A row with all details, its texts as stored."""

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
    """A row with its collection."""

    q: str
    a: str
    collection: dict[str, Any]


class SearchItem(TypedDict, total=False):
    """A row that a search found."""

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
    """The rows that a search found, best first, and the settings it used."""

    list: Required[list[SearchItem]]
    duration: str
    limit: int
    searchMode: str
    usingReRank: bool
    similarity: float
    queryExtensionModel: str


class TrainingTask(TypedDict, total=False):
    """A task of the training queue. A failed one has an `errorMsg`; pass its `_id` to `retry_training` as `dataId`."""

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
    """A page of failed tasks; `total` counts all of them."""

    list: list[TrainingTask]
    total: int


class DatasetTrainingErrors(TypedDict):
    """The failed tasks of a dataset, by collection. Items have `collection`, `items`, `errorCount`, `hasMoreItems`."""

    list: list[dict[str, Any]]
    total: int


class TrainingDetail(TypedDict, total=False):
    """The tasks of a collection, counted by mode.

    Up to 4.14, `queuedCounts` counts the tasks of the whole server that are ahead in the queue, from 4.15 on those of
    the collection. `trainedCount` counts the stored rows, from 4.17.2 on the rows that a search finds.
    """

    trainingType: Literal["chunk", "qa", "imageParse", "backup", "template"]
    advancedTraining: dict[str, bool]
    queuedCounts: dict[str, int]
    trainingCounts: dict[str, int]
    errorCounts: dict[str, int]
    trainedCount: int
