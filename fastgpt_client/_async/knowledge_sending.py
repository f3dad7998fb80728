# Generated from _async_src/knowledge_sending.py by scripts/generate.py: edit the source, not this file.
"""Sends the files of a source: each creates one collection, even if the fate of a request is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from fastgpt_client._concurrency import async_in_thread
from fastgpt_client._json import as_object
from fastgpt_client._knowledge.marks import Mark, settings_digest
from fastgpt_client._knowledge.reading import CheckedFile
from fastgpt_client.exceptions import APIConnectionError, ServerError
from fastgpt_client.knowledge import Entry, Source

from .knowledge_calls import AsyncKnowledgeCalls
from .knowledge_folders import AsyncFolders
from .knowledge_reading import AsyncHoldingsReader

_TRIES = 3


class AsyncFileSender:
    """Creates collections from the files of a source; `known` are the ones that existed before."""

    def __init__(
        self,
        calls: AsyncKnowledgeCalls,
        reader: AsyncHoldingsReader,
        folders: AsyncFolders,
        source: Source,
        entries: Mapping[str, Entry],
        settings: Mapping[str, Any] | None,
        known: frozenset[str],
    ) -> None:
        self._calls = calls
        self._reader = reader
        self._folders = folders
        self._source = source
        self._entries = entries
        self._settings = settings
        self._digest = settings_digest(settings)
        self._known = known

    async def send(self, path: str) -> str:
        """Return the ID of the collection created from a file."""
        entry = self._entries[path]
        mark = Mark(path, entry.fingerprint, self._digest)
        above, _, name = path.rpartition("/")
        folder = await self._folders.id_of(above)
        tries = 0
        while True:
            tries += 1
            try:
                id = await self._made(entry, mark, folder, name)
            except (APIConnectionError, ServerError) as exc:
                if isinstance(exc, ServerError) and exc.code is not None:
                    raise  # rejected by the server itself
                found = await self._look(mark, folder, name)
                if found is None and tries < _TRIES:
                    continue
                if found is None:
                    raise
                id = found
            self._reader.note(id, mark)
            return id

    async def _made(self, entry: Entry, mark: Mark, parentId: str | None, name: str) -> str:
        file = await async_in_thread(lambda: CheckedFile(self._source.open(entry.path), entry))
        try:
            answer = await self._calls.paced(
                lambda: self._calls.client.create_file_collection(
                    cast("BinaryIO", file),
                    filename=name,
                    datasetId=self._calls.dataset_id,
                    parentId=parentId,
                    metadata=mark.metadata,
                    settings=self._settings,
                )
            )
        finally:
            file.close()
        return str(as_object(answer.data).get("collectionId"))

    async def _look(self, mark: Mark, parentId: str | None, name: str) -> str | None:
        """Return the ID of a new collection with the given mark: a failed request may have created it after all."""
        for item in await self._calls.list_folder(parentId):
            id = str(item.get("_id"))
            if item.get("name") == name and id not in self._known and await self._reader.mark_of(id) == mark:
                return id
        return None
