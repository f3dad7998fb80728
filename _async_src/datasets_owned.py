# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Datasets: permissions, moving, deleting, and bills."""

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
    """The part of the dataset client that moves and deletes datasets, and reads permissions and bills."""

    async def delete_dataset(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a dataset, or a folder and everything in it. Only the owner may do this.

        Args:
            id: ID of the dataset or folder.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            NotFoundError: the dataset does not exist (up to 4.14.3; later servers report success).
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        """Delete several datasets and folders. May succeed in part; the response lists which.

        Args:
            ids: IDs of the datasets and folders.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        """Move datasets and folders. May succeed in part; the response lists which.

        Args:
            ids: IDs of the datasets and folders.
            parentId: ID of the folder to move them to; None for the root.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        """Return what the key's owner may do with a dataset. Without any permission, the name is empty.

        Args:
            id: ID of the dataset, from `create_dataset` or `list_datasets`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        """Create a bill and return its ID. Passed as `billId`, it puts several pushes of rows on one bill.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            name: name of the bill.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
