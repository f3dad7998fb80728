# Generated from _async_src/datasets_training.py by scripts/generate.py: edit the source, not this file.
"""Training of a knowledge base: progress, failures and retries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.params import check_one_of, pagination_params, parse_page
from fastgpt_client._json import as_object
from fastgpt_client.datasets import TrainingState
from fastgpt_client.exceptions import AuthenticationError, NotFoundError

from .datasets_calls import DatasetCalls
from .pages import PageIterator

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import TrainingDetail, TrainingErrorPage, TrainingTask


class TrainingMixin(DatasetCalls):
    """The part of the dataset client for training: splitting texts into rows, and computing the rows' vectors."""

    def get_training(self, *, collectionId: str | None = None, datasetId: str | None = None) -> TrainingState:
        """Return the training progress of a collection or a dataset, in the same form for all server versions.

        Poll every few seconds until `.is_done`, with a time limit: blocked training is never done.

        Args:
            collectionId: ID of the collection; the result includes what failed.
            datasetId: ID of a whole dataset, in place of the collection; servers report only how much is left.

        Raises:
            NotFoundError: the collection or dataset does not exist.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        For a collection, the first of these that the server supports: the fields of `get_collection` (4.15 and later),
        `get_training_detail` (4.9.14 and later), and the items of `list_collections`. Blocked tasks are read from the
        item of `list_collections` only.
        """
        check_one_of(collectionId=collectionId, datasetId=datasetId)
        end = self._end()
        if datasetId is not None:
            queue = self._call_until(self._request(paths.TRAINING_QUEUE, query={"datasetId": datasetId}), end)
            return TrainingState.of_queue(as_object(queue.data))
        found = self._call_until(self._request(paths.COLLECTION, query={"id": collectionId}), end)
        collection = as_object(found.data)
        if (state := TrainingState.of_collection(collection)) is not None:
            return state
        request = self._request(paths.TRAINING_DETAIL, query={"collectionId": collectionId})
        try:
            answer = self._call_until(request, end)
        except (NotFoundError, AuthenticationError):  # before 4.9.14: no such path, or not for keys
            return TrainingState.of_item(self._item(collection, end))
        counts = as_object(answer.data)
        state = TrainingState.of_counts(counts)
        if state.active or state.failed:
            return state
        return TrainingState.of_counts(counts, self._item(collection, end))

    def _item(self, collection: Mapping[str, Any], end: float | None) -> dict[str, Any]:
        """Return a collection's item in the list of its folder, {} if it no longer exists."""
        offset = 0
        while True:
            body = {name: collection.get(name) for name in ("datasetId", "parentId")}
            page = pagination_params(offset, None, 30)
            answer = self._call_until(self._request(paths.COLLECTIONS, body={**body, **page}), end)
            items, total = parse_page(answer.json())
            for item in items:
                if item.get("_id") == collection.get("_id"):
                    return as_object(item)
            offset += 30
            if offset >= total:
                return {}

    def get_training_detail(
        self,
        *,
        collectionId: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[TrainingDetail]:
        """Return a collection's training tasks, counted by mode. `get_training` reads them on all server versions.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/dataset/collection/trainingDetail`, 4.9.14 and later.
        """
        self._validate_params(collectionId=collectionId)
        request = self._request(
            paths.TRAINING_DETAIL,
            query={"collectionId": collectionId},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        return self._call(request)

    def get_training_queue(
        self,
        *,
        datasetId: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, Any]]:
        """Return how much of a dataset is left to learn: `trainingCount` and `rebuildingCount`.

        From 4.17.2 on, the response has only `hasTrainingTask`. `get_training` reads both forms.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/dataset/training/getDatasetTrainingQueue`, all versions.
        """
        self._validate_params(datasetId=datasetId)
        request = self._request(
            paths.TRAINING_QUEUE, query={"datasetId": datasetId}, extra_query=extra_query, extra_body=extra_body
        )
        return self._call(request)

    def list_training_errors(
        self,
        *,
        collectionId: str,
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 20,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[TrainingErrorPage]:
        """Return a page of a collection's failed tasks, each with its `errorMsg`; up to 4.14 also tasks being retried.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            offset: number of items to skip; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of items per page.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/training/getTrainingError`, 4.9.14 and later.
        """
        self._validate_params(collectionId=collectionId)
        request = self._request(
            paths.TRAINING_ERRORS,
            body={"collectionId": collectionId, **pagination_params(offset, pageNum, pageSize)},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def iter_training_errors(
        self, *, collectionId: str, pageSize: int = 20, extra_body: Mapping[str, object] | None = None
    ) -> PageIterator[TrainingTask]:
        """Return an iterator over all failed tasks of a collection.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            pageSize: number of items fetched per request.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/training/getTrainingError`, 4.9.14 and later.
        """
        self._validate_params(collectionId=collectionId)
        pagination_params(None, None, pageSize)
        return PageIterator(
            lambda offset: self._request(
                paths.TRAINING_ERRORS,
                body={"collectionId": collectionId, **pagination_params(offset, None, pageSize)},
                extra_body=extra_body,
            ),
            self._send_request,
            lambda item: item.get("_id"),
            step=pageSize,
            cut=True,
        )
