# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Failed training tasks: finding, retrying and cancelling them; and rebuilding vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import retry_bodies
from fastgpt_client._api.params import check_one_of, pagination_params
from fastgpt_client.exceptions import BadRequestError

from .datasets_calls import AsyncDatasetCalls

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import DatasetTrainingErrors, TrainingTask


class AsyncTrainingFailuresMixin(AsyncDatasetCalls):
    """The part of the dataset client for failed training."""

    async def list_dataset_training_errors(
        self,
        *,
        datasetId: str,
        collectionId: str | None = None,
        itemOffset: int | None = None,
        itemPageSize: int | None = None,
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 20,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DatasetTrainingErrors]:
        """Return a page of the collections that have failed tasks, each with some of these tasks.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            collectionId: only this collection.
            itemOffset: number of tasks to skip in each collection.
            itemPageSize: maximum number of tasks per collection, up to 20; default: 5.
            offset: number of items to skip; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of collections, up to 20.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/training/getDatasetTrainingError`, 4.15.0 and later.
        """
        self._validate_params(datasetId=datasetId, collectionId=collectionId)
        request = self._request(
            paths.DATASET_TRAINING_ERRORS,
            body={
                "datasetId": datasetId,
                "collectionId": collectionId,
                "itemOffset": itemOffset,
                "itemPageSize": itemPageSize,
                **pagination_params(offset, pageNum, pageSize),
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def has_training_error(
        self,
        *,
        datasetId: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, bool]]:
        """Return whether any task of a dataset failed: `.data["hasError"]`.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/training/hasDatasetTrainingError`, 4.15.0 and later.
        """
        self._validate_params(datasetId=datasetId)
        request = self._request(
            paths.HAS_TRAINING_ERROR, query={"datasetId": datasetId}, extra_query=extra_query, extra_body=extra_body
        )
        return await self._call(request)

    async def get_training_data(
        self,
        *,
        collectionId: str,
        dataId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[TrainingTask | None]:
        """Return the input of a training task; None if the task does not exist.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            dataId: the task's `_id`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/training/getTrainingDataDetail`, 4.9.14 and later.
        """
        self._validate_params(collectionId=collectionId, dataId=dataId)
        request = self._request(
            paths.TRAINING_DATA,
            body={"collectionId": collectionId, "dataId": dataId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def retry_training(
        self,
        *,
        collectionId: str | None = None,
        datasetId: str | None = None,
        dataId: str | None = None,
        q: str | None = None,
        a: str | None = None,
        chunkIndex: int | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Retry failed tasks, up to three times each.

        Args:
            collectionId: ID of the collection whose tasks are retried; servers up to 4.14 require `datasetId` as well.
            datasetId: ID of the dataset; without `collectionId`, all its tasks are retried (4.15 and later).
            dataId: `_id` of a single task; up to 4.14 together with the other two.
            q: text for the task to learn instead.
            a: answer for the task to learn instead.
            chunkIndex: position for the task's row instead.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `PUT /api/core/dataset/training/updateTrainingData`, 4.9.4 and later.
        """
        content = {"q": q, "a": a, "chunkIndex": chunkIndex}
        *earlier, last = [
            self._request(paths.RETRY_TRAINING, body=body, extra_body=extra_body, extra_query=extra_query)
            for body in retry_bodies(datasetId, collectionId, dataId, content)
        ]
        end = self._end()
        for request in earlier:
            try:
                return await self._call_until(request, end)
            except BadRequestError:
                continue  # the form of other versions
        return await self._call_until(last, end)

    async def delete_training(
        self,
        *,
        collectionId: str,
        dataId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Cancel a task. From 4.17.2 on its row remains, marked as failed.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            dataId: the task's `_id`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/training/deleteTrainingData`, 4.9.4 and later.
        """
        self._validate_params(collectionId=collectionId, dataId=dataId)
        request = self._request(
            paths.DELETE_TRAINING,
            body={"collectionId": collectionId, "dataId": dataId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def rebuild_embedding(
        self,
        *,
        datasetId: str,
        vectorModel: str | None = None,
        vectorModelId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Recompute all vectors of a dataset with another model.

        Only the owner may do this, and only while nothing is being trained.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            vectorModel: name of the embedding model (up to 4.16).
            vectorModelId: ID of the embedding model (4.17 and later).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/training/rebuildEmbedding`, all versions.
        """
        self._validate_params(datasetId=datasetId)
        check_one_of(vectorModel=vectorModel, vectorModelId=vectorModelId)
        request = self._request(
            paths.REBUILD_EMBEDDING,
            body={"datasetId": datasetId, "vectorModel": vectorModel, "vectorModelId": vectorModelId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
