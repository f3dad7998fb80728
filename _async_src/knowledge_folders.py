# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The folders of a knowledge base, found or made."""

from __future__ import annotations

import unicodedata

from fastgpt_client._locks import AsyncTurnLock
from fastgpt_client.exceptions import APIConnectionError, ServerError

from .knowledge_calls import AsyncKnowledgeCalls


class AsyncFolders:
    """Finds folders by their paths, and makes those that are not there.

    Two of one name are allowed: the first one counts, on every machine.
    """

    def __init__(self, calls: AsyncKnowledgeCalls) -> None:
        self._calls = calls
        self._ids: dict[str, str | None] = {"": None}
        self._lock = AsyncTurnLock()

    async def id_of(self, path: str) -> str | None:
        """Return the id of a folder, None for the root."""
        await self._lock.acquire()
        try:
            above = ""
            for part in path.split("/"):
                here = f"{above}/{part}" if above else part
                if here not in self._ids:
                    self._ids[here] = await self._found(self._ids[above], part)
                above = here
            return self._ids[path]
        finally:
            self._lock.release()

    async def _found(self, parentId: str | None, name: str) -> str:
        there = await self._look(parentId, name)
        if there is not None:
            return there
        try:
            answer = await self._calls.paced(
                lambda: self._calls.client.create_collection(
                    datasetId=self._calls.dataset_id, name=name, type="folder", parentId=parentId
                )
            )
        except (APIConnectionError, ServerError):  # it may be there now
            there = await self._look(parentId, name)
            if there is None:
                raise
            return there
        return str(answer.data)

    async def _look(self, parentId: str | None, name: str) -> str | None:
        items = await self._calls.list_folder(parentId, folders=True)
        same = [
            (str(item.get("createTime")), str(item.get("_id")))
            for item in items
            if item.get("type") == "folder" and unicodedata.normalize("NFC", str(item.get("name"))) == name
        ]
        return min(same)[1] if same else None
