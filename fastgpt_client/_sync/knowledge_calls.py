# Generated from _async_src/knowledge_calls.py by scripts/generate.py: edit the source, not this file.
"""The calls of a knowledge base, all at one rate, and reading its collections."""

from __future__ import annotations

from typing import Any

from fastgpt_client._api.params import parse_page
from fastgpt_client._concurrency import monotonic, sleep
from fastgpt_client._http.pace import Call, Pace
from fastgpt_client._json import as_object
from fastgpt_client._knowledge.training import Learning
from fastgpt_client.exceptions import FastGPTError, RateLimitError

from .datasets_endpoints import DatasetEndpoints

# Maximum number of retries of a rate-limited call, each at half the rate.
_TRIES = 8
# Maximum number of times a list is read again because it changed while it was being read.
_LISTINGS = 3
_PAGE_OF_OLD, _PAGE = 30, 100
# Occurs in every file name: as a search text, it makes newer servers list all folders.
_IN_EVERY_NAME = "."


class KnowledgeCalls:
    """Makes the calls about one dataset."""

    def __init__(self, client: DatasetEndpoints, dataset_id: str, poll: float) -> None:
        self.client = client
        self.dataset_id = dataset_id
        self.poll = poll
        self._pace = Pace()
        self._lists_all: bool | None = None

    def paced(self, call: Call) -> Any:
        """Return the result of a call, made when its slot comes; retry it while it is rate-limited."""
        tries = 0
        while True:
            tries += 1
            wait = self._pace.start(monotonic())
            if wait:
                sleep(wait)
            began = monotonic()
            try:
                answer = call()
            except RateLimitError as exc:
                self._pace.slow_down(began, monotonic(), exc.retry_after)
                if tries == _TRIES:
                    raise
            else:
                self._pace.went_well()
                return answer

    def list_files(self) -> list[dict[str, Any]]:
        """Return all collections that are files, in any folder, as lists show them; possibly others too.

        From 4.15 on, one list covers all folders if it searches for a text. Older servers are asked for each folder.
        """
        if self._lists_all is None:
            first, _ = self._page(None, _IN_EVERY_NAME, 0, _PAGE)
            if first:
                self._lists_all = "activeTrainingAmount" in first[0]
        return self._listed(None, _IN_EVERY_NAME, _PAGE) if self._lists_all else self.list_everything()

    def list_everything(self) -> list[dict[str, Any]]:
        """Return all collections and folders, folder by folder."""
        found: list[dict[str, Any]] = []
        folders: list[str | None] = [None]
        while folders:
            items = self.list_folder(folders.pop())
            found += items
            folders += [str(item["_id"]) for item in items if item.get("type") == "folder"]
        return found

    def list_folder(self, parentId: str | None, *, folders: bool = False) -> list[dict[str, Any]]:
        """Return the contents of a folder (None for the root), or only its folders."""
        return self._listed(parentId, None, _PAGE_OF_OLD, folders=folders)

    def _listed(
        self, parentId: str | None, searchText: str | None, size: int, *, folders: bool = False
    ) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for _ in range(_LISTINGS):
            found = {}
            totals: set[int] = set()
            offset = 0
            while not offset or offset < max(totals):
                items, total = self._page(parentId, searchText, offset, size, folders=folders)
                found.update({str(item.get("_id")): item for item in items})
                totals.add(total)
                offset += size
            # The list is sorted by last change: items that change meanwhile move between the pages and may be missed.
            if offset == size or totals == {len(found)}:
                break
        return [*found.values()]

    def _page(
        self, parentId: str | None, searchText: str | None, offset: int, size: int, *, folders: bool = False
    ) -> tuple[list[dict[str, Any]], int]:
        answer = self.paced(
            lambda: self.client.list_collections(
                datasetId=self.dataset_id,
                parentId=parentId,
                searchText=searchText,
                selectFolder=folders or None,
                offset=offset,
                pageSize=size,
            )
        )
        items, total = parse_page(answer.json())
        return [as_object(item) for item in items], total

    def learning_of(self, id: str) -> Learning:
        """Return the training progress of one collection."""
        return Learning.of_state(self.paced(lambda: self.client.get_training(collectionId=id)))

    def learning(self, item: dict[str, Any]) -> Learning:
        """Return the training progress of a listed collection; needs another call if the list does not report it."""
        learning = Learning.of_item(item)
        return learning if learning.certain else self.learning_of(str(item.get("_id")))

    def retry(self, id: str) -> None:
        """Retry the failed tasks of a collection."""
        self.paced(lambda: self.client.retry_training(collectionId=id, datasetId=self.dataset_id))

    def failed_tasks(self, id: str) -> list[Any]:
        """Return the failed tasks of a collection that the server reports, [] if none."""
        try:
            answer = self.paced(lambda: self.client.list_training_errors(collectionId=id))
        except FastGPTError:  # Before 4.9.14, or the collection no longer exists: that it failed is known anyway.
            return []
        return parse_page(answer.json())[0]
