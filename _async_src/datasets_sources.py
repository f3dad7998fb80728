# Source of the async and the sync client: edit here, then run scripts/generate.py.
"""Sources of knowledge bases other than local files: texts, links, and files on a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastgpt_client._api import dataset_endpoints as paths
from fastgpt_client._api.datasets import chunk_settings
from fastgpt_client._http.request import Operation

from .datasets_calls import AsyncDatasetCalls

if TYPE_CHECKING:
    from fastgpt_client.responses import DataResponse
    from fastgpt_client.types import APIFile, ChunkSettings, CreatedCollection


class AsyncSourcesMixin(AsyncDatasetCalls):
    """The part of the dataset client that creates collections from sources other than local files.

    `settings` is a `ChunkSettings`, `tags` are tag names, and `metadata` is stored as given unless noted otherwise.
    """

    async def create_collection(
        self,
        *,
        datasetId: str,
        name: str,
        type: Literal["virtual", "folder"] = "virtual",
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[str]:
        """Create an empty collection to push rows into, or a folder for collections, and return its ID.

        Rows are learnt unchanged (training type "chunk").

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            name: name of the collection.
            type: "folder", or "virtual" for a collection of pushed rows.
            parentId: ID of the folder to create it in; default: the root.
            tags: names of tags for the collection.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create`, all versions.
        """
        self._validate_params(datasetId=datasetId, name=name, parentId=parentId)
        request = self._request(
            paths.CREATE_COLLECTION,
            body={"datasetId": datasetId, "name": name, "type": type, "parentId": parentId, "tags": tags},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def create_text_collection(
        self,
        *,
        datasetId: str,
        name: str,
        text: str,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Create a collection from a text of up to 10 MB. The server stores it as a file named `NAME.txt`.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            name: name of the collection, without the extension.
            text: the text to learn.
            parentId: ID of the folder to create it in; default: the root.
            tags: names of tags for the collection.
            metadata: stored with the collection and returned by `get_collection`.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/text`, all versions.
        """
        self._validate_params(datasetId=datasetId, name=name, parentId=parentId)
        return await self._create(
            paths.CREATE_TEXT_COLLECTION,
            {"datasetId": datasetId, "name": name, "text": text, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    async def create_link_collection(
        self,
        *,
        datasetId: str,
        link: str,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Create a collection from a web page. The server fetches the page without running its scripts.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            link: URL of the page, used as the collection's name until the page's title replaces it.
            parentId: ID of the folder to create it in; default: the root.
            tags: names of tags for the collection.
            metadata: only `webPageSelector` is used: a CSS selector of the part to read.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/link`, all versions.
        """
        self._validate_params(datasetId=datasetId, link=link, parentId=parentId)
        return await self._create(
            paths.CREATE_LINK_COLLECTION,
            {"datasetId": datasetId, "link": link, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    async def create_file_id_collection(
        self,
        *,
        datasetId: str,
        fileId: str,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Create a collection from a file that was uploaded before.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            fileId: key returned by the upload, "dataset/…"; up to 4.14.2 an ID.
            parentId: ID of the folder to create it in; default: the root.
            tags: names of tags for the collection.
            metadata: an object of your own to store with the collection; not every server keeps it.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            NotFoundError: no file was uploaded under that key.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/fileId`, all versions.
        """
        self._validate_params(datasetId=datasetId, fileId=fileId, parentId=parentId)
        return await self._create(
            paths.CREATE_FILE_ID_COLLECTION,
            {"datasetId": datasetId, "fileId": fileId, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    async def create_external_collection(
        self,
        *,
        datasetId: str,
        externalFileUrl: str,
        externalFileId: str | None = None,
        filename: str | None = None,
        parentId: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection]:
        """Create a collection from a file stored elsewhere, in a dataset of type "externalFile".

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            externalFileUrl: URL from which the server reads the file.
            externalFileId: the file's ID in the external storage.
            filename: name of the collection; default: the file name in the URL.
            parentId: ID of the folder to create it in; default: the root.
            tags: names of tags for the collection.
            metadata: an object of your own to store with the collection; not every server keeps it.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            CommercialFeatureError: the server is a community edition.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/proApi/core/dataset/collection/create/externalFileUrl`, commercial edition only; deprecated.
        """
        self._validate_params(datasetId=datasetId, externalFileUrl=externalFileUrl, parentId=parentId)
        named = {"externalFileUrl": externalFileUrl, "externalFileId": externalFileId, "filename": filename}
        return await self._create(
            paths.CREATE_EXTERNAL_COLLECTION,
            {"datasetId": datasetId, **named, "parentId": parentId, "tags": tags},
            metadata,
            settings,
            extra_body,
            extra_query,
        )

    async def create_api_collections(
        self,
        *,
        datasetId: str,
        apiFiles: Sequence[APIFile | Mapping[str, Any]],
        parentId: str | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Create collections from files of an external source. Files that already have a collection are skipped.

        The response names no collections; `list_collections` does.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            apiFiles: items of `list_api_files`; a folder includes its contents. One item with the ID "SYSTEM_ROOT"
                stands for the whole source.
            parentId: ID of the folder to create it in; default: the root.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/apiCollectionV2`, 4.11 and later.
        """
        self._validate_params(datasetId=datasetId, parentId=parentId)
        return await self._create(
            paths.CREATE_API_COLLECTIONS,
            {"datasetId": datasetId, "apiFiles": apiFiles, "parentId": parentId},
            None,
            settings,
            extra_body,
            extra_query,
        )

    async def create_api_collection(
        self,
        *,
        datasetId: str,
        name: str,
        apiFileId: str,
        parentId: str | None = None,
        settings: ChunkSettings | Mapping[str, Any] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[CreatedCollection | None]:
        """Create a collection from one file of an external source.

        From 4.11 on, the response is None and `name` is ignored.

        Args:
            datasetId: ID of the dataset, from `create_dataset` or `list_datasets`.
            name: name of the collection, usually the file's.
            apiFileId: ID of the file, from `list_api_files`.
            parentId: ID of the folder to create it in; default: the root.
            settings: a `ChunkSettings`: how the text is split into rows; default: the server's choice.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/dataset/collection/create/apiCollection`, all versions.
        """
        self._validate_params(datasetId=datasetId, name=name, apiFileId=apiFileId, parentId=parentId)
        return await self._create(
            paths.CREATE_API_COLLECTION,
            {"datasetId": datasetId, "name": name, "apiFileId": apiFileId, "parentId": parentId},
            None,
            settings,
            extra_body,
            extra_query,
        )

    async def _create(
        self,
        operation: Operation,
        body: Mapping[str, object],
        metadata: Mapping[str, Any] | None,
        settings: object,
        extra_body: Mapping[str, object] | None,
        extra_query: Mapping[str, object] | None,
    ) -> DataResponse[Any]:
        request = self._request(
            operation,
            body={**body, "metadata": metadata, **chunk_settings(settings)},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
