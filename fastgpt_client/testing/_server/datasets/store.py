"""What the server keeps of knowledge bases: datasets, collections, rows, and tasks of training."""

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
    """A text by which a row is found."""

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
    """From 4.17.2 on: "indexing", "indexed" or "error"; "" on older servers."""
    error: str = ""

    @property
    def learnt(self) -> bool:
        """Whether a search finds it."""
        return self.status in ("", "indexed")


@dataclass(kw_only=True)
class Collection:
    """A collection of a dataset, or a folder of them."""

    dataset_id: str
    name: str
    type: str = "virtual"
    id: str = field(default_factory=wire.object_id)
    parent_id: str | None = None
    tags: list[str] | None = None
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    metadata: dict[str, Any] | None = None
    text: str | None = None
    """What its rows are made of; None for what is pushed into it."""
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
        """What its text came from."""
        return self.file_id or self.link or str(self.api_file.get("apiFileId", ""))

    @property
    def text_hash(self) -> str:
        return hashlib.sha256((self.text or "").encode()).hexdigest()

    @property
    def listed(self) -> list[Row]:
        """Its rows as they are listed: by their place in the text, the newest first."""
        newest_first = list(self.rows.values())[::-1]
        return sorted(newest_first, key=lambda row: row.chunk_index)


@dataclass(kw_only=True)
class Dataset:
    """A dataset of the server, or a folder of them."""

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
    """A task of the training queue: it begins when there is room, and is done when it is due."""

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
    """The row that it is about, where rows are there before they are learnt."""
    id: str = field(default_factory=wire.object_id)
    bill_id: str = ""
    error: str = ""
    """Why it was given up, or lies still; "" while it is worked on."""
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
        """What stands at which address: the web, as far as the server can reach it."""
        self.api_files: list[dict[str, Any]] = []
        """What an outside source has: items with `id`, `name`, `type`, `parentId`, and of a file its `content`."""
        self.embedding: dict[str, Any] = dict(EMBEDDING)
        self.chat_model: dict[str, Any] = dict(CHAT)
        self.lock: threading.Lock = threading.Lock()
        """Held by who makes rows of tasks, or deletes both: a test looks here from another thread than the server's."""
        self._changes = count(1)
        self._index_ids = count(1)

    def touch(self, thing: Dataset | Collection) -> None:
        """Move something to the head of its list."""
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
        """Return a row with the collection that it is of, None if there is none."""
        return next(
            (
                (collection, collection.rows[str(id)])
                for collection in self.collections.values()
                if id in collection.rows
            ),
            None,
        )

    def index(self, text: str, type: str = "custom") -> Index:
        """Return a new index."""
        return Index(text, str(next(self._index_ids)), type)

    def set_indexes(self, row: Row, given: Sequence[Mapping[str, Any]]) -> None:
        """Give a row the indexes that are named, and those of its own texts; one of the same text keeps its id."""
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
        """Return a collection and, of a folder, all that lies in it."""
        found = [collection]
        for item in found:
            found += [other for other in self.collections.values() if other.parent_id == item.id]
        return found

    def datasets_below(self, dataset: Dataset) -> list[Dataset]:
        """Return a dataset and, of a folder, all that lies in it."""
        found = [dataset]
        for item in found:
            found += [other for other in self.datasets.values() if other.parent_id == item.id]
        return found

    def of_dataset(self, id: str) -> list[Collection]:
        """Return a dataset's collections, the last changed first."""
        found = [collection for collection in list(self.collections.values()) if collection.dataset_id == id]
        return sorted(found, key=lambda collection: -collection.order)

    def tasks_of(self, collection_id: str) -> list[Task]:
        return [task for task in self.tasks if task.collection_id == collection_id]

    def forget_collections(self, gone: Sequence[Collection]) -> None:
        """Delete collections with their rows and tasks."""
        ids = {collection.id for collection in gone}
        with self.lock:
            self.tasks[:] = [task for task in self.tasks if task.collection_id not in ids]
            for id in ids:
                self.collections.pop(id, None)
