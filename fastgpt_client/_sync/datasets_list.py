# Generated from _async_src/datasets_list.py by scripts/generate.py: edit the source, not this file.
"""Knowledge bases themselves: made, listed, read, changed, moved, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import with_parent
from fastgpt_client._api.params import pagination_params
from fastgpt_client._http.config import NOT_GIVEN, NotGiven

from .datasets_calls import DatasetCalls
from .pages import PageIterator

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import (
        Dataset,
        DatasetItem,
        DatasetPage,
        DatasetType,
        DatasetWithFiles,
    )


class DatasetsMixin(DatasetCalls):
    """The part of the dataset client that is about datasets and their folders."""

    def create_dataset(
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
        """Return the id of a new dataset, or with the type "folder" of a new folder.

        Args:
            name: what it is called.
            type: "dataset", "folder", "websiteDataset", "externalFile" or another kind that the server has.
            intro: what it is about; FastGPT shows it.
            avatar: the URL of the picture that FastGPT shows.
            parentId: the folder that it is made in; left out, the root.
            vectorModel: the name of the embedding model; for an unknown one the server takes its default.
            agentModel: the name of the model that processes texts, likewise.
            vlmModel: the name of the model that reads images, likewise.
            vectorModelId: the embedding model by its id (4.17 and later).
            agentModelId: the model that processes texts by its id (4.17 and later).
            vlmModelId: the model that reads images by its id (4.17 and later).
            apiDatasetServer: where the files of an "apiDataset", "feishu", "yuque" or "dingtalk" are, such as
                `{"apiServer": {"baseUrl": "https://…", "authorization": "…"}}`.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            QuotaExceededError: the team has as many datasets as it may have.

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
        return self._call(request)

    def create_dataset_folder(
        self,
        *,
        name: str,
        intro: str = "",
        parentId: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, Any]]:
        """Make a folder for datasets. The answer is empty: `create_dataset(type="folder")` returns the folder's id.

        Args:
            name: what it is called.
            intro: what it is about; FastGPT shows it.
            parentId: the folder that it is made in; left out, the root.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/folder/create`, 4.9.7 and later.
        """
        self._validate_params(name=name, parentId=parentId)
        request = self._request(
            paths.CREATE_FOLDER,
            body={"name": name, "intro": intro, "parentId": parentId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def create_dataset_with_files(
        self,
        *,
        datasetParams: Mapping[str, Any],
        files: Sequence[Mapping[str, str]],
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[DatasetWithFiles]:
        """Make a dataset of files that were uploaded as temporary ones, cut in the server's own way.

        Args:
            datasetParams: `name` and `avatar`, optionally `parentId` and names of models.
            files: `fileId`, a key that begins with "temp/", and `name` of each.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/createWithFiles`, 4.14.3 and later.
        """
        request = self._request(
            paths.CREATE_WITH_FILES,
            body={"datasetParams": datasetParams, "files": files},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def list_datasets(
        self,
        *,
        parentId: str | NotGiven | None = NOT_GIVEN,
        type: DatasetType | Sequence[DatasetType] | None = None,
        searchKey: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[list[DatasetItem]]:
        """Return the datasets that the key's owner can read, the last changed first.

        Args:
            parentId: the folder to list; None for the root; left out, the datasets of all folders.
            type: of this type only; several of them up to 4.14.10 and from 4.17 on.
            searchKey: name or intro, in all folders; the other arguments then do not count.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/list`, all versions.
        """
        self._validate_params(searchKey=searchKey)
        request = self._request(
            paths.DATASETS,
            body={"type": type, "searchKey": searchKey},
            extra_body=with_parent(parentId, extra_body),
            extra_query=extra_query,
        )
        return self._call(request)

    def list_datasets_page(
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
            parentId: as in `list_datasets`; with `searchKey` the folders below it are searched too.
            type: only datasets of this type.
            searchKey: a piece of the name.
            sort: such as "createTimeAsc"; left out, the last changed come first.
            tmbIds: made by these members; an empty list finds nothing.
            offset: how many items to pass over; or `pageNum`.
            pageNum: the page, from 1; or `offset`.
            pageSize: how many items the page has at most.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        return self._call(request)

    def iter_datasets(
        self,
        *,
        parentId: str | NotGiven | None = NOT_GIVEN,
        type: DatasetType | None = None,
        searchKey: str | None = None,
        pageSize: int = 50,
        extra_body: Mapping[str, object] | None = None,
    ) -> PageIterator[DatasetItem]:
        """Return an iterator over all datasets, of servers before 4.17 too: they have no pages.

        Args:
            parentId: as in `list_datasets_page`.
            type: only datasets of this type.
            searchKey: a piece of the name.
            pageSize: how many items are asked for at a time.
            extra_body: further fields of the request's body; they win over the arguments.
        """
        self._validate_params(searchKey=searchKey)
        pagination_params(None, None, pageSize)
        body = with_parent(parentId, extra_body)
        return PageIterator(
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

    def get_dataset(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[Dataset]:
        """Return a dataset. From 4.14.4 on a deleted one is still found for a while: it has a `deleteTime`.

        Args:
            id: the dataset.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            NotFoundError: there is none.

        `GET /api/core/dataset/detail`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.DATASET, query={"id": id}, extra_query=extra_query, extra_body=extra_body)
        return self._call(request)

    def update_dataset(
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
        """Change a dataset. Only `intro` and `externalReadUrl` can be emptied.

        Args:
            id: the dataset.
            name: the new name.
            intro: what it is about; FastGPT shows it.
            avatar: the URL of the picture that FastGPT shows.
            parentId: the folder to move it to, None for the root. Up to 4.17.0 no key may move anything to the root or
                away from it: `move_datasets` may.
            agentModel: the model that makes questions and answers of texts.
            vlmModel: the model that reads pictures.
            websiteConfig: of a "websiteDataset": its `url` and `selector`.
            externalReadUrl: of an "externalFile" dataset: where readers open its files.
            apiDatasetServer: of an API dataset: how its source is reached.
            autoSync: whether the server looks for changes by itself.
            chunkSettings: of a "websiteDataset": a change deletes what it has learnt.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `PUT /api/core/dataset/update`, with an API key 4.15.0 and later.
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
        return self._call(request)
