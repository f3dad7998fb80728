# Generated from _async_src/knowledge_folders.py by scripts/generate.py: edit the source, not this file.
"""The folders of a knowledge base, found or created."""

from __future__ import annotations

import unicodedata
from typing import Literal

from fastgpt_client._concurrency.locks import AsyncTurnLock
from fastgpt_client.exceptions import APIConnectionError, ServerError

from .knowledge_calls import AsyncKnowledgeCalls


class AsyncFolders:
    """Finds folders by their paths, and creates missing ones.

    Two folders may have the same name: every machine uses the first one.
    """

    def __init__(self, calls: AsyncKnowledgeCalls) -> None:
        self._calls = calls
        self._ids: dict[str, str | None] = {"": None}
        self._lock = AsyncTurnLock()

    async def id_of(self, path: str) -> str | None:
        """Return the ID of a folder, None for the root."""
        await self._lock.acquire()
        try:
            above = ""
            for part in path.split("/"):
                here = f"{above}/{part}" if above else part
                if here not in self._ids:
                    self._ids[here] = await async_find_or_make(self._calls, self._ids[above], part, "folder")
                above = here
            return self._ids[path]
        finally:
            self._lock.release()


async def async_find_or_make(
    calls: AsyncKnowledgeCalls, parentId: str | None, name: str, kind: Literal["folder", "virtual"]
) -> str:
    """Return the ID of the first collection with a name in a folder, or of a new one."""
    there = await async_find(calls, parentId, name, kind)
    if there is not None:
        return there
    try:
        answer = await calls.paced(
            lambda: calls.client.create_collection(datasetId=calls.dataset_id, name=name, type=kind, parentId=parentId)
        )
    except (APIConnectionError, ServerError):  # it may exist now
        there = await async_find(calls, parentId, name, kind)
        if there is None:
            raise
        return there
    return str(answer.data)


async def async_find(calls: AsyncKnowledgeCalls, parentId: str | None, name: str, kind: str) -> str | None:
    """Return the ID of the first collection with a name in a folder, None if there is none."""
    items = await calls.list_folder(parentId, folders=kind == "folder")
    same = [
        (str(item.get("createTime")), str(item.get("_id")))
        for item in items
        if item.get("type") == kind and unicodedata.normalize("NFC", str(item.get("name"))) == name
    ]
    return min(same)[1] if same else None
