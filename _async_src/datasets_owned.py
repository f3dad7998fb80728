# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Knowledge bases: who may use them, where they lie, and their end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import with_parent

from .datasets_calls import AsyncDatasetCalls

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import DatasetPermission, DatasetsMoved


class AsyncOwnedDatasetsMixin(AsyncDatasetCalls):
    """The part of the dataset client that moves and deletes datasets, and reads rights and bills."""

    async def delete_dataset(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a dataset, or a folder with all that is in it. Only their owner may.

        Args:
            id: the dataset; a folder goes with all that is in it.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            NotFoundError: there is none (up to 4.14.3; later servers delete again in silence).

        `DELETE /api/core/dataset/delete`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.DELETE_DATASET, query={"id": id}, extra_query=extra_query, extra_body=extra_body)
        return await self._call(request)

    async def delete_datasets(
        self,
        *,
        ids: Sequence[str],
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DatasetsMoved]:
        """Delete several datasets and folders. It may succeed in part: the answer says which.

        Args:
            ids: the datasets.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/batch/delete`, 4.17.1 and later.
        """
        self._validate_ids(ids=ids)
        request = self._request(
            paths.DELETE_DATASETS, body={"ids": ids}, extra_body=extra_body, extra_query=extra_query
        )
        return await self._call(request)

    async def move_datasets(
        self,
        *,
        ids: Sequence[str],
        parentId: str | None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DatasetsMoved]:
        """Move datasets and folders into a folder, or to the root: `parentId=None`. It may succeed in part.

        Args:
            ids: the datasets.
            parentId: the folder to move them to; None for the root.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/batch/move`, 4.17.1 and later.
        """
        self._validate_ids(ids=ids)
        request = self._request(
            paths.MOVE_DATASETS,
            body={"ids": ids},
            extra_body=with_parent(parentId, extra_body),
            extra_query=extra_query,
        )
        return await self._call(request)

    async def get_dataset_permission(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[DatasetPermission]:
        """Return what the key's owner may do with a dataset; without any right the name is empty.

        Args:
            id: the dataset.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        `GET /api/core/dataset/getPermission`, 4.9.4 and later.
        """
        self._validate_params(id=id)
        request = self._request(
            paths.DATASET_PERMISSION, query={"id": id}, extra_query=extra_query, extra_body=extra_body
        )
        return await self._call(request)

    async def create_training_usage(
        self,
        *,
        datasetId: str,
        name: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[str]:
        """Return the id of a new bill: as `billId` it puts many pushes of rows on one.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            name: what the bill is called.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/support/wallet/usage/createTrainingUsage`, all versions.
        """
        self._validate_params(datasetId=datasetId)
        request = self._request(
            paths.CREATE_USAGE,
            body={"datasetId": datasetId, "name": name},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
