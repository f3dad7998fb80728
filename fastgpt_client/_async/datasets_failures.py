# Generated from _async_src/datasets_failures.py by scripts/generate.py: edit the source, not this file.
"""Tasks of a knowledge base that failed: found, tried again, given up; and vectors made anew."""

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
    """The part of the dataset client that is about failed training."""

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
        """Return a page of the collections of which tasks failed, each with some of these tasks.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            collectionId: this collection only.
            itemOffset: how many of each collection's tasks to pass over.
            itemPageSize: how many tasks of each collection to list: up to 20; 5 if left out.
            offset: how many items to pass over; or `pageNum`.
            pageNum: the page, from 1; or `offset`.
            pageSize: up to 20 collections.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        `GET /api/core/dataset/training/hasDatasetTrainingError`, 4.15.0 and later.
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
        """Return what a task is to make rows of, None if there is no such task.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            dataId: the task's `_id`.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        """Have failed tasks tried again, three times each.

        Args:
            collectionId: the tasks of a collection; pass `datasetId` too, which servers up to 4.14 need.
            datasetId: alone, the tasks of a whole dataset (4.15 and later).
            dataId: one task, by its `_id`; up to 4.14 beside the other two.
            q: the text that the task is to learn instead.
            a: the answer that the task is to learn instead.
            chunkIndex: the place of the row that the task is to have instead.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
                continue  # the form of another age
        return await self._call_until(last, end)

    async def delete_training(
        self,
        *,
        collectionId: str,
        dataId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Give a task up. From 4.17.2 on its row stays, and counts as failed.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            dataId: the task's `_id`.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        """Make all vectors of a dataset anew with another model. Only its owner may, and only while nothing is learnt.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            vectorModel: the model's name, up to 4.16.
            vectorModelId: its id, from 4.17 on.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
