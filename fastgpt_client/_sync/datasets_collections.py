# Generated from _async_src/datasets_collections.py by scripts/generate.py: edit the source, not this file.
"""Collections of knowledge bases: listing, reading, changing, synchronizing and deleting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import chunk_settings, with_parent
from fastgpt_client._api.params import as_iso, pagination_params
from fastgpt_client._http.config import NOT_GIVEN, NotGiven

from .datasets_calls import DatasetCalls
from .pages import PageIterator

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChunkSettings, Collection, CollectionItem, CollectionPage


class CollectionsMixin(DatasetCalls):
    """The part of the dataset client for collections."""

    def list_collections(
        self,
        *,
        datasetId: str,
        parentId: str | None = None,
        searchText: str | None = None,
        selectFolder: bool | None = None,
        filterTags: Sequence[str] | None = None,
        simple: bool | None = None,
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 30,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CollectionPage]:
        """Return a page of the collections in a folder, most recently changed first.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            parentId: ID of the folder to list; default: the root.
            searchText: text to find in the name, up to 100 characters; from 4.9.14 on all folders are searched.
            selectFolder: list only folders.
            filterTags: only collections with these tag IDs (the items show tag names).
            simple: omit the counts.
            offset: number of items to skip; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of items, up to 100 (before 4.12.1, 30); servers silently shorten a larger page.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/listV2`, all versions.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        request = self._request(
            paths.COLLECTIONS,
            body={
                "datasetId": datasetId,
                "parentId": parentId,
                "searchText": searchText,
                "selectFolder": selectFolder,
                "filterTags": filterTags,
                "simple": simple,
                **pagination_params(offset, pageNum, pageSize),
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def iter_collections(
        self,
        *,
        datasetId: str,
        parentId: str | None = None,
        searchText: str | None = None,
        selectFolder: bool | None = None,
        filterTags: Sequence[str] | None = None,
        simple: bool | None = None,
        pageSize: int = 30,
        extra_body: Mapping[str, object] | None = None,
    ) -> PageIterator[CollectionItem]:
        """Return an iterator over all collections in a folder, most recently changed first.

        ```python
        for collection in client.iter_collections(datasetId=dataset_id):
            print(collection["_id"], collection["name"])
        ```

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            parentId: ID of the folder to list; default: the root.
            searchText: text to find in the name; from 4.9.14 on all folders are searched.
            selectFolder: list only folders.
            filterTags: only collections with these tag IDs; a tag name matches nothing.
            simple: omit the counts, which are then all 0.
            pageSize: number of items fetched per request, up to 100 (before 4.12.1, 30).
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/listV2`, all versions.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        pagination_params(None, None, pageSize)
        body = {
            "datasetId": datasetId,
            "parentId": parentId,
            "searchText": searchText,
            "selectFolder": selectFolder,
            "filterTags": filterTags,
            "simple": simple,
        }
        return PageIterator(
            lambda offset: self._request(
                paths.COLLECTIONS, body={**body, **pagination_params(offset, None, pageSize)}, extra_body=extra_body
            ),
            self._send_request,
            lambda item: item.get("_id"),
            step=pageSize,
            cut=True,
        )

    def get_collection(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[Collection]:
        """Return a collection with its settings and `metadata`, and from 4.15 on its training progress.

        Args:
            id: ID of the collection, from `create_*_collection` or `list_collections`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            NotFoundError: the collection does not exist.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/dataset/collection/detail`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.COLLECTION, query={"id": id}, extra_query=extra_query, extra_body=extra_body)
        return self._call(request)

    def update_collection(
        self,
        *,
        id: str | None = None,
        datasetId: str | None = None,
        externalFileId: str | None = None,
        name: str | None = None,
        parentId: str | NotGiven | None = NOT_GIVEN,
        tags: Sequence[str] | None = None,
        forbid: bool | None = None,
        createTime: str | date | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Change a collection. Its metadata cannot be changed.

        Args:
            id: ID of the collection; for an external file, pass `datasetId` and `externalFileId` instead.
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            externalFileId: ID of the collection's file in the external storage.
            name: the new name.
            parentId: ID of the folder to move it to; None for the root.
            tags: names of tags; an empty list removes all.
            forbid: True to exclude it from every search; of a folder, everything below it.
            createTime: creation time: ISO 8601 text, a `datetime` (local time if it is naive), or a `date`, which means
                the start of that local day.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `PUT /api/core/dataset/collection/update`, all versions.
        """
        self._validate_params(id=id, datasetId=datasetId, externalFileId=externalFileId, name=name)
        request = self._request(
            paths.UPDATE_COLLECTION,
            body={
                "id": id,
                "datasetId": datasetId,
                "externalFileId": externalFileId,
                "name": name,
                "tags": tags,
                "forbid": forbid,
                "createTime": as_iso("createTime", createTime),
            },
            extra_body=with_parent(parentId, extra_body),
            extra_query=extra_query,
        )
        return self._call(request)

    def delete_collection(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a collection, or a folder and everything in it.

        Args:
            id: ID of the collection or folder.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            NotFoundError: the collection does not exist.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `DELETE /api/core/dataset/collection/delete`, all versions. The ID is sent in the query and in the body, because
        servers up to 4.12.0 read the one and 4.12.1 to 4.12.3 the other.
        """
        self._validate_params(id=id)
        request = self._request(
            paths.DELETE_COLLECTION,
            query={"id": id},
            body={"collectionIds": [id]},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        return self._call(request)

    def sync_collection(
        self,
        *,
        collectionId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[Literal["sameRaw", "success", "failed"]]:
        """Make the server fetch a link or an external file again, and return "success" if its text has changed.

        A changed text is learnt under a new collection ID. The server fetches it before it responds.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            ServerError: the collection is neither a link nor an external file.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/sync`, 4.9.0 and later.
        """
        self._validate_params(collectionId=collectionId)
        request = self._request(
            paths.SYNC_COLLECTION,
            body={"collectionId": collectionId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def retrain_collection(
        self,
        *,
        collectionId: str,
        datasetId: str,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, str]]:
        """Split and train a collection again, under a new ID: `.data["collectionId"]`. Its rows are deleted.

        Args:
            collectionId: ID of the collection, from `create_*_collection` or `list_collections`.
            datasetId: ID of the collection's dataset, required by 4.14.11 and some later servers.
            settings: chunk settings to change; the others stay as they are.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/reTrainingCollection`, all versions.
        """
        self._validate_params(collectionId=collectionId, datasetId=datasetId)
        request = self._request(
            paths.RETRAIN_COLLECTION,
            body={"collectionId": collectionId, "datasetId": datasetId, **chunk_settings(settings)},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)
