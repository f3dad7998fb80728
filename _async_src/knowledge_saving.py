# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Saves a knowledge base as files: collections, rows with their index texts, marks and originals."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

from fastgpt_client._concurrency import async_in_thread, async_run_each
from fastgpt_client._http.httpx import AsyncClient, InvalidURL, RequestError
from fastgpt_client._json import as_object
from fastgpt_client._knowledge.results import ProgressHook, RunLog
from fastgpt_client._knowledge.saved import (
    SavedCollection,
    SavedFolder,
    chunk_settings_of,
    hash_of,
    original_url,
    saved_metadata,
    saved_row,
)
from fastgpt_client.exceptions import AuthenticationError, FastGPTError, NotFoundError, QuotaExceededError
from fastgpt_client.knowledge import CopyReport

from .knowledge_calls import AsyncKnowledgeCalls


class AsyncSaver:
    """Writes all collections of a dataset into a folder; skips those that are already there."""

    def __init__(
        self, calls: AsyncKnowledgeCalls, folder: SavedFolder, concurrency: int, progress: ProgressHook | None
    ) -> None:
        self._calls = calls
        self._folder = folder
        self._concurrency = concurrency
        self._log = RunLog(progress)
        self._problems: list[str] = []
        self._saved: dict[str, SavedCollection] = {}

    async def run(self) -> CopyReport:
        """Save, and return a report."""
        client, id = self._calls.client, self._calls.dataset_id
        about = as_object((await self._calls.paced(lambda: client.get_dataset(id=id))).data)
        await async_in_thread(self._folder.begin)  # only now: a dataset that does not exist leaves no folder behind
        items = await self._calls.list_everything()
        self._log.enter("sending", len(items))
        await async_run_each(self._save, items, self._concurrency)
        described = {name: str(about.get(name) or "") for name in ("name", "intro", "avatar", "type")}
        found = [self._saved[str(item["_id"])] for item in items if str(item["_id"]) in self._saved]
        await async_in_thread(lambda: self._folder.finish({"id": id, **described}, [one.id for one in found]))
        return CopyReport(
            dataset_id=id,
            collections=len(found),
            rows=sum(one.rows for one in found),
            originals=sum(one.original_sha256 is not None for one in found),
            problems=tuple(self._problems),
        )

    async def _save(self, item: dict[str, Any]) -> None:
        id = str(item["_id"])
        there = await async_in_thread(lambda: self._folder.find(id))
        if there is not None:
            self._saved[id] = there
        else:
            try:
                self._saved[id] = await self._written(id)
            except (AuthenticationError, QuotaExceededError):
                raise
            except FastGPTError as exc:
                self._problems.append(f"{item.get('name')}: it could not be read: {exc}")
        self._log.one_more()

    async def _written(self, id: str) -> SavedCollection:
        """Write a collection's files, and return its entry."""
        answer = await self._calls.paced(lambda: self._calls.client.get_collection(id=id))
        detail = as_object(answer.data)
        kind = str(detail.get("type"))
        rows, original = 0, None
        if kind != "folder":
            rows = await self._write_rows(id)
        if kind == "file":
            original = await self._write_original(id, str(detail.get("name")))
        tags: list[str] = detail.get("tags") or []
        digest = await async_in_thread(lambda: hash_of(self._folder.rows_file(id)))
        collection = SavedCollection(
            id=id,
            name=str(detail.get("name")),
            type=kind,
            parent_id=None if detail.get("parentId") is None else str(detail["parentId"]),
            tags=tags,
            forbid=bool(detail.get("forbid")),
            metadata=saved_metadata(detail),
            settings=chunk_settings_of(detail),
            rows=rows,
            rows_sha256=digest,
            original_sha256=original,
        )
        await async_in_thread(lambda: self._folder.write(collection))
        return collection

    async def _write_rows(self, id: str) -> int:
        """Write the rows of a collection in order, and return their number."""
        file = await async_in_thread(lambda: self._folder.rows_file(id).open("w", encoding="utf-8"))
        count = 0
        try:
            async for row in AsyncRowReader(self._calls, id):
                count += 1
                line = json.dumps(row[1], ensure_ascii=False) + "\n"
                await async_in_thread(partial(file.write, line))
        finally:
            file.close()
        return count

    async def _write_original(self, id: str, name: str) -> str | None:
        """Write a collection's original, and return its hash; None if it cannot be downloaded, which is reported."""
        answer = await self._calls.paced(lambda: self._calls.client.read_collection(collectionId=id))
        url = original_url(str(as_object(answer.data).get("value") or ""), self._calls.client.base_url)
        file = await async_in_thread(lambda: self._folder.original_file(id).open("wb"))
        try:
            problem = await async_download(self._calls.client.http_client, url, file)
        finally:
            file.close()
        if problem is not None:
            self._problems.append(f"{name}: its original cannot be had: {problem}")
            return None
        return await async_in_thread(lambda: hash_of(self._folder.original_file(id)))


async def async_download(http: AsyncClient, url: str, file: BinaryIO) -> str | None:
    """Download a URL into a file; return the reason if that fails, else None."""
    try:
        async with http.stream("GET", url, follow_redirects=True, timeout=60.0) as response:
            if response.status_code != 200:
                return f"HTTP {response.status_code}"
            async for piece in response.aiter_bytes():
                await async_in_thread(partial(file.write, piece))
    except (RequestError, InvalidURL) as exc:
        return f"{type(exc).__name__}: {exc}"
    return None


class AsyncRowReader:
    """The rows of a collection as stored, each with its ID. A list has neither whole rows nor index texts."""

    def __init__(self, calls: AsyncKnowledgeCalls, id: str) -> None:
        self._calls = calls
        self._pages = calls.client.iter_data(collectionId=id)

    def __aiter__(self) -> AsyncRowReader:
        return self

    async def __anext__(self) -> tuple[str, dict[str, Any]]:
        while True:
            item = as_object(await self._pages.__anext__())
            id = str(item.get("_id"))
            with suppress(NotFoundError):  # deleted since it was listed
                answer = await self._calls.paced(partial(self._calls.client.get_data, id=id))
                return id, saved_row(as_object(answer.data))
