"""The state of knowledge bases: datasets, collections, rows, and training tasks."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from fastgpt_client.testing._server import wire

__all__ = ["Collection", "Dataset", "Index", "Row", "Shelf", "Task"]

EMBEDDING: dict[str, Any] = {
    "provider": "OpenAI",
    "model": "fake-embed",
    "name": "fake-embed",
    "type": "embedding",
    "isActive": True,
    "isCustom": True,
    "isDefault": True,
    "defaultToken": 512,
    "maxToken": 3000,
    "weight": 100,
    "charsPointsPrice": 0,
    "defaultConfig": {},
    "dbConfig": {},
    "queryConfig": {},
    "requestUrl": "http://127.0.0.1:8399/v1/embeddings",
    "requestAuth": "sk-fake",
}
CHAT: dict[str, Any] = {
    "provider": "OpenAI",
    "model": "fake-chat",
    "name": "fake-chat",
    "type": "llm",
    "isActive": True,
    "isCustom": True,
    "maxContext": 16000,
    "maxResponse": 4000,
    "maxTokens": 4000,
    "quoteMaxToken": 8000,
    "maxTemperature": 1.2,
    "charsPointsPrice": 0,
    "inputPrice": 1,
    "outputPrice": 2,
    "censor": False,
    "vision": True,
    "reasoning": False,
    "functionCall": False,
    "toolChoice": True,
    "datasetProcess": True,
    "usedInClassify": True,
    "usedInExtractFields": True,
    "usedInToolCall": True,
    "useInEvaluation": True,
    "defaultSystemChatPrompt": "",
    "defaultConfig": {},
    "fieldMap": {},
    "requestUrl": "http://127.0.0.1:8399/v1/chat/completions",
    "requestAuth": "sk-fake",
    "isDefault": True,
    "isDefaultDatasetTextModel": True,
    "isDefaultDatasetImageModel": True,
}


@dataclass
class Index:
    """A text that a row is found by."""

    text: str
    data_id: str
    type: str = "custom"


@dataclass
class Row:
    """A row of a collection."""

    q: str
    a: str = ""
    chunk_index: int = 0
    indexes: list[Index] = field(default_factory=list[Index])
    metadata: dict[str, Any] | None = None
    image: bytes | None = None
    id: str = field(default_factory=wire.object_id)
    update_time: datetime = field(default_factory=wire.now)
    status: str = ""
    """From 4.17.2 on "indexing", "indexed" or "error"; "" on older servers."""
    error: str = ""

    @property
    def learnt(self) -> bool:
        """Whether a search finds the row."""
        return self.status in ("", "indexed")


@dataclass(kw_only=True)
class Collection:
    """A collection of a dataset, or a folder of collections, on the embedded server.

    Attributes:
        dataset_id: the ID of its dataset.
        name: the name.
        type: the type, such as "folder", "virtual", "file", "link", "images" or "apiFile".
        id: the ID.
        parent_id: the ID of the folder that it is in, None for the root.
        tags: its tags, None if it has none.
        settings: how its text is split.
        metadata: its metadata, None if it has none.
        text: the text that is split into rows; None if rows are pushed into it.
        original: the content of the original file.
        file_id: the ID of the original file, "" if it has none.
        link: the URL that it was fetched from, "" if it has none.
        api_file: the fields of a file of an external source.
        parsed: whether its text has been split.
        forbid: whether searches ignore it; None means no.
        create_time: when it was created.
        update_time: when it was last changed.
        order: its place in lists; a higher one comes first.
        rows: the rows by ID.
    """

    dataset_id: str
    name: str
    type: str = "virtual"
    id: str = field(default_factory=wire.object_id)
    parent_id: str | None = None
    tags: list[str] | None = None
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    metadata: dict[str, Any] | None = None
    text: str | None = None
    original: bytes = b""
    file_id: str = ""
    link: str = ""
    api_file: dict[str, Any] = field(default_factory=dict[str, Any])
    parsed: bool = False
    forbid: bool | None = None
    create_time: datetime = field(default_factory=wire.now)
    update_time: datetime = field(default_factory=wire.now)
    order: int = 0
    rows: dict[str, Row] = field(default_factory=dict[str, Row])

    @property
    def source_id(self) -> str:
        """The source of the text: the ID of a file, a URL, or the ID of an external file; "" if there is none."""
        return self.file_id or self.link or str(self.api_file.get("apiFileId", ""))

    @property
    def text_hash(self) -> str:
        """The SHA-256 of the text, in hex."""
        return hashlib.sha256((self.text or "").encode()).hexdigest()

    @property
    def listed(self) -> list[Row]:
        """The rows in the order of lists: by their place in the text, newest first among equals."""
        newest_first = list(self.rows.values())[::-1]
        return sorted(newest_first, key=lambda row: row.chunk_index)


@dataclass(kw_only=True)
class Dataset:
    """A dataset, or a folder of datasets, on the embedded server. Create one with `FakeFastGPT.dataset`.

    Attributes:
        name: the name.
        type: the type, such as "dataset", "folder", "websiteDataset" or "apiDataset".
        id: the ID.
        intro: the introduction.
        avatar: the URL of its picture.
        parent_id: the ID of the folder that it is in, None for the root.
        vector_model: the name of its embedding model.
        api_server: the configuration of its external source, None if it has none.
        website: the configuration of its website, None if it has none.
        create_time: when it was created.
        update_time: when it was last changed.
        delete_time: when it was deleted, None if it was not.
        order: its place in lists; a higher one comes first.
    """

    name: str
    type: str = "dataset"
    id: str = field(default_factory=wire.object_id)
    intro: str = ""
    avatar: str = ""
    parent_id: str | None = None
    vector_model: str = "fake-embed"
    api_server: dict[str, Any] | None = None
    website: dict[str, Any] | None = None
    create_time: datetime = field(default_factory=wire.now)
    update_time: datetime = field(default_factory=wire.now)
    delete_time: datetime | None = None
    order: int = 0


@dataclass(kw_only=True)
class Task:
    """A task of the training queue. It starts when there is capacity, and finishes when it is due."""

    dataset_id: str
    collection_id: str
    mode: str
    begins: float
    due: float
    q: str = ""
    a: str = ""
    chunk_index: int = 0
    indexes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    metadata: dict[str, Any] | None = None
    image: bytes | None = None
    row_id: str = ""
    """The id of its row, on versions where rows exist before they are learnt."""
    id: str = field(default_factory=wire.object_id)
    bill_id: str = ""
    error: str = ""
    """Why it failed or is blocked; "" while it is pending."""
    blocked: bool = False

    @property
    def failed(self) -> bool:
        return bool(self.error)


class Shelf:
    """All knowledge bases of a server."""

    def __init__(self) -> None:
        self.datasets: dict[str, Dataset] = {}
        self.collections: dict[str, Collection] = {}
        self.tasks: list[Task] = []
        self.pages: dict[str, str] = {}
        """The web as the server sees it: the content of pages by URL."""
        self.api_files: list[dict[str, Any]] = []
        """The items of an external source, with `id`, `name`, `type`, `parentId`, and `content` for files."""
        self.embedding: dict[str, Any] = dict(EMBEDDING)
        self.chat_model: dict[str, Any] = dict(CHAT)
        self.lock: threading.Lock = threading.Lock()
        """Guards turning tasks into rows and deleting either, since tests read them from another thread."""
        self._changes = count(1)
        self._index_ids = count(1)

    def touch(self, thing: Dataset | Collection) -> None:
        """Move a dataset or collection to the top of its list."""
        thing.update_time = wire.now()
        thing.order = next(self._changes)

    def add_dataset(self, dataset: Dataset) -> Dataset:
        dataset.order = next(self._changes)
        self.datasets[dataset.id] = dataset
        return dataset

    def add_collection(self, collection: Collection) -> Collection:
        collection.order = next(self._changes)
        self.collections[collection.id] = collection
        return collection

    def row(self, id: object) -> tuple[Collection, Row] | None:
        """Return a row with its collection, or None if there is no such row."""
        return next(
            (
                (collection, collection.rows[str(id)])
                for collection in self.collections.values()
                if id in collection.rows
            ),
            None,
        )

    def index(self, text: str, type: str = "custom") -> Index:
        """Return an index with a new ID."""
        return Index(text, str(next(self._index_ids)), type)

    def set_indexes(self, row: Row, given: Sequence[Mapping[str, Any]]) -> None:
        """Give a row the given indexes and those of its own texts. An index with the same text keeps its ID."""
        old = {index.text: index for index in row.indexes}
        custom = [
            item for item in given if item.get("type", "custom") != "default" and str(item.get("text", "")).strip()
        ]
        wanted = [(str(item["text"]), str(item.get("type", "custom"))) for item in custom]
        wanted += [(text, "default") for text in (row.q, row.a) if text.strip()]
        row.indexes = []
        for text, type in dict.fromkeys(wanted):
            kept = old.get(text)
            row.indexes.append(Index(text, kept.data_id, type) if kept else self.index(text, type))

    def below(self, collection: Collection) -> list[Collection]:
        """Return a collection and, for a folder, everything in it."""
        found = [collection]
        for item in found:
            found += [other for other in self.collections.values() if other.parent_id == item.id]
        return found

    def datasets_below(self, dataset: Dataset) -> list[Dataset]:
        """Return a dataset and, for a folder, everything in it."""
        found = [dataset]
        for item in found:
            found += [other for other in self.datasets.values() if other.parent_id == item.id]
        return found

    def of_dataset(self, id: str) -> list[Collection]:
        """Return the collections of a dataset, last changed first."""
        found = [collection for collection in list(self.collections.values()) if collection.dataset_id == id]
        return sorted(found, key=lambda collection: -collection.order)

    def tasks_of(self, collection_id: str) -> list[Task]:
        return [task for task in self.tasks if task.collection_id == collection_id]

    def forget_collections(self, gone: Sequence[Collection]) -> None:
        """Delete collections, including their rows and tasks."""
        ids = {collection.id for collection in gone}
        with self.lock:
            self.tasks[:] = [task for task in self.tasks if task.collection_id not in ids]
            for id in ids:
                self.collections.pop(id, None)
