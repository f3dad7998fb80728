"""A dataset inside the process, learnt look by look: a test says when what happens, and what must never happen."""

from __future__ import annotations

import email
import json
import threading
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx

from fastgpt_client import AsyncDatasetClient, DatasetClient
from tests.support.fake_server import BASE_URL, KEY

DATASET = "65f000000000000000000001"
PREFIX = "/api/core/dataset/"


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Row:
    id: str
    q: str
    a: str
    indexes: list[str]
    chunkIndex: int


@dataclass
class Held:
    """A collection."""

    id: str
    name: str
    type: str
    parentId: str | None
    metadata: dict[str, Any]
    settings: dict[str, Any]
    content: bytes
    changed: int
    looks_left: int
    failed: int = 0
    blocked: bool = False
    rows: list[Row] = field(default_factory=list[Row])
    tags: list[str] = field(default_factory=list[str])

    @property
    def is_ready(self) -> bool:
        return not (self.looks_left or self.failed or self.blocked) and (self.type != "file" or bool(self.rows))

    @property
    def mark(self) -> dict[str, Any]:
        return dict(self.metadata.get("fastgpt_client", {}))


class KnowledgeServer:
    """One dataset of a server of 4.16, or of 4.11 with `old=True`.

    A collection is learnt when it was looked at `learns_after` times. `fault` is called with each request, and again
    when it was answered; what it returns is the answer, what it raises is raised.
    """

    def __init__(self, *, old: bool = False, learns_after: int = 1) -> None:
        self.old = old
        self.learns_after = learns_after
        self.held: dict[str, Held] = {}
        self.calls: list[str] = []
        self.fault: Callable[[httpx.Request, bool], httpx.Response | None] = lambda request, answered: None
        self.watched: set[str] = set()
        self.made = 0
        self.made_datasets: list[str] = []
        self.forbidden: list[str] = []
        self.files_at = "http://only-for-browsers.test"
        self._lock = threading.RLock()
        self.transport = httpx.MockTransport(self._handle)

    def dataset(self, **options: Any) -> DatasetClient:
        return DatasetClient(**self._options(options), http_client=httpx.Client(transport=self.transport))

    def async_dataset(self, **options: Any) -> AsyncDatasetClient:
        return AsyncDatasetClient(**self._options(options), http_client=httpx.AsyncClient(transport=self.transport))

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"api_key": KEY, "base_url": BASE_URL, "retry_delay": 0.0, **options}

    # --- what tests look at -----------------------------------------------------------------------------------------

    def put(self, name: str, **fields: Any) -> Held:
        """Hold a collection that was there before."""
        self.made += 1
        id = f"{self.made:024x}"
        values: dict[str, Any] = {
            "type": "file",
            "parentId": None,
            "metadata": {},
            "settings": {},
            "content": b"",
            "changed": self.made,
            "looks_left": 0,
            **fields,
        }
        held = self.held[id] = Held(id=id, name=name, **values)
        if held.content and not held.looks_left:
            self._cut(held)
        return held

    def found(self) -> dict[str, str]:
        """Return the text that a search finds of each path."""
        ready = [one for one in self.held.values() if one.is_ready and one.mark]
        return {one.mark["path"]: one.content.decode() for one in ready}

    def files(self) -> list[tuple[str, str]]:
        """Return the path and the text of all that syncs have made."""
        return sorted((one.mark["path"], one.content.decode()) for one in self.held.values() if one.mark)

    def path_of(self, held: Held) -> str:
        """Return where a collection lies."""
        above = "" if held.parentId is None else self.path_of(self.held[held.parentId]) + "/"
        return above + held.name

    def count(self, name: str) -> int:
        """Return how often an endpoint was called."""
        return sum(call.endswith(name) for call in self.calls)

    # --- requests ---------------------------------------------------------------------------------------------------

    def _handle(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.calls.append(f"{request.method} {request.url.path.removeprefix(PREFIX)}")
            early = self.fault(request, False)
            if early is not None:
                return early
            before = self.watched & self.found().keys()
            answer = self._answer(request)
            assert before <= self.found().keys(), f"a gap: {before - self.found().keys()}"
            late = self.fault(request, True)
            return answer if late is None else late

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix(PREFIX)
        if "/system/file/" in name:
            assert request.url.host == "fastgpt.test"
            assert "authorization" not in request.headers
            held = self.held[name.rpartition("/")[2]]
            return httpx.Response(200 if held.content else 404, content=held.content)
        method = getattr(self, "_" + name.replace("/", "_").lower(), None)
        if method is None:
            return httpx.Response(404, html="<p>404")
        query = dict(request.url.params)
        body = {} if name.endswith(("localFile",)) or not request.content else json.loads(request.content)
        try:
            data = method(request if name.endswith("localFile") else {**query, **body})
        except KeyError:
            return error(501003, "unExistCollection")
        if isinstance(data, httpx.Response):
            return data
        return httpx.Response(200, json={"code": 200, "statusText": "", "message": "", "data": data})

    def _look(self, held: Held) -> None:
        if held.looks_left:
            held.looks_left -= 1
            if not held.looks_left:
                self._cut(held)
                self.made += 1
                held.changed = self.made

    def _cut(self, held: Held) -> None:
        """Make a row of each line."""
        for number, line in enumerate(held.content.decode().splitlines()):
            self.made += 1
            held.rows.append(Row(f"{self.made:024x}", line, "", [], number))

    def _item(self, held: Held) -> dict[str, Any]:
        active, failed = int(bool(held.looks_left)), held.failed + int(held.blocked)
        item = {
            "_id": held.id,
            "parentId": held.parentId,
            "name": held.name,
            "type": held.type,
            "createTime": held.id,
            "updateTime": f"{held.changed:024x}",
            "dataAmount": len(held.rows),
            "trainingAmount": active + failed,
        }
        if self.old:
            return {**item, **({"hasError": True} if held.failed else {})}
        return {**item, "activeTrainingAmount": active, "finalErrorAmount": failed, "hasError": bool(failed)}

    def _collection_listv2(self, body: dict[str, Any]) -> Any:
        text = body.get("searchText") or ""
        found = [
            one
            for one in self.held.values()
            if text in one.name
            and (bool(text) or one.parentId == body.get("parentId"))
            and (one.type == "folder" or not body.get("selectFolder"))
        ]
        found.sort(key=lambda one: one.changed, reverse=True)
        size = min(body["pageSize"], 30 if self.old else 100)
        page = found[body["offset"] : body["offset"] + size]
        for one in page:
            self._look(one)
        return {"list": [self._item(one) for one in page], "total": len(found)}

    def _collection_detail(self, query: dict[str, Any]) -> Any:
        held = self.held[query["id"]]
        item = self._item(held)
        more: dict[str, Any] = {
            "tags": held.tags,
            "datasetId": DATASET,
            "metadata": {**held.metadata, "relatedImgId": "x"},
        }
        if held.name in self.forbidden:
            more["forbid"] = True
        if self.old:
            return {
                **{name: item[name] for name in ("_id", "parentId", "name", "type", "createTime")},
                **more,
                **held.settings,
            }
        self._look(held)
        return {**self._item(held), **more, **held.settings}

    def _collection_trainingdetail(self, query: dict[str, Any]) -> Any:
        held = self.held[query["collectionId"]]
        self._look(held)
        return {
            "trainingCounts": {"parse": int(bool(held.looks_left))},
            "errorCounts": {"parse": held.failed},
            "queuedCounts": {"parse": 1000},
            "trainedCount": len(held.rows),
        }

    def _training_gettrainingerror(self, body: dict[str, Any]) -> Any:
        held = self.held[body["collectionId"]]
        tasks: list[dict[str, Any]] = [{"_id": "1", "errorMsg": "NotFound"}] * held.failed
        if held.blocked:
            tasks.append({"_id": "2", "errorMsg": "no points", "lockTime": "2050-01-01T00:00:00.000Z"})
        return {"list": tasks, "total": len(tasks)}

    def _training_updatetrainingdata(self, body: dict[str, Any]) -> Any:
        if not self.old and "datasetId" in body and "collectionId" in body:
            return error(400, "Data validation error", 400)
        held = self.held[body["collectionId"]]
        held.failed, held.looks_left = 0, self.learns_after

    def _collection_create(self, body: dict[str, Any]) -> Any:
        return self.put(body["name"], type=body["type"], parentId=body.get("parentId")).id

    def _collection_create_localfile(self, request: httpx.Request) -> Any:
        head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
        parts: dict[Any, Any] = {
            part.get_param("name", header="content-disposition"): part
            for part in email.message_from_bytes(head + request.content).get_payload()  # type: ignore[union-attr]
        }
        data = json.loads(parts["data"].get_payload(decode=True))
        assert data["metadata"] == data["collectionMetadata"]
        known = ("datasetId", "parentId", "tags", "metadata", "collectionMetadata")
        held = self.put(
            unquote(parts["file"].get_filename()),
            parentId=data.get("parentId"),
            metadata=data["metadata"],
            settings={name: value for name, value in data.items() if name not in known},
            content=parts["file"].get_payload(decode=True),
            looks_left=self.learns_after,
        )
        return {"collectionId": held.id, "results": {"insertLen": 0}}

    def _data_pushdata(self, body: dict[str, Any]) -> Any:
        """Take rows; refuse a call for a row that says so, and drop the rows that are too long."""
        held, rows = self.held[body["collectionId"]], body["data"]
        assert len(rows) <= 200
        if any("refuse" in row["q"] for row in rows):
            return error(400, "Data validation error", 400)
        taken = [row for row in rows if len(row["q"]) < 100]
        for row in taken:
            self.made += 1
            indexes = [index["text"] for index in row.get("indexes", [])]
            held.rows.append(Row(f"{self.made:024x}", row["q"], row.get("a", ""), indexes, row.get("chunkIndex", 0)))
        return {"insertLen": len(taken)}

    def _create(self, body: dict[str, Any]) -> Any:
        self.made_datasets.append(body["name"])
        return DATASET

    def _detail(self, query: dict[str, Any]) -> Any:
        return {"_id": query["id"], "name": "Handbook", "intro": "All of it", "avatar": "", "type": "dataset"}

    def _data_v2_list(self, body: dict[str, Any]) -> Any:
        rows = self.held[body["collectionId"]].rows
        page = rows[body["offset"] : body["offset"] + 30]
        return {"list": [{"_id": row.id, "q": "![](http://link)"} for row in page], "total": len(rows)}

    def _data_detail(self, query: dict[str, Any]) -> Any:
        row = next((row for held in self.held.values() for row in held.rows if row.id == query["id"]), None)
        if row is None:
            return error(500, "common:core.dataset.error.Data not found")
        indexes = [{"type": "default", "dataId": "0", "text": row.q}]
        indexes += [{"type": "custom", "dataId": "1", "text": text} for text in row.indexes]
        return {"id": row.id, "q": row.q, "a": row.a, "chunkIndex": row.chunkIndex, "indexes": indexes}

    def _data_delete(self, query: dict[str, Any]) -> Any:
        for held in self.held.values():
            held.rows = [row for row in held.rows if row.id != query["id"]]

    def _collection_read(self, body: dict[str, Any]) -> Any:
        return {"type": "url", "value": f"{self.files_at}/api/system/file/{body['collectionId']}?token=1"}

    def _collection_update(self, body: dict[str, Any]) -> Any:
        self.forbidden.append(self.held[body["id"]].name)

    def _searchtest(self, body: dict[str, Any]) -> Any:
        """Find the rows that have a word of the question, those with more of them first."""
        words = {*body["text"].lower().split()}
        ready = [(held, row) for held in self.held.values() if held.is_ready for row in held.rows]
        found = [(len(words & {*row.q.lower().split()}), held, row) for held, row in ready]
        found.sort(key=lambda hit: hit[0], reverse=True)
        items = [
            {"id": row.id, "q": row.q, "a": row.a, "collectionId": held.id, "sourceName": held.name, "score": []}
            for count, held, row in found
            if count
        ]
        if body.get("searchMode") == "fullTextRecall":
            items.reverse()
        return {"list": items, "duration": "0.250s", **body}

    def _collection_delete(self, body: dict[str, Any]) -> Any:
        assert body["collectionIds"] == [body["id"]]
        del self.held[body["id"]]


def error(code: int, text: str, status: int = 500) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "statusText": text, "message": text, "data": None})


class Killer:
    """Kills a run at its first call, another one at its second, each from the same beginning, until one is not killed.

    It is killed before a call reaches the server, or when it was answered.
    """

    def __init__(self, server: KnowledgeServer, *, answered: bool) -> None:
        self.killed_in: set[str] = set()
        self._server = server
        self._answered = answered
        self._beginning = deepcopy(server.held)
        self._at = self._left = 0
        server.fault = self._count

    def arm(self) -> bool:
        """Begin another run; False if the last one was not killed."""
        if self._left > 0:
            return False
        self._server.held = deepcopy(self._beginning)
        self._at += 1
        self._left = self._at
        return True

    def rest(self) -> None:
        """Kill nothing until the next run."""
        self._left = 0

    def _count(self, request: httpx.Request, answered: bool) -> None:
        if answered == self._answered and self._left:
            self._left -= 1
            if not self._left:
                self.killed_in.add(self._server.calls[-1].rpartition("/")[2])
                raise Killed
