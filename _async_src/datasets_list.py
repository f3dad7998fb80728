# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Datasets: creating, listing, reading, changing, moving and deleting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import with_parent
from fastgpt_client._api.params import pagination_params
from fastgpt_client._http.config import NOT_GIVEN, NotGiven

from .datasets_calls import AsyncDatasetCalls
from .pages import AsyncPageIterator

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import (
        Dataset,
        DatasetItem,
        DatasetPage,
        DatasetType,
        DatasetWithFiles,
    )


class AsyncDatasetsMixin(AsyncDatasetCalls):
    """The part of the dataset client for datasets and their folders."""

    async def create_dataset(
        self,
        *,
        name: str,
        type: DatasetType = "dataset",
        intro: str = "",
        avatar: str = "",
        parentId: str | None = None,
        vectorModel: str | None = None,
        agentModel: str | None = None,
        vlmModel: str | None = None,
        vectorModelId: str | None = None,
        agentModelId: str | None = None,
        vlmModelId: str | None = None,
        apiDatasetServer: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[str]:
        """Create a dataset, or with `type="folder"` a folder, and return its ID.

        ```python
        created = await client.create_dataset(name="Handbook")
        print(created.data)
        ```

        Args:
            name: name of the dataset.
            type: "dataset", "folder", "websiteDataset", "externalFile" or another type that the server has.
            intro: description shown in FastGPT.
            avatar: URL of the picture shown in FastGPT.
            parentId: ID of the folder to create it in; default: the root.
            vectorModel: name of the embedding model; an unknown name means the server's default.
            agentModel: name of the model that processes texts; an unknown name means the server's default.
            vlmModel: name of the model that reads images; an unknown name means the server's default.
            vectorModelId: ID of the embedding model (4.17 and later).
            agentModelId: ID of the model that processes texts (4.17 and later).
            vlmModelId: ID of the model that reads images (4.17 and later).
            apiDatasetServer: location of the files of an "apiDataset", "feishu", "yuque" or "dingtalk" dataset, such as
                `{"apiServer": {"baseUrl": "https://…", "authorization": "…"}}`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            QuotaExceededError: the team has reached its maximum number of datasets.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/create`, all versions.
        """
        self._validate_params(name=name, parentId=parentId)
        request = self._request(
            paths.CREATE_DATASET,
            body={
                "name": name,
                "type": type,
                "intro": intro,
                "avatar": avatar,
                "parentId": parentId,
                "vectorModel": vectorModel,
                "agentModel": agentModel,
                "vlmModel": vlmModel,
                "vectorModelId": vectorModelId,
                "agentModelId": agentModelId,
                "vlmModelId": vlmModelId,
                "apiDatasetServer": apiDatasetServer,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def create_dataset_folder(
        self,
        *,
        name: str,
        intro: str = "",
        parentId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, Any]]:
        """Create a folder for datasets. The response is empty; `create_dataset(type="folder")` returns the folder's ID.

        Args:
            name: name of the folder.
            intro: description shown in FastGPT.
            parentId: ID of the folder to create it in; default: the root.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/folder/create`, 4.9.7 and later.
        """
        self._validate_params(name=name, parentId=parentId)
        request = self._request(
            paths.CREATE_FOLDER,
            body={"name": name, "intro": intro, "parentId": parentId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def create_dataset_with_files(
        self,
        *,
        datasetParams: Mapping[str, Any],
        files: Sequence[Mapping[str, str]],
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DatasetWithFiles]:
        """Create a dataset from files uploaded with `upload_temporary_file`, with the server's default chunk settings.

        Args:
            datasetParams: `name` and `avatar`; optionally `parentId` and model names.
            files: for each file its `fileId`, a key that begins with "temp/", and its `name`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/createWithFiles`, 4.14.3 and later.
        """
        request = self._request(
            paths.CREATE_WITH_FILES,
            body={"datasetParams": datasetParams, "files": files},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def list_datasets(
        self,
        *,
        parentId: str | NotGiven | None = NOT_GIVEN,
        type: DatasetType | Sequence[DatasetType] | None = None,
        searchKey: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[list[DatasetItem]]:
        """Return the datasets that the key's owner can read, most recently changed first.

        Args:
            parentId: ID of the folder to list; None for the root; default: the datasets of all folders.
            type: type of dataset; several types are supported up to 4.14.10 and from 4.17 on.
            searchKey: text to find in names and introductions, in all folders; the other arguments are then ignored.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/list`, all versions.
        """
        self._validate_params(searchKey=searchKey)
        request = self._request(
            paths.DATASETS,
            body={"type": type, "searchKey": searchKey},
            extra_body=with_parent(parentId, extra_body),
            extra_query=extra_query,
        )
        return await self._call(request)

    async def list_datasets_page(
        self,
        *,
        parentId: str | NotGiven | None = NOT_GIVEN,
        type: DatasetType | Sequence[DatasetType] | None = None,
        searchKey: str | None = None,
        sort: str | None = None,
        tmbIds: Sequence[str] | None = None,
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 50,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DatasetPage]:
        """Return a page of datasets.

        Args:
            parentId: as in `list_datasets`; with `searchKey`, folders below it are searched too.
            type: type of dataset.
            searchKey: text to find in the name.
            sort: order, such as "createTimeAsc"; default: most recently changed first.
            tmbIds: only datasets created by these team members; an empty list matches nothing.
            offset: number of items to skip; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of items per page.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/listV2`, 4.17.0 and later.
        """
        self._validate_params(searchKey=searchKey)
        request = self._request(
            paths.DATASETS_V2,
            body={
                "type": type,
                "searchKey": searchKey,
                "sort": sort,
                "tmbIds": tmbIds,
                **pagination_params(offset, pageNum, pageSize),
            },
            extra_body=with_parent(parentId, extra_body),
            extra_query=extra_query,
        )
        return await self._call(request)

    def iter_datasets(
        self,
        *,
        parentId: str | NotGiven | None = NOT_GIVEN,
        type: DatasetType | None = None,
        searchKey: str | None = None,
        pageSize: int = 50,
        extra_body: Mapping[str, object] | None = None,
    ) -> AsyncPageIterator[DatasetItem]:
        """Return an iterator over all datasets. Works before 4.17 too, where the server has no pages.

        ```python
        async for dataset in client.iter_datasets():
            print(dataset["_id"], dataset["name"])
        ```

        Args:
            parentId: as in `list_datasets_page`.
            type: type of dataset.
            searchKey: text to find in the name.
            pageSize: number of items fetched per request.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/listV2`, before 4.17.0 `POST /api/core/dataset/list`.
        """
        self._validate_params(searchKey=searchKey)
        pagination_params(None, None, pageSize)
        body = with_parent(parentId, extra_body)
        return AsyncPageIterator(
            lambda offset: self._request(
                paths.DATASETS_OF_ANY_AGE,
                body={"type": type, "searchKey": searchKey, **pagination_params(offset, None, pageSize)},
                extra_body=body,
            ),
            self._send_request,
            lambda item: item.get("_id"),
            step=pageSize,
            cut=True,
        )

    async def get_dataset(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[Dataset]:
        """Return a dataset. From 4.14.4 on, a deleted dataset can still be read for a while: it has a `deleteTime`.

        Args:
            id: ID of the dataset, from `create_dataset` or `list_datasets`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            NotFoundError: the dataset does not exist.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/dataset/detail`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.DATASET, query={"id": id}, extra_query=extra_query, extra_body=extra_body)
        return await self._call(request)

    async def update_dataset(
        self,
        *,
        id: str,
        name: str | None = None,
        intro: str | None = None,
        avatar: str | None = None,
        parentId: str | NotGiven | None = NOT_GIVEN,
        agentModel: str | None = None,
        vlmModel: str | None = None,
        websiteConfig: Mapping[str, Any] | None = None,
        externalReadUrl: str | None = None,
        apiDatasetServer: Mapping[str, Any] | None = None,
        autoSync: bool | None = None,
        chunkSettings: Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Change a dataset. Only `intro` and `externalReadUrl` can be set to an empty text.

        Args:
            id: ID of the dataset, from `create_dataset` or `list_datasets`.
            name: the new name.
            intro: description shown in FastGPT.
            avatar: URL of the picture shown in FastGPT.
            parentId: ID of the folder to move it to; None for the root. Up to 4.17.0 a key cannot move anything to or
                from the root; use `move_datasets`.
            agentModel: name of the model that turns texts into questions and answers.
            vlmModel: name of the model that reads images.
            websiteConfig: `url` and `selector` of a "websiteDataset".
            externalReadUrl: address at which readers open the files of an "externalFile" dataset.
            apiDatasetServer: location of the source of an API dataset.
            autoSync: whether the server checks for changes by itself.
            chunkSettings: chunk settings of a "websiteDataset"; changing them deletes what it has learnt.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `PUT /api/core/dataset/update`; accepts an API key in 4.15.0 and later.
        """
        self._validate_params(id=id)
        request = self._request(
            paths.UPDATE_DATASET,
            body={
                "id": id,
                "name": name,
                "intro": intro,
                "avatar": avatar,
                "agentModel": agentModel,
                "vlmModel": vlmModel,
                "websiteConfig": websiteConfig,
                "externalReadUrl": externalReadUrl,
                "apiDatasetServer": apiDatasetServer,
                "autoSync": autoSync,
                "chunkSettings": chunkSettings,
            },
            extra_body=with_parent(parentId, extra_body),
            extra_query=extra_query,
        )
        return await self._call(request)
