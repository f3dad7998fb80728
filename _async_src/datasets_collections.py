# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""The collections of knowledge bases: listed, read, changed, kept in step, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import chunk_settings, with_parent
from fastgpt_client._api.params import as_iso, pagination_params
from fastgpt_client._http.config import NOT_GIVEN, NotGiven

from .datasets_calls import AsyncDatasetCalls
from .pages import AsyncPageIterator

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import ChunkSettings, Collection, CollectionItem, CollectionPage


class AsyncCollectionsMixin(AsyncDatasetCalls):
    """The part of the dataset client that is about collections."""

    async def list_collections(
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
        """Return a page of the collections of a folder, the last changed first.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            parentId: the folder; left out, the root.
            searchText: a piece of the name, up to 100 characters; from 4.9.14 on all folders are searched.
            selectFolder: folders only.
            filterTags: ids of tags, though the items show their names.
            simple: without the counts.
            offset: how many items to pass over; or `pageNum`.
            pageNum: the page, from 1; or `offset`.
            pageSize: up to 100, before 4.12.1 up to 30: a larger page comes back cut without a word.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        return await self._call(request)

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
    ) -> AsyncPageIterator[CollectionItem]:
        """Return an iterator over all collections of a folder; the arguments are those of `list_collections`.

        Args:
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            parentId: the folder; left out, the root.
            searchText: a piece of the name.
            selectFolder: folders alone.
            filterTags: only collections that have the tags of these ids; a name finds nothing.
            simple: True to leave the counts out, which are then all 0.
            pageSize: how many items are asked for at a time. Servers cut it to 100, before 4.12.1 to 30.
            extra_body: further fields of the request's body; they win over the arguments.
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
        return AsyncPageIterator(
            lambda offset: self._request(
                paths.COLLECTIONS, body={**body, **pagination_params(offset, None, pageSize)}, extra_body=extra_body
            ),
            self._send_request,
            lambda item: item.get("_id"),
            step=pageSize,
            cut=True,
        )

    async def get_collection(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[Collection]:
        """Return a collection with its settings and `metadata`, and from 4.15 on how far it is learnt.

        Args:
            id: the collection.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            NotFoundError: there is none.

        `GET /api/core/dataset/collection/detail`, all versions.
        """
        self._validate_params(id=id)
        request = self._request(paths.COLLECTION, query={"id": id}, extra_query=extra_query, extra_body=extra_body)
        return await self._call(request)

    async def update_collection(
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
        """Change a collection; its metadata stays what it was when it was made.

        Args:
            id: the collection; or, of an outside file, `datasetId` and `externalFileId`.
            datasetId: the id of the knowledge base, as `create_dataset` returns it and lists name it.
            externalFileId: the collection by the id that its file has where it lies, in place of `id`.
            name: the new name.
            parentId: the folder to move it to, None for the root.
            tags: names; an empty list takes all away.
            forbid: True hides it from every search, and of a folder all that is below.
            createTime: ISO text, a datetime (in local time if it has no zone), or a date: its first instant here.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

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
        return await self._call(request)

    async def delete_collection(
        self,
        *,
        id: str,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a collection, or a folder with all that is in it.

        Args:
            id: the collection; a folder goes with all that is in it.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            NotFoundError: there is none.

        `DELETE /api/core/dataset/collection/delete`, all versions: its id is sent in the query and in the body, since
        servers up to 4.12.0 read the one, 4.12.1 to 4.12.3 the other.
        """
        self._validate_params(id=id)
        request = self._request(
            paths.DELETE_COLLECTION,
            query={"id": id},
            body={"collectionIds": [id]},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        return await self._call(request)

    async def sync_collection(
        self,
        *,
        collectionId: str,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[Literal["sameRaw", "success", "failed"]]:
        """Fetch a link or an outside file again: "success" if its text changed, and is learnt under a new id.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            ServerError: it is neither a link nor an outside file.

        The server fetches it before it answers. `POST /api/core/dataset/collection/sync`, 4.9.0 and later.
        """
        self._validate_params(collectionId=collectionId)
        request = self._request(
            paths.SYNC_COLLECTION,
            body={"collectionId": collectionId},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def retrain_collection(
        self,
        *,
        collectionId: str,
        datasetId: str,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[dict[str, str]]:
        """Cut and learn a collection anew, under a new id: `.data["collectionId"]`. Its rows are deleted.

        Args:
            collectionId: the id of the collection, as what made it returns it and lists name it.
            datasetId: its dataset, which 4.14.11 and some later servers demand.
            settings: what is to change; the rest stays as it was.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/dataset/collection/create/reTrainingCollection`, all versions.
        """
        self._validate_params(collectionId=collectionId, datasetId=datasetId)
        request = self._request(
            paths.RETRAIN_COLLECTION,
            body={"collectionId": collectionId, "datasetId": datasetId, **chunk_settings(settings)},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
